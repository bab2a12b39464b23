package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/schollz/progressbar/v3"

	"ward"
	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/report"
)

// hitWriter prints hits as they come, or gathers them for a report.
type hitWriter interface {
	hit(*agent.Hit) error
	end(agent.Summary) error
}

func (e *env) scanWriter(o scanOptions, out io.Writer, facts *report.Facts) (hitWriter, error) {
	format := o.format
	if format == "" {
		format = "json"
		if terminal(e.out) {
			format = "text"
		}
	}
	var w hitWriter
	switch format {
	case "json":
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		w = jsonHits{enc}
	case "text":
		w = textHits{out}
	case "html":
		lang, ok := ward.ParseLang(o.lang)
		if !ok {
			return nil, fmt.Errorf("--lang %q is no language of the Union", o.lang)
		}
		if o.resume != "" { // the hits before the interruption would be missing in it
			return nil, errors.New("--resume goes with --format json or text")
		}
		w = &htmlHits{out: out, lang: lang, facts: facts}
	default:
		return nil, errors.New("--format is text, json or html")
	}
	return w, nil
}

// jsonHits prints one object a line.
type jsonHits struct{ enc *json.Encoder }

func (j jsonHits) hit(h *agent.Hit) error  { return j.enc.Encode(h) }
func (j jsonHits) end(agent.Summary) error { return nil }

// textHits prints one line for people. What comes from a log cannot steer the
// terminal.
type textHits struct{ out io.Writer }

func (t textHits) hit(h *agent.Hit) error {
	when := ""
	if h.Time != nil {
		when = h.Time.Format("2006-01-02T15:04:05Z ")
	}
	what := h.Type + " " + h.Indicator
	if h.RuleTitle != "" || h.RuleID != "" { // a rule need not have an id
		what = "rule " + h.RuleTitle + " (" + h.Level + ")"
	}
	from := h.Source
	if len(h.Sources) > 1 {
		from = strings.Join(h.Sources, ", ")
	}
	if h.Ref != "" {
		from += " " + h.Ref
	}
	if h.Benign != "" {
		from += "; harmless after " + h.Benign
	}
	_, err := fmt.Fprintf(t.out, "%s\n", printable(fmt.Sprintf("%s:%d: %s%s [%s] %s", h.File, h.Line, when, what, strings.TrimSpace(from), h.Text)))
	return err
}

func (t textHits) end(agent.Summary) error { return nil }

// htmlHits makes a report of all hits at the end.
type htmlHits struct {
	out    io.Writer
	lang   ward.Lang
	facts  *report.Facts
	gather report.Gatherer
}

func (h *htmlHits) hit(x *agent.Hit) error {
	h.gather.Add(x)
	return nil
}

func (h *htmlHits) end(sum agent.Summary) error {
	h.facts.Summary = sum
	return h.gather.Write(h.out, h.lang, *h.facts)
}

// sayScan tells on stderr what the scan covered, and what not.
func (e *env) sayScan(sum agent.Summary, at agent.Progress, keep *keeper) {
	fmt.Fprintf(e.err, "%d files, %d lines, %s read: %d hits\n", sum.Files, sum.Lines, sizeOf(sum.Bytes), sum.Hits)
	if sum.Older > 0 {
		fmt.Fprintf(e.err, "%d hits left out as older than --since\n", sum.Older)
	}
	if sum.NoTime > 0 {
		fmt.Fprintf(e.err, "%d hits have no known time and were kept in spite of --since\n", sum.NoTime)
	}
	if n := sum.Counts[agent.Unassigned]; n > 0 { // "0 hits" means nothing for these
		fmt.Fprintf(e.err, "%d records are of no kind of log that the rules' log sources mean, and no rule was asked of them; --any-source asks all\n", n)
	}
	for i, s := range sum.Skipped {
		if i == shownRefusals {
			fmt.Fprintf(e.err, "and %d more not looked at\n", sum.SkippedTotal-i)
			break
		}
		place := s.File
		if s.From > 0 {
			place += fmt.Sprintf(" from byte %d", s.From)
		}
		fmt.Fprintf(e.err, "not looked at: %s: %s\n", printable(place), printable(s.Reason))
	}
	if sum.Complete {
		return
	}
	fmt.Fprintf(e.err, "interrupted: covered up to %s line %d\n", printable(orNone(at.File)), at.Line)
	if keep.path != "" {
		fmt.Fprintf(e.err, "the same command goes on there\n")
	}
}

func sizeOf(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	f, i := float64(n), 0
	for f >= 1000 && i < len(units)-1 {
		f, i = f/1000, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}

// scanBar is the progress on a terminal.
type scanBar struct {
	bar *progressbar.ProgressBar
}

func (e *env) scanBar(quiet bool) *scanBar {
	if quiet || !terminal(e.err) {
		return &scanBar{}
	}
	return &scanBar{bar: progressbar.NewOptions64(-1, progressbar.OptionSetWriter(e.err), progressbar.OptionShowBytes(true),
		progressbar.OptionSetDescription("scanning"), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100_000_000))}
}

func (s *scanBar) step(p *agent.Progress) {
	if s.bar == nil {
		return
	}
	if p.Total > 0 && s.bar.GetMax64() != p.Total {
		s.bar.ChangeMax64(p.Total)
	}
	_ = s.bar.Set64(min(p.Done+min(p.Offset, max(p.Size, 0)), p.Total)) // a broken terminal ends no scan
}

func (s *scanBar) done() {
	if s.bar != nil {
		_ = s.bar.Finish() // as above
	}
}
