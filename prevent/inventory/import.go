package inventory

import (
	"time"

	"ward"
	"ward/prevent/inventory/upload"
)

// State is where an import stands.
type State string

// States of an import. Nothing of the inventory changes before Done.
const (
	StatePreview   State = "preview"   // uploaded; waits for a person's word
	StateWaiting   State = "waiting"   // confirmed; waits for its turn
	StateRunning   State = "running"   // rows are being prepared
	StateDone      State = "done"      // the inventory has it
	StateFailed    State = "failed"    // nothing was changed; Fail says why
	StateCancelled State = "cancelled" // given up by a person
	StateExpired   State = "expired"   // nobody confirmed it within UploadLife
)

// Open reports whether the import still has its file.
func (s State) Open() bool { return s == StatePreview || s == StateWaiting || s == StateRunning }

// UploadLife is how long an unconfirmed file is kept.
const UploadLife = 24 * time.Hour

// maxOpen is how many unconfirmed files an organisation may have; the oldest
// gives way.
const maxOpen = 5

// Import is one file on its way into the inventory.
type Import struct {
	ID        string
	Org       ward.OrgID
	Person    ward.PersonID
	Name      string // of the person
	File      string // name as uploaded
	Format    string
	Bytes     int64
	State     State
	Columns   []upload.Column
	Removing  bool // rows that the file does not have are removed
	Total     int  // rows understood
	Progress  int  // rows prepared so far, while running
	Added     int
	Changed   int
	Removed   int // rows that are not in the file; removed only if Removing
	Unchanged int
	Report    Report
	Fail      string // message key, when failed
	Created   time.Time
	Confirmed time.Time
	Finished  time.Time
}

// Report is what a person should see of a file before confirming it.
type Report struct {
	Sample      [][]string          `json:"sample,omitempty"`      // first values of each column
	Sheets      []string            `json:"sheets,omitempty"`      // worksheets read
	Unread      []string            `json:"unread,omitempty"`      // worksheets left out
	Notes       []upload.Note       `json:"notes,omitempty"`       // at most 200
	AllNotes    int                 `json:"all_notes,omitempty"`   // all of them
	Lost        int                 `json:"lost,omitempty"`        // rows left out
	Differences []upload.Difference `json:"differences,omitempty"` // at most 50
	Components  int                 `json:"components,omitempty"`  // of a bill of materials
	Damaged     bool                `json:"damaged,omitempty"`     // the file breaks off
}

// preview fills in what reading the file and comparing it gave.
func (m *Import) preview(f *upload.File, p upload.Plan) {
	m.Format, m.Columns, m.Total = f.Format, f.Columns, len(f.Rows)
	m.Report = Report{Sample: f.Sample, Sheets: f.Sheets, Unread: f.Unread, Notes: f.Notes.List, AllNotes: f.Notes.All, Lost: f.Notes.Lost,
		Components: f.Components, Damaged: f.Damaged}
	m.count(p)
}

func (m *Import) count(p upload.Plan) {
	m.Added, m.Changed, m.Removed, m.Unchanged = p.Added, p.Changed, len(p.Drops), p.Unchanged
	m.Report.Differences = p.Samples
}
