// Package epss reads the daily scores of FIRST's Exploit Prediction Scoring
// System: CSV, plain or gzip, with a comment line that names model and day.
package epss

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward/format/cve"
	"ward/format/problem"
)

// Score is one row.
type Score struct {
	CVE        string
	EPSS       float64 // probability of exploitation in the next 30 days, 0 to 1
	Percentile float64 // share of all CVEs with the same score or less, 0 to 1; 0 in files of the first model
}

// Head is what the file says of itself, and what was wrong in it.
type Head struct {
	Model    string    // "v2025.03.14"; empty in old files
	Date     time.Time // score_date; zero in old files
	Rows     int       // scores given out
	Problems []problem.Problem
}

// Limits bounds a read. A zero field means its default.
type Limits struct {
	Bytes int64 // after unpacking; default 256 MiB (a day has 300,000 rows, 10 MiB)
	Rows  int   // default 2,000,000
}

// line is the most bytes that one row may have; honest ones have 40.
const line = 256

// Read calls each for every good score in the file's order. A bad row is told
// in Head.Problems and passed over; a file that is not EPSS, breaks or passes a
// limit ends the read with a problem.Problem. The first error of each ends it too.
func Read(r io.Reader, l Limits, each func(Score) error) (Head, error) {
	l = Limits{Bytes: cmp.Or(l.Bytes, 256<<20), Rows: cmp.Or(l.Rows, 2_000_000)}
	rd := &reader{lim: l, each: each}
	err := rd.read(r)
	rd.head.Problems = rd.out.Problems()
	return rd.head, err
}

// reader holds one pass; columns are found by name, since the percentile came
// later than the score.
type reader struct {
	lim        Limits
	each       func(Score) error
	head       Head
	out        problem.List
	row        int
	id         int // column numbers, -1 for none
	epss       int
	percentile int
}

// read goes line by line: the file has no quoted cells, so no CSV reader is
// needed, and a day of 300,000 rows takes a fraction of a second.
func (r *reader) read(in io.Reader) error {
	src := bufio.NewReader(in)
	if magic, _ := src.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(src)
		if err != nil {
			return r.fail("gzip", err.Error())
		}
		src = bufio.NewReader(z)
	}
	limited := &io.LimitedReader{R: src, N: r.lim.Bytes + 1}
	lines := bufio.NewScanner(limited)
	lines.Buffer(make([]byte, 0, 4096), 4096)
	header := false
	for lines.Scan() {
		r.row++
		if limited.N <= 0 {
			break // the last line may be cut: half a number is a wrong number
		}
		text := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		switch {
		case text == "":
		case text[0] == '#':
			r.comment(text[1:])
		case !header:
			if header = r.columns(text); !header {
				return r.fail("header", "no columns cve and epss: "+problem.Clip(text))
			}
		default:
			if err := r.score(text); err != nil {
				return err
			}
		}
	}
	return r.end(lines.Err(), header, limited.N)
}

// end says why the lines ended.
func (r *reader) end(err error, header bool, left int64) error {
	switch {
	case left <= 0:
		return r.fail("size", "the file is larger than what is read")
	case errors.Is(err, bufio.ErrTooLong):
		return r.fail("size", "a line is too long")
	case err != nil:
		return r.fail("gzip", err.Error())
	case !header:
		return r.fail("header", "no columns cve and epss")
	}
	return nil
}

// fail names the row that was being read.
func (r *reader) fail(rule, detail string) error {
	return problem.Problem{Place: fmt.Sprintf("row %d", r.row), Rule: rule, Detail: detail}
}

// comment reads "model_version:v2025.03.14,score_date:2025-12-26T12:55:00Z".
func (r *reader) comment(text string) {
	for part := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(part, ":")
		switch strings.TrimSpace(name) {
		case "model_version":
			r.head.Model = strings.TrimSpace(value)
		case "score_date":
			r.head.Date = day(strings.TrimSpace(value))
		}
	}
}

// day reads the spellings of score_date over the years.
func day(s string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05-0700", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// columns finds the header's places; false if it is not one.
func (r *reader) columns(text string) bool {
	names := strings.Split(strings.ToLower(text), ",")
	for i, n := range names {
		names[i] = strings.Trim(n, `" `)
	}
	r.id, r.epss, r.percentile = slices.Index(names, "cve"), slices.Index(names, "epss"), slices.Index(names, "percentile")
	return r.id >= 0 && r.epss >= 0
}

// score gives out one row, or tells why not.
func (r *reader) score(text string) error {
	if r.head.Rows == r.lim.Rows {
		return r.fail("count", "too many rows")
	}
	cells := strings.Split(text, ",")
	place := fmt.Sprintf("row %d", r.row)
	if len(text) > line || len(cells) <= max(r.id, r.epss, r.percentile) {
		r.out.Add(place, "columns", problem.Clip(text))
		return nil
	}
	s := Score{CVE: strings.Trim(cells[r.id], `" `)}
	if !cve.ValidID(s.CVE) {
		r.out.Add(place, "pattern", fmt.Sprintf("%q is no CVE identifier", problem.Clip(s.CVE)))
		return nil
	}
	var ok bool
	if s.EPSS, ok = share(cells, r.epss); ok {
		s.Percentile, ok = share(cells, r.percentile)
	}
	if !ok {
		r.out.Add(place, "bounds", "not a number from 0 to 1: "+problem.Clip(text))
		return nil
	}
	r.head.Rows++
	return r.each(s)
}

// share reads a number from 0 to 1; NaN is none.
func share(cells []string, column int) (float64, bool) {
	if column < 0 {
		return 0, true
	}
	f, err := strconv.ParseFloat(strings.Trim(cells[column], `" `), 64)
	return f, err == nil && f >= 0 && f <= 1
}

// Validate lists what is wrong with a file, nil if nothing.
func Validate(data []byte) []problem.Problem {
	head, err := Read(bytes.NewReader(data), Limits{}, func(Score) error { return nil })
	found := head.Problems
	if err != nil {
		found = append(found, problem.Of(err)...)
	}
	return found
}
