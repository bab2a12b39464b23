//go:build !edge

package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"ward/kit/conf"
)

// importOptions are the flags of ward inventory import.
type importOptions struct {
	server    string
	tokenFile string
	dryRun    bool
	remove    bool
	asJSON    bool
}

func (e *env) inventory() *cobra.Command {
	c := &cobra.Command{Use: "inventory", Short: "The list of what a hospital owns"}
	c.AddCommand(e.inventoryImport())
	return c
}

func (e *env) inventoryImport() *cobra.Command {
	var o importOptions
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Send a table or an SBOM to the server",
		Long: "Import a table (CSV, XLSX) or an SBOM (CycloneDX, SPDX) into the inventory of the organisation that the\n" +
			"API token belongs to. The same file twice changes nothing. The token is read from the environment\n" +
			"variable WARD_TOKEN or from a file; it needs the right inventory.write.",
		Example: "  ward inventory import devices.xlsx --dry-run\n  WARD_TOKEN=… ward inventory import devices.csv --server https://ward.example\n  ward inventory import bom.json --token-file ~/.ward-token --json",
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return e.runImport(c.Context(), args[0], o) },
	}
	f := c.Flags()
	f.StringVar(&o.server, "server", "http://127.0.0.1:8080", "address of the server")
	f.StringVar(&o.tokenFile, "token-file", "", "file that holds the API token")
	f.BoolVar(&o.dryRun, "dry-run", false, "show what would change, change nothing")
	f.BoolVar(&o.remove, "remove-missing", false, "remove devices that the file no longer lists")
	f.BoolVar(&o.asJSON, "json", false, "print the server's answer as JSON")
	return c
}

// token reads the API token; it is never a flag, as other users of a machine
// see command lines.
func token(file string) (string, error) {
	if file == "" {
		return conf.Environ()("WARD_TOKEN"), nil
	}
	b, err := os.ReadFile(file)
	return strings.TrimSpace(string(b)), err
}

func (e *env) runImport(ctx context.Context, path string, o importOptions) error {
	t, err := token(o.tokenFile)
	if err != nil {
		return failed(err)
	}
	if t == "" {
		return &exit{code: exitDenied, err: errors.New("no API token: set WARD_TOKEN or give --token-file\nMake one on the page /me/tokens")}
	}
	f, err := os.Open(path)
	if err != nil {
		return failed(err)
	}
	defer f.Close() //nolint:errcheck // read only
	st, err := f.Stat()
	if err != nil {
		return failed(err)
	}
	q := url.Values{"name": {filepath.Base(path)}}
	if o.dryRun {
		q.Set("dry_run", "true")
	}
	if o.remove {
		q.Set("remove_missing", "true")
	}
	body := e.progress(f, st.Size())
	answer, err := send(ctx, strings.TrimRight(o.server, "/")+"/api/v1/inventory/import?"+q.Encode(), t, body, st.Size())
	if err != nil {
		return err
	}
	return e.printImport(answer, o)
}

// progress shows how far the upload is, on a terminal only.
func (e *env) progress(r io.Reader, size int64) io.Reader {
	if !terminal(e.err) {
		return r
	}
	bar := progressbar.NewOptions64(size, progressbar.OptionSetWriter(e.err), progressbar.OptionShowBytes(true),
		progressbar.OptionSetDescription("sending"), progressbar.OptionClearOnFinish())
	reader := progressbar.NewReader(r, bar)
	return &reader
}

// importTimeout bounds the whole call: a large table is read and stored within it.
const importTimeout = 10 * time.Minute

// answerLimit bounds what is read of the server's answer.
const answerLimit = 8 << 20

func send(ctx context.Context, address, token string, body io.Reader, size int64) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, importTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, body)
	if err != nil {
		return nil, &exit{code: exitUsage, err: errors.New("--server is no address")}
	}
	r.ContentLength = size
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/octet-stream")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, &exit{code: exitUnreachable, err: unreached(address, err)}
	}
	defer res.Body.Close() //nolint:errcheck // read to the end or to the limit
	b, err := io.ReadAll(io.LimitReader(res.Body, answerLimit))
	if err != nil {
		return nil, &exit{code: exitUnreachable, err: err}
	}
	return b, statusError(res.StatusCode, b)
}

// unreached says that no server answered, and where it was looked for, without
// the names of system calls.
func unreached(address string, err error) error {
	why := "check the address and whether the server runs"
	var no *net.DNSError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		why = "nothing answers at this address"
	case errors.As(err, &no):
		why = "this name is not known"
	case errors.Is(err, context.DeadlineExceeded):
		why = "it did not answer in time"
	}
	if u, e := url.Parse(address); e == nil {
		address = u.Scheme + "://" + u.Host
	}
	return &unreachedError{text: "the server " + printable(address) + " cannot be reached: " + why, err: err}
}

type unreachedError struct {
	text string
	err  error
}

func (e *unreachedError) Error() string { return e.text }
func (e *unreachedError) Unwrap() error { return e.err }

// statusError turns a refusal into an exit code and the server's own words.
func statusError(status int, body []byte) error {
	if status < 300 {
		return nil
	}
	var p struct{ Title, Instance string }
	if json.Unmarshal(body, &p) != nil || p.Title == "" {
		p.Title = http.StatusText(status)
	}
	code := exitFailed
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		code = exitDenied
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		code = exitUnreachable
	}
	return &exit{code: code, err: fmt.Errorf("the server answered %d: %s (reference %s)", status, printable(p.Title), printable(p.Instance))}
}

// importAnswer is what the server says of an import.
type importAnswer struct {
	Added     int      `json:"added"`
	Changed   int      `json:"changed"`
	Removed   int      `json:"removed"`
	Unchanged int      `json:"unchanged"`
	Lost      int      `json:"rows_not_understood"`
	AllNotes  int      `json:"notes_in_all"`
	Unread    []string `json:"worksheets_left_out"`
	Notes     []struct {
		Sheet string `json:"worksheet"`
		Line  int    `json:"line"`
		Field string `json:"field"`
		Why   string `json:"why"`
		Value string `json:"value"`
	} `json:"notes"`
}

func (e *env) printImport(answer json.RawMessage, o importOptions) error {
	if o.asJSON {
		_, err := fmt.Fprintln(e.out, strings.TrimSpace(string(answer)))
		return failed(err)
	}
	var a importAnswer
	if err := json.Unmarshal(answer, &a); err != nil {
		return failed(fmt.Errorf("the server's answer cannot be read: %w", err))
	}
	for _, n := range a.Notes {
		if n.Sheet != "" {
			n.Sheet = "worksheet " + n.Sheet + ", "
		}
		fmt.Fprintln(e.err, printable(fmt.Sprintf("%sline %d: %s: %s %q", n.Sheet, n.Line, n.Why, n.Field, n.Value)))
	}
	if more := a.AllNotes - len(a.Notes); more > 0 {
		fmt.Fprintf(e.err, "and %d more\n", more)
	}
	if len(a.Unread) > 0 {
		fmt.Fprintln(e.err, printable("worksheets left out, as they name no products: "+strings.Join(a.Unread, ", ")))
	}
	word := ""
	if o.dryRun {
		word = " (nothing was changed)"
	}
	if o.dryRun && !o.remove && a.Removed > 0 {
		word += fmt.Sprintf("\n%d devices are not in the file; they stay unless --remove-missing is given", a.Removed)
		a.Removed = 0 // what would be without the flag
	}
	_, err := fmt.Fprintf(e.out, "added %d, changed %d, removed %d, unchanged %d, not understood %d%s\n", a.Added, a.Changed, a.Removed, a.Unchanged, a.Lost, word)
	if err == nil && a.Lost > 0 {
		return &exit{code: exitPartly, err: fmt.Errorf("%d rows were not understood", a.Lost)}
	}
	return failed(err)
}
