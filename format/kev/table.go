package kev

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"ward/format/problem"
)

// IsTable reports whether a text begins with the column names of an EU KEV in CSV.
func IsTable(head []byte) bool {
	line, _, _ := strings.Cut(string(head[:min(len(head), headLimit)]), "\n")
	names := strings.Split(strings.TrimSpace(strings.TrimPrefix(line, "\ufeff")), ",")
	known := 0
	for _, n := range names {
		if _, ok := columns[strings.ToLower(strings.Trim(n, ` "`))]; ok {
			known++
		}
	}
	first := strings.ToLower(strings.Trim(names[0], ` "`))
	return known > 2 && (first == "cveid" || first == "cve")
}

// headLimit bounds the line of column names.
const headLimit = 4 << 10

func isTable(r *bufio.Reader) bool {
	head, _ := r.Peek(headLimit) // shorter at the end of a short file
	return IsTable(head)
}

// columns are the names of both tables that ENISA keeps: enisaeu/CNW (eukev.csv,
// and kev.csv before it) and euvd-docs-public.
var columns = map[string]func(*wire) *texts{
	"cveid": func(w *wire) *texts { return &w.CVE }, "cve": func(w *wire) *texts { return &w.CVE },
	"euvdid": func(w *wire) *texts { return &w.EUVD }, "euvd": func(w *wire) *texts { return &w.EUVD },
	"vendorproject": func(w *wire) *texts { return &w.Vendor }, "product": func(w *wire) *texts { return &w.Product },
	"vulnerabilityname": func(w *wire) *texts { return &w.Name }, "shortdescription": func(w *wire) *texts { return &w.Description },
	"datereported": func(w *wire) *texts { return &w.Reported }, "dateadded": func(w *wire) *texts { return &w.Added },
	"patchedsince": func(w *wire) *texts { return &w.Patched }, "originsource": func(w *wire) *texts { return &w.Origin },
	"exploitationtype": func(w *wire) *texts { return &w.Exploitation }, "threatactorsexploiting": func(w *wire) *texts { return &w.Actors },
	"cwes": func(w *wire) *texts { return &w.CWEs }, "notes": func(w *wire) *texts { return &w.Notes },
}

// lists are the columns in which a cell holds several texts.
var lists = map[string]bool{"exploitationtype": true, "threatactorsexploiting": true, "cwes": true}

// table reads the EU KEV from CSV: what is told of a row is told, and the next one read.
func (r *reader) table(in io.Reader) error {
	r.cat.Source = EU
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

// row gives one out, or tells why not; only each can end the read.
func (r *reader) row(place string, head, row []string) error {
	var w wire
	size := 0
	for i, cell := range row {
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
	e, p := w.entry(EU)
	if p != nil {
		r.out.Add(place+", "+p.Place, p.Rule, p.Detail)
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
