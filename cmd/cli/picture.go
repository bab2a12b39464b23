//go:build !edge

package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// pictureSchema names the form of what ward picture import prints as JSON.
const pictureSchema = "ward.picture-import/1"

func (e *env) picture() *cobra.Command {
	c := &cobra.Command{Use: "picture", Short: "The situational picture"}
	var server, tokenFile string
	var asJSON bool
	in := &cobra.Command{
		Use:   "import PATH",
		Short: "Send incidents of the past to the server",
		Long: "Send a file, or every file of a folder, with incidents of the past: the VERIS Community Database (JSON)\n" +
			"or the breaches told to the US health authority (CSV), plain or packed. They are shown apart from reports.\n" +
			"The same file twice changes nothing. The token is read from the environment variable WARD_TOKEN or from\n" +
			"a file; it needs the right picture.write.",
		Example: "  WARD_TOKEN=… ward picture import ./vcdb --server https://ward.example\n  ward picture import breaches.csv.gz --token-file ~/.ward-token --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return e.importHistory(c.Context(), args[0], strings.TrimRight(server, "/"), tokenFile, asJSON)
		},
	}
	f := in.Flags()
	f.StringVar(&server, "server", "http://127.0.0.1:8080", "address of the server")
	f.StringVar(&tokenFile, "token-file", "", "file that holds the API token")
	f.BoolVar(&asJSON, "json", false, "print the sums as JSON")
	c.AddCommand(in)
	return c
}

// importedHistory are the sums over all files.
type importedHistory struct {
	Schema  string   `json:"schema"`
	Files   int      `json:"files"`
	Read    int      `json:"read"`
	New     int      `json:"new"`
	Known   int      `json:"known"`
	Skipped int      `json:"skipped"`
	Refused int      `json:"refused"`
	Faults  []string `json:"faults"`
}

func (e *env) importHistory(ctx context.Context, path, server, tokenFile string, asJSON bool) error {
	t, err := token(tokenFile)
	if err != nil {
		return failed(err)
	}
	if t == "" {
		return &exit{code: exitDenied, err: errors.New("no API token: set WARD_TOKEN or give --token-file\nMake one on the page /me/tokens")}
	}
	sum := importedHistory{Schema: pictureSchema, Faults: []string{}}
	err = filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		err = e.sendHistory(ctx, file, server, t, &sum)
		var refused *exit
		if file != path && errors.As(err, &refused) && refused.code == exitFailed { // a file of a folder that is something else
			sum.Refused++
			sum.Faults = append(sum.Faults, filepath.Base(file)+": "+refused.Error())
			return nil
		}
		return err
	})
	if err != nil {
		var known *exit
		if errors.As(err, &known) {
			return err
		}
		return failed(err)
	}
	if asJSON {
		if err := json.NewEncoder(e.out).Encode(sum); err != nil {
			return failed(err)
		}
	} else {
		for _, f := range sum.Faults {
			fmt.Fprintln(e.err, printable(f))
		}
		fmt.Fprintf(e.out, "%d files, %d records: %d new, %d known, %d of other sectors, %d refused\n", sum.Files, sum.Read, sum.New, sum.Known, sum.Skipped, sum.Refused)
	}
	if sum.Refused > 0 {
		return &exit{code: exitPartly, err: fmt.Errorf("%d records or files could not be read", sum.Refused)}
	}
	return nil
}

// sendHistory sends one file and adds up what the server says of it.
func (e *env) sendHistory(ctx context.Context, file, server, token string, sum *importedHistory) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	st, err := f.Stat()
	if err != nil {
		return err
	}
	answer, err := send(ctx, server+"/api/v1/picture/history?"+url.Values{"name": {filepath.Base(file)}}.Encode(), token, e.progress(f, st.Size()), st.Size())
	if err != nil {
		return err
	}
	var one importedHistory
	if err := json.Unmarshal(answer, &one); err != nil {
		return err
	}
	sum.Files++
	sum.Read, sum.New, sum.Known, sum.Skipped, sum.Refused = sum.Read+one.Read, sum.New+one.New, sum.Known+one.Known, sum.Skipped+one.Skipped, sum.Refused+one.Refused
	for _, x := range one.Faults {
		sum.Faults = append(sum.Faults, filepath.Base(file)+": "+x)
	}
	return nil
}
