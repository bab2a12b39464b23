package inventory

import (
	"context"
	"time"

	"ward"
	"ward/format/sheet"
	"ward/kit/web"
	"ward/prevent/inventory/upload"
)

// importState is an import as clients read it.
type importState struct {
	ID          string             `json:"id"`
	File        string             `json:"file"`
	Format      string             `json:"format"`
	State       string             `json:"state"`
	Columns     []upload.Column    `json:"columns,omitempty"`
	Sheets      []string           `json:"worksheets,omitempty" doc:"worksheets of a workbook that are read"`
	Unread      []string           `json:"worksheets_left_out,omitempty" doc:"those that are not: hidden, or no column names a product"`
	Removing    bool               `json:"removing"`
	Rows        int                `json:"rows"`
	Progress    int                `json:"progress"`
	Added       int                `json:"added"`
	Changed     int                `json:"changed"`
	Removed     int                `json:"removed"`
	Unchanged   int                `json:"unchanged"`
	Components  int                `json:"components,omitempty"`
	Lost        int                `json:"rows_not_understood"`
	AllNotes    int                `json:"notes_in_all"`
	Damaged     bool               `json:"damaged,omitempty"`
	Notes       []importNote       `json:"notes"`
	Differences []importDifference `json:"differences"`
	Fail        string             `json:"fail,omitempty"`
	Created     string             `json:"created_at"`
}

// importNote is a remark on one line; Why is a stable word.
type importNote struct {
	Sheet string `json:"worksheet,omitempty"`
	Line  int    `json:"line"`
	Field string `json:"field,omitempty"`
	Why   string `json:"why"`
	Value string `json:"value,omitempty"`
}

// importDifference is one row that changes.
type importDifference struct {
	Kind   string               `json:"kind"`
	Sheet  string               `json:"worksheet,omitempty"`
	Line   int                  `json:"line,omitempty"`
	Name   string               `json:"name"`
	Fields []upload.FieldChange `json:"fields,omitempty"`
}

// importStateOf shows notes and differences as lists even when they are empty, so
// that clients need no case for null.
func importStateOf(m Import) *importState {
	out := &importState{ID: m.ID, File: m.File, Format: m.Format, State: string(m.State), Columns: m.Columns, Sheets: m.Report.Sheets, Unread: m.Report.Unread, Removing: m.Removing, Rows: m.Total,
		Progress: m.Progress, Added: m.Added, Changed: m.Changed, Removed: m.Removed, Unchanged: m.Unchanged, Components: m.Report.Components,
		Lost: m.Report.Lost, AllNotes: m.Report.AllNotes, Damaged: m.Report.Damaged, Notes: []importNote{}, Differences: []importDifference{},
		Fail: m.Fail, Created: m.Created.Format(time.RFC3339)}
	for _, n := range m.Report.Notes {
		out.Notes = append(out.Notes, importNote{n.Sheet, n.Line, n.Field, string(n.Why), n.Value})
	}
	for _, d := range m.Report.Differences {
		out.Differences = append(out.Differences, importDifference(d))
	}
	return out
}

// apiImport is what `ward inventory import` calls: the file is the body, the rest
// stands in the address. Columns are given by repeating field.
func (s *Service) apiImport(c *web.Call) error {
	in := ImportIn{File: c.Query("name"), Body: c.R.Body, DryRun: c.Query("dry_run") == "true", Removing: c.Query("remove_missing") == "true"}
	for _, f := range c.R.URL.Query()["field"] {
		in.Fields = append(in.Fields, sheet.Field(f))
	}
	m, err := s.ImportNow(c.Context(), c.Actor, in)
	if err != nil {
		return err
	}
	return answer(c, importStateOf(m))
}

func (s *Service) apiUpload(c *web.Call) error {
	id, err := s.Upload(c.Context(), c.Actor, c.Query("name"), c.R.Body)
	if err != nil {
		return err
	}
	return answer(c, assetOrImportID{id})
}

type importList struct {
	Imports []*importState `json:"imports"`
}

func (s *Service) apiImports(ctx context.Context, a ward.Actor, in *struct {
	Before string `query:"before"`
	Limit  int    `query:"limit" default:"20" minimum:"1" maximum:"100"`
}) (*importList, error) {
	list, err := s.Imports(ctx, a, in.Before, in.Limit)
	out := &importList{Imports: []*importState{}}
	for _, m := range list {
		out.Imports = append(out.Imports, importStateOf(m))
	}
	return out, err
}

func (s *Service) apiOneImport(ctx context.Context, a ward.Actor, in *idPath) (*importState, error) {
	m, err := s.Import(ctx, a, in.ID)
	return importStateOf(m), err
}

// columnsIn says what each column means.
type columnsIn struct {
	ID   string `path:"id"`
	Body struct {
		Fields []sheet.Field `json:"fields" maxItems:"512" doc:"one for each column, empty for one that is not used"`
	}
}

func (s *Service) apiColumns(ctx context.Context, a ward.Actor, in *columnsIn) (*importState, error) {
	m, err := s.Map(ctx, a, in.ID, in.Body.Fields)
	return importStateOf(m), err
}

// confirmIn lets an import begin. Rows are never removed unless asked for.
type confirmIn struct {
	ID   string `path:"id"`
	Body struct {
		Removing bool `json:"remove_missing,omitempty" doc:"remove the rows that the file does not have any more"`
	}
}

func (s *Service) apiConfirm(ctx context.Context, a ward.Actor, in *confirmIn) error {
	return s.Confirm(ctx, a, in.ID, in.Body.Removing)
}

func (s *Service) apiCancel(ctx context.Context, a ward.Actor, in *idPath) error {
	return s.Cancel(ctx, a, in.ID)
}
