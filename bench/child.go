package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// graceTime is how long a child may take to end by itself.
	graceTime = 15 * time.Second
	// tailSize is how much of a child's last output an error shows.
	tailSize = 2000
)

// child is a process that this one started.
type child struct {
	name    string
	command *exec.Cmd
	input   io.WriteCloser
	// output is its standard output, log what it last said on the other.
	output *bufio.Reader
	log    *tail
}

// spawn starts a process. It is told to end when ctx ends, and killed if it
// does not.
func spawn(ctx context.Context, name string, arguments ...string) (*child, error) {
	return spawnWith(ctx, nil, name, arguments...)
}

// spawnWith starts a process with more variables in its environment.
func spawnWith(ctx context.Context, variables []string, name string, arguments ...string) (*child, error) {
	c := &child{name: name, log: &tail{}}
	c.command = exec.CommandContext(ctx, name, arguments...)
	c.command.Env = append(os.Environ(), variables...)
	c.command.Cancel = func() error { return c.command.Process.Signal(syscall.SIGTERM) }
	c.command.WaitDelay = graceTime
	c.command.Stderr = c.log
	var err error
	if c.input, err = c.command.StdinPipe(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	output, err := c.command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	c.output = bufio.NewReader(output)
	if err := c.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return c, nil
}

// spawnRole starts this program again in another role.
func spawnRole(ctx context.Context, arguments ...string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	return spawn(ctx, self, arguments...)
}

// spawnServer starts a role that prints its URL.
func spawnServer(ctx context.Context, arguments ...string) (*child, string, error) {
	c, err := spawnRole(ctx, arguments...)
	if err != nil {
		return nil, "", err
	}
	line, err := c.output.ReadString('\n')
	if err != nil {
		return nil, "", errors.Join(fmt.Errorf("no address from %s: %w", arguments[0], err), c.end())
	}
	return c, strings.TrimSpace(line), nil
}

func (c *child) pid() int { return c.command.Process.Pid }

// end asks the process to end and waits for it. A process that ended by the
// signal ended well.
func (c *child) end() error {
	_ = c.command.Process.Signal(syscall.SIGTERM)
	_ = c.input.Close()
	return c.wait()
}

// wait reads the rest of the output away and waits for the process. That the
// run was canceled is not the child's fault.
func (c *child) wait() error {
	_, _ = io.Copy(io.Discard, c.output)
	err := c.command.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signal() == syscall.SIGTERM {
			return nil
		}
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w; it said: %s", c.name, err, c.log)
	}
	return nil
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	if extra := len(t.kept) - tailSize; extra > 0 {
		t.kept = append(t.kept[:0], t.kept[extra:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.kept))
}
