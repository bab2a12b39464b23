// Package mutant makes small faults in JSON documents, one after the other, so
// that rules of ours can be compared with a schema on documents that hardly differ.
package mutant

import (
	"maps"
	"slices"
)

// Each makes one change after the other in v, a value as encoding/json decodes
// it, calls try with what was done, and takes it back. Members are left out,
// replaced by each of others, and added; elements are repeated and replaced.
func Each(v any, others []any, try func(what string)) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			was := v[name]
			delete(v, name)
			try("without " + name)
			for _, other := range others {
				v[name] = other
				try("other " + name)
			}
			v[name] = was
			Each(was, others, try)
		}
		v["unheardOf"] = 1.0
		try("one more member")
		delete(v, "unheardOf")
	case []any:
		for i, was := range v {
			if i > 0 {
				v[i] = v[0]
				try("the first twice")
			}
			v[i] = "x"
			try("other element")
			v[i] = was
			if i < 2 { // the others are of the same shape
				Each(was, others, try)
			}
		}
	}
}
