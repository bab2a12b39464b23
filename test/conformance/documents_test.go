package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"ward/test/shared"
)

// document is one that both validators are asked of.
type document struct {
	name, edition string
	data          []byte
}

// sample gathers every ninth document of CISA, all documents of the standard's
// test suites, and changed ones of both.
func sample(t *testing.T) []document {
	t.Helper()
	var out []document
	real := unpack(t, "advisories/cisa-csaf/icsa-bulk.tar.gz", "2.0")
	for i := 0; i < len(real); i += 9 {
		out = append(out, real[i])
	}
	for _, edition := range []string{"2.0", "2.1"} {
		suite := unpack(t, "advisories/oasis-testsuite/csaf-"+edition+"-tests.tar.gz", edition)
		out = append(out, suite...)
		out = append(out, changed(t, suite, 6)...)
	}
	small := slices.DeleteFunc(real, func(d document) bool { return len(d.data) > 40_000 })
	return append(out, changed(t, small[:min(60, len(small))], 8)...)
}

// unpack reads the documents of an archive, by name.
func unpack(t *testing.T, name, edition string) []document {
	t.Helper()
	var out []document
	shared.Archive(t, name, func(name string, data []byte) {
		if strings.HasSuffix(name, ".json") && bytes.Contains(data, []byte(`"csaf_version"`)) {
			out = append(out, document{name: path.Join(edition, path.Base(name)), edition: edition, data: data})
		}
	})
	slices.SortFunc(out, func(a, b document) int { return strings.Compare(a.name, b.name) })
	return out
}

// changed makes n documents of each with one to three chance changes, the same
// ones in every run.
func changed(t *testing.T, from []document, n int) []document {
	t.Helper()
	chance := rand.New(rand.NewPCG(1, 14))
	var out []document
	for _, d := range from {
		for i := range n {
			reader := json.NewDecoder(bytes.NewReader(d.data))
			reader.UseNumber() // 7.0 stays 7.0
			var doc any
			if err := reader.Decode(&doc); err != nil {
				t.Fatal(err)
			}
			for range 1 + chance.IntN(3) {
				change(chance, places(doc, nil, ""))
			}
			data, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, document{name: fmt.Sprintf("%s changed %d", d.name, i), edition: d.edition, data: data})
		}
	}
	return out
}

// place is a value in a document: a member of an object or an element of a list.
type place struct {
	object map[string]any
	list   []any
	key    string
	index  int
}

func (p place) get() any {
	if p.object != nil {
		return p.object[p.key]
	}
	return p.list[p.index]
}

func (p place) set(v any) {
	if p.object != nil {
		p.object[p.key] = v
	} else {
		p.list[p.index] = v
	}
}

// places lists all values of a document but its edition, in a fixed order.
func places(v any, into []place, key string) []place {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if name != "csaf_version" && name != "document" && name != "$schema" {
				into = append(into, place{object: v, key: name})
			}
			into = places(v[name], into, name)
		}
	case []any:
		for i := range v {
			into = append(into, place{list: v, index: i, key: key})
			into = places(v[i], into, key)
		}
	}
	return into
}

// change makes one change: a value takes the value of another place of the
// same name, a text gets a near one, a list a double, or a member goes.
func change(chance *rand.Rand, all []place) {
	p := all[chance.IntN(len(all))]
	var same []place
	for _, q := range all {
		if q.key == p.key && fmt.Sprintf("%T", q.get()) == fmt.Sprintf("%T", p.get()) {
			same = append(same, q)
		}
	}
	switch was := p.get().(type) {
	case string:
		near := []string{was + "0", was + " ", strings.ToUpper(was), strings.ToLower(was), was + ".1", "v" + was, strings.TrimSuffix(was, "0"), "interim", "draft", "1.0.0"}
		if len(same) > 1 && chance.IntN(2) == 0 {
			p.set(same[chance.IntN(len(same))].get())
		} else {
			p.set(near[chance.IntN(len(near))])
		}
	case json.Number:
		p.set(json.Number([]string{"0", "5.5", "9.8", "10.0"}[chance.IntN(4)]))
	case []any:
		if len(was) > 0 && chance.IntN(2) == 0 {
			p.set(append(slices.Clone(was), copied(was[chance.IntN(len(was))])))
		} else if len(was) > 1 {
			p.set(was[1:])
		} else if p.object != nil {
			delete(p.object, p.key)
		}
	default:
		if p.object != nil {
			delete(p.object, p.key)
		} else {
			p.set(copied(same[chance.IntN(len(same))].get()))
		}
	}
}

// copied makes a value that shares nothing: a branch put below itself would
// have no end.
func copied(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, child := range v {
			out[name] = copied(child)
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, child := range v {
			out = append(out, copied(child))
		}
		return out
	}
	return v
}
