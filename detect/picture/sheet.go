package picture

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"time"

	"ward"
	"ward/format/sheet"
)

// FigureIDs are the figures of the picture, in the order of the page.
func FigureIDs() []string {
	return []string{"countries", "series", "causes", "families", "sectors", "impacts", "services", "signs", "clocks"}
}

// Sheet is a figure as a file: the same numbers as the page shows, words of the
// vocabulary. "hidden" is what the cover does not say, "unknown" what nobody knows.
type Sheet struct {
	Head []string
	Rows [][]string
}

// Counts of a figure of counts; nil for the other two.
func (f Figures) Counts(id string) []Count {
	switch id {
	case "countries":
		states, others := memberStates(f.Countries)
		return append(states, others...)
	case "causes":
		return f.Causes
	case "families":
		return f.Families
	case "sectors":
		return f.Sectors
	case "impacts":
		out := slices.Clone(f.Impacts) // by level, not by number
		rank := func(c Count) int { return slices.Index(levels, c.Word) }
		slices.SortStableFunc(out, func(a, b Count) int { return cmp.Compare(rank(b), rank(a)) })
		return out
	case "services":
		return f.Services
	case "signs":
		return f.Signs
	}
	return nil
}

// Sheet makes the file of a figure; false for one that is none.
func (f Figures) Sheet(id string) (Sheet, bool) {
	number := strconv.Itoa
	switch id {
	case "series":
		out := Sheet{Head: []string{string(f.Unit), "reports", "history"}}
		for _, p := range f.Series {
			out.Rows = append(out.Rows, []string{p.Start.Format(time.DateOnly), number(p.Reports), number(p.History)})
		}
		if f.Untimed > 0 {
			out.Rows = append(out.Rows, []string{"hidden", number(f.Untimed), "0"})
		}
		return out, true
	case "clocks":
		out := Sheet{Head: []string{"stage", "in_time", "late", "median_hours"}}
		for _, k := range f.Clocks {
			hours := ""
			if k.Median >= 0 {
				hours = strconv.FormatFloat(k.Median.Hours(), 'f', 1, 64)
			}
			out.Rows = append(out.Rows, []string{k.Stage, number(k.Kept), number(k.Late), hours})
		}
		return out, true
	}
	if !slices.Contains(FigureIDs(), id) {
		return Sheet{}, false
	}
	out := Sheet{Head: []string{id, "reports", "history"}}
	for _, c := range f.Counts(id) {
		w := map[string]string{"": "unknown", Hidden: "hidden"}[c.Word]
		out.Rows = append(out.Rows, []string{cmp.Or(w, c.Word), number(c.Reports), number(c.History)})
	}
	return out, true
}

// CSV writes a sheet, safe in spreadsheets.
func (s Sheet) CSV(w io.Writer) error {
	return ward.Wrap("write figure", sheet.WriteCSV(w, s.Head, slices.Values(s.Rows)))
}
