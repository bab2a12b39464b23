package sigma

import (
	"encoding/json"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// This file is a second reading of Sigma, as slow and as obvious as can be: no
// automata, no folding, no numbering of names, no sharing of code with the
// engine below the reading of YAML and of conditions. The engine must say the
// same of every rule and event.

// plainEvent is an event as lists of values by name; nil is null.
type plainEvent map[string][]*string

// flatten reads JSON with the standard library.
func flatten(text []byte) (plainEvent, bool) {
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	var v map[string]any
	if d.Decode(&v) != nil {
		return nil, false
	}
	out := plainEvent{}
	for k, x := range v {
		out.put(k, x)
	}
	return out, true
}

func (e plainEvent) put(path string, v any) {
	name := plainName(path)
	switch x := v.(type) {
	case nil:
		e[name] = append(e[name], nil)
	case string:
		e[name] = append(e[name], &x)
	case bool:
		s := strconv.FormatBool(x)
		e[name] = append(e[name], &s)
	case json.Number:
		s := x.String()
		e[name] = append(e[name], &s)
	case []any:
		for _, y := range x {
			e.put(path, y)
		}
	case map[string]any:
		for k, y := range x {
			e.put(path+"."+k, y)
		}
	}
}

// What costs most of the interpreter's time is remembered; it changes nothing.
var (
	knownNames   = map[string]string{}
	knownRegexes = map[string]*regexp.Regexp{}
)

func plainRegex(expr string) *regexp.Regexp {
	if knownRegexes[expr] == nil {
		knownRegexes[expr] = regexp.MustCompile(expr)
	}
	return knownRegexes[expr]
}

// plainName says what a path is called in rules.
func plainName(path string) string {
	if name, ok := knownNames[path]; ok {
		return name
	}
	name := plainNameOf(path)
	if len(knownNames) < 1e5 {
		knownNames[path] = name
	}
	return name
}

func plainNameOf(path string) string {
	path = strings.ReplaceAll(path, " ", "")
	for again := true; again; {
		again = false
		for _, l := range builtin().lifts {
			rest, ok := strings.CutPrefix(path, strings.TrimSuffix(l, "*"))
			if !ok {
				continue
			}
			if strings.HasSuffix(l, "*") { // one more part of any name goes
				if _, inner, deeper := strings.Cut(rest, "."); deeper {
					path, again = inner, true
				}
			} else if strings.HasPrefix(rest, ".") {
				path, again = rest[1:], true
			}
		}
	}
	for _, s := range builtin().same {
		path = strings.ReplaceAll(path, "."+s, "")
	}
	return path
}

// values gives what a rule's field is in this event.
func (e plainEvent) values(field string, fields map[string][]string) []*string {
	var out []*string
	seen := map[string]bool{}
	for _, n := range append(append([]string{field}, builtin().aliases[field]...), fields[field]...) {
		if n = plainName(n); !seen[n] {
			seen[n] = true
			out = append(out, e[n]...)
		}
	}
	return out
}

// source goes through the table from the top.
func (e plainEvent) source() *source {
	one := func(field string) *string {
		list := e.values(field, nil)
		if field != "Channel" && field != "EventID" && field != "Provider_Name" {
			list = e[field]
		}
		for _, v := range list {
			if v != nil {
				return v
			}
		}
		return nil
	}
	for i, s := range builtin().sources {
		fits := true
		for _, c := range s.conditions {
			v := one(c.field)
			if c.field == "Channel" && v == nil {
				if p := one("Provider_Name"); p != nil {
					if ch, ok := builtin().channel[strings.ToLower(*p)]; ok {
						v = &ch
					}
				}
			}
			fits = fits && v != nil && (c.values == nil || slices.Contains(c.values, strings.ToLower(*v))) &&
				strings.HasPrefix(strings.ToLower(*v), c.prefix) && strings.Contains(strings.ToLower(*v), c.part)
		}
		if fits {
			return &builtin().sources[i]
		}
	}
	return nil
}

// plainMatch tells whether a rule holds for an event of its log source.
func plainMatch(r *Rule, e plainEvent, fields map[string][]string) bool {
	var names []string
	for _, s := range r.searches {
		names = append(names, s.name)
	}
	for _, text := range r.condition {
		c, err := parseCondition(text, names)
		if err == nil && plainCondition(c, r, e, fields) {
			return true
		}
	}
	return false
}

func plainCondition(c *condition, r *Rule, e plainEvent, fields map[string][]string) bool {
	switch c.op {
	case opAnd:
		return !slices.ContainsFunc(c.kids, func(k *condition) bool { return !plainCondition(k, r, e, fields) })
	case opOr:
		return slices.ContainsFunc(c.kids, func(k *condition) bool { return plainCondition(k, r, e, fields) })
	case opNot:
		return !plainCondition(c.kids[0], r, e, fields)
	}
	for _, s := range r.searches {
		if s.name == c.name {
			return plainBody(s.body, e, fields)
		}
	}
	return false
}

func plainBody(b *body, e plainEvent, fields map[string][]string) bool {
	if b.item != nil {
		return plainItem(b.item, e, fields)
	}
	for _, k := range b.kids {
		if plainBody(k, e, fields) != b.all {
			return !b.all
		}
	}
	return b.all
}

func plainItem(it *item, e plainEvent, fields map[string][]string) bool {
	have := e.values(it.field, fields)
	if it.field == "" {
		have = nil
		for _, list := range e {
			have = append(have, list...)
		}
	}
	all := slices.Contains(it.modifiers, "all")
	result := all
	for _, v := range it.values {
		if plainValue(it, v, have, e, fields) != all {
			result = !all
			break
		}
	}
	return result != slices.Contains(it.modifiers, "neq")
}

func plainValue(it *item, v scalar, have []*string, e plainEvent, fields map[string][]string) bool {
	has := func(m string) bool { return slices.Contains(it.modifiers, m) }
	if has("exists") {
		return (len(have) > 0) == slices.Contains([]string{"true", "yes", "on"}, strings.ToLower(v.text))
	}
	some := func(test func(s string) bool) bool {
		return slices.ContainsFunc(have, func(s *string) bool { return s != nil && test(*s) })
	}
	start, end := has("startswith") || has("contains"), has("endswith") || has("contains")
	switch {
	case v.kind == nullValue:
		return !some(func(string) bool { return true })
	case has("re"):
		flags := ""
		for _, f := range []string{"i", "m", "s"} {
			if has(f) {
				flags += "(?" + f + ")"
			}
		}
		re := plainRegex(flags + v.text)
		return some(func(s string) bool { // "$" holds before a last line feed too
			before, feed := strings.CutSuffix(s, "\n")
			return re.MatchString(s) || feed && strings.Contains(v.text, "$") && re.MatchString(before)
		})
	case has("cidr"):
		_, n, err := net.ParseCIDR(v.text)
		return err == nil && some(func(s string) bool {
			s, _, _ = strings.Cut(s, "%") // a zone
			ip := net.ParseIP(s)
			return ip != nil && n.Contains(ip)
		})
	case has("fieldref"):
		return some(func(mine string) bool {
			return slices.ContainsFunc(e.values(v.text, fields), func(other *string) bool {
				if other == nil {
					return false
				}
				var p plainPattern
				for _, r := range *other {
					p = append(p, r)
				}
				return p.open(end, start).match(mine, has("cased"))
			})
		})
	}
	for _, op := range []string{"lt", "lte", "gt", "gte"} {
		if has(op) {
			want, _ := strconv.ParseFloat(v.text, 64)
			return some(func(s string) bool {
				n, err := strconv.ParseFloat(s, 64)
				return err == nil && map[string]bool{"lt": n < want, "lte": n <= want, "gt": n > want, "gte": n >= want}[op]
			})
		}
	}
	return some(func(s string) bool {
		return slices.ContainsFunc(plainVariants(it, v), func(p plainPattern) bool { return p.match(s, has("cased")) })
	})
}
