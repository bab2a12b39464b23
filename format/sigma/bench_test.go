package sigma

import (
	"bytes"
	"testing"
)

func BenchmarkOTRF(b *testing.B) {
	rules, _ := ruleSet(b, "sigma/sigma-rules.tar.gz")
	e, _ := Compile(rules, Options{})
	m := e.NewMatcher()
	var events [][]byte
	for _, c := range regressions(b) {
		events = append(events, c.events...)
	}
	size := 0
	for i, ev := range events {
		events[i] = bytes.Clone(ev)
		size += len(ev)
		m.JSON(ev)
	}
	b.SetBytes(int64(size / len(events)))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		m.JSON(events[i%len(events)])
		i++
	}
	b.Log(m.Stats)
}
