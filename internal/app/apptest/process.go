package apptest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// readyAt begins the line that serve prints once it takes turns, and setUpAt
// the one with the setup link.
const (
	readyAt = "Parley is ready at "
	setUpAt = "Set it up at "
)

// workshop is the folder of the built binary, removed by [Main].
var workshop string

// Binary builds the program, once for the test process, and returns its path.
// With PARLEY_TEST_BINARY set it is that one.
var Binary = sync.OnceValues(func() (string, error) {
	if given := os.Getenv("PARLEY_TEST_BINARY"); given != "" {
		return filepath.Abs(given)
	}
	folder, err := os.MkdirTemp("", "parley-binary-")
	if err != nil {
		return "", fmt.Errorf("build the program: %w", err)
	}
	workshop = folder
	path := filepath.Join(folder, "parley")
	build := exec.Command("go", "build", "-trimpath", "-o", path, "parley/cmd/parley") //nolint:noctx // the test process waits for it
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, said)
	}
	return path, nil
})

// Main is the TestMain of packages that use [Binary]; it removes what was built.
func Main(m *testing.M) int {
	defer func() {
		if workshop != "" {
			_ = os.RemoveAll(workshop) // a temporary folder
		}
	}()
	return m.Run()
}

// Command is the built program with arguments, in a folder and an environment
// without any configuration.
func Command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	path, err := Binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"HOME=" + cmd.Dir, "TMPDIR=" + os.TempDir()}
	return cmd
}

// Parley runs a command of the program to its end and returns what it printed
// and its exit status.
func Parley(t testing.TB, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := Command(t, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if _, ended := errors.AsType[*exec.ExitError](err); !ended {
			t.Fatal(err)
		}
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// Process is the program serving.
type Process struct {
	// URL is where it serves, without a slash at the end.
	URL string
	// Setup is the setup link, "" without one.
	Setup string

	t    testing.TB
	cmd  *exec.Cmd
	http *http.Client
	done chan error

	mu   sync.Mutex
	errs bytes.Buffer
}

// Serve starts the program over a data folder and returns once it says where it
// serves. It is killed when the test ends.
func Serve(t testing.TB, data string, args ...string) *Process {
	t.Helper()
	return ServeAt(t, "127.0.0.1:0", data, args...)
}

// ServeAt is [Serve] for an address.
func ServeAt(t testing.TB, address, data string, args ...string) *Process {
	t.Helper()
	return serve(t, address, nil, append([]string{"--data", data}, args...)...)
}

// ServeWith is [Serve] with variables in the environment.
func ServeWith(t testing.TB, variables []string, data string, args ...string) *Process {
	t.Helper()
	return serve(t, "127.0.0.1:0", variables, append([]string{"--data", data}, args...)...)
}

func serve(t testing.TB, address string, variables []string, args ...string) *Process {
	t.Helper()
	cmd := Command(t, args...)
	cmd.Env = append(cmd.Env, variables...)
	cmd.Args = append(cmd.Args, "serve", "--listen", address)
	p := &Process{t: t, cmd: cmd, done: make(chan error, 1), http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128}}}
	cmd.Stderr = writerFunc(func(b []byte) (int, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.errs.Write(b)
	})
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan struct{})
	go func() {
		p.read(out, ready)
		p.done <- cmd.Wait()
	}()
	t.Cleanup(func() {
		p.http.CloseIdleConnections()
		p.Kill()
	})
	select {
	case <-ready:
	case err := <-p.done:
		p.done <- err
		t.Fatalf("serve ended: %v\n%s", err, p.Logs())
	}
	return p
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// read takes what the program prints, up to its end. A program without users
// prints the setup link right after its address.
func (p *Process) read(out io.Reader, ready chan struct{}) {
	said := sync.OnceFunc(func() { close(ready) })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if address, ok := strings.CutPrefix(lines.Text(), readyAt); ok {
			p.URL = address
			said()
		}
		if link, ok := strings.CutPrefix(lines.Text(), setUpAt); ok {
			p.mu.Lock()
			p.Setup = strings.TrimSpace(link)
			p.mu.Unlock()
		}
	}
}

// Logs is what it has logged so far.
func (p *Process) Logs() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.errs.String()
}

// SetupLink waits for the setup link.
func (p *Process) SetupLink() string {
	p.t.Helper()
	var link string
	Eventually(p.t, "a setup link is printed", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		link = p.Setup
		return link != ""
	})
	return link
}

// As calls it with an API key; "" is nobody.
func (p *Process) As(key string) *Client {
	c := &Client{Base: func() string { return p.URL }, HTTP: p.http, Header: http.Header{}}
	if key != "" {
		c.Header.Set("Authorization", "Bearer "+key)
	}
	return c
}

// Signal sends it a signal.
func (p *Process) Signal(signal syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Fatal(err)
	}
}

// Kill ends it as kill -9 does and waits until it is gone.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // it may be gone already
	_ = p.Wait()
}

// Wait waits for its end and returns how that was.
func (p *Process) Wait() error {
	err := <-p.done
	p.done <- err
	return err
}
