package agent

import (
	"context"
	"io"
	"unsafe"

	"ward/format/logline"
	"ward/format/sigma"
)

// Rules is the Detector of Sigma rules: it reads a log as records and tests each.
type Rules struct {
	Engine *sigma.Engine
	Config *Config // LogFormat, Zone and Now are of use here
}

// Detect reads a log to its end. It counts records, records with a time, those
// of another format than their log, lines cut, entries refused by reason, and
// records of which no rule says where to look for them.
func (x *Rules) Detect(ctx context.Context, log Log, r io.Reader, tell func(*Hit)) (map[string]int64, error) {
	reader, err := logline.NewReader(x.Config.LogFormat, r, x.Config.lines(log))
	if err != nil {
		return nil, err
	}
	m := x.Engine.NewMatcher()
	sources := map[logline.LogSource]*sigma.Source{}
	var fields []sigma.Field
	for ctx.Err() == nil {
		rec, end := reader.Next()
		if end != nil {
			if end != io.EOF {
				err = end
			}
			break
		}
		m.Assume(x.source(sources, rec.Source()))
		fields = sigmaFields(fields[:0], rec)
		for _, match := range m.Fields(nil, fields) {
			tell(ruleHit(rec, match.Rule))
		}
	}
	return counts(reader.Counts(), m.Stats), err
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
// nothing of an event, and the record stays until the next. The field without a
// name is the whole line, in which keywords are looked for.
func sigmaFields(out []sigma.Field, r *logline.Record) []sigma.Field {
	for _, f := range r.Fields {
		if f.Value != nil { // null is as absent
			out = append(out, sigma.Field{Name: f.Name, Value: unsafe.String(unsafe.SliceData(f.Value), len(f.Value))})
		}
	}
	if len(r.Raw) > 0 {
		out = append(out, sigma.Field{Value: unsafe.String(unsafe.SliceData(r.Raw), len(r.Raw))})
	}
	return out
}

// ruleHit says what matched, with the fields that the rule looks at.
func ruleHit(r *logline.Record, rule *sigma.Rule) *Hit {
	h := &Hit{Line: int64(r.Line), Offset: r.Offset, RuleID: rule.ID, RuleTitle: rule.Title, Level: string(rule.Level), Attack: rule.Techniques(),
		Source: rule.File, Text: excerpt(r.Raw, 0, 0)}
	h.record(r)
	for _, name := range rule.FieldNames() {
		if v := r.Get(name); v != nil && len(h.Fields) < maxFields {
			if h.Fields == nil {
				h.Fields = map[string]string{}
			}
			h.Fields[name] = clipped(v)
		}
	}
	return h
}

// counts names what a summary adds up.
func counts(c logline.Counts, s sigma.Stats) map[string]int64 {
	out := map[string]int64{"records": int64(c.Records), "records with a time": int64(c.Timed), "records of another format": int64(c.Other),
		"lines cut": int64(c.Cut), "records without a log source": int64(s.Unassigned), "rules evaluated": int64(s.Evaluated)}
	for why, n := range c.Refused {
		out["refused: "+string(why)] += int64(n)
	}
	return out
}
