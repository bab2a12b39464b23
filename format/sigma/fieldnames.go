package sigma

// FieldNames gives the names of the fields that a rule looks at, each once, as
// the rule writes them. A rule of keywords has none.
func (r *Rule) FieldNames() []string {
	var out []string
	seen := map[string]bool{}
	var walk func(b *body)
	walk = func(b *body) {
		if b == nil {
			return
		}
		if b.item != nil && b.item.field != "" && !seen[b.item.field] {
			seen[b.item.field] = true
			out = append(out, b.item.field)
		}
		for _, k := range b.kids {
			walk(k)
		}
	}
	for i := range r.searches {
		walk(r.searches[i].body)
	}
	return out
}
