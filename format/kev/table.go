package kev

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"ward/format/pattern"
	"ward/format/problem"
)

// TableOf tells whose catalogue a text holds that begins with the column names
// of one in CSV; empty for any other text. Only CISA's asks for an action and
// says by when.
func TableOf(head []byte) Source {
	line, _, _ := strings.Cut(string(head[:min(len(head), headLimit)]), "\n")
	names := strings.Split(strings.ToLower(strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))), ",")
	known, source := 0, EU
	for i, n := range names {
		names[i] = strings.Trim(n, ` "`)
		if _, ok := columns[names[i]]; ok {
			known++
		}
		if names[i] == "requiredaction" || names[i] == "knownransomwarecampaignuse" {
			source = CISA
		}
	}
	if known <= 2 || names[0] != "cveid" && names[0] != "cve" {
		return ""
	}
	return source
}

// headLimit bounds the line of column names.
const headLimit = 4 << 10

func tableOf(r *bufio.Reader) Source {
	head, _ := r.Peek(headLimit) // shorter at the end of a short file
	return TableOf(head)
}

// columns are the names of both tables that ENISA keeps: enisaeu/CNW (eukev.csv,
// and kev.csv before it) and euvd-docs-public; and of CISA's known_exploited_vulnerabilities.csv.
var columns = map[string]func(*wire) *texts{
	"cveid": func(w *wire) *texts { return &w.CVE }, "cve": func(w *wire) *texts { return &w.CVE },
	"euvdid": func(w *wire) *texts { return &w.EUVD }, "euvd": func(w *wire) *texts { return &w.EUVD },
	"vendorproject": func(w *wire) *texts { return &w.Vendor }, "product": func(w *wire) *texts { return &w.Product },
	"vulnerabilityname": func(w *wire) *texts { return &w.Name }, "shortdescription": func(w *wire) *texts { return &w.Description },
	"datereported": func(w *wire) *texts { return &w.Reported }, "dateadded": func(w *wire) *texts { return &w.Added },
	"patchedsince": func(w *wire) *texts { return &w.Patched }, "originsource": func(w *wire) *texts { return &w.Origin },
	"exploitationtype": func(w *wire) *texts { return &w.Exploitation }, "threatactorsexploiting": func(w *wire) *texts { return &w.Actors },
	"requiredaction": func(w *wire) *texts { return &w.Action }, "duedate": func(w *wire) *texts { return &w.Due },
	"knownransomwarecampaignuse": func(w *wire) *texts { return &w.Ransomware },
	"cwes":                       func(w *wire) *texts { return &w.CWEs }, "notes": func(w *wire) *texts { return &w.Notes },
}

// lists are the columns in which a cell holds several texts.
var lists = map[string]bool{"exploitationtype": true, "threatactorsexploiting": true, "cwes": true}

// table reads a catalogue from CSV: what is told of a row is told, and the next one read.
func (r *reader) table(in io.Reader) error {
	rows := csv.NewReader(in)
	rows.FieldsPerRecord, rows.ReuseRecord, rows.LazyQuotes = -1, true, true
	names, err := rows.Read()
	if err != nil {
		return problem.Problem{Place: "line 1", Rule: "csv", Detail: problem.Clip(err.Error())}
	}
	head := make([]string, len(names))
	for i, n := range names {
		head[i] = strings.ToLower(strings.TrimSpace(n))
	}
	for i := 0; ; i++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		line, _ := rows.FieldPos(0)
		place := fmt.Sprintf("line %d", line)
		var wrong *csv.ParseError
		switch {
		case errors.As(err, &wrong):
			r.out.Add(fmt.Sprintf("line %d", wrong.Line), "csv", problem.Clip(wrong.Err.Error()))
			continue
		case err != nil:
			return problem.Problem{Place: place, Rule: "read", Detail: problem.Clip(err.Error())}
		case i == r.lim.Entries:
			return problem.Problem{Place: place, Rule: "count", Detail: "too many entries"}
		}
		if err := r.row(place, head, row); err != nil {
			return err
		}
	}
}

// rowInside finds the beginning of another row in a cell.
var rowInside = pattern.Of(`\nCVE[- ]\d{4}-\d{4,},`)

// row gives one out, or tells why not; only each can end the read.
func (r *reader) row(place string, head, row []string) error {
	var w wire
	size := 0
	for i, cell := range row {
		if rowInside().MatchString(cell) {
			r.out.Add(place, "csv", "a quotation mark is not closed: other rows stand in its cell")
			return nil
		}
		size += len(cell)
		if i >= len(head) || columns[head[i]] == nil {
			continue
		}
		to := columns[head[i]](&w)
		for _, s := range cells(head[i], cell) {
			if s = strings.TrimSpace(s); s != "" && s != "-" {
				*to = append(*to, s)
			}
		}
	}
	if size > r.lim.Entry {
		r.out.Add(place, "size", fmt.Sprintf("an entry of %d bytes", size))
		return nil
	}
	if rest, ok := strings.CutPrefix(w.CVE.one(), "CVE "); ok { // so it stands in one of them
		w.CVE = texts{"CVE-" + rest}
	}
	e, p := w.entry(r.cat.Source)
	if p != nil {
		r.refuse(place+", "+p.Place, e, p)
		return nil
	}
	r.cat.Entries++
	return r.each(e)
}

// cells are the texts of one cell.
func cells(column, cell string) []string {
	if lists[column] {
		return strings.FieldsFunc(cell, func(c rune) bool { return c == ',' || c == ';' })
	}
	return []string{cell}
}
