package sigma

import (
	"math"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Correlation is a rule about matches of other rules (correlation rules
// specification 2.1.0).
type Correlation struct {
	Type     CorrelationType
	Rules    []string // ids or names, in order
	GroupBy  []string
	Timespan time.Duration
	Generate bool                         // the named rules are told for themselves too
	Aliases  map[string]map[string]string // alias -> rule -> field
	Field    []string                     // of which values are counted or measured
	Bounds   []Bound                      // all must hold
	Percent  float64                      // of value_percentile: which, 0 to 100
	Terms    string                       // condition over the rules' names, temporal only
}

// CorrelationType is how matches are put together.
type CorrelationType string

const (
	EventCount      CorrelationType = "event_count"
	ValueCount      CorrelationType = "value_count"
	Temporal        CorrelationType = "temporal"
	TemporalOrdered CorrelationType = "temporal_ordered"
	ValueSum        CorrelationType = "value_sum"
	ValueAvg        CorrelationType = "value_avg"
	ValuePercentile CorrelationType = "value_percentile"
	ValueMedian     CorrelationType = "value_median" // no part of the specification; pySigma has it
)

// Measures tells whether the values of a field are numbers to be put together, not
// things to be counted.
func (t CorrelationType) Measures() bool {
	return t == ValueSum || t == ValueAvg || t == ValuePercentile || t == ValueMedian
}

// Bound is one criterion of a count or measure: Op is gt, gte, lt, lte, eq or neq.
type Bound struct {
	Op    string
	Count float64
}

func (b Bound) holds(n float64) bool {
	switch b.Op {
	case "gt":
		return n > b.Count
	case "gte":
		return n >= b.Count
	case "lt":
		return n < b.Count
	case "lte":
		return n <= b.Count
	case "eq":
		return n == b.Count
	}
	return n != b.Count
}

// Bounds of a correlation.
const (
	maxReferences = 100
	maxGroupBy    = 16
	maxTimespan   = 31 * 24 * time.Hour
	maxCount      = 100_000
	maxMeasure    = 1e15 // bytes are summed; whole numbers are exact up to here
)

func readCorrelation(rule *Rule, n *yaml.Node, offset int) *fault {
	if n.Kind != yaml.MappingNode {
		return faultf(n.Line, BadCorrelation, "the correlation is no map")
	}
	c := &Correlation{Type: CorrelationType(text(get(n, "type"))), Rules: texts(get(n, "rules")), GroupBy: texts(get(n, "group-by"))}
	rule.Correlation = c
	if len(c.Rules) == 0 { // an extended condition names them by itself
		c.Rules = named(text(get(n, "condition")))
	}
	if len(c.Rules) == 0 || len(c.Rules) > maxReferences || len(c.GroupBy) > maxGroupBy {
		return faultf(n.Line, BadCorrelation, "%d rules and %d fields to group by", len(c.Rules), len(c.GroupBy))
	}
	span, ok := timespan(text(get(n, "timespan")))
	if !ok {
		return faultf(n.Line, BadCorrelation, "timespan %q: a number and s, m, h, d or w, up to 31 days", text(get(n, "timespan")))
	}
	c.Timespan = span
	c.readAliases(get(n, "aliases"))
	switch c.Type {
	case EventCount, ValueCount, Temporal, TemporalOrdered, ValueSum, ValueAvg, ValuePercentile, ValueMedian:
		return c.readCondition(n)
	}
	return faultf(n.Line, BadCorrelation, "type %q is not supported", c.Type)
}

// named gives the names of rules in a condition, each once.
func named(condition string) (out []string) {
	for _, w := range tokens(condition) {
		switch strings.ToLower(w) {
		case "(", ")", "and", "or", "not":
			continue
		}
		if !contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// readGenerate takes "generate", which stands beside the correlation (specification
// 2.1.0, "Generate"); many write it into it, as pySigma reads it. A word that is no
// truth value would silence rules, and is refused.
func (c *Correlation) readGenerate(nodes ...*yaml.Node) *fault {
	for _, n := range nodes {
		if n == nil || text(n) == "" {
			continue
		}
		yes, ok := truth(text(n))
		if !ok {
			return faultf(n.Line, BadCorrelation, "generate is true or false, not %q", text(n))
		}
		c.Generate = c.Generate || yes
	}
	return nil
}

// truth reads a truth value of YAML, of version 1.1 as well, which most rules are
// written for.
func truth(s string) (yes, ok bool) {
	switch strings.ToLower(s) {
	case "true", "yes", "on":
		return true, true
	case "false", "no", "off":
		return false, true
	}
	return false, false
}

func (c *Correlation) readAliases(n *yaml.Node) {
	if n == nil || n.Kind != yaml.MappingNode {
		return
	}
	c.Aliases = map[string]map[string]string{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		fields := map[string]string{}
		if of := resolve(n.Content[i+1]); of.Kind == yaml.MappingNode {
			for j := 0; j+1 < len(of.Content); j += 2 {
				fields[of.Content[j].Value] = text(of.Content[j+1])
			}
		}
		c.Aliases[n.Content[i].Value] = fields
	}
}

func (c *Correlation) readCondition(n *yaml.Node) *fault {
	cond := get(n, "condition")
	temporal := c.Type == Temporal || c.Type == TemporalOrdered
	if cond == nil {
		if !temporal {
			return faultf(n.Line, BadCorrelation, "no condition")
		}
		c.Bounds = []Bound{{"gte", float64(len(c.Rules))}}
		return nil
	}
	if cond.Kind == yaml.ScalarNode && temporal {
		c.Terms = cond.Value
		return nil
	}
	if cond.Kind != yaml.MappingNode {
		return faultf(cond.Line, BadCorrelation, "the condition is no map")
	}
	c.Percent = -1
	if c.Type == ValueMedian {
		c.Percent = 50
	}
	for i := 0; i+1 < len(cond.Content); i += 2 {
		if f := c.readCriterion(cond.Content[i], cond.Content[i+1]); f != nil {
			return f
		}
	}
	switch {
	case len(c.Bounds) == 0 || c.Type == ValueCount && len(c.Field) == 0:
		return faultf(cond.Line, BadCorrelation, "the condition lacks a count or, for value_count, a field")
	case c.Type.Measures() && len(c.Field) != 1:
		return faultf(cond.Line, BadCorrelation, "%s measures one field, not %d", c.Type, len(c.Field))
	case c.Type == ValuePercentile && c.Percent < 0:
		return faultf(cond.Line, BadCorrelation, "value_percentile does not say which percentile")
	}
	return nil
}

// readCriterion reads a bound, or what is counted or measured.
func (c *Correlation) readCriterion(key, value *yaml.Node) *fault {
	name := key.Value
	number, err := strconv.ParseFloat(text(value), 64)
	switch {
	case name == "field":
		c.Field = texts(value)
	case name == "percentile" && c.Type == ValuePercentile && err == nil && number >= 0 && number <= 100:
		c.Percent = number
	case err == nil && contains([]string{"gt", "gte", "lt", "lte", "eq", "neq"}, name) &&
		(number >= 0 && number <= maxCount && number == math.Trunc(number) || c.Type.Measures() && math.Abs(number) <= maxMeasure):
		c.Bounds = append(c.Bounds, Bound{name, number})
	default:
		return faultf(key.Line, BadCorrelation, "condition %s: %s", name, text(value))
	}
	return nil
}

// timespan reads "90m", and weeks as pySigma does. Capital M was a month in old drafts and is refused.
func timespan(s string) (time.Duration, bool) {
	if len(s) < 2 {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(s[:len(s)-1]))
	unit, ok := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}[s[len(s)-1]]
	if err != nil || !ok || n <= 0 || n > int(maxTimespan/time.Second) {
		return 0, false
	}
	d := time.Duration(n) * unit
	return d, d <= maxTimespan
}
