// Package sigma finds what Sigma rules look for in log events: it reads rules
// (Sigma specification 2.1.0 of 2025-08-02: detection rules, correlations,
// filters), compiles a whole set into tables, and tests events against all of
// them at once. A rule that cannot be compiled is named with the reason, never
// dropped in silence.
//
//	rules, refused := sigma.Parse(file, "rules/x.yml")
//	engine, more := sigma.Compile(rules, sigma.Options{})
//	m := engine.NewMatcher()
//	for _, hit := range must(m.JSON(line)) { … hit.Rule.Title … }
//
// How an event is looked at: its values are noted in one pass, the log source
// is decided from a few of them (mapping/sources.txt), and then each value
// runs through one automaton that holds every literal that any rule of this
// log source wants of this field. Only rules of which a rare part was seen are
// evaluated, and regular expressions only when the rest of their rule holds.
// An Engine is safe for concurrent use, a Matcher is for one goroutine.
package sigma
