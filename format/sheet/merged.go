package sheet

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"path"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// span is a cell that was merged with those below it: people write the maker once
// for all its rows, and a worksheet keeps the text in the first of them only.
type span struct {
	from, to int // rows, 1-based
	column   int // 0-based
	text     string
}

// maxSpans bounds the merged cells that are looked at.
const maxSpans = 100_000

// spansOf finds them in a worksheet, ordered by row. It looks at the part behind
// the rows alone and gives none where anything is not as expected.
func spansOf(file *excelize.File, sheet string, lim Limits) []span {
	content := part(file, partOf(file, sheet))
	i := bytes.LastIndex(content, []byte("sheetData>"))
	if i < 0 {
		return nil
	}
	var out []span
	for rest := content[i:]; len(out) < maxSpans; {
		_, after, found := bytes.Cut(rest, []byte("mergeCell "))
		if !found {
			break
		}
		tag, left, _ := bytes.Cut(after, []byte(">"))
		rest = left
		_, ref, _ := bytes.Cut(tag, []byte(`ref="`))
		ref, _, _ = bytes.Cut(ref, []byte(`"`))
		first, last, _ := strings.Cut(string(ref), ":")
		column, from, err := excelize.CellNameToCoordinates(first)
		_, to, err2 := excelize.CellNameToCoordinates(last)
		if err == nil && err2 == nil && from < to && column <= lim.Columns {
			out = append(out, span{from: from, to: to, column: column - 1})
		}
	}
	slices.SortStableFunc(out, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	return out
}

// part gives the bytes of a part that is held in memory.
func part(file *excelize.File, name string) []byte {
	v, _ := file.Pkg.Load(name)
	content, _ := v.([]byte)
	return content
}

// partOf is the name of a worksheet's part (ECMA-376 part 1, section 12.3.24).
func partOf(file *excelize.File, sheet string) string {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		To []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if xml.Unmarshal(part(file, "xl/workbook.xml"), &book) != nil || xml.Unmarshal(part(file, "xl/_rels/workbook.xml.rels"), &links) != nil {
		return ""
	}
	for _, s := range book.Sheets {
		for _, l := range links.To {
			if s.Name == sheet && l.ID == s.ID {
				if strings.HasPrefix(l.Target, "/") {
					return l.Target[1:]
				}
				return path.Join("xl", l.Target)
			}
		}
	}
	return ""
}

// fill writes the texts of merged cells into a row below their first. Rows with
// nothing else stay empty.
func (x *xlsxReader) fill(row []string) []string {
	for len(x.spans) > 0 && x.spans[0].from <= x.line {
		s := x.spans[0]
		x.spans = x.spans[1:]
		if s.from == x.line && s.column < len(row) && strings.TrimSpace(row[s.column]) != "" {
			s.text = row[s.column]
			x.open[s.column] = s // of spans that overlap the later one counts: one a column
		}
	}
	if len(row) == 0 {
		return row
	}
	for column, s := range x.open {
		if x.line > s.to {
			delete(x.open, column)
			continue
		}
		for len(row) <= column {
			row = append(row, "")
		}
		if strings.TrimSpace(row[column]) == "" {
			row[column] = s.text
		}
	}
	return row
}
