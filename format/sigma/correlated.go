package sigma

import (
	"slices"
	"strings"
)

// chained is a correlation joined to the rules that it is about.
type chained struct {
	rule    *Rule
	of      *Correlation
	rules   map[int32][]int // detection rule -> its places in Correlation.Rules
	chains  map[int][]int   // correlation -> the same
	group   [][][]int32     // by place and field of group-by: numbers of its names
	by      [][]string      // by place: the fields to group by as its events name them
	fields  [][][]int32     // the same as group for what is counted
	terms   *condition      // over places, nil without
	atClose bool            // decided when the window ends
}

// chain joins the correlations to their rules. One that refers to a rule that
// is not used is refused; it could never match as it is meant.
func (e *Engine) chain(rules []*Rule) []Refused {
	var refused []Refused
	at := map[string][]int32{}
	for i, r := range e.rules {
		for _, name := range []string{r.ID, r.Name} {
			if name != "" {
				at[name] = append(at[name], int32(i))
			}
		}
	}
	e.quiet = make([]bool, len(e.rules))
	made := map[string]int{}
	open := slices.DeleteFunc(slices.Clone(rules), func(r *Rule) bool { return r.Correlation == nil })
	for again := true; again; { // until nothing more fits: they may come in any order
		again = false
		for i, r := range open {
			if r == nil {
				continue
			}
			c, missing := e.join(r, at, made)
			if missing != "" {
				continue
			}
			open[i], again = nil, true
			if err := c.check(); err != nil {
				refused = append(refused, r.refuse(err))
				continue
			}
			for _, name := range []string{r.ID, r.Name} {
				if name != "" {
					made[name] = len(e.chains)
				}
			}
			e.chains = append(e.chains, c)
			e.hush(c)
		}
	}
	for _, r := range open {
		if r != nil {
			_, missing := e.join(r, at, made)
			refused = append(refused, r.refuse(faultf(r.Line, UnknownRule, "refers to %q, which is not there, refused or refers back", missing)))
		}
	}
	return refused
}

func (e *Engine) join(r *Rule, at map[string][]int32, made map[string]int) (c *chained, missing string) {
	c = &chained{rule: r, of: r.Correlation, rules: map[int32][]int{}, chains: map[int][]int{}}
	for place, ref := range c.of.Rules {
		numbers, chain := at[ref], -1
		if n, ok := made[ref]; ok {
			chain = n
			c.chains[n] = append(c.chains[n], place)
		}
		if len(numbers) == 0 && chain < 0 {
			return nil, ref
		}
		aliases := []string{ref}
		for _, n := range numbers {
			c.rules[n] = append(c.rules[n], place)
			aliases = append(aliases, e.rules[n].Name, e.rules[n].ID)
		}
		number := func(fields []string) [][]int32 {
			var out [][]int32
			for _, f := range fields {
				out = append(out, e.numbers(c.of.field(f, aliases)))
			}
			return out
		}
		var by []string
		for _, f := range c.of.GroupBy {
			by = append(by, c.of.field(f, aliases))
		}
		c.by = append(c.by, by)
		c.group, c.fields = append(c.group, number(c.of.GroupBy)), append(c.fields, number(c.of.Field))
	}
	return c, ""
}

// field gives what an alias means in events of a rule.
func (c *Correlation) field(name string, rule []string) string {
	for _, r := range rule {
		if f := c.Aliases[name][r]; f != "" && r != "" {
			return f
		}
	}
	return name
}

// check reads the condition over names and finds out when it can be decided: a
// lower bound as soon as it is reached, anything else when the window ends. An
// average or a percentile is no sooner known: the first value alone would decide it.
func (c *chained) check() error {
	c.atClose = c.of.Type.Measures() && c.of.Type != ValueSum
	for _, b := range c.of.Bounds {
		c.atClose = c.atClose || b.Op != "gt" && b.Op != "gte"
	}
	if c.of.Terms == "" {
		return nil
	}
	terms, err := parseCondition(c.of.Terms, c.of.Rules)
	if err != nil {
		return err
	}
	c.terms, c.atClose = terms, strings.Contains(" "+strings.ToLower(c.of.Terms), " not ")
	if c.holdsTerms(terms, make([]bool, len(c.of.Rules))) {
		return faultf(c.rule.Line, BadCorrelation, "condition %q holds when nothing happens", c.of.Terms)
	}
	return nil
}

// holdsTerms evaluates the condition for the places that were seen.
func (c *chained) holdsTerms(t *condition, seen []bool) bool {
	switch t.op {
	case opAnd:
		return !slices.ContainsFunc(t.kids, func(k *condition) bool { return !c.holdsTerms(k, seen) })
	case opOr:
		return slices.ContainsFunc(t.kids, func(k *condition) bool { return c.holdsTerms(k, seen) })
	case opNot:
		return !c.holdsTerms(t.kids[0], seen)
	}
	return seen[slices.Index(c.of.Rules, t.name)]
}

// hush marks rules that speak through the correlation only.
func (e *Engine) hush(c *chained) {
	if !c.of.Generate {
		for n := range c.rules {
			e.quiet[n] = true
		}
	}
}

// holds tells whether a count is within all bounds.
func (c *chained) holds(n int) bool { return c.within(float64(n)) }

// within is holds for a measure.
func (c *chained) within(n float64) bool {
	return !slices.ContainsFunc(c.of.Bounds, func(b Bound) bool { return !b.holds(n) })
}
