package rule

import (
	"slices"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/interpreter"
)

// Why is one node of an explanation: what was asked, the answer, the article,
// and the parts that decided it. Parts that made no difference are left out.
type Why struct {
	Text    string `json:"text"`              // condition in CEL, or a fact's id
	Title   string `json:"title,omitempty"`   // the same in English words, where data gives them
	Value   string `json:"value"`             // yes, no, unknown, a number, words
	Source  string `json:"source,omitempty"`  // article or guideline
	Code    string `json:"code,omitempty"`    // why the value is what it is, one of the codes below
	Note    string `json:"note,omitempty"`    // the same in English words
	Because []Why  `json:"because,omitempty"` // the deciding parts
}

// Codes of an explanation, for pages that say it in the reader's language.
const (
	CodeAssumed      = "assumed"      // nobody answered; taken as given
	CodeStated       = "stated"       // somebody said so, and the computation agrees
	CodeAskable      = "askable"      // derived and open, and may be answered itself
	CodeContradicted = "contradicted" // somebody said so against the computation
	CodeCountry      = "country"      // the country's law answers
	CodeCounted      = "counted"      // from the earlier incidents
	CodeNotYet       = "not_yet"      // not yet in force that day
	CodeEnded        = "ended"        // no longer in force that day
	CodeCalendar     = "calendar"     // runs by the calendar
	CodeHandled      = "handled"      // the incident was over by then
	CodeIncomputable = "incomputable" // overflow or cost limit
)

// Asks lists the facts whose answers are missing and could change the node, in
// order of appearance, each once: a fact that may be answered itself stands before
// those from which it would follow.
func (w Why) Asks() []string {
	var out []string
	w.each(func(n Why) {
		if n.Value == Unknown.String() && (len(n.Because) == 0 || n.Code == CodeAskable) && idPattern().MatchString(n.Text) && !slices.Contains(out, n.Text) {
			out = append(out, n.Text)
		}
	})
	return out
}

// Assumed lists the facts that were taken as given, each once.
func (w Why) Assumed() []string {
	var out []string
	w.each(func(n Why) {
		if n.Code == CodeAssumed && !slices.Contains(out, n.Text) {
			out = append(out, n.Text)
		}
	})
	return out
}

// each visits w and all below it, the outer first.
func (w Why) each(fn func(Why)) {
	fn(w)
	for _, b := range w.Because {
		b.each(fn)
	}
}

// explainer makes the tree of one evaluation.
type explainer struct {
	x      *expression
	s      *state
	values interpreter.EvalState
}

// truth is the answer of one part. Literals carry no state of their own.
func (y *explainer) truth(e ast.Expr) Truth {
	v, ok := y.values.Value(e.ID())
	if !ok && e.Kind() == ast.LiteralKind {
		v = e.AsLiteral()
	}
	if b, isBool := v.(types.Bool); isBool {
		return TruthOf(bool(b))
	}
	return Unknown
}

// node explains one part of the expression, going down as long as there is
// something to say.
func (y *explainer) node(e ast.Expr) Why {
	if e.Kind() == ast.IdentKind {
		return y.s.fact(e.AsIdent())
	}
	w := Why{Text: y.x.words(e), Value: y.value(e)}
	if e.Kind() != ast.CallKind {
		return w
	}
	args := e.AsCall().Args()
	switch e.AsCall().FunctionName() {
	case operators.LogicalAnd, operators.LogicalOr:
		w.Because = y.deciding(e, e.AsCall().FunctionName())
		if len(w.Because) == 1 { // the operator adds nothing to the one part that decided
			return w.Because[0]
		}
	case operators.LogicalNot:
		w.Because = []Why{y.node(args[0])}
	case operators.Conditional:
		w.Because = []Why{y.node(args[0])}
		switch y.truth(args[0]) {
		case Yes:
			w.Because = append(w.Because, y.facts(args[1])...)
		case No:
			w.Because = append(w.Because, y.facts(args[2])...)
		}
	default:
		w.Because = y.facts(e)
	}
	return w
}

// deciding are the parts of a chain of one operator that made its answer: one
// no decides an "and", one yes an "or"; otherwise all parts do.
func (y *explainer) deciding(e ast.Expr, op string) []Why {
	answer := y.truth(e)
	alone := map[string]Truth{operators.LogicalAnd: No, operators.LogicalOr: Yes}[op]
	var out []Why
	for _, part := range flatten(e, op, nil) {
		t := y.truth(part)
		if answer == t || answer != alone && answer != Unknown {
			out = append(out, y.node(part))
		}
	}
	return out
}

// flatten lists the parts of a && b && c.
func flatten(e ast.Expr, op string, out []ast.Expr) []ast.Expr {
	if e.Kind() == ast.CallKind && e.AsCall().FunctionName() == op {
		for _, a := range e.AsCall().Args() {
			out = flatten(a, op, out)
		}
		return out
	}
	return append(out, e)
}

// facts are the facts that e names.
func (y *explainer) facts(e ast.Expr) []Why {
	switch e.Kind() {
	case ast.IdentKind:
		return []Why{y.s.fact(e.AsIdent())}
	case ast.CallKind:
		var out []Why
		for _, a := range e.AsCall().Args() {
			out = append(out, y.facts(a)...)
		}
		return out
	}
	return nil
}

// value is the answer of one part in words.
func (y *explainer) value(e ast.Expr) string {
	v, ok := y.values.Value(e.ID())
	if !ok || types.IsUnknownOrError(v) {
		return Unknown.String()
	}
	return spell(v.Value())
}
