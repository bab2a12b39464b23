package database

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is a private PostgreSQL server on a unix socket in a folder that
// only its user can enter: no port, no password, nobody else.
type Cluster struct {
	URL string

	dir  string
	life io.Closer // the server lives as long as this stays open
	done chan error
}

// tend runs the server until its standard input ends, which it does when our
// process is gone, even by SIGKILL; then it stops the server and tidies up.
const tend = `"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses='' -c max_connections=400 \
	-c fsync=off -c full_page_writes=off -c synchronous_commit=on >"$2/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$2"`

// Start makes and starts a server from the programs found in PATH or where
// Debian puts them. PostgreSQL refuses to run as root; root becomes the user
// "postgres". Stop it, or let the process end.
func Start() (*Cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "ward-pg-")
	if err != nil {
		return nil, err
	}
	as, err := identity(dir)
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "ward",
		"--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = dir, as
	if out, err := initdb.CombinedOutput(); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	return run(bin, dir, as)
}

func run(bin, dir string, as *syscall.SysProcAttr) (*Cluster, error) {
	cmd := exec.Command("sh", "-c", tend, "sh", bin, dir)
	cmd.Dir, cmd.SysProcAttr = "/", as
	life, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	c := &Cluster{URL: "postgres:///postgres?user=ward&host=" + dir, dir: dir, life: life, done: make(chan error, 1)}
	go func() { c.done <- cmd.Wait() }()
	if err := c.await(2 * time.Minute); err != nil {
		text, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, fmt.Errorf("start postgres: %w: %s", errors.Join(err, c.Stop()), text)
	}
	return c, nil
}

// await returns when the server answers.
func (c *Cluster) await(limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, c.URL)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop ends the server and removes its folder.
func (c *Cluster) Stop() error {
	c.life.Close()
	select {
	case <-c.done: // its exit code is that of the tidying
		return nil
	case <-time.After(30 * time.Second):
		return errors.New("postgres does not stop")
	}
}

// programs is the folder with initdb and postgres; the newest wins.
func programs() (string, error) {
	if p, err := exec.LookPath("initdb"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil && executable(filepath.Dir(p)) {
			return filepath.Dir(p), nil
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	for _, dir := range found {
		if executable(dir) {
			return dir, nil
		}
	}
	return "", errors.New("no PostgreSQL server programs are installed and WARD_TEST_POSTGRES is not set")
}

func executable(dir string) bool {
	_, err := exec.LookPath(filepath.Join(dir, "postgres"))
	return err == nil
}

// version reads 15 from /usr/lib/postgresql/15/bin.
func version(dir string) int {
	n, _ := strconv.Atoi(filepath.Base(strings.TrimSuffix(dir, "/bin")))
	return n
}

// identity is how the server's processes are started: in a session of their
// own, as an interrupt at the terminal must not kill the one that tidies up.
func identity(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{Setsid: true}, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("root cannot run PostgreSQL: %w", err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(dir, uid, gid); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Setsid: true, Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}
