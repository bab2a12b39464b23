// Command cluster runs a command beside a private PostgreSQL server:
//
//	go run ./test/database/cluster -- go test ./...
//
// The command finds the server's address in WARD_TEST_POSTGRES. The server ends
// with it; the exit
// code is the command's.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"ward/test/database"
)

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: cluster -- COMMAND [ARGUMENT…]")
		os.Exit(2)
	}
	code, err := run(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
	}
	os.Exit(code)
}

// run starts the server, runs the command and stops the server.
func run(args []string) (int, error) {
	c, err := database.Start()
	if err != nil {
		return 1, err
	}
	// The terminal sends an interrupt to the command as well; we outlive it.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt, syscall.SIGTERM)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "WARD_TEST_POSTGRES="+c.URL)
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(exit.ExitCode(), 1), c.Stop()
	}
	if err != nil {
		return 1, errors.Join(err, c.Stop())
	}
	return 0, c.Stop()
}
