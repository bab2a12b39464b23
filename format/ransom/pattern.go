package ransom

import "strings"

// pattern makes a catalogue's way of writing a name into one form: lowered,
// every placeholder ("[rand]", "<5_chars>", "{ID}", "%random%", "########") a
// star. Empty where nothing is left that would tell one family from another.
func pattern(s string) string {
	s = lowerASCII(strings.TrimSpace(s))
	for _, cut := range []string{" e.g.", ", e.g", " , ", " (", ", .", ". e.g"} {
		if i := strings.Index(s, cut); i > 0 {
			s = strings.TrimSpace(s[:i])
		}
	}
	var b strings.Builder
	star := func() {
		if t := b.String(); !strings.HasSuffix(t, "*") {
			b.WriteByte('*')
		}
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if end := placeholder(s, i); end > i {
			star()
			i = end - 1
			continue
		}
		switch {
		case c == '#' && strings.Contains(s[max(0, i-1):min(len(s), i+2)], "##"), c == '*':
			star()
		default:
			b.WriteByte(c)
		}
	}
	out := b.String()
	if literal(out) < 2 || len(out) > 120 || strings.ContainsAny(out, "\n\t\\") {
		return ""
	}
	return out
}

// placeholder gives the place behind the placeholder at i, or i.
func placeholder(s string, i int) int {
	close, ok := map[byte]byte{'[': ']', '<': '>', '{': '}', '%': '%', '(': ')'}[s[i]]
	if !ok {
		return i
	}
	n := strings.IndexByte(s[i+1:], close)
	if n < 1 || n > 40 || s[i] == '[' && strings.IndexByte(s[i:i+1+n], '@') > 0 {
		return i // an address in brackets is part of the name
	}
	return i + n + 2
}

// literal counts the letters and digits of a pattern.
func literal(p string) int {
	n := 0
	for i := 0; i < len(p); i++ {
		if alnum(p[i]) || p[i] >= 0x80 {
			n++
		}
	}
	return n
}

// match reports whether a lowered name fits a pattern whole. A star stands for
// at least one and at most 60 bytes.
func match(p, s string) bool {
	i := strings.IndexByte(p, '*')
	if i < 0 {
		return p == s
	}
	if !strings.HasPrefix(s, p[:i]) {
		return false
	}
	rest := p[i+1:]
	for n := 1; n <= 60 && i+n <= len(s); n++ {
		if match(rest, s[i+n:]) {
			return true
		}
	}
	return false
}

// ordinaryName are the words that note names of many families are made of.
var ordinaryName = set(`readme read me how to decrypt decryption decrypting restore recover recovery files file your data help info information
	instructions instruction note ransom unlock important attention warning back get encrypted my the is this what happened open for all txt html hta htm
	rtf us contact please now you are id key save it of and in from hello system want a i by start more message guide faq bmp png jpg url`)

// plainEndings are endings that files have anyway, and those that dozens of families give.
var plainEndings = set(`txt html htm doc docx xls xlsx pdf jpg jpeg png gif bmp zip rar 7z exe dll bin dat tmp bak old log xml json csv iso img key code
	enc encrypted locked crypt crypted crypto lock cry decrypt xyz mp3 ttt test backup 0000 java html5 data file wallet`)

// everydayEndings are those of files that no attacker touched.
var everydayEndings = set(`txt html htm rtf doc docx xls xlsx ppt pptx odt ods pdf jpg jpeg png gif bmp tif tiff webp ico mp3 mp4 avi mov wav ogg zip rar 7z gz bz2 xz tar
	iso img exe dll bin dat tmp bak old log xml json csv db sql mdb js css php py java class jar msi sys ini msg pst dcm nii vhd vmdk ttf woff pack idx`)

func set(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// telling is how much a pattern tells, in thousandths: nothing of it may be
// known to be rare, so a pattern of ordinary words never tells much.
func telling(p string, ordinary map[string]bool) int {
	rare := 0
	for _, w := range words(strings.NewReplacer("*", " ", "_", " ").Replace(p)) {
		if !ordinary[w] {
			rare += len(w)
		}
	}
	switch {
	case rare == 0:
		return 150
	case rare < 3:
		return 300
	case rare < 5:
		return 550
	}
	return 700
}
