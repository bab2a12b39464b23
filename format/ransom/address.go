package ransom

import "strings"

// Address is one way to reach the criminals that a text shows.
type Address struct {
	Kind  string `json:"kind"`  // onion, mail, host, tox, session, telegram, wallet
	Value string `json:"value"` // lowered where its case means nothing
}

// marks are the other things a text shows beside its words.
type marks struct {
	addresses  []Address
	extensions []string // ".akira", lowered
	files      []string // "akira_readme.txt", lowered
	words      []string
}

// Stand-ins keep the place of an address among the words: how a note speaks
// around its addresses is a habit, the addresses themselves change.
var standIn = map[string]string{"onion": "~onion", "mail": "~mail", "host": "~host", "tox": "~tox", "session": "~tox", "telegram": "~chat", "wallet": "~wallet"}

// read takes a text apart.
func read(text string) marks {
	var m marks
	var rest strings.Builder
	seen := map[string]bool{}
	text = refang(text)
	start := -1
	flush := func(end int) {
		if start < 0 {
			return
		}
		field := text[start:end]
		start = -1
		rest.WriteByte(' ')
		if a, ok := address(field); ok {
			if k := a.Kind + ":" + a.Value; !seen[k] {
				seen[k] = true
				m.addresses = append(m.addresses, a)
			}
			rest.WriteByte(0x1)
			rest.WriteString(standIn[a.Kind])
			rest.WriteByte(0x1)
			if p := portal(field); a.Kind == "onion" && p != "" {
				rest.WriteString("\x01~onion/" + p + "\x01")
			}
			return
		}
		m.named(field, seen)
		rest.WriteString(field)
	}
	for i := 0; i < len(text); i++ {
		if separator(text[i]) {
			flush(i)
			rest.WriteByte(' ')
		} else if start < 0 {
			start = i
		}
	}
	flush(len(text))
	m.words = withStandIns(rest.String())
	if len(m.words) > wordsMost {
		m.words = m.words[:wordsMost]
	}
	return m
}

// withStandIns splits words and keeps what stands between the marks 0x1 whole.
func withStandIns(s string) []string {
	var out []string
	for i, part := range strings.Split(s, "\x01") {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, words(part)...)
		}
	}
	return out
}

// named notes file names and extensions that a field spells out.
func (m *marks) named(field string, seen map[string]bool) {
	f := lowerASCII(strings.TrimRight(field, ".:!?"))
	dot := strings.LastIndexByte(f, '.')
	switch {
	case dot == 0 && len(f) >= 3 && len(f) <= 21 && simple(f[1:]):
		if !seen[f] {
			seen[f] = true
			m.extensions = append(m.extensions, f)
		}
	case dot > 2 && noteEnding[f[dot+1:]] && len(f) < 100:
		if !seen[f] {
			seen[f] = true
			m.files = append(m.files, f)
		}
	}
}

var noteEnding = map[string]bool{"txt": true, "html": true, "htm": true, "hta": true, "rtf": true}

func simple(s string) bool {
	for i := 0; i < len(s); i++ {
		if !alnum(s[i]) && s[i] != '_' && s[i] != '-' {
			return false
		}
	}
	return true
}

func alnum(c byte) bool { return letter(c) || c >= '0' && c <= '9' }

// separator ends a field: blanks, quotes, brackets, and what is drawn around an address.
func separator(c byte) bool {
	return c <= ' ' || strings.IndexByte("<>\"'(){}[],;|*=`", c) >= 0
}

// refang undoes what makes an address harmless in a report.
func refang(s string) string {
	return strings.NewReplacer("[.]", ".", "(.)", ".", "[@]", "@", "(at)", "@", "[at]", "@", "hxxp", "http", "[:]", ":").Replace(s)
}

// address reads one field.
func address(field string) (Address, bool) {
	field = strings.Trim(field, ".:!?-_#~>")
	if len(field) < 4 || len(field) > 600 {
		return Address{}, false
	}
	low := lowerASCII(field)
	if i := strings.Index(low, ".onion"); i > 0 {
		return onion(low[:i])
	}
	if a, ok := token(field, low); ok {
		return a, true
	}
	if at := strings.IndexByte(low, '@'); at >= 0 {
		return mailbox(low, at)
	}
	return host(low)
}

// onion takes the label before ".onion": 16 signs of version 2, 56 of version 3.
func onion(before string) (Address, bool) {
	i := len(before)
	for i > 0 && alnum(before[i-1]) {
		i--
	}
	if n := len(before) - i; n < 10 || n > 60 {
		return Address{}, false
	}
	return Address{"onion", before[i:]}, true
}

// portal is the first word of the path behind an onion name: the addresses of
// a group change, the programme behind them stays ("/order/", "/chat/").
func portal(field string) string {
	_, path, ok := strings.Cut(lowerASCII(field), ".onion/")
	if !ok {
		return ""
	}
	end := 0
	for end < len(path) && letter(path[end]) {
		end++
	}
	if end < 3 || end > 12 || end < len(path) && path[end] >= '0' && path[end] <= '9' {
		return ""
	}
	return path[:end]
}

// token knows identifiers by their length and alphabet.
func token(field, low string) (Address, bool) {
	hex, upper, lower, digits := true, 0, 0, 0
	for i := 0; i < len(field); i++ {
		c := field[i]
		switch {
		case !alnum(c):
			return Address{}, false
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a':
			lower++
		default:
			upper++
		}
		hex = hex && digit(c) >= 0
	}
	switch n := len(field); {
	case hex && n == 76: // public key, nospam, checksum
		return Address{"tox", low}, true
	case hex && n == 66 && low[:2] == "05":
		return Address{"session", low}, true
	case n >= 26 && n <= 35 && (field[0] == '1' || field[0] == '3') && upper > 2 && lower > 2 && digits > 1,
		n >= 42 && n <= 62 && low[:3] == "bc1" && digits > 4,
		n == 95 && (field[0] == '4' || field[0] == '8') && upper > 9 && lower > 9:
		return Address{"wallet", field}, true
	}
	return Address{}, false
}

// mailbox reads local@domain around the sign; "@name" is a Telegram name.
func mailbox(low string, at int) (Address, bool) {
	i, j := at, at+1
	for i > 0 && (alnum(low[i-1]) || strings.IndexByte("._%+-", low[i-1]) >= 0) {
		i--
	}
	for j < len(low) && (alnum(low[j]) || low[j] == '.' || low[j] == '-' || low[j] == '_') {
		j++
	}
	local, domain := strings.Trim(low[i:at], "."), strings.Trim(low[at+1:j], ".-_")
	switch {
	case local == "" && len(domain) >= 5 && strings.IndexByte(domain, '.') < 0:
		return Address{"telegram", domain}, true
	case local == "" || strings.IndexByte(domain, '.') < 1:
		return Address{}, false
	}
	return Address{"mail", local + "@" + domain}, true
}

// notHosts are endings of files that look like top-level domains.
var notHosts = map[string]bool{"txt": true, "html": true, "htm": true, "hta": true, "exe": true, "zip": true, "rar": true, "doc": true, "docx": true, "xls": true, "xlsx": true,
	"jpg": true, "jpeg": true, "png": true, "bmp": true, "gif": true, "pdf": true, "key": true, "dll": true, "dat": true, "log": true, "etc": true, "php": true, "asp": true, "js": true, "sh": true, "py": true, "go": true, "md": true, "rtf": true, "bat": true, "msi": true, "sql": true, "bak": true, "lnk": true}

// host reads "scheme://host/path", "www.host" and "host/path".
func host(low string) (Address, bool) {
	scheme := strings.Index(low, "://")
	whole := low
	if scheme >= 0 {
		whole = low[scheme+3:]
	}
	h, end := whole, 0
	for end < len(h) && (alnum(h[end]) || h[end] == '.' || h[end] == '-') {
		end++
	}
	path := end < len(h) && h[end] == '/'
	if end < len(h) && h[end] != '/' && h[end] != ':' && h[end] != '?' {
		return Address{}, false
	}
	h = strings.TrimPrefix(strings.Trim(h[:end], "."), "www.")
	dot := strings.LastIndexByte(h, '.')
	if dot < 1 || !topLevel(h[dot+1:]) || scheme < 0 && notHosts[h[dot+1:]] {
		return Address{}, false
	}
	if rest, ok := strings.CutPrefix(whole, "t.me/"); ok && len(rest) >= 5 {
		return Address{"telegram", strings.Trim(rest, "/+@")}, true
	}
	if scheme < 0 && !path && len(h)-dot-1 > 4 {
		return Address{}, false // "end.Please" is two sentences
	}
	return Address{"host", h}, true
}

func topLevel(s string) bool {
	if len(s) < 2 || len(s) > 12 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if !letter(s[i]) {
			return false
		}
	}
	return true
}
