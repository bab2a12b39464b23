package csaf

import (
	"encoding/json"
	"strconv"
	"strings"
)

// view is a value of a decoded JSON document that knows where it stands, for
// the tests of section 6: they must name the exact place of what is wrong, and
// must not stumble over a document that breaks the schema as well. Every
// method of an absent or differently typed value gives the empty answer.
type view struct {
	value any
	up    *view
	key   string
}

// get is a member of an object.
func (v view) get(name string) view {
	object, _ := v.value.(map[string]any)
	return view{value: object[name], up: &v, key: name}
}

// at follows several names.
func (v view) at(names ...string) view {
	for _, name := range names {
		v = v.get(name)
	}
	return v
}

// exists reports whether there is a value.
func (v view) exists() bool { return v.value != nil }

// list gives the entries of an array.
func (v view) list() []view {
	array, _ := v.value.([]any)
	out := make([]view, len(array))
	for i := range array {
		out[i] = view{value: array[i], up: &v, key: strconv.Itoa(i)}
	}
	return out
}

// members calls fn for each member of an object; the order is not defined.
func (v view) members(fn func(name string, member view)) {
	object, _ := v.value.(map[string]any)
	for name := range object {
		fn(name, v.get(name))
	}
}

// text is the string, or empty.
func (v view) text() string {
	s, _ := v.value.(string)
	return s
}

// number is the number; ok is false if it is none.
func (v view) number() (float64, bool) {
	n, ok := v.value.(json.Number)
	if !ok {
		return 0, false
	}
	f, err := n.Float64()
	return f, err == nil
}

// texts gives the strings of an array.
func (v view) texts() []string {
	var out []string
	for _, e := range v.list() {
		out = append(out, e.text())
	}
	return out
}

// place is the JSON pointer (RFC 6901).
func (v view) place() string {
	if v.up == nil {
		return ""
	}
	key := strings.ReplaceAll(strings.ReplaceAll(v.key, "~", "~0"), "/", "~1")
	return v.up.place() + "/" + key
}
