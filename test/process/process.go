// Package process runs the real `ward serve` as a process of its own that may be
// killed at any instruction and started again: the same binary as whoever asks,
// told by its environment.
package process

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"ward"
	"ward/cmd/cli"
)

// mark tells the binary that it is the server.
const mark = "WARD_PROCESS"

// Main is called before anything else by a binary that starts servers; in a
// server it does not return.
func Main() {
	if os.Getenv(mark) != "" {
		os.Exit(cli.Main("test", os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
}

// Server is a training house: what it would send lies in its folder.
type Server struct {
	URL      string
	Folder   string
	Database string
	Links    map[ward.Role]string // ways in; each start makes new ones
	address  string
	cmd      *exec.Cmd
	ended    chan error
}

// New chooses an address that stays over restarts; nothing runs yet. An empty
// database is SQLite in the folder.
func New(folder, database string) (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	if database == "" {
		database = "sqlite:" + filepath.Join(folder, "ward.db")
	}
	return &Server{URL: "http://" + address, Folder: folder, Database: database, address: address}, l.Close()
}

// Outbox is where the training house puts its mails.
func (s *Server) Outbox() string { return filepath.Join(s.Folder, "outbox") }

// Start runs the server and returns when it answers.
func (s *Server) Start(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	s.cmd = exec.CommandContext(ctx, self, "serve", "--demo", "--listen", s.address, "--data", s.Folder, "--database", s.Database)
	s.cmd.Dir = s.Folder // no data set beside it: the training house is our own small one
	s.cmd.Env = append(os.Environ(), mark+"=1", "WARD_LOG_LEVEL=error")
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	s.Links, s.ended = map[ward.Role]string{}, make(chan error, 1)
	ended := s.ended
	lines, told := bufio.NewScanner(out), make(chan bool, 1)
	go func() {
		defer func() { ended <- s.cmd.Wait() }()
		for lines.Scan() {
			if f := strings.Fields(lines.Text()); len(f) == 2 && strings.Contains(f[1], "/link/") {
				s.Links[ward.Role(f[0])] = f[1]
				if len(s.Links) == roles {
					told <- true
				}
			}
		}
	}()
	select {
	case <-told:
	case err := <-s.ended:
		return errors.Join(errors.New("the server ended before it let anybody in"), err)
	}
	return s.answers(ctx)
}

// roles of a training house that get a link.
const roles = 4

// answers waits until the server does.
func (s *Server) answers(ctx context.Context) error {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		r, err := http.NewRequestWithContext(ctx, "GET", s.URL+"/healthz", nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(r)
		if err == nil {
			_, err = io.Copy(io.Discard, res.Body)
			return errors.Join(err, res.Body.Close())
		}
	}
	return fmt.Errorf("%s does not answer", s.URL)
}

// Kill ends the server in the middle of whatever it does (SIGKILL) and returns
// when it is gone. Another call does nothing.
func (s *Server) Kill() error {
	if s.ended == nil {
		return nil
	}
	if err := s.cmd.Process.Kill(); err != nil {
		return err
	}
	<-s.ended
	s.ended = nil
	return nil
}
