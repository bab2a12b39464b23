package main

import (
	"regexp"
	"strings"
)

// className finds the design system's classes, in selectors and in Go alike.
var className = regexp.MustCompile(`ecl-[a-z0-9_-]+`)

// usedClasses reads the names that our components use, from the one file that
// knows them.
func usedClasses(source string) map[string]bool {
	used := map[string]bool{}
	for _, name := range className.FindAllString(source, -1) {
		used[name] = true
	}
	return used
}

// purge drops from a style sheet every rule of a component class that is not in
// used. It understands what the design system's sheet has: rules, rules inside
// @media and @supports, and comments. Animations are dropped: nothing moves.
func purge(css string, used map[string]bool) string {
	var out strings.Builder
	for len(css) > 0 {
		css = skipBlank(css)
		open := strings.IndexByte(css, '{')
		semi := strings.IndexByte(css, ';')
		if open < 0 || (semi >= 0 && semi < open && strings.HasPrefix(css, "@")) {
			if semi < 0 {
				break
			}
			css = css[semi+1:] // @charset, @import: the build joins the sheets itself
			continue
		}
		end := closing(css, open)
		writeRule(&out, strings.TrimSpace(css[:open]), css[open+1:end], used)
		css = css[min(end+1, len(css)):]
	}
	return out.String()
}

// writeRule writes one rule with those of its selectors that are in use.
func writeRule(out *strings.Builder, head, body string, used map[string]bool) {
	switch {
	case strings.HasPrefix(head, "@media print"), strings.HasPrefix(head, "@keyframes"), strings.HasPrefix(head, "@-"):
		return
	case strings.HasPrefix(head, "@"):
		if inner := purge(body, used); inner != "" {
			out.WriteString(head + "{" + inner + "}")
		}
		return
	}
	var keep []string
	for _, s := range splitSelectors(head) {
		if inUse(s, used) {
			keep = append(keep, s)
		}
	}
	if len(keep) > 0 {
		out.WriteString(strings.Join(keep, ",") + "{" + body + "}")
	}
}

var negation = regexp.MustCompile(`:not\([^()]*\)`)

// inUse reports whether a selector can match our pages. What stands in :not()
// does not have to exist; ".no-js" and the icon script's classes never do.
func inUse(selector string, used map[string]bool) bool {
	s := negation.ReplaceAllString(selector, "")
	if strings.Contains(s, ".no-js") || strings.Contains(s, "wt-icon") || strings.Contains(s, "[dir=rtl]") || strings.Contains(s, ":dir(") {
		return false
	}
	for _, name := range className.FindAllString(s, -1) {
		if !used[name] {
			return false
		}
	}
	return true
}

// splitSelectors cuts at commas outside brackets.
func splitSelectors(head string) []string {
	var parts []string
	depth, start := 0, 0
	for i, r := range head {
		switch r {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ',':
			if depth == 0 {
				parts = append(parts, strings.TrimSpace(head[start:i]))
				start = i + 1
			}
		}
	}
	return append(parts, strings.TrimSpace(head[start:]))
}

// closing is the index of the brace that closes the one at open; the sheet's
// end where there is none.
func closing(css string, open int) int {
	depth := 0
	for i := open; i < len(css); i++ {
		switch css[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(css)
}

func skipBlank(css string) string {
	for {
		css = strings.TrimLeft(css, " \n\r\t}")
		if !strings.HasPrefix(css, "/*") {
			return css
		}
		_, css, _ = strings.Cut(css, "*/")
	}
}

var (
	// A declaration follows a brace or semicolon, unlike ".button--primary:hover".
	declared   = regexp.MustCompile(`[{;]\s*(--[a-zA-Z0-9_-]+):[^;{}]*`)
	referenced = regexp.MustCompile(`var\((--[a-zA-Z0-9_-]+)`)
)

// dropProperties removes custom properties that nothing refers to, again and
// again, since one may be used by another that is not used.
func dropProperties(css string) string {
	for {
		used := map[string]bool{}
		for _, m := range referenced.FindAllStringSubmatch(css, -1) {
			used[m[1]] = true
		}
		next := declared.ReplaceAllStringFunc(css, func(d string) string {
			name := declared.FindStringSubmatch(d)[1]
			if used[name] {
				return d
			}
			return d[:1]
		})
		if len(next) == len(css) {
			return css
		}
		css = next
	}
}
