package indicator

import (
	"encoding/json"
	"errors"
	"strings"
)

// mispAttribute is what counts of an attribute of a MISP event.
type mispAttribute struct {
	UUID    string `json:"uuid"`
	Type    string `json:"type"`
	Value   string `json:"value"`
	ToIDs   truth  `json:"to_ids"`
	Deleted truth  `json:"deleted"`
}

// truth is a truth value as exports of any age write it: true, 1, "1".
type truth bool

// UnmarshalJSON implements json.Unmarshaler.
func (t *truth) UnmarshalJSON(b []byte) error {
	switch strings.ToLower(strings.Trim(string(b), `"`)) {
	case "true", "1":
		*t = true
	case "false", "0", "null", "":
		*t = false
	default:
		return errors.New("no truth value")
	}
	return nil
}

// mispTypes are the attribute types that a log can answer. Of a pair the halves
// count that have a type: for filename|md5 the hash, for ip-dst|port the address.
var mispTypes = map[string][2]Type{
	"ip-src": {IPv4}, "ip-dst": {IPv4}, "ip-src|port": {IPv4}, "ip-dst|port": {IPv4}, "domain": {Domain}, "hostname": {Domain}, "hostname|port": {Domain},
	"domain|ip": {Domain, IPv4}, "url": {URL}, "uri": {URL}, "email": {Email}, "email-src": {Email}, "email-dst": {Email}, "email-reply-to": {Email},
	"md5": {MD5}, "sha1": {SHA1}, "sha256": {SHA256}, "filename": {FileName}, "email-attachment": {FileName}, "attachment": {FileName},
	"filename|md5": {0, MD5}, "filename|sha1": {0, SHA1}, "filename|sha256": {0, SHA256}, "malware-sample": {0, MD5},
	"x509-fingerprint-md5": {MD5}, "x509-fingerprint-sha1": {SHA1}, "x509-fingerprint-sha256": {SHA256},
}

// misp takes the indicators of one attribute. MISP's hostname is one host, its
// domain all below it. What is not marked for detection (to_ids) is context.
func (in *intake) misp(raw []byte) {
	var a mispAttribute
	if err := json.Unmarshal(raw, &a); err != nil {
		in.refuse(Refused{Text: string(raw[:min(len(raw), 160)]), Reason: "an attribute that cannot be read"})
		return
	}
	refused := func(reason string) { in.refuse(Refused{Ref: a.UUID, Text: a.Type + " " + a.Value, Reason: reason}) }
	types, known := mispTypes[a.Type]
	switch {
	case bool(a.Deleted):
		refused("deleted by its author")
		return
	case !bool(a.ToIDs):
		refused("not marked for detection (to_ids)")
		return
	case !known:
		refused("attributes of type " + a.Type + " are not looked for in logs")
		return
	}
	for k, half := range halves(a.Type, a.Value) {
		t := types[k]
		if t == 0 {
			continue
		}
		i, err := parseTyped(t, half)
		if err != nil {
			refused(err.Error())
			continue
		}
		i.Exact = strings.HasPrefix(a.Type, "hostname") && i.Type == Domain
		i.Ref = a.UUID
		if strings.HasSuffix(a.Type, "|port") {
			_, port, _ := strings.Cut(a.Value, "|")
			i.Note = "port " + port
		}
		in.take(i, 0, a.Value)
	}
}

// halves cuts the value of a pair.
func halves(kind, value string) []string {
	if !strings.Contains(kind, "|") && kind != "malware-sample" {
		return []string{value}
	}
	i := strings.LastIndexByte(value, '|')
	if i < 0 {
		return []string{value}
	}
	return []string{value[:i], value[i+1:]}
}
