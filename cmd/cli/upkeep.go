//go:build !edge

package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"ward/app/upkeep"
	"ward/kit/log"
)

// keeping are the flags of a command that looks after a house from outside.
type keeping struct {
	settings
	quiet  bool
	asJSON bool
}

func (h *keeping) add(c *cobra.Command) {
	h.settings.add(c)
	c.Flags().BoolVar(&h.quiet, "quiet", false, "say nothing but errors")
	c.Flags().BoolVar(&h.asJSON, "json", false, "print JSON")
}

// upkeep is the configuration; what is being done goes to stderr.
func (e *env) upkeep(c *cobra.Command, h *keeping) (upkeep.Config, error) {
	cfg, err := h.load(c)
	if err != nil {
		return upkeep.Config{}, err
	}
	out := upkeep.Config{Config: cfg, Version: e.version, Log: log.New(e.err, cfg.Log.Format, "error")}
	if !h.quiet && terminal(e.err) {
		out.Tell = func(what string) { fmt.Fprintln(e.err, "  "+what) }
	}
	return out, nil
}

// say prints what a person reads; nothing with --quiet.
func (h *keeping) say(w io.Writer, format string, args ...any) error {
	if h.quiet {
		return nil
	}
	_, err := fmt.Fprintf(w, format, args...)
	return err
}

// shown is a database's address without its password.
func shown(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return address
	}
	if _, secret := u.User.Password(); secret {
		u.User = url.User(u.User.Username())
	}
	return u.String()
}

// confirm asks for a word to be typed. Without a terminal there is nobody to
// ask: yes says it then.
func (e *env) confirm(yes bool, what, word string) error {
	if yes {
		return nil
	}
	in, ok := e.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return &exit{code: exitUsage, err: errors.New(what + "\nSay --yes where nobody can be asked")}
	}
	fmt.Fprintf(e.err, "%s\nType %s to go on: ", what, word)
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil || strings.TrimSpace(line) != word {
		return failed(errors.New("nothing was changed"))
	}
	return nil
}
