package sigma

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

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
