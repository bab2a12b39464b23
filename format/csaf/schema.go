package csaf

import (
	_ "embed"
	"strings"
	"sync"

	"ward/format/problem"
	"ward/format/problem/shape"
)

//go:embed rules/csaf.txt
var documentRules string

//go:embed rules/metrics.txt
var metricRules string

// schema is one edition's schema in two readings: as it stands, and with every
// object closed, which test 6.2.20 asks for.
type schema struct{ open, closed *shape.Set }

// schemas are compiled when the first document needs them.
var schemas = sync.OnceValues(func() (map[string]schema, error) {
	out := map[string]schema{}
	closed := documentRules + metricRules
	open := strings.ReplaceAll(closed, " }", " *}")
	for _, edition := range [...]string{edition20, edition21} {
		o, err := shape.Compile(open, edition)
		if err != nil {
			return nil, err
		}
		c, err := shape.Compile(closed, edition)
		if err != nil {
			return nil, err
		}
		out[edition] = schema{open: o, closed: c}
	}
	return out, nil
})

// checkSchema gives what breaks the schema of the document's edition.
func checkSchema(s *subject) []problem.Problem {
	var out problem.List
	all, err := schemas()
	if err != nil {
		return problem.Of(err)
	}
	all[s.edition].open.Check("csaf", s.node, &out)
	s.countBranches(&out)
	found := out.Problems()
	for i := range found {
		found[i] = problem.Problem{Place: found[i].Place, Rule: ruleSchema, Detail: found[i].Rule + ": " + found[i].Detail}
	}
	return found
}

// countBranches holds a branch of 2.0 to three members: the schema leaves it
// open and counts them.
func (s *subject) countBranches(out *problem.List) {
	if !s.old() {
		return
	}
	s.branches(func(b view) {
		if b.node != nil && len(b.node.Names) > 3 {
			out.Add(b.place(), "bounds", "a branch has exactly three members")
		}
	})
}

// additional is 6.2.20: no member that the schemas do not name. In 2.1 the
// schema itself finds most of them, and the test names them once more.
func additional(s *subject, tell say) {
	all, err := schemas()
	if err != nil {
		return
	}
	var out problem.List
	all[s.edition].closed.Check("csaf", s.node, &out)
	for _, p := range out.Problems() {
		if p.Rule == "unknown" {
			tell(placed(p.Place), p.Detail)
		}
	}
}

// fits checks one object against a rule of the schema, as 6.1.8 and 6.1.46 ask.
func (s *subject) fits(rule string, at view, tell say) {
	all, err := schemas()
	if err != nil || !at.exists() {
		return
	}
	var out problem.List
	all[s.edition].open.CheckAt(rule, at.place(), at.node, &out)
	for _, p := range out.Problems() {
		tell(placed(p.Place), p.Rule+": "+p.Detail)
	}
}
