package agent

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"ward/format/logline"
	"ward/format/sigma"
)

// Rules is the Detector of Sigma rules: it reads a log as records and tests each.
type Rules struct {
	Engine *sigma.Engine
	Config *Config // LogFormat, Zone and Now are of use here
}

// Detect reads a log to its end. It counts records, those
// of another format than their log, lines cut, entries refused by reason, and
// records of which no rule says where to look for them.
func (x *Rules) Detect(ctx context.Context, log Log, r io.Reader, tell func(*Hit)) (map[string]int64, error) {
	options := x.Config.lines(log)
	options.Whole = true // the matcher reads objects itself
	reader, err := logline.NewReader(x.Config.LogFormat, r, options)
	if err != nil {
		return nil, err
	}
	m, chain := x.Engine.NewMatcher(), x.Engine.NewCorrelator()
	sources := map[logline.LogSource]*sigma.Source{}
	var fields []sigma.Field
	var last place
	for ctx.Err() == nil {
		rec, end := reader.Next()
		if end != nil {
			if end != io.EOF {
				err = end
			}
			break
		}
		m.Assume(x.source(sources, rec.Source()))
		last = place{int64(rec.Line), rec.Offset}
		found, ok := test(m, rec, &fields)
		if (len(found) > 0 || !ok) && !reader.Fill(rec) {
			continue
		}
		for _, match := range chain.Add(m, found, rec.Time) {
			tell(ruleHit(m, rec, match))
		}
	}
	for _, match := range chain.Flush(endOfTime) {
		h := matched(match)
		h.Line, h.Offset, h.Time = last.line, last.offset, &match.Correlated.Last
		tell(h)
	}
	out := counts(reader.Counts(), m.Stats)
	if x.Engine.AnySource() {
		delete(out, Unassigned) // all rules were asked of them
	}
	if n := chain.Forgotten + chain.Late + chain.Untimed; n > 0 {
		out["events that correlations could not place"] = int64(n)
	}
	return out, err
}

// place is where the record stands that a correlation over the end of a log is told at.
type place struct{ line, offset int64 }

// endOfTime closes the windows of correlations that wait for more.
var endOfTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// test hands a record to the matcher: an object as it stands, which is exact
// about names and lists, anything else as fields. Not ok is an object that
// cannot be read.
func test(m *sigma.Matcher, rec *logline.Record, fields *[]sigma.Field) (found []sigma.Match, ok bool) {
	if rec.Object() && !rec.Cut {
		if matches, err := m.JSON(rec.Raw); err == nil || len(rec.Fields) == 0 {
			return matches, err == nil
		}
	}
	*fields = sigmaFields((*fields)[:0], rec)
	return m.Fields(nil, *fields), true
}

// source asks the engine once for each kind of log. Nil, for a kind of which
// nothing is known, leaves it to the record's fields.
func (x *Rules) source(known map[logline.LogSource]*sigma.Source, of logline.LogSource) *sigma.Source {
	if of == (logline.LogSource{}) {
		return nil
	}
	s, ok := known[of]
	if !ok {
		s = x.Engine.Source(sigma.LogSource(of))
		known[of] = s
	}
	return s
}

// sigmaFields hands a record's fields on without copying: the matcher keeps
// nothing of an event. The field without a name is the whole line, in which
// keywords are looked for.
func sigmaFields(out []sigma.Field, r *logline.Record) []sigma.Field {
	for _, f := range r.Fields {
		out = append(out, sigma.Field(f))
	}
	if len(r.Raw) > 0 {
		out = append(out, sigma.Field{Value: r.Raw})
	}
	return out
}

// ruleHit says what matched, with the fields that made it match.
func ruleHit(m *sigma.Matcher, r *logline.Record, match sigma.Match) *Hit {
	h := matched(match)
	h.Line, h.Offset = int64(r.Line), r.Offset
	whole := ""
	if len(r.Raw) > maxText {
		whole = string(r.Raw[:min(len(r.Raw), maxText+margin)])
	}
	h.show(r.Raw, whole, 0, 0)
	h.record(r)
	for _, f := range m.Evidence(match) {
		h.field(f)
	}
	return h
}

// matched is what a hit says of a rule, and of what a correlation joined.
func matched(match sigma.Match) *Hit {
	r := match.Rule
	h := &Hit{RuleID: r.ID, RuleTitle: r.Title, Level: string(r.Level), Attack: r.Techniques(), Source: r.File}
	if c := match.Correlated; c != nil {
		what := strconv.Itoa(c.Count)
		if t := r.Correlation.Type; t.Measures() {
			what = fmt.Sprintf("%s %s of %s", t, strconv.FormatFloat(c.Measure, 'f', -1, 64), what)
		}
		h.Note = fmt.Sprintf("%s between %s and %s", what, c.First.Format(time.RFC3339), c.Last.Format(time.RFC3339))
		for _, f := range c.Group {
			h.field(f)
		}
	}
	return h
}

// field adds what is no whole line.
func (h *Hit) field(f sigma.Field) {
	if f.Name == "" || len(h.Fields) == maxFields {
		return
	}
	if h.Fields == nil {
		h.Fields = map[string]string{}
	}
	h.Fields[f.Name] = clipped(f.Value)
}

// Unassigned names the count of records that no rule was asked of.
const Unassigned = "records without a log source"

// counts names what a summary adds up.
func counts(c logline.Counts, s sigma.Stats) map[string]int64 {
	out := map[string]int64{"records": int64(c.Records), "records of another format": int64(c.Other),
		"lines cut": int64(c.Cut), Unassigned: int64(s.Unassigned), "rules evaluated": int64(s.Evaluated)}
	for why, n := range c.Refused {
		out["refused: "+string(why)] += int64(n)
	}
	return out
}
