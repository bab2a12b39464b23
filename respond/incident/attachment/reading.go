package attachment

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"time"

	"ward"
	"ward/kit/db"
	"ward/respond/incident"
)

// Files is what lies at a report.
type Files struct {
	Report incident.Report
	List   []File // oldest first
}

// Own lists the files of a report of the actor's organisation. Needs incident.read.
func (s *Service) Own(ctx context.Context, a ward.Actor, report string) (Files, error) {
	out, err := s.list(ctx, a, permRead, report)
	return out, ward.Wrap("list files", err)
}

// Received lists the files that a report had when a stage was sent last. Needs
// incident.handle.
func (s *Service) Received(ctx context.Context, a ward.Actor, report string) (Files, error) {
	out, err := s.list(ctx, a, permHandle, report)
	return out, ward.Wrap("list received files", err)
}

func (s *Service) list(ctx context.Context, a ward.Actor, p ward.Permission, report string) (out Files, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		if out.Report, _, err = s.cfg.Reports.Within(ctx, tx, a, p, report); err != nil {
			return err
		}
		rows, err := filesOf(ctx, tx, report)
		out.List = nil
		for _, row := range rows {
			if p == permHandle && row.At.After(lastSent(out.Report)) {
				continue // the hospital has not sent it
			}
			f, err := s.open(row)
			if err != nil {
				return err
			}
			out.List = append(out.List, f)
		}
		return err
	})
	return out, err
}

// lastSent is when a stage was sent last; before all files when none was.
func lastSent(r incident.Report) (at time.Time) {
	for _, x := range r.Sendings {
		at = x.At
	}
	return at
}

// open reads what is sealed beside the bytes.
func (s *Service) open(row sealedFile) (File, error) {
	text, err := s.box.Open(row.sealed, owner("file", row.ID, 0))
	if err != nil {
		return File{}, err
	}
	var m metaWire
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return File{}, ward.Fail(ward.Internal, "") // the decoder's error may quote a name
	}
	f := row.File
	f.Name, f.Kind, f.SHA256 = m.Name, m.Kind, m.SHA256
	return f, nil
}

// Take opens a file for somebody of its hospital; it is in the audit log before
// the first byte leaves. Needs incident.read.
func (s *Service) Take(ctx context.Context, a ward.Actor, report, file string) (File, io.Reader, error) {
	f, r, err := s.take(ctx, a, permRead, report, file)
	return f, r, ward.Wrap("take file out", err)
}

// TakeReceived opens a file for the team; the hospital sees each call. Needs
// incident.handle.
func (s *Service) TakeReceived(ctx context.Context, a ward.Actor, report, file string) (File, io.Reader, error) {
	f, r, err := s.take(ctx, a, permHandle, report, file)
	return f, r, ward.Wrap("take received file out", err)
}

func (s *Service) take(ctx context.Context, a ward.Actor, p ward.Permission, report, file string) (f File, _ io.Reader, err error) {
	all, err := s.list(ctx, a, p, report)
	if err != nil {
		return f, nil, err
	}
	i := slices.IndexFunc(all.List, func(x File) bool { return x.ID == file })
	if i < 0 {
		return f, nil, ward.Fail(ward.NotFound, "")
	}
	f = all.List[i]
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		r, policy, err := s.cfg.Reports.Within(ctx, tx, a, p, report)
		if err != nil {
			return err
		}
		return s.cfg.Reports.NoteFile(ctx, tx, a, policy, p, r, f.ID)
	})
	if err != nil {
		return f, nil, err
	}
	r := &reader{ctx: ctx, s: s, f: f}
	return f, r, r.fill() // what cannot be opened is an error before the answer begins
}

// reader unseals one part after the other.
type reader struct {
	ctx  context.Context
	s    *Service
	f    File
	next int
	part []byte
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if len(r.part) == 0 {
		if int64(r.next)*partSize >= r.f.Size {
			return 0, io.EOF
		}
		if err := r.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.part)
	r.part = r.part[n:]
	return n, nil
}

func (r *reader) fill() error {
	var sealed []byte
	err := r.s.cfg.DB.Read(r.ctx, func(tx *db.Tx) (err error) {
		sealed, err = partOf(r.ctx, tx, r.f.ID, r.next)
		return err
	})
	if err != nil {
		return err
	}
	plain, err := r.s.box.Open(sealed, owner("part", r.f.ID, r.next))
	r.part, r.next = []byte(plain), r.next+1
	return err
}
