package csaf

import (
	"iter"
	"strconv"
	"strings"
	"time"

	"ward/format/problem/jsontree"
)

// view is a value of a JSON tree that knows where it stands, for the tests of
// section 6: they must name the exact place of what is wrong, and must not
// stumble over a document that breaks the schema as well. Every method of an
// absent or differently typed value gives the empty answer.
type view struct {
	node *jsontree.Node
	up   *view
	key  string // member name; empty where index counts
	at   int    // index in an array
}

// get is a member of an object.
func (v view) get(name string) view {
	up := v
	return view{node: v.node.Get(name), up: &up, key: name}
}

// path follows several names.
func (v view) path(names ...string) view {
	for _, name := range names {
		v = v.get(name)
	}
	return v
}

// exists reports whether there is a value; null is none.
func (v view) exists() bool { return v.node != nil && v.node.Kind != jsontree.Null }

// is reports the JSON type.
func (v view) is(kind jsontree.Kind) bool { return v.node != nil && v.node.Kind == kind }

// list gives the entries of an array.
func (v view) list() []view {
	if !v.is(jsontree.Array) {
		return nil
	}
	up := v
	out := make([]view, len(v.node.Items))
	for i, item := range v.node.Items {
		out[i] = view{node: item, up: &up, at: i}
	}
	return out
}

// all goes over the entries of an array without making a list of them.
func (v view) all() iter.Seq2[int, view] {
	return func(yield func(int, view) bool) {
		if !v.is(jsontree.Array) {
			return
		}
		up := v
		for i, item := range v.node.Items {
			if !yield(i, view{node: item, up: &up, at: i}) {
				return
			}
		}
	}
}

// each gives the entries of a member that is an array; every goes over them.
func (v view) each(name string) []view                { return v.get(name).list() }
func (v view) every(name string) iter.Seq2[int, view] { return v.get(name).all() }

// members calls fn for each member of an object, in its order.
func (v view) members(fn func(name string, member view)) {
	if !v.is(jsontree.Object) {
		return
	}
	up := v
	for i, name := range v.node.Names {
		fn(name, view{node: v.node.Items[i], up: &up, key: name})
	}
}

// text is the string, or empty.
func (v view) text() string {
	if !v.is(jsontree.String) {
		return ""
	}
	return v.node.Text
}

// says is the text of a member.
func (v view) says(name string) string { return v.node.Str(name) }

// number is the number; ok is false if it is none.
func (v view) number() (f float64, ok bool) {
	if !v.is(jsontree.Number) {
		return 0, false
	}
	f, err := strconv.ParseFloat(v.node.Text, 64)
	return f, err == nil
}

// time is the date-time; ok is false if it is none. A leap second, which 2.0
// allows, counts as the one before it.
func (v view) time() (t time.Time, ok bool) {
	t, err := time.Parse(time.RFC3339Nano, leapless(strings.ToUpper(v.text()))) // RFC 3339 allows t and z
	return t, err == nil
}

// texts gives the strings of an array.
func (v view) texts() []string {
	if !v.is(jsontree.Array) {
		return nil
	}
	out := make([]string, 0, len(v.node.Items))
	for _, item := range v.node.Items {
		if item.Kind == jsontree.String {
			out = append(out, item.Text)
		}
	}
	return out
}

// place is the JSON pointer (RFC 6901); "/" is the root.
func (v view) place() string {
	switch {
	case v.up == nil:
		return "/"
	case v.key == "":
		return jsontree.Index(v.up.place(), v.at)
	}
	return jsontree.Child(v.up.place(), v.key)
}
