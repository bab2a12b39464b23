package indicator

import (
	"bufio"
	"errors"
	"strings"
)

// readText reads a list as people write it: one indicator a line, with comments,
// bullets, counts and remarks behind it.
func (in *intake) readText(r *bufio.Reader) error {
	return in.eachLine(r, in.textLine)
}

// wholeURLs tells whether commas, semicolons and bars belong to the URLs of a list, whose
// beginning alone would be another URL: few of them have any. In a table without a
// heading, all have.
func wholeURLs(head []byte) bool {
	urls, parted := 0, 0
	for line := range strings.SplitSeq(latin1(head), "\n") {
		text := uncomment(strings.TrimRight(line, "\r"))
		if !strings.Contains(text, "://") || strings.ContainsAny(text, " \t") {
			continue
		}
		if urls++; strings.ContainsFunc(text, isFieldEnd) {
			parted++
		}
	}
	return 3*parted < urls
}

// textLine takes the first field of a line if it is an indicator. What follows
// is a remark, in which only that counts which nobody writes by chance:
// hashes and defanged values.
func (in *intake) textLine(n int, line string) {
	text := uncomment(line)
	if text == "" {
		return
	}
	if networks, ok := rangeOf(text); ok {
		in.takeRange(n, line, networks)
		return
	}
	fields := strings.FieldsFunc(text, isFieldEnd)
	if in.urls && strings.Contains(text, "://") && !strings.ContainsAny(text, " \t") {
		fields = []string{text}
	}
	for len(fields) > 0 && strings.Trim(fields[0], `-*•+>"'`) == "" { // bullets
		fields = fields[1:]
	}
	if len(fields) == 0 {
		return
	}
	if in.byForm(n, line, fields) {
		return
	}
	first, err := in.first(text, fields)
	found := 0
	if err == nil {
		in.take(first, n, line)
		found++
	}
	for _, f := range fields[1:] {
		if i, ok := certain(f); ok {
			in.take(i, n, line)
			found++
		}
	}
	if found == 0 {
		in.refuse(Refused{Line: n, Text: line, Reason: err.Error()})
	}
}

// first reads the first field; the line may be a path, with blanks in it or without.
func (in *intake) first(text string, fields []string) (Indicator, error) {
	i, err := Parse(fields[0])
	if err == nil {
		return i, nil
	}
	if f, ok := fileLine(text); ok {
		return f, nil
	}
	if len(fields) > 1 && errors.Is(err, errNoDomain) {
		err = errNothing
	}
	return i, err
}

// fileLine reads a line that is one path on Windows.
func fileLine(s string) (Indicator, bool) {
	s = strings.TrimLeft(s, "-*• ")
	if len(s) < 4 || s[1:3] != `:\` && s[0] != '%' || strings.Count(s, " ") > 4 {
		return Indicator{}, false
	}
	i, err := ParseAs(FileName, s)
	return i, err == nil
}

// certain reads a field of a remark.
func certain(f string) (Indicator, bool) {
	f = strings.Trim(f, "\"'`<>()")
	if t := hashType(f); t != 0 {
		return Indicator{Type: t, Value: strings.ToLower(f)}, true
	}
	if _, defanged := refang(f); !defanged {
		return Indicator{}, false
	}
	i, err := Parse(f)
	return i, err == nil && i.Type != FileName
}

// byForm reads lines of known shapes: hosts files, filter lists, and a type
// before the value.
func (in *intake) byForm(n int, line string, f []string) bool {
	value, t := "", Type(0)
	switch {
	case len(f) >= 2 && (f[0] == "0.0.0.0" || f[0] == "127.0.0.1" || f[0] == "::" || f[0] == "::1"):
		if _, err := addressOf(f[1]); err == nil || f[1] == "localhost" {
			return false
		}
		value, t = f[1], Domain
	case strings.HasPrefix(line, "||") && len(f) > 0:
		value, t = strings.TrimSuffix(f[0], "^"), Domain
	case len(f) >= 2 && typeWord(f[0]) != 0:
		value, t = f[1], typeWord(f[0])
	default:
		return false
	}
	i, err := parseTyped(t, value)
	if err != nil { // "SHA256 hash: 6610…" is read like any other line
		return false
	}
	in.take(i, n, line)
	return true
}

// parseTyped reads a value of a stated type, defanged or not. What a list calls
// domain, address or URL is often another of them: then the form decides.
func parseTyped(t Type, value string) (Indicator, error) {
	live, _ := refang(strings.TrimSpace(value))
	if t == FileName { // "\." is a folder here, and only a dot is defanged
		live = strings.ReplaceAll(strings.Map(visible, strings.TrimSpace(value)), "[.]", ".")
	}
	live = strings.Trim(live, "\"'`<> ")
	switch t {
	case Domain, URL, IPv4, IPv6, CIDR, MD5, SHA1, SHA256, Email:
		i, err := ParseAs(t, live)
		if err == nil && (t != URL || strings.Contains(live, "/")) {
			return i, nil
		}
		if i, other := Parse(live); other == nil && i.Type != FileName {
			return i, nil
		}
		return i, err
	}
	return ParseAs(t, live)
}

// uncomment leaves out comments, the mark of the encoding and blanks.
func uncomment(s string) string {
	s = strings.TrimSpace(strings.TrimPrefix(s, "\ufeff"))
	for _, mark := range []string{"#", "//", ";", "!", "--", "/*"} {
		if strings.HasPrefix(s, mark) {
			return ""
		}
	}
	for _, mark := range []string{" #", "\t#", " //", "\t//", " ;"} {
		if i := strings.Index(s, mark); i >= 0 {
			s = s[:i]
		}
	}
	return strings.TrimSpace(s)
}
