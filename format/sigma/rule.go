package sigma

import (
	"fmt"
	"strings"
)

// Level is a rule's own word for how serious a match is.
type Level string

const (
	Informational Level = "informational"
	Low           Level = "low"
	Medium        Level = "medium"
	High          Level = "high"
	Critical      Level = "critical"
)

// LogSource says what kind of log is meant. Of a rule: an empty part means
// "any". Of an event: an empty part means "not known". Parts are lower case.
type LogSource struct {
	Product  string // "windows"
	Category string // "process_creation"
	Service  string // "security"
}

// String gives "product/category/service" with "*" for an empty part.
func (l LogSource) String() string {
	part := func(s string) string {
		if s == "" {
			return "*"
		}
		return s
	}
	return part(l.Product) + "/" + part(l.Category) + "/" + part(l.Service)
}

// Rule is one document of a rule file: a detection rule, a correlation
// (Correlation is set) or a filter (Filter is set).
type Rule struct {
	ID          string // UUID as written; may be empty
	Name        string // for references of correlations and filters
	Title       string
	Status      string // stable, test, experimental, deprecated, unsupported
	Level       Level  // empty if not stated
	Author      string
	Date        string   // as written
	Tags        []string // "attack.t1059.001", "cve.2021-44228"
	References  []string
	Source      LogSource
	Correlation *Correlation
	Filter      *Filter
	File        string // as handed to Parse
	Line        int    // first line of the document in File, from 1

	searches  []search
	condition []string // alternatives, joined by OR
}

// Techniques gives the ATT&CK techniques of the tags: "T1059.001".
func (r *Rule) Techniques() []string {
	var out []string
	for _, t := range r.Tags {
		id, ok := strings.CutPrefix(strings.ToLower(t), "attack.t")
		if ok && id != "" && id[0] >= '0' && id[0] <= '9' {
			out = append(out, "T"+id)
		}
	}
	return out
}

// Refused is a rule, or a whole document, that is not used, and why.
type Refused struct {
	File   string
	Line   int // of the fault as near as known, from 1; 0 if unknown
	ID     string
	Title  string
	Reason string // stable word for machines: see the constants below
	Detail string // evidence in English
}

// Reasons of refusal.
const (
	NotYAML         = "yaml"         // not readable as YAML, or past a bound
	NotRule         = "rule"         // lacks what a rule must have
	BadCondition    = "condition"    // the condition cannot be understood
	Aggregation     = "aggregation"  // "| count()" of old rules: write a correlation
	BadDetection    = "detection"    // a search is not of the known shapes
	UnknownModifier = "modifier"     // no such value modifier, or not in this combination
	BadValue        = "value"        // a value does not fit its modifier
	BadRegex        = "regex"        // not a regular expression of linear time (RE2)
	NoPlaceholder   = "placeholder"  // %name% without values
	BadCorrelation  = "correlation"  // a correlation that cannot be understood
	UnknownRule     = "rule-unknown" // refers to a rule that is not there or was refused
	BadFilter       = "filter"       // a filter that cannot be understood
	TooLarge        = "limit"        // past a bound of this package
	Deprecated      = "status"       // left out because of its status
)

// Error gives "file:line: reason: detail".
func (r Refused) Error() string {
	return fmt.Sprintf("%s:%d: %s: %s", r.File, r.Line, r.Reason, r.Detail)
}

// fault is what goes wrong inside one rule; the rule's file and title are added
// where they are known.
type fault struct {
	line   int
	reason string
	detail string
}

func (f *fault) Error() string { return f.reason + ": " + f.detail }

func faultf(line int, reason, format string, args ...any) *fault {
	return &fault{line: line, reason: reason, detail: clip(fmt.Sprintf(format, args...))}
}

// clip keeps evidence short: values of hostile rules can be long.
func clip(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

func (r *Rule) refuse(err error) Refused {
	out := Refused{File: r.File, Line: r.Line, ID: r.ID, Title: r.Title, Reason: NotRule, Detail: err.Error()}
	if f, ok := err.(*fault); ok {
		out.Reason, out.Detail = f.reason, f.detail
		if f.line > 0 {
			out.Line = f.line
		}
	}
	return out
}
