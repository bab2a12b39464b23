package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ward/detect/sensor/agent"
	"ward/format/indicator"
	"ward/format/pack"
)

// listOptions are the flags that say how lists of indicators are read.
type listOptions struct {
	private  bool
	warnings []string
	benign   string // mark or drop
}

func (o *listOptions) flags(c *cobra.Command) {
	f := c.Flags()
	f.BoolVar(&o.private, "private", false, "take private and reserved addresses too")
	f.StringArrayVar(&o.warnings, "warning-lists", nil, "MISP warning lists of harmless values: file, folder or archive; may be given more than once")
	f.StringVar(&o.benign, "benign", "mark", "what to do with values on a warning list: mark or drop")
}

func (e *env) indicators() *cobra.Command {
	c := &cobra.Command{
		Use: "indicators", Short: "Check lists of indicators and compile them for scanning",
		Example: "  ward indicators check hsc-2026-014.csv\n  ward indicators compile lists/ feed.json -o indicators.idx\n  ward scan --indicators indicators.idx /var/log",
	}
	c.AddCommand(e.indicatorsCompile(), e.indicatorsCheck())
	return c
}

func (e *env) indicatorsCompile() *cobra.Command {
	var o listOptions
	var out string
	var quiet bool
	c := &cobra.Command{
		Use: "compile LIST... -o FILE", Short: "Compile lists into one index that ward scan maps",
		Long: "LIST is a text list, a table (CSV), a STIX 2.1 bundle, a MISP event, a bundle of ward or a compiled index; a folder\n" +
			"or an archive of them. FILE is replaced as a whole. What is refused is counted; ward indicators check says why.",
		Example: "  ward indicators compile hsc-2026-014.csv -o hsc.idx\n  ward indicators compile feeds/ --warning-lists warninglists.tar.gz --benign drop -o all.idx",
		Args:    atLeast("a list, or a folder or an archive of lists"),
		RunE: func(c *cobra.Command, args []string) error {
			l, err := e.readLists(c.Context(), args, o)
			if err != nil {
				return err
			}
			if l.builder.Len() == 0 { // an index that finds nothing would tell of safety
				return l.none()
			}
			if err := agent.WriteFile(out, l.builder.Bytes()); err != nil {
				return failed(err)
			}
			if !quiet {
				fmt.Fprintf(e.err, "%d indicators from %d lists; %d lines or objects refused, %d given twice\n", l.builder.Len(), len(l.reports), l.refused(), l.builder.Again())
			}
			return l.partly()
		},
	}
	o.flags(c)
	c.Flags().StringVarP(&out, "output", "o", "", "the index to write")
	c.Flags().BoolVar(&quiet, "quiet", false, "no counts on stderr")
	_ = c.MarkFlagRequired("output") // only fails for a flag that does not exist
	return c
}

// lists are what was read from --indicators.
type lists struct {
	builder indicator.Builder
	reports []*indicator.Report
	broken  []string // lists that could not be read to their end
}

func (l *lists) refused() (n int) {
	for _, r := range l.reports {
		n += r.RefusedTotal
	}
	return n
}

func (l *lists) partly() error {
	if len(l.broken) == 0 {
		return nil
	}
	return &exit{code: exitPartly, err: fmt.Errorf("%d lists could not be read to their end: %s", len(l.broken), l.why())}
}

// why names the first lists that could not be read to their end.
func (l *lists) why() string {
	told := strings.Join(l.broken[:min(3, len(l.broken))], "; ")
	if more := len(l.broken) - 3; more > 0 {
		told += fmt.Sprintf("; and %d more", more)
	}
	return printable(told)
}

// none is the error of lists in which there is nothing to look for.
func (l *lists) none() error {
	err := errors.New("nothing in the lists is an indicator")
	if len(l.broken) > 0 {
		err = fmt.Errorf("%w: %s", err, l.why())
	}
	return failed(err)
}

// sayLists says what the lists gave.
func (e *env) sayLists(l *lists) {
	fmt.Fprintf(e.err, "%d indicators", l.builder.Len())
	if n := l.refused(); n > 0 {
		fmt.Fprintf(e.err, "; %d lines or objects of the lists refused (ward indicators check says why)", n)
	}
	fmt.Fprintln(e.err)
}

// readLists reads lists of every kind into one builder.
func (e *env) readLists(ctx context.Context, paths []string, o listOptions) (*lists, error) {
	options := indicator.Options{Private: o.private, DropBenign: o.benign == "drop"}
	if o.benign != "mark" && o.benign != "drop" {
		return nil, &exit{code: exitUsage, err: errors.New("--benign is mark or drop")}
	}
	l := &lists{broken: []string{}}
	var err error
	if options.Warnings, err = e.readWarnings(ctx, o.warnings, l); err != nil {
		return nil, failed(err)
	}
	for _, path := range paths {
		if agent.IsIndex(path) {
			err = l.addIndex(path)
		} else {
			err = l.add(ctx, path, options)
		}
		if err != nil {
			return nil, failed(err)
		}
	}
	if l.builder.Len() == 0 && len(l.reports) == 0 {
		if len(l.broken) > 0 {
			return nil, l.none()
		}
		return nil, failed(errors.New("no list of indicators was found"))
	}
	return l, nil
}

// maxList bounds what the lists of one file unfold to: more than an index holds.
const maxList = 8 << 30

func (l *lists) add(ctx context.Context, path string, o indicator.Options) error {
	return files{
		limits: pack.Limits{File: maxList, Total: maxList},
		broken: func(name string, err error) error {
			l.broken = append(l.broken, name+": "+err.Error())
			return nil
		},
		each: func(name string, r io.Reader) error {
			report, err := indicator.Read(sourceName(path, name), r, o, l.builder.Add)
			if errors.Is(err, indicator.ErrTooMany) {
				return err
			}
			l.reports = append(l.reports, report)
			if err != nil {
				l.broken = append(l.broken, name+": "+err.Error())
			}
			return nil
		},
	}.walk(ctx, []string{path})
}

func (l *lists) addIndex(path string) error {
	x, _, closing, err := agent.OpenIndex(path)
	if err != nil {
		return err
	}
	defer closing() //nolint:errcheck // read only
	report := &indicator.Report{Source: filepath.Base(path), Format: "index", Counts: map[indicator.Type]int{}}
	l.reports = append(l.reports, report)
	return x.Each(func(i indicator.Indicator) error {
		if len(i.All) > 0 {
			report.Patterns++
		} else {
			report.Counts[i.Type]++
		}
		return l.builder.Add(i)
	})
}

// sourceName is how hits name a list: its path below what was named.
func sourceName(named, name string) string {
	rel, err := filepath.Rel(filepath.Dir(named), name)
	if err != nil || strings.HasPrefix(rel, "..") {
		return filepath.Base(name)
	}
	return filepath.ToSlash(rel)
}

// maxWarningList bounds one warning list.
const maxWarningList = 64 << 20

func (e *env) readWarnings(ctx context.Context, paths []string, l *lists) (*indicator.Warnings, error) {
	if len(paths) == 0 {
		return nil, nil
	}
	w := &indicator.Warnings{}
	broken := func(name string, err error) error {
		l.broken = append(l.broken, name+": "+err.Error())
		return nil
	}
	err := files{broken: broken, each: func(name string, r io.Reader) error {
		if !strings.EqualFold(filepath.Ext(name), ".json") {
			return nil
		}
		data, err := io.ReadAll(io.LimitReader(r, maxWarningList+1))
		if err != nil || len(data) > maxWarningList {
			return broken(name, errors.Join(err, errors.New("it cannot be read within 64 MiB")))
		}
		_, err = w.Add(name, data)
		if err != nil && !errors.Is(err, indicator.ErrNoWarnings) {
			return broken(name, err)
		}
		return nil
	}}.walk(ctx, paths)
	if err == nil && w.Len() == 0 {
		err = errors.New("no MISP warning list was found in " + strings.Join(paths, ", "))
	}
	return w, err
}

// byType are counts in the order of the types.
func byType(counts map[indicator.Type]int) (out []string) {
	for _, t := range indicator.Types() {
		if n := counts[t]; n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, t))
		}
	}
	return slices.Clip(out)
}
