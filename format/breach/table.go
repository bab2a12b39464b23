package breach

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"ward/format/pattern"
)

// columns of the table, by the letters of their names.
var columns = map[string]bool{"nameofcoveredentity": true, "coveredentitytype": true, "breachsubmissiondate": true, "typeofbreach": true, "individualsaffected": true,
	"webdescription": true}

// knownHead reports whether a line is the head of the table.
func knownHead(line string) bool {
	f := folds(strings.Split(line, ","))
	return f["nameofcoveredentity"] > 0 && f["breachsubmissiondate"] > 0 && f["typeofbreach"] > 0
}

// folds gives the place of each known column, from 1.
func folds(head []string) map[string]int {
	out := map[string]int{}
	for i, h := range head {
		if name := folded(h); columns[name] && out[name] == 0 {
			out[name] = i + 1
		}
	}
	return out
}

// table reads the CSV of the health authority.
func (x *reading) table(r io.Reader) error {
	c := csv.NewReader(r)
	c.FieldsPerRecord, c.LazyQuotes, c.ReuseRecord = -1, true, true
	head, err := c.Read()
	if err != nil {
		return x.fail("has no head")
	}
	place := folds(head)
	for {
		if err := x.next(); err != nil {
			return err
		}
		row, err := c.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errLong):
			return x.fail(errLong.Error())
		case err != nil:
			var p *csv.ParseError
			if !errors.As(err, &p) {
				return x.fail("cannot be read on")
			}
			if err := x.each(Record{}, x.fail("is no line of a table")); err != nil {
				return err
			}
			continue
		}
		rec, fault := row2record(row, place)
		if fault != "" {
			err = x.each(Record{}, x.fail(fault))
		} else {
			err = x.each(rec, nil)
		}
		if err != nil {
			return err
		}
	}
}

// large are words in the names of hospitals; other providers count as practices.
var large = pattern.Of(`(?i)hospital|medical (?:center|centre)|health ?system|infirmary`)

func row2record(row []string, place map[string]int) (r Record, fault string) {
	cell := func(name string) string {
		if i := place[name]; i > 0 && i <= len(row) {
			return strings.TrimSpace(row[i-1])
		}
		return ""
	}
	name := cell("nameofcoveredentity")
	if name == "" {
		return r, "names nobody"
	}
	day, ok := dayOf(cell("breachsubmissiondate"))
	if !ok {
		return r, "has no day"
	}
	people, _ := strconv.ParseFloat(cell("individualsaffected"), 64)
	r = Record{Collection: HHS, Victim: folded(name), Country: "US", Day: day, Health: true, Sector: "other",
		ID: folded(name) + " " + day.Format(time.DateOnly) + " " + strconv.FormatInt(int64(min(max(people, 0), 1e12)), 10)}
	if strings.Contains(strings.ToLower(cell("coveredentitytype")), "provider") {
		r.Sector = "practice"
		if large().MatchString(name) {
			r.Sector = "hospital"
		}
	}
	kind := strings.ToLower(cell("typeofbreach"))
	r.Malicious = strings.Contains(kind, "hacking") || strings.Contains(kind, "theft")
	switch {
	case r.Malicious:
		r.Cause = "malicious-actions"
	case strings.Contains(kind, "loss"), strings.Contains(kind, "disposal"), strings.Contains(kind, "unauthorized"):
		r.Cause = "human-errors"
	}
	r.Ransomware = strings.Contains(strings.ToLower(cell("webdescription")), "ransomware")
	r.Stolen = r.Malicious
	return r, ""
}

// dayOf reads a day as the files of different years write it: as a date, with
// months first, either with or without a time, or as milliseconds since 1970.
func dayOf(s string) (time.Time, bool) {
	if at := strings.IndexAny(s, " T"); at > 0 {
		s = s[:at]
	}
	for _, layout := range []string{time.DateOnly, "01/02/2006", "1/2/2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, plausible(t)
		}
	}
	ms, err := strconv.ParseFloat(s, 64)
	if err != nil || ms < 0 || ms > 4e12 {
		return time.Time{}, false
	}
	t := time.UnixMilli(int64(ms)).UTC().Truncate(24 * time.Hour)
	return t, plausible(t)
}
