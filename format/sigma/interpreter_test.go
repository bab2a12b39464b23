package sigma

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
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
				strings.HasPrefix(strings.ToLower(*v), c.prefix)
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
		return (len(have) > 0) == (v.text == "true")
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
		return some(plainRegex(flags + v.text).MatchString)
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

// plainPattern is a text with the marks below for wildcards.
type plainPattern []rune

const (
	anyText = rune(-1)
	anyOne  = rune(-2)
)

func plainParse(s string) plainPattern {
	var p plainPattern
	list := []rune(s)
	for i := 0; i < len(list); i++ {
		switch {
		case list[i] == '\\' && i+1 < len(list) && strings.ContainsRune(`*?\`, list[i+1]):
			i++
			p = append(p, list[i])
		case list[i] == '*':
			p = append(p, anyText)
		case list[i] == '?':
			p = append(p, anyOne)
		default:
			p = append(p, list[i])
		}
	}
	return p
}

func (p plainPattern) open(start, end bool) plainPattern {
	out := slices.Clone(p)
	if start {
		out = append(plainPattern{anyText}, out...)
	}
	if end {
		out = append(out, anyText)
	}
	return out
}

// plainVariants applies the modifiers in order.
func plainVariants(it *item, v scalar) []plainPattern {
	list := []plainPattern{plainParse(v.text)}
	opened := false
	for _, m := range it.modifiers {
		var next []plainPattern
		for _, p := range list {
			next = append(next, plainModify(m, p)...)
		}
		opened = opened || m == "contains" || m == "startswith" || m == "endswith"
		list = next
	}
	if it.field == "" && !opened {
		for i, p := range list {
			list[i] = p.open(true, true)
		}
	}
	if n, err := strconv.ParseInt(v.text, 0, 64); err == nil && v.kind == numberValue && strings.HasPrefix(v.text, "0x") {
		list = append(list, plainPattern(strconv.FormatInt(n, 10)))
	}
	return list
}

func plainModify(m string, p plainPattern) []plainPattern {
	switch m {
	case "contains":
		return []plainPattern{p.open(true, true)}
	case "startswith":
		return []plainPattern{p.open(false, true)}
	case "endswith":
		return []plainPattern{p.open(true, false)}
	case "wide", "utf16le":
		var out plainPattern
		for _, u := range utf16.Encode(p) {
			out = append(out, rune(u&0xff), rune(u>>8))
		}
		return []plainPattern{out}
	case "base64":
		return []plainPattern{plainPattern(base64.StdEncoding.EncodeToString([]byte(string(p))))}
	case "base64offset":
		var out []plainPattern
		for shift := range 3 {
			// Two neighbours that differ in every bit show which characters they shape.
			enc := func(c string) string {
				tail := strings.Repeat(c, 3-(shift+len(string(p)))%3)
				return base64.StdEncoding.EncodeToString([]byte(strings.Repeat(c, shift) + string(p) + tail))
			}
			a, b := enc("\x00"), enc("\xff")
			var stable plainPattern
			for i := range a {
				if a[i] == b[i] {
					stable = append(stable, rune(a[i]))
				}
			}
			out = append(out, stable)
		}
		return out
	case "windash":
		return plainDashes(p)
	}
	return []plainPattern{p}
}

// plainDashes spells out every dash at the start of a parameter.
func plainDashes(p plainPattern) []plainPattern {
	out := []plainPattern{nil}
	for i, r := range p {
		choices := []rune{r}
		if slices.Contains([]rune("-/–—―"), r) && (i == 0 || !wordRune(p[i-1])) && i+1 < len(p) && wordRune(p[i+1]) {
			choices = []rune("-/–—―")
		}
		var next []plainPattern
		for _, o := range out {
			for _, c := range choices {
				next = append(next, append(slices.Clone(o), c))
			}
		}
		out = next
	}
	return out
}

// match tries every way: row i, column j says that the first i parts of the
// pattern can be the first j characters of the text.
func (p plainPattern) match(text string, cased bool) bool {
	s := []rune(text)
	row := make([]bool, len(s)+1)
	row[0] = true
	for _, r := range p {
		next := make([]bool, len(s)+1)
		for j := range next {
			switch {
			case r == anyText:
				next[j] = row[j] || j > 0 && next[j-1]
			case j > 0 && row[j-1]:
				next[j] = r == anyOne || r == s[j-1] || !cased && strings.EqualFold(string(r), string(s[j-1]))
			}
		}
		row = next
	}
	return row[len(s)]
}
