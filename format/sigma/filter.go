package sigma

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// Filter is what a filter document adds to rules (filters specification 2.1.0).
type Filter struct {
	Rules []string // ids or names; nil means every rule of the log source
}

func readFilter(rule *Rule, n *yaml.Node, offset int) *fault {
	if n.Kind != yaml.MappingNode {
		return faultf(n.Line, BadFilter, "the filter is no map")
	}
	rule.Filter = &Filter{Rules: texts(get(n, "rules"))}
	if get(n, "rules") == nil {
		return faultf(n.Line, BadFilter, "no rules: name them, or say any")
	}
	for _, r := range rule.Filter.Rules {
		if w := strings.ToLower(r); w == "any" || w == "all" {
			rule.Filter.Rules = nil
			break
		}
	}
	return readDetection(rule, n, offset, "rules")
}

// covers tells whether the filter is meant for a rule.
func (f *Rule) covers(r *Rule) bool {
	if !f.Source.covers(r.Source) {
		return false
	}
	if f.Filter.Rules == nil {
		return true
	}
	for _, ref := range f.Filter.Rules {
		if ref == r.ID || ref == r.Name {
			return true
		}
	}
	return false
}

// kept gives what must hold beside a rule. The specification's own example says
// "condition: selection" of what is to be suppressed; pySigma and the rules
// written for it say "condition: not selection" of what may remain. The two are
// told apart without doubt, because a filter never means to keep only a few
// events: a condition that an event without any of the searches fulfils says
// what may remain, any other says what is suppressed.
func kept(cond *expression) *expression {
	if cond.holds(func(*predicate) bool { return false }) {
		return cond
	}
	return negate(cond)
}

// covers tells whether everything that l states is stated by other too.
func (l LogSource) covers(other LogSource) bool {
	part := func(mine, its string) bool { return mine == "" || mine == its }
	return part(l.Product, other.Product) && part(l.Category, other.Category) && part(l.Service, other.Service)
}
