package rule

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"
)

// Bounds of an expression. The longest of the law takes some 300 characters;
// the cost limit only guards against data that nobody read.
const (
	maxExpression = 1000
	maxDepth      = 24
	maxCost       = 10_000
)

// functions are the operators that a condition may use. Division, text functions,
// regular expressions and conversions are left out: with these, nothing can fail
// but an overflow, and input numbers are bounded against that.
var functions = []string{operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot, operators.Conditional, operators.In,
	operators.Equals, operators.NotEquals, operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals,
	operators.Add, operators.Subtract, operators.Multiply}

// expression is one compiled condition. It is safe for concurrent use.
type expression struct {
	text string
	prog cel.Program
	root ast.Expr
	info *ast.SourceInfo
	vars []string // facts that it names
}

// language declares the facts to CEL.
func language(facts []*Fact, derived []*Derived) (*cel.Env, error) {
	subset := &env.LibrarySubset{DisableMacros: true}
	for _, f := range functions {
		subset.IncludeFunctions = append(subset.IncludeFunctions, env.NewFunction(f))
	}
	opts := []cel.EnvOption{cel.StdLib(cel.StdLibSubset(subset)), cel.ParserExpressionSizeLimit(maxExpression), cel.ParserRecursionLimit(maxDepth)}
	for _, f := range facts {
		if t := celType(f.Type); t != nil {
			opts = append(opts, cel.Variable(f.ID, t))
		}
	}
	for _, d := range derived {
		opts = append(opts, cel.Variable(d.ID, celType(d.Type)))
	}
	return cel.NewCustomEnv(opts...)
}

// compile checks text against the declared facts. values are the words that a
// fact may say: a literal that it never says is a fault of the data.
func compile(e *cel.Env, text string, want *cel.Type, values map[string][]string) (*expression, error) {
	checked, issues := e.Compile(text)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	if !checked.OutputType().IsExactType(want) {
		return nil, fmt.Errorf("%q gives %s, want %s", text, checked.OutputType(), want)
	}
	// Every part is evaluated, also behind a decided one: the explanation shows all
	// parts that speak for or against.
	prog, err := e.Program(checked, cel.EvalOptions(cel.OptPartialEval|cel.OptTrackState|cel.OptExhaustiveEval), cel.CostLimit(maxCost))
	if err != nil {
		return nil, err
	}
	x := &expression{text: text, prog: prog, root: checked.NativeRep().Expr(), info: checked.NativeRep().SourceInfo()}
	return x, x.walk(x.root, values)
}

// walk notes the facts that are named and checks the words compared with them.
func (x *expression) walk(e ast.Expr, values map[string][]string) error {
	if e.Kind() == ast.IdentKind && !slices.Contains(x.vars, e.AsIdent()) {
		x.vars = append(x.vars, e.AsIdent())
	}
	if e.Kind() == ast.ListKind {
		for _, el := range e.AsList().Elements() {
			if err := x.walk(el, values); err != nil {
				return err
			}
		}
	}
	if e.Kind() != ast.CallKind {
		return nil
	}
	args := e.AsCall().Args()
	for i, a := range args {
		if err := x.walk(a, values); err != nil {
			return err
		}
		if len(args) == 2 && a.Kind() == ast.IdentKind {
			if err := knownWords(a.AsIdent(), args[1-i], values); err != nil {
				return err
			}
		}
	}
	return nil
}

// knownWords refuses a literal that the fact never says.
func knownWords(fact string, e ast.Expr, values map[string][]string) error {
	words := values[fact]
	if len(words) == 0 {
		return nil
	}
	literals := []ast.Expr{e}
	if e.Kind() == ast.ListKind {
		literals = e.AsList().Elements()
	}
	for _, l := range literals {
		if l.Kind() != ast.LiteralKind {
			continue
		}
		if s, ok := l.AsLiteral().Value().(string); ok && !slices.Contains(words, s) {
			return fmt.Errorf("%s never says %q", fact, s)
		}
	}
	return nil
}

// eval gives the value (bool or int64; nil for unknown) and why. known holds
// the facts; whatever x names and known lacks is unknown.
func (x *expression) eval(s *state) (any, Why) {
	var gaps []*cel.AttributePatternType
	for _, v := range x.vars {
		if _, ok := s.known[v]; !ok {
			gaps = append(gaps, cel.AttributePattern(v))
		}
	}
	vars, err := cel.PartialVars(s.known, gaps...)
	if err != nil {
		return nil, Why{Text: x.text, Code: CodeIncomputable, Note: "could not be evaluated: " + err.Error()}
	}
	out, details, err := x.prog.Eval(vars)
	if err != nil || types.IsUnknownOrError(out) && !types.IsUnknown(out) {
		// Only an overflow or the cost limit gets here: nobody knows the answer then.
		return nil, Why{Text: x.text, Code: CodeIncomputable, Note: "could not be computed"}
	}
	y := &explainer{x: x, s: s, values: details.State()}
	why := y.node(x.root)
	if types.IsUnknown(out) {
		return nil, why
	}
	return out.Value(), why
}

// words prints a part of the expression as it was written.
func (x *expression) words(e ast.Expr) string {
	s, err := parser.Unparse(e, x.info)
	if err != nil {
		return x.text
	}
	return s
}
