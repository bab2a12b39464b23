package intake

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/format/notice"
	"ward/format/rule"
	"ward/format/sheet"
	"ward/kit/i18n"
	"ward/respond/incident"
)

// Fault is something that is not understood, with its place.
type Fault struct {
	Line   int // of the file
	Column string
	Err    error
}

// Row is one report of a table.
type Row struct {
	Line         int
	Organisation string
	Registered   bool
	Reference    string
	Stage        rule.Stage
	Aware        time.Time // zero: not known
	Result       Result
	Faults       []Fault
	item         item
	weighed      incident.Weighed
}

// Table is a table that was looked through. Nothing of it is stored as long as one
// row has a fault.
type Table struct {
	Rows           []Row
	Foreign, Twice []string // heads of columns that are not read
	Stored         bool
}

// Faults are those of all rows.
func (t Table) Faults() (out []Fault) {
	for _, r := range t.Rows {
		out = append(out, r.Faults...)
	}
	return out
}

// Fresh counts the rows that are not here yet.
func (t Table) Fresh() (n int) {
	for _, r := range t.Rows {
		if !r.Result.Known {
			n++
		}
	}
	return n
}

// ReadTable looks a table through; nothing is stored. Invalid at "file" for a file
// that cannot be read. Needs incident.handle.
func (s *Service) ReadTable(ctx context.Context, a ward.Actor, name string, data []byte) (t Table, err error) {
	if err := s.may(ctx, a); err != nil {
		return t, ward.Wrap("read table", err)
	}
	in, err := notice.ReadTable(name, data, s.columns(a))
	if err != nil {
		return t, ward.Wrap("read table", tableFault(err))
	}
	t.Foreign, t.Twice = in.Foreign, in.Twice
	seen := map[string]bool{}
	for _, r := range in.Rows {
		row, err := s.readRow(ctx, a, r)
		if err != nil {
			return Table{}, ward.Wrap("read table", err)
		}
		for _, key := range []string{row.item.digest, whose(row.item.Entered) + "\x00" + row.Reference} {
			if seen[key] && (key == row.item.digest || row.Reference != "") {
				row.fault(colReference, ward.Fail(ward.Invalid, "incident.error.row_twice"))
				break
			}
			seen[key] = true
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		return t, ward.Wrap("read table", tableFault(&sheet.Error{File: name, Kind: sheet.ErrEmpty}))
	}
	return t, nil
}

// TakeTable stores all reports of a table that are not here yet, in one
// transaction. Invalid, and nothing stored, when a row has a fault: the table says
// which. Needs incident.handle.
func (s *Service) TakeTable(ctx context.Context, a ward.Actor, name string, data []byte) (Table, error) {
	t, err := s.ReadTable(ctx, a, name, data)
	if err != nil {
		return t, err
	}
	if n := len(t.Faults()); n > 0 {
		return t, ward.Wrap("take over table", ward.Fail(ward.Invalid, "incident.error.rows", "count", strconv.Itoa(n)).At("file"))
	}
	var items []item
	var weighed []incident.Weighed
	var at []int
	for i, r := range t.Rows {
		if !r.Result.Known {
			items, weighed, at = append(items, r.item), append(weighed, r.weighed), append(at, i)
		}
	}
	list, err := s.put(ctx, a, items, weighed)
	if err != nil {
		return t, ward.Wrap("take over table", err)
	}
	for n, r := range list {
		t.Rows[at[n]].Result = r
	}
	t.Stored = true
	return t, nil
}

// columns are all that a table may have: by their ids, and by their titles in the
// actor's language and in English.
func (s *Service) columns(a ward.Actor) []notice.Column {
	cat := s.cfg.Reports.Catalogue()
	var ids []string
	ids = append(ids, fixed[:]...)
	for _, f := range cat.Book.Fields {
		ids = append(ids, f.ID)
	}
	for _, f := range cat.Book.Facts {
		if f.Of == "incident" && !slices.Contains(ids, f.ID) {
			ids = append(ids, f.ID)
		}
	}
	own, english := s.cfg.Reports.Printer(a.Lang), s.cfg.Reports.Printer(ward.English)
	var out []notice.Column
	for _, id := range slices.Backward(ids) { // of two with one title the earlier wins, as it stands in the template
		out = append(out, notice.Column{ID: id, Names: []string{s.title(english, id), s.title(own, id)}})
	}
	return out
}

func tableFault(err error) error {
	var e *sheet.Error
	if !errors.As(err, &e) {
		return err
	}
	key := "sheet_broken"
	switch {
	case errors.Is(err, notice.ErrHeader):
		key = "sheet_header"
	case errors.Is(err, sheet.ErrEmpty):
		key = "sheet_empty"
	case errors.Is(err, sheet.ErrRows), errors.Is(err, sheet.ErrSize), errors.Is(err, sheet.ErrColumns), errors.Is(err, sheet.ErrCells), errors.Is(err, sheet.ErrCell):
		key = "sheet_large"
	case errors.Is(err, sheet.ErrFormat):
		key = "sheet_format"
	}
	return ward.Fail(ward.Invalid, "incident.error."+key, "line", strconv.Itoa(e.Line), "rows", strconv.Itoa(notice.MaxRows)).At("file").Because(err)
}

func (r *Row) fault(column string, err error) {
	r.Faults = append(r.Faults, Fault{r.Line, column, err})
}

// readRow reads one report. An error is of the house; what is wrong with the row
// stands in its faults.
func (s *Service) readRow(ctx context.Context, a ward.Actor, in notice.Row) (r Row, err error) {
	r = Row{Line: in.Line, Organisation: in.Cells[colName], Stage: orEarly(rule.Stage(in.Cells[colStage]))}
	e := incident.Entered{Org: ward.OrgID(in.Cells[colOrg]), OrgName: in.Cells[colName], Origin: incident.FromTable, Sure: true, Reason: incident.Incident, Stage: r.Stage, Answers: incident.Answers{}}
	zone, p := incident.ZoneOf(a), s.cfg.Reports.Printer(a.Lang)
	for _, id := range slices.Sorted(maps.Keys(in.Cells)) {
		text := in.Cells[id]
		switch id {
		case colReference:
			if r.Reference, err = checkReference(text); err != nil {
				r.fault(id, err)
			}
		case colReason:
			e.Reason = incident.Reason(text)
		case colReceived:
			var ok bool
			if e.Received, ok = momentOf(text, zone); !ok {
				r.fault(id, ward.Fail(ward.Invalid, "incident.error.time"))
			}
		case colSure:
			sure, err := readCell(p, incident.Question{ID: id, Kind: incident.KindYesNo}, text, zone)
			if e.Sure = sure.Text == "yes"; err != nil || sure.Unknown {
				r.fault(id, ward.Fail(ward.Invalid, "incident.error.choice"))
			}
		case colName, colOrg, colStage:
		default:
			q, _ := s.cfg.Reports.Catalogue().Question(id)
			x, err := readCell(p, q, text, zone)
			if err != nil {
				r.fault(id, err)
				continue
			}
			e.Answers[id] = x
		}
	}
	r.Aware = e.Answers["aware_at"].Time()
	if e.Org == "" && e.OrgName != "" {
		if e.Org, err = s.named(ctx, a, e.OrgName); err != nil {
			return r, err
		}
	}
	r.Registered = e.Org != ""
	r.item = item{Entered: e, reference: r.Reference, digest: s.digest("row", content(in.Cells))}
	return r, s.judge(ctx, a, &r)
}

// judge says whether a row can be taken over.
func (s *Service) judge(ctx context.Context, a ward.Actor, r *Row) (err error) {
	if len(r.Faults) > 0 {
		return nil
	}
	r.Result, r.item.Into, err = s.settle(ctx, a, r.item)
	if err == nil && !r.Result.Known {
		r.weighed, err = s.cfg.Reports.Weigh(ctx, a, r.item.Entered)
		if err == nil {
			r.Organisation = r.weighed.OrgName
		}
	}
	if code := ward.CodeOf(err); code != ward.Invalid && code != ward.Conflict {
		return err
	}
	for _, e := range ward.All(err) {
		r.fault(columnOf(e.Field), e)
	}
	return nil
}

// columnOf names the column of a field that is called otherwise elsewhere.
func columnOf(field string) string {
	if field == "reason" {
		return colReason
	}
	return field
}

// content is a row as its digest knows it, whatever the order of its columns.
func content(cells map[string]string) string {
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(cells)) {
		b.WriteString(id + "\x00" + cells[id] + "\x00")
	}
	return b.String()
}

// momentOf reads a time as people write it, or as programs do.
func momentOf(text string, zone *time.Location) (time.Time, bool) {
	if t, ok := notice.ReadMoment(text, zone); ok {
		return t, true
	}
	t, err := time.Parse(time.RFC3339, text)
	return t, err == nil
}

// readCell reads an answer: a value of the catalogue or its word in the reader's
// language, items of a list with semicolons between, and "unknown".
func readCell(p *i18n.Printer, q incident.Question, text string, zone *time.Location) (incident.Answer, error) {
	if f := notice.Fold(text); f == "unknown" || f == notice.Fold(p.T("incident.unknown").String()) {
		return incident.Answer{Unknown: true}, nil
	}
	switch q.Kind {
	case incident.KindTime:
		if t, ok := momentOf(text, zone); ok {
			text = t.Format(time.RFC3339)
		}
	case incident.KindYesNo:
		text = valueOf(p, "yesno", slices.Values([]string{"yes", "no"}), text)
	case incident.KindChoice:
		text = valueOf(p, q.ID, slices.Values(q.Values), text)
	case incident.KindList:
		var items []string
		for item := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '\n' || r == ',' && len(q.Values) > 0 }) {
			items = append(items, valueOf(p, q.ID, slices.Values(q.Values), strings.TrimSpace(item)))
		}
		text = strings.Join(items, "\n")
	}
	return q.Read(text, zone)
}

// valueOf is the value that a text means; the text itself when it means none.
func valueOf(p *i18n.Printer, id string, values iter.Seq[string], text string) string {
	for v := range values {
		if f := notice.Fold(text); f == notice.Fold(v) || f == notice.Fold(incident.Value(p, id, v).String()) {
			return v
		}
	}
	return text
}
