package testkit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// postgresServer returns the address of a server where databases may be
// created. One that has to be started is started once for the process.
var postgresServer = sync.OnceValues(func() (string, error) {
	if given := os.Getenv("PARLEY_TEST_POSTGRES"); given != "" {
		return given, nil
	}
	return startPostgres()
})

// supervise runs the server for as long as its standard input stays open, which
// is until the test process has ended in whatever way; then it stops the server
// and removes the folder. It says "ready" once the server answers.
//
// The server listens on a socket in its own folder only, so it needs no port
// and nobody else can reach it. Tests use a role that is no superuser, as the
// product does; it may not drop a database while the server's own vacuum is in
// it, so there is none.
const supervise = `
set -u
cd "$1" || exit 1
fail() { cat log >&2; cd /; rm -rf "$1"; exit 1; }
"$2/initdb" -D data -U owner -A trust -E UTF8 --locale=C --no-sync >log 2>&1 || fail "$1"
"$2/postgres" -D data -k "$1" -c listen_addresses= -c fsync=off -c full_page_writes=off \
	-c synchronous_commit=off -c max_connections=300 -c shared_buffers=32MB -c autovacuum=off -c log_min_messages=fatal >>log 2>&1 </dev/null &
server=$!
tries=0
until "$2/psql" -h "$1" -U owner -d postgres -qc "CREATE ROLE parley LOGIN CREATEDB" >>log 2>&1; do
	tries=$((tries + 1))
	kill -0 $server 2>/dev/null && [ $tries -lt 600 ] || fail "$1"
	sleep 0.05
done
echo ready
exec >/dev/null 2>&1
cat
kill -INT $server
wait $server
cd /
rm -rf "$1"
`

// holdOpen keeps the supervisor's standard input from being closed before the
// process ends.
var holdOpen io.Closer //nolint:unused // it is written to keep the pipe reachable

func startPostgres() (string, error) {
	bin, err := postgresBinaries()
	if err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp("", "parley-postgres-")
	if err != nil {
		return "", fmt.Errorf("start postgres: %w", err)
	}
	cmd := exec.Command("/bin/sh", "-c", supervise, "supervise", folder, bin) //nolint:noctx // lives as long as the process
	// A group of its own, so that an interrupt at the terminal reaches the
	// server only through the end of this process.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() == 0 {
		// The server refuses to run as root.
		if err := runAsPostgres(cmd, folder); err != nil {
			return "", errors.Join(err, os.RemoveAll(folder))
		}
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", fmt.Errorf("start postgres: %w", err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", fmt.Errorf("start postgres: %w", err)
	}
	// Not the standard error of this process: go test would wait for its end.
	complaints, err := cmd.StderrPipe()
	if err != nil {
		return "", fmt.Errorf("start postgres: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start postgres: %w", err)
	}
	holdOpen = stdin
	if said, _ := io.ReadAll(stdout); strings.TrimSpace(string(said)) != "ready" {
		why, _ := io.ReadAll(complaints)
		return "", fmt.Errorf("postgres did not start: %w\n%s", cmd.Wait(), why)
	}
	return "postgres://parley@/postgres?host=" + folder, nil
}

// postgresBinaries returns the folder of the newest server, which Debian does not
// put on the path.
func postgresBinaries() (string, error) {
	best, newest := "", -1
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	for _, initdb := range found {
		bin := filepath.Dir(initdb)
		if version, err := strconv.Atoi(filepath.Base(filepath.Dir(bin))); err == nil && version > newest {
			best, newest = bin, version
		}
	}
	if best != "" {
		return best, nil
	}
	if initdb, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(initdb), nil
	}
	return "", errors.New("these tests need PostgreSQL: run `apt-get install --yes postgresql`, " +
		"or set PARLEY_TEST_POSTGRES to the URL of a server where databases may be created")
}

func runAsPostgres(cmd *exec.Cmd, folder string) error {
	account, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("postgres does not run as root and there is no user postgres "+
			"(`apt-get install --yes postgresql` makes one): %w", err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return fmt.Errorf("user postgres: %w", err)
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return fmt.Errorf("user postgres: %w", err)
	}
	if err := os.Chown(folder, int(uid), int(gid)); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	cmd.Dir = folder
	return nil
}
