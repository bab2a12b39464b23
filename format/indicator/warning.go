package indicator

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/netip"
	"regexp"
	"strings"
)

// Warnings are lists of values that are no sign of an attack, in the form of
// the MISP warning lists. Nil knows nothing.
type Warnings struct {
	exact      listed[string] // value in lower case
	hosts      listed[string]
	nets       listed[netip.Prefix]
	bits       [2][129]bool         // prefix lengths in use, of IPv4 and IPv6
	substrings []warning            // shorter than a gram
	grams      map[string][]warning // by their first bytes
	regexes    []warning
	lists      []warningList
}

type warning struct {
	list int
	text string
	re   *regexp.Regexp
}

type warningList struct {
	name  string
	types map[Type]bool // nil is all
}

// attributeTypes are the types of MISP attributes that a list may be bound to.
var attributeTypes = map[Type]string{
	IPv4: " ip-src ip-dst ip-src|port ip-dst|port ", IPv6: " ip-src ip-dst ip-src|port ip-dst|port ", CIDR: " ip-src ip-dst ",
	Domain: " domain hostname hostname|port ", URL: " url uri link domain hostname ", Email: " email email-src email-dst email-reply-to whois-registrant-email ",
	MD5: " md5 filename|md5 ", SHA1: " sha1 filename|sha1 ", SHA256: " sha256 filename|sha256 ", FileName: " filename filename|md5 filename|sha1 filename|sha256 ",
}

// ErrNoWarnings says that a document is no warning list.
var ErrNoWarnings = errors.New("not a MISP warning list")

// Add reads one warning list (list.json). Regular expressions that Go cannot
// run in linear time are returned as refused; the rest of the list counts.
func (w *Warnings) Add(source string, data []byte) ([]Refused, error) {
	var d struct {
		Name    string   `json:"name"`
		Type    string   `json:"type"`
		List    []string `json:"list"`
		Matches []string `json:"matching_attributes"`
	}
	if len(data) > maxList {
		return nil, ErrTooLong
	}
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &d); err != nil || d.Name == "" || len(d.List) == 0 {
		return nil, ErrNoWarnings
	}
	if w.grams == nil {
		w.grams = map[string][]warning{}
	}
	n := len(w.lists)
	w.lists = append(w.lists, warningList{name: d.Name, types: typesOf(d.Matches)})
	var refused []Refused
	for _, v := range d.List {
		if err := w.entry(n, d.Type, strings.TrimSpace(v)); err != nil {
			refused = append(refused, Refused{Source: source, Text: shorten(v), Reason: err.Error()})
		}
	}
	return refused, nil
}

func typesOf(attributes []string) map[Type]bool {
	if len(attributes) == 0 {
		return nil
	}
	out := map[Type]bool{}
	for t, names := range attributeTypes {
		for _, a := range attributes {
			out[t] = out[t] || strings.Contains(names, " "+a+" ")
		}
	}
	return out
}

func (w *Warnings) entry(list int, kind, v string) error {
	if v == "" {
		return nil
	}
	switch kind {
	case "cidr":
		if !strings.Contains(v, "/") {
			a, err := addressOf(v)
			if err != nil {
				return err
			}
			v = netip.PrefixFrom(a, a.BitLen()).String()
		}
		p, err := netip.ParsePrefix(v)
		if err != nil {
			return errNoAddress
		}
		w.net(p.Masked(), list)
	case "hostname":
		w.hosts.keep(w.lists, strings.Trim(strings.ToLower(v), "."), list)
	case "string":
		w.exact.keep(w.lists, strings.ToLower(v), list)
	case "substring":
		x := warning{list: list, text: strings.ToLower(v)}
		if len(x.text) < gram {
			w.substrings = append(w.substrings, x)
		} else {
			w.grams[x.text[:gram]] = append(w.grams[x.text[:gram]], x)
		}
	case "regex":
		re, err := regexp.Compile(perl(v))
		if err != nil {
			return err
		}
		w.regexes = append(w.regexes, warning{list: list, re: re})
	default:
		return errors.New("a list of type " + kind + " is not known")
	}
	return nil
}

// perl turns /x/i into the form of Go.
func perl(s string) string {
	i := strings.LastIndexByte(s, '/')
	if len(s) < 2 || s[0] != '/' || i == 0 || strings.Trim(s[i+1:], "imsu") != "" {
		return s
	}
	flags := strings.ReplaceAll(s[i+1:], "u", "")
	if flags == "" {
		return s[1:i]
	}
	return "(?" + flags + ")" + s[1:i]
}

func (w *Warnings) net(p netip.Prefix, list int) {
	w.nets.keep(w.lists, p, list)
	w.bits[p.Addr().BitLen()/128][p.Bits()] = true
}

// listed leads from values to the lists that hold them.
type listed[K comparable] struct {
	first map[K]int
	more  map[K][]int // of other types than the first is bound to
}

// keep lets the first list win, and those that are bound to what it is not.
func (l *listed[K]) keep(lists []warningList, v K, list int) {
	if l.first == nil {
		l.first, l.more = map[K]int{}, map[K][]int{}
	}
	if n, ok := l.first[v]; !ok {
		l.first[v] = list
	} else if types := lists[n].types; types != nil && !maps.Equal(types, lists[list].types) {
		l.more[v] = append(l.more[v], list)
	}
}

// named is the name of a list that holds a value and is bound to the type, or "".
func (l *listed[K]) named(w *Warnings, v K, t Type) string {
	n, ok := l.first[v]
	if !ok {
		return ""
	}
	if w.binds(n, t) {
		return w.lists[n].name
	}
	for _, n := range l.more[v] {
		if w.binds(n, t) {
			return w.lists[n].name
		}
	}
	return ""
}

// Len is the number of lists.
func (w *Warnings) Len() int {
	if w == nil {
		return 0
	}
	return len(w.lists)
}

// Benign is the name of a list that knows the indicator as harmless, or "".
func (w *Warnings) Benign(i Indicator) string {
	if w == nil || len(w.lists) == 0 {
		return ""
	}
	value := strings.ToLower(i.Value)
	if name := w.exact.named(w, value, i.Type); name != "" {
		return name
	}
	if name := w.benignHost(i, value); name != "" {
		return name
	}
	if name := w.benignPart(i, value); name != "" {
		return name
	}
	for _, s := range w.regexes {
		if w.binds(s.list, i.Type) && s.re.MatchString(i.Value) {
			return w.lists[s.list].name
		}
	}
	return ""
}

// gram is how many bytes of a substring lead to it: lists of thousands are
// asked for each of a million values.
const gram = 4

func (w *Warnings) benignPart(i Indicator, value string) string {
	for _, s := range w.substrings {
		if w.binds(s.list, i.Type) && strings.Contains(value, s.text) {
			return w.lists[s.list].name
		}
	}
	for at := 0; at+gram <= len(value) && len(w.grams) > 0; at++ {
		for _, s := range w.grams[value[at:at+gram]] {
			if w.binds(s.list, i.Type) && strings.HasPrefix(value[at:], s.text) {
				return w.lists[s.list].name
			}
		}
	}
	return ""
}

func (w *Warnings) binds(list int, t Type) bool {
	return w.lists[list].types == nil || w.lists[list].types[t]
}

// benignHost looks at addresses and networks, at domains and at the hosts of
// URLs and mail addresses.
func (w *Warnings) benignHost(i Indicator, value string) string {
	switch i.Type {
	case IPv4, IPv6, CIDR:
		return w.benignNet(i)
	case URL:
		value = urlHost(value)
	case Email:
		_, value, _ = strings.Cut(value, "@")
	case Domain:
	default:
		return ""
	}
	for host := value; host != ""; {
		if name := w.hosts.named(w, host, i.Type); name != "" {
			return name
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return ""
}

func (w *Warnings) benignNet(i Indicator) string {
	p, err := netip.ParsePrefix(i.Value)
	if a, addrErr := netip.ParseAddr(i.Value); addrErr == nil {
		p, err = netip.PrefixFrom(a, a.BitLen()), nil
	}
	if err != nil {
		return ""
	}
	used := &w.bits[p.Addr().BitLen()/128]
	for bits := p.Bits(); bits >= 0; bits-- {
		if !used[bits] {
			continue
		}
		if name := w.nets.named(w, netip.PrefixFrom(p.Addr(), bits).Masked(), i.Type); name != "" {
			return name
		}
	}
	return ""
}
