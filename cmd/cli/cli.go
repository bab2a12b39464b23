// Package cli is the command line: flags and sub-commands. What they do stands
// elsewhere. Data goes to stdout, everything else to stderr.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes, as `ward help exit-codes` prints them.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitFindings    = 3
	exitDenied      = 4
	exitUnreachable = 5
	exitPartly      = 6
	exitInterrupted = 130
)

const exitText = `Exit codes of ward:

    0  done
    1  failed; ward check: a file is not valid or cannot be read
    2  wrong use: unknown flag, missing argument
    3  something was found (only with --exit-code)
    4  not allowed, or not signed in
    5  the server cannot be reached
    6  partly done: some of the input could not be used
  130  interrupted
`

// exit is an error with its exit code. An empty text has been told already.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string { return e.err.Error() }
func (e *exit) Unwrap() error { return e.err }

// env is what commands are given instead of the globals of os.
type env struct {
	version string
	in      io.Reader
	out     io.Writer
	err     io.Writer
}

// Main runs one command line and returns its exit code.
func Main(version string, args []string, in io.Reader, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	e := &env{version: version, in: in, out: out, err: errOut}
	root := e.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	used, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	var x *exit
	if !errors.As(err, &x) {
		x = &exit{code: exitUsage, err: fmt.Errorf("%w\nRun '%s --help' to see how it is used", err, used.CommandPath())}
	}
	if ctx.Err() != nil && errors.Is(x, context.Canceled) {
		x = &exit{code: exitInterrupted, err: errors.New("interrupted")}
	}
	if x.err != nil {
		fmt.Fprintln(errOut, "ward:", plain(x.err))
	}
	return x.code
}

// plain says what is wrong with a file or folder in words of a person, where the
// machine's own would name a system call.
func plain(err error) string {
	var p *fs.PathError
	var moved *os.LinkError
	if errors.As(err, &moved) && errors.Is(moved, fs.ErrExist) {
		return strings.Replace(err.Error(), moved.Error(), moved.New+": is a folder, and a file is wanted", 1)
	}
	if !errors.As(err, &p) {
		return err.Error()
	}
	what := p.Err.Error()
	switch {
	case errors.Is(p, fs.ErrNotExist):
		what = "there is no such file or folder"
	case errors.Is(p, fs.ErrPermission):
		what = "this account may not do that here"
	case errors.Is(p, syscall.ENOTDIR):
		what = "is a file, and a folder is wanted"
	}
	return strings.Replace(err.Error(), p.Error(), p.Path+": "+what, 1)
}

// atLeast wants at least one argument, and says what it would be.
func atLeast(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return errors.New("nothing is named: give " + what)
		}
		return nil
	}
}

// failed makes an error of something that went wrong, as opposed to wrong use.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return &exit{code: exitFailed, err: err}
}

func (e *env) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "ward",
		Short:         "Early warning for hospitals",
		Long:          "Ward warns hospitals about the devices that they own.\n\n" + aboutBuild,
		SilenceErrors: true,
		SilenceUsage:  true,
		Example:       buildExamples,
	}
	root.AddCommand(e.scan(), e.indicators(), e.rules(), e.sensor(), e.showVersion(),
		&cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: exitText})
	root.AddCommand(e.house()...)
	root.SetHelpTemplate(helpTemplate)
	root.SetUsageTemplate(strings.Replace(root.UsageTemplate(), usageExamples, "", 1))
	return root
}

// helpTemplate begins with the examples: whoever asks is in the middle of
// something. usageExamples is where cobra would repeat them.
const (
	helpTemplate = `{{if .HasExample}}Examples:
{{.Example}}

{{end}}{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}

{{end}}{{if or .Runnable .HasSubCommands}}{{.UsageString}}{{end}}`
	usageExamples = `{{if .HasExample}}

Examples:
{{.Example}}{{end}}`
)

func (e *env) showVersion() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "version", Short: "Show the version", Args: cobra.NoArgs, Example: "  ward version\n  ward version --json",
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return failed(e.json(map[string]string{"schema": "ward.version/1", "version": e.version}))
			}
			_, err := fmt.Fprintln(e.out, "ward", e.version)
			return failed(err)
		}}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
