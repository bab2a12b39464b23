package indicator

import "strings"

// fangs are the ways in which people write a live address so that nobody
// clicks on it; all are compared in lower case.
var fangs = []struct{ defanged, live string }{
	{"[.]", "."}, {"(.)", "."}, {"{.}", "."}, {"[dot]", "."}, {"(dot)", "."}, {"{dot}", "."}, {"[.", "."}, {".]", "."}, {`\.`, "."}, {"[d]", "."},
	{"[:]", ":"}, {"(:)", ":"}, {"[://]", "://"}, {"[:/", ":/"}, {"[/]", "/"}, {"[@]", "@"}, {"(@)", "@"}, {"[at]", "@"}, {"(at)", "@"}, {"{at}", "@"},
}

// fangSchemes are defanged schemes.
var fangSchemes = []struct{ defanged, live string }{
	{"hxxps", "https"}, {"hxxp", "http"}, {"h**ps", "https"}, {"h**p", "http"}, {"htxps", "https"}, {"htxp", "http"}, {"httxs", "https"},
	{"fxps", "ftps"}, {"fxp", "ftp"}, {"hxtps", "https"}, {"hxtp", "http"},
}

// refang gives the live form of a value; changed says that it was defanged.
func refang(s string) (live string, changed bool) {
	s = strings.Map(visible, s)
	if !strings.ContainsAny(s, `[({\*xX`) {
		return s, false
	}
	out := replaceFangs(s)
	low := strings.ToLower(out)
	for _, f := range fangSchemes {
		if rest, ok := strings.CutPrefix(low, f.defanged); ok && (strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "//")) {
			out = f.live + out[len(f.defanged):]
			break
		}
	}
	return out, out != s
}

func replaceFangs(s string) string {
	if !strings.ContainsAny(s, `[({\`) || strings.HasPrefix(s, "[") && strings.Contains(s, "::") { // [2001:db8::1] is no fang
		return s
	}
	var b strings.Builder
next:
	for i := 0; i < len(s); {
		for _, f := range fangs {
			if len(s)-i >= len(f.defanged) && strings.EqualFold(s[i:i+len(f.defanged)], f.defanged) {
				b.WriteString(f.live)
				i += len(f.defanged)
				continue next
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// visible drops what copying out of web pages leaves behind: zero-width and
// joining characters, soft hyphens, byte order marks.
func visible(r rune) rune {
	switch r {
	case 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0x00ad:
		return -1
	case 0x00a0:
		return ' '
	}
	return r
}
