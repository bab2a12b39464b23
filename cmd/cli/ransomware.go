//go:build !edge

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ward/format/ransom"
)

const ransomwareSchema = "ward.ransomware/1"

// compiledName is the compiled catalogue in a house's data folder.
const compiledName = "ransomware.json"

func (e *env) ransomware() *cobra.Command {
	c := &cobra.Command{
		Use:     "ransomware",
		Short:   "Which family of ransomware was it, without a server",
		Long:    "Identify ransomware by its note or an encrypted file. Nothing leaves this machine.",
		Example: "  ward ransomware identify README.txt report.docx.akira\n  ward ransomware import ./misp-galaxy ./notes -o ransomware.json",
	}
	c.AddCommand(e.identify(), e.importRansomware())
	return c
}

// identifyOptions are the flags of one call.
type identifyOptions struct {
	catalogue []string
	data      string
	extension string
	asJSON    bool
	exitCode  bool
}

const identifyLong = `Say which family of ransomware a file points to: a ransom note (text, HTML, HTA, RTF) or an encrypted file.
Several candidates are named, best first, with the reasons and with what would settle it. A document that does
not speak like a ransom note names none. "-" reads one file from standard input. Nothing leaves this machine,
nothing of a file is run, and no file is changed.

Of an encrypted file the name and the bytes at either end are looked at. Keep the original name: the ending
is the strongest clue.

Families are those of --catalogue: a file that 'ward ransomware import' wrote, or files and folders as import
takes them. Without it: ransomware.json in the data folder where there is one, otherwise the small catalogue
of this program, which knows no texts of notes: it tells that a text is a ransom note, but names few families.

Score is 0 to 100 and orders candidates; it is no probability. strong: 80 and more. likely: 50 and more.
weak: a hint where to look, no finding.

Exits with 0 also when no family is named, with 1 when nothing could be read, with 2 for wrong use, with 6
when some files could not be read, and with 3 when a family was named (only with --exit-code).`

func (e *env) identify() *cobra.Command {
	var o identifyOptions
	c := &cobra.Command{
		Use:   "identify FILE|-…",
		Short: "Name the families that a note or an encrypted file points to",
		Long:  identifyLong,
		Example: "  ward ransomware identify README.txt\n  ward ransomware identify --json --catalogue ransomware.json note.hta scan.dcm.lockbit\n" +
			"  ward ransomware identify --extension .akira akira_readme.txt",
		Args: atLeast("a note or an encrypted file"),
		RunE: func(c *cobra.Command, args []string) error { return e.runIdentify(c.Context(), args, o) },
	}
	f := c.Flags()
	f.StringArrayVar(&o.catalogue, "catalogue", nil, "compiled catalogue, or what import takes; may be given more than once")
	f.StringVar(&o.data, "data", "data", "data folder of the house, for its ransomware.json")
	f.StringVar(&o.extension, "extension", "", "what was added to the names of encrypted files, if you know it")
	f.BoolVar(&o.asJSON, "json", false, "one JSON object a line and file")
	f.BoolVar(&o.exitCode, "exit-code", false, "exit with 3 when a family was named")
	return c
}

// identified is one line of output.
type identified struct {
	Schema string `json:"schema"`
	File   string `json:"file"`
	Error  string `json:"error,omitempty"`
	ransom.Result
}

func (e *env) runIdentify(ctx context.Context, paths []string, o identifyOptions) error {
	m, err := e.ransomwareModel(ctx, o)
	if err != nil {
		return failed(err)
	}
	bad, named := 0, 0
	for _, path := range paths {
		if ctx.Err() != nil {
			return failed(ctx.Err())
		}
		out := identified{Schema: ransomwareSchema, File: path, Result: ransom.Result{Candidates: []ransom.Candidate{}}}
		in, err := e.suspect(path)
		if err != nil {
			bad++
			out.Error = err.Error()
		} else {
			in.Extension = o.extension
			out.Result = m.Identify(in)
		}
		if len(out.Candidates) > 0 {
			named++
		}
		if err := e.printIdentified(m, out, o.asJSON); err != nil {
			return failed(err)
		}
	}
	switch {
	case bad == len(paths):
		return failed(errors.New("no file could be read"))
	case bad > 0:
		return &exit{code: exitPartly, err: fmt.Errorf("%d of %d files could not be read", bad, len(paths))}
	case o.exitCode && named > 0:
		return &exit{code: exitFindings}
	}
	return nil
}

// suspect reads what identification looks at: a note whole, of a large
// encrypted file its two ends.
func (e *env) suspect(path string) (ransom.Input, error) {
	if path == "-" {
		data, err := io.ReadAll(io.LimitReader(e.in, ransom.TextLimit))
		if err == nil && len(data) == 0 {
			err = errors.New("empty")
		}
		return ransom.Input{Data: data}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return ransom.Input{}, err
	}
	defer f.Close() //nolint:errcheck // read only
	st, err := f.Stat()
	switch {
	case err != nil:
		return ransom.Input{}, err
	case !st.Mode().IsRegular():
		return ransom.Input{}, errors.New("not a regular file")
	case st.Size() == 0:
		return ransom.Input{}, errors.New("empty")
	}
	data, err := io.ReadAll(io.LimitReader(f, ransom.TextLimit))
	if err != nil {
		return ransom.Input{}, err
	}
	in := ransom.Input{Name: filepath.Base(path), Data: data}
	if st.Size() > ransom.TextLimit {
		tail := make([]byte, ransom.SampleEdge)
		if _, err := f.ReadAt(tail, st.Size()-ransom.SampleEdge); err != nil {
			return in, err
		}
		in.Tail = tail
	}
	return in, nil
}

// ransomwareModel is the catalogue that a person named, the house's, or ours.
func (e *env) ransomwareModel(ctx context.Context, o identifyOptions) (*ransom.Model, error) {
	paths := o.catalogue
	if len(paths) == 0 {
		own := filepath.Join(o.data, compiledName)
		if _, err := os.Stat(own); err != nil {
			return ransom.Compile(ransom.Embedded(), nil)
		}
		paths = []string{own}
	}
	if len(paths) == 1 {
		if m, ok, err := compiled(paths[0]); ok {
			return m, err
		}
	}
	m, _, err := e.collect(ctx, paths)
	return m, err
}

// compiled reads a compiled catalogue; ok is false for anything else.
func compiled(path string) (_ *ransom.Model, ok bool, err error) {
	st, err := os.Stat(path)
	if err != nil || !st.Mode().IsRegular() || st.Size() > ransom.CatalogueLimit {
		return nil, false, err
	}
	data, err := os.ReadFile(path)
	if err != nil || !ransom.IsCompiled(data) {
		return nil, false, err
	}
	m, err := ransom.Decode(data)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return m, true, err
}

func (e *env) importRansomware() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "import PATH… -o FILE",
		Short: "Learn families and notes, and write a compiled catalogue",
		Long: "Learn from the ransomware cluster of a MISP galaxy (JSON), from catalogues in Ward's own form (JSON, {\"families\": […]})\n" +
			"and from ransom notes in folders that are named after their family. Folders and archives are walked through; what is\n" +
			"none of these is passed over. The compiled catalogue holds names, addresses and hashes, but no text of a note.\n\n" +
			"Exits with 1 when nothing of use was found, and with 6 when some of it could not be read.",
		Example: "  ward ransomware import ./misp-galaxy/clusters/ransomware.json ./ransomware_notes -o ransomware.json\n  ward ransomware import notes.zip -o /var/lib/ward/ransomware.json",
		Args:    atLeast("a file or folder of what is known"),
		RunE: func(c *cobra.Command, args []string) error {
			return e.runImportRansomware(c.Context(), args, output)
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "", "file to write")
	_ = c.MarkFlagRequired("output") // only fails for a flag that does not exist
	return c
}

func (e *env) runImportRansomware(ctx context.Context, paths []string, output string) error {
	m, bad, err := e.collect(ctx, paths)
	if err != nil {
		return failed(err)
	}
	size, err := writeCatalogue(m, output)
	if err != nil {
		return failed(err)
	}
	fmt.Fprintf(e.err, "%d families, %d notes learned: %s, %d bytes\n", len(m.Families), m.Notes(), printable(output), size)
	if bad > 0 {
		return &exit{code: exitPartly, err: fmt.Errorf("%d files could not be used", bad)}
	}
	return nil
}

func writeCatalogue(m *ransom.Model, output string) (size int, err error) {
	data, err := m.Encode()
	if err != nil {
		return 0, err
	}
	return len(data), os.WriteFile(output, data, 0o644)
}

// trainingFamilies gives a training house the families and notes of the public
// data set, where that is there and the house has no catalogue of its own yet.
func (e *env) trainingFamilies(ctx context.Context, data string, sources ...string) error {
	sources = slices.DeleteFunc(sources, func(p string) bool { return p == "" })
	file := filepath.Join(data, compiledName)
	if _, err := os.Stat(file); err == nil || len(sources) == 0 {
		return nil
	}
	m, _, err := e.collect(ctx, sources)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	_, err = writeCatalogue(m, file)
	return err
}

// collect reads sources; what could not be used is told and counted.
func (e *env) collect(ctx context.Context, paths []string) (*ransom.Model, int, error) {
	var c ransom.Collector
	bad := 0
	broken := func(name string, err error) error {
		bad++
		_, werr := fmt.Fprintf(e.err, "%s: %v\n", printable(name), err)
		return werr
	}
	each := func(name string, r io.Reader) error {
		data, err := io.ReadAll(io.LimitReader(r, ransom.CatalogueLimit+1))
		if err != nil {
			return broken(name, err)
		}
		absolute, err := filepath.Abs(name) // "cd akira; ward ransomware import ."
		if err != nil {
			return broken(name, err)
		}
		if _, err := c.Add(filepath.ToSlash(absolute), data); err != nil {
			return broken(name, err)
		}
		return nil
	}
	if err := (files{each: each, broken: broken}).walk(ctx, paths); err != nil {
		return nil, bad, err
	}
	if families, notes := c.Counts(); families+notes == 0 {
		return nil, bad, fmt.Errorf("nothing to learn from in %s", printable(strings.Join(paths, ", ")))
	}
	m, err := c.Compile()
	return m, bad, err
}
