package ransom

import "strings"

// hidden are RTF groups whose content nobody sees.
var hidden = map[string]bool{"fonttbl": true, "colortbl": true, "stylesheet": true, "info": true, "pict": true, "generator": true, "themedata": true}

// stripRTF keeps the text of an RTF document (Rich Text Format 1.9.1).
func stripRTF(s string) string {
	var b strings.Builder
	depth, mute := 0, 0 // mute is the depth of the hidden group, zero outside of one
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '{':
			depth++
			i++
		case c == '}':
			if mute == depth {
				mute = 0
			}
			depth--
			i++
		case c == '\\' && i+1 < len(s):
			var out string
			var hide bool
			i, out, hide = control(s, i)
			if hide && mute == 0 {
				mute = depth
			}
			if mute == 0 {
				b.WriteString(out)
			}
		default:
			if mute == 0 && c != '\r' && c != '\n' {
				b.WriteByte(c)
			}
			i++
		}
	}
	return b.String()
}

// control reads the control word or symbol at i: the place behind it, what it
// shows, and whether its group is hidden.
func control(s string, i int) (next int, out string, hide bool) {
	c := s[i+1]
	switch {
	case c == '\'' && i+3 < len(s) && digit(s[i+2]) >= 0 && digit(s[i+3]) >= 0:
		return i + 4, string(rune(digit(s[i+2])*16 + digit(s[i+3]))), false
	case c == '*':
		return i + 2, "", true
	case c == '~':
		return i + 2, " ", false
	case c == '\\' || c == '{' || c == '}':
		return i + 2, string(rune(c)), false
	case !letter(c):
		return i + 2, "", false
	}
	j := i + 1
	for j < len(s) && letter(s[j]) {
		j++
	}
	word := s[i+1 : j]
	n, negative := 0, j < len(s) && s[j] == '-'
	if negative {
		j++
	}
	for j < len(s) && s[j] >= '0' && s[j] <= '9' {
		if n < 1<<20 {
			n = n*10 + int(s[j]-'0')
		}
		j++
	}
	if j < len(s) && s[j] == ' ' {
		j++
	}
	switch word {
	case "par", "line", "row", "cell", "page":
		return j, "\n", false
	case "tab":
		return j, " ", false
	case "u":
		if negative {
			n = 65536 - n
		}
		if n <= 0 || n > 0xFFFF || n >= 0xD800 && n < 0xE000 {
			return j, "", false
		}
		if j < len(s) && s[j] == '?' {
			j++ // what a reader without Unicode shows instead
		}
		return j, string(rune(n)), false
	}
	return j, "", hidden[word]
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
