package rule

import "slices"

// classify asks the steps in order; the first whose condition holds decides. An
// open step before it leaves its result possible.
func (s *state) classify() Verdict {
	var v Verdict
	var open, against []Why
	for _, c := range s.view.classes {
		value, why := c.expr.eval(s)
		step := Why{Text: c.ID, Title: s.text(c.Title), Value: spell(value), Source: c.Article, Because: []Why{why}}
		switch value {
		case nil:
			open = append(open, step)
			v.Possible = appendNew(v.Possible, c.Result)
		case false:
			against = append(against, step)
		default:
			v.Possible = appendNew(v.Possible, c.Result)
			return s.classified(v, c, step, open, against)
		}
	}
	// The last step of the book holds always; without it nothing is decided.
	v.Value = Unknown.String()
	v.Why = Why{Text: "class", Value: v.Value, Because: append(open, against...)}
	return v
}

// classified makes the verdict of the step that holds. An open step before it
// with another result keeps the class open, and with it all that hangs on it;
// but essential or important is enough to owe a report.
func (s *state) classified(v Verdict, c *Class, step Why, open, against []Why) Verdict {
	entity := func(r string) bool { return r != Outside }
	essential := func(r string) bool { return r == Essential }
	v.Value = c.Result
	if len(v.Possible) > 1 {
		v.Value = Unknown.String()
	} else {
		v.Possible = nil
		v.Article = c.Article
	}
	v.Why = Why{Text: "class", Title: "Class under NIS2", Value: v.Value, Source: v.Article, Because: append(open, step)}
	if c.Result == Outside { // why nothing else holds is the reason
		v.Why.Because = append(v.Why.Because, against...)
	}
	v.Ask = v.Why.Asks()
	results := v.Possible
	if results == nil {
		results = []string{c.Result}
	}
	because := v.Why
	because.Title = "essential or important under NIS2"
	s.set(factEntity, every(results, entity), because)
	because.Title = "essential under NIS2"
	s.set(factEssential, every(results, essential), because)
	return v
}

// every is Yes when all results are so, No when none is.
func every(results []string, so func(string) bool) Truth {
	yes := 0
	for _, r := range results {
		if so(r) {
			yes++
		}
	}
	switch yes {
	case 0:
		return No
	case len(results):
		return Yes
	}
	return Unknown
}

// appendNew adds s unless it is there.
func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
