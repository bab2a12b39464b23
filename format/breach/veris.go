package breach

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"ward/format/pattern"
)

// array reads the incidents of a JSON array.
func (x *reading) array(r io.Reader) error {
	d := jsontext.NewDecoder(r, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if _, err := d.ReadToken(); err != nil {
		return x.broken(err)
	}
	for d.PeekKind() != ']' {
		if err := x.value(d); err != nil {
			return err
		}
	}
	return nil
}

// values reads incidents that stand one behind the other.
func (x *reading) values(r io.Reader) error {
	d := jsontext.NewDecoder(r, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		err := x.value(d)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// value reads one; io.EOF at the end. What is broken here cannot be read on.
func (x *reading) value(d *jsontext.Decoder) error {
	if err := x.next(); err != nil {
		return err
	}
	v, err := d.ReadValue()
	if err != nil {
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return io.EOF
		}
		return x.broken(err)
	}
	return x.incident(v)
}

func (x *reading) broken(err error) error {
	if errors.Is(err, errLong) {
		return x.fail(errLong.Error())
	}
	return x.fail("is no JSON from here on")
}

// lines reads a line for each incident; a damaged one does not stop the rest.
func (x *reading) lines(r io.Reader) error {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 64<<10), maxRecord)
	for s.Scan() {
		line := bytes.TrimSpace(s.Bytes())
		if err := x.next(); err != nil {
			return err
		}
		if len(line) == 0 {
			continue
		}
		if err := x.incident(line); err != nil {
			return err
		}
	}
	if s.Err() != nil {
		return x.fail(errLong.Error())
	}
	return nil
}

func (x *reading) incident(v []byte) error {
	var tree map[string]any
	if err := json.Unmarshal(v, &tree, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		return x.each(Record{}, x.fail("is no JSON object"))
	}
	if inner, ok := tree["incident"].(map[string]any); ok {
		tree = inner
	}
	flat := facts{}
	flat.add("", tree, 0)
	r, err := flat.record()
	if err != nil {
		return x.each(Record{}, x.fail(err.Error()))
	}
	return x.each(r, nil)
}

// facts are an incident's values by their path, in small letters: what is nested
// and what has dotted keys is the same here. An element of a list is a path that
// is true.
type facts map[string]string

// Bounds of what is taken of one incident.
const (
	maxFacts = 2000
	maxDeep  = 8
	maxValue = 500
)

func (f facts) add(path string, v any, deep int) {
	if len(f) >= maxFacts || deep > maxDeep || len(path) > maxValue {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			f.add(join(path, k), inner, deep+1)
		}
	case []any:
		for _, inner := range v {
			if s, ok := inner.(string); ok {
				f.put(join(path, s), "true")
			} else {
				f.add(path, inner, deep+1)
			}
		}
	case string:
		f.put(path, v)
		f.put(join(path, v), "true") // a single value reads like a list of one
	case float64:
		f.put(path, strconv.FormatFloat(v, 'f', -1, 64))
	case bool:
		if v {
			f.put(path, "true")
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func (f facts) put(path, v string) {
	if len(f) < maxFacts && len(path) <= maxValue {
		f[strings.ToLower(path)] = v[:min(len(v), maxValue)]
	}
}

// under reports whether a path or anything below it is there.
func (f facts) under(path string) bool {
	if _, ok := f[path]; ok {
		return true
	}
	for k := range f {
		if strings.HasPrefix(k, path+".") {
			return true
		}
	}
	return false
}

var twoLetters = pattern.Of(`^[a-z]{2}$`)

// country is the victim's, the first by letters where there are several.
func (f facts) country() string {
	var out []string
	for k := range f {
		if c, ok := strings.CutPrefix(k, "victim.country."); ok && twoLetters().MatchString(c) {
			out = append(out, strings.ToUpper(c))
		}
	}
	slices.Sort(out)
	return append(out, "")[0]
}

func (f facts) record() (Record, error) {
	r := Record{Collection: VERIS, ID: f["incident_id"], Victim: f["victim.victim_id"], Country: f.country()}
	if r.ID == "" {
		return r, errors.New("has no incident_id")
	}
	number := func(part string, low, high, def int) int {
		n, err := strconv.ParseFloat(f["timeline.incident."+part], 64)
		if err != nil || int(n) < low || int(n) > high {
			return def
		}
		return int(n)
	}
	year := number("year", 1970, 2099, 0)
	if year == 0 {
		return r, fmt.Errorf("has no year (timeline.incident.year)")
	}
	r.Day = time.Date(year, time.Month(number("month", 1, 12, 1)), number("day", 1, 31, 1), 0, 0, 0, 0, time.UTC)
	r.Sector = sectorOf(f["victim.industry"])
	r.Health = r.Sector != "" && !f.under("security_incident.near miss") && !f.under("security_incident.false positive")
	if r.Victim == "" {
		r.Victim = r.ID
	}
	malicious := f.under("action.hacking") || f.under("action.malware") || f.under("action.social") || f.under("action.misuse") || f.under("action.physical")
	switch {
	case malicious:
		r.Cause = "malicious-actions"
	case f.under("action.error"):
		r.Cause = "human-errors"
	case f.under("action.environmental"):
		r.Cause = "natural-phenomena"
	}
	r.Malicious = malicious
	r.Ransomware = f.under("action.malware.variety.ransomware")
	if r.Ransomware {
		r.Family = folded(f["action.malware.name"])
	}
	r.Stolen = f.under("attribute.confidentiality.data_disclosure.yes")
	return r, nil
}

// sectorOf reads the victim's industry (NAICS): 62 is health care. Empty for all
// others.
func sectorOf(industry string) string {
	for _, x := range []struct{ prefix, sector string }{{"6215", "lab"}, {"62191", "ambulance"}, {"6216", "care"}, {"621", "practice"}, {"622", "hospital"}, {"623", "care"}, {"62", "other"}} {
		if strings.HasPrefix(industry, x.prefix) {
			return x.sector
		}
	}
	return ""
}
