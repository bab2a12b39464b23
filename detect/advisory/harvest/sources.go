package harvest

import (
	"context"
	"errors"

	"ward"
	"ward/kit/audit"
	"ward/kit/db"
)

// object is a source as a's own house sees it: sources are one for all, and a
// role that may read them in its country or house may read them at all.
func object(a ward.Actor, id string) ward.Object {
	return ward.Object{Kind: "source", ID: id, Org: a.Org, Country: a.Country}
}

// List gives all sources with their state and counts, by name.
func (s *Sources) List(ctx context.Context, a ward.Actor) ([]Source, error) {
	if _, err := s.cfg.Guard.Check(a, "source.read", object(a, "")); err != nil {
		return nil, ward.Wrap("list sources", err)
	}
	var out []Source
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if out, err = allSources(ctx, tx); err != nil {
			return err
		}
		return countEntries(ctx, tx, out)
	})
	return out, ward.Wrap("list sources", err)
}

// View is one source for its page.
type View struct {
	Source Source
	Faults []Fault // open ones first, at most 200
	Keys   []Key
}

// ByID reads one source with its faults and keys.
func (s *Sources) ByID(ctx context.Context, a ward.Actor, id string) (*View, error) {
	if _, err := s.cfg.Guard.Check(a, "source.read", object(a, id)); err != nil {
		return nil, ward.Wrap("read source", err)
	}
	v := &View{}
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if v.Source, err = SourceByID(ctx, tx, id); err != nil {
			return err
		}
		list := []Source{v.Source}
		if err = countEntries(ctx, tx, list); err != nil {
			return err
		}
		v.Source = list[0]
		if v.Faults, err = faultsOf(ctx, tx, id, 200); err != nil {
			return err
		}
		v.Keys, _, err = KeysOf(ctx, tx, id)
		return err
	})
	return v, ward.Wrap("read source", err)
}

// Add plans a new source; its first fetch starts at once. Kind, URL and
// Unmarked are needed; Name and Every have defaults.
func (s *Sources) Add(ctx context.Context, a ward.Actor, in Source) (Source, error) {
	in.ID, in.Created = s.cfg.IDs(), s.cfg.Clock()
	in.Next = in.Created
	err := s.change(ctx, a, in.ID, "add", in.Check, func(tx *db.Tx) error {
		if err := insertSource(ctx, tx, &in, a.Person); err != nil {
			return err
		}
		return s.cfg.Enqueue(ctx, tx, fetchJob{Source: in.ID})
	})
	return in, ward.Wrap("add source", err)
}

// FetchNow asks a source at once, documents that were given up among it.
func (s *Sources) FetchNow(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("fetch source now", s.change(ctx, a, id, "fetch", nil, func(tx *db.Tx) error {
		src, err := SourceByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if src.Kind == Upload {
			return ward.Fail(ward.Invalid, "advisory.source.error.upload")
		}
		if err := retryEntries(ctx, tx, id); err != nil {
			return err
		}
		return s.cfg.Enqueue(ctx, tx, fetchJob{Source: id})
	}))
}

// Pause stops the schedule of a source, or starts it again.
func (s *Sources) Pause(ctx context.Context, a ward.Actor, id string, paused bool) error {
	act := "resume"
	if paused {
		act = "pause"
	}
	return ward.Wrap("pause source", s.change(ctx, a, id, act, nil, func(tx *db.Tx) error {
		if _, err := SourceByID(ctx, tx, id); err != nil {
			return err
		}
		return setPaused(ctx, tx, id, paused, s.cfg.Clock())
	}))
}

// Trust says that a key which a source published later is really its own, or
// takes the trust back. Documents that waited for it are fetched again.
func (s *Sources) Trust(ctx context.Context, a ward.Actor, id, fingerprint string, trusted bool) error {
	act := "distrust key"
	if trusted {
		act = "trust key"
	}
	return ward.Wrap("trust key", s.change(ctx, a, id, act, nil, func(tx *db.Tx) error {
		if err := trustKey(ctx, tx, id, fingerprint, trusted); err != nil {
			return err
		}
		if err := ResolveFaults(ctx, tx, id, []string{fingerprint}, s.cfg.Clock()); err != nil {
			return err
		}
		if err := retryEntries(ctx, tx, id); err != nil {
			return err
		}
		return s.cfg.Enqueue(ctx, tx, fetchJob{Source: id})
	}))
}

// change is the frame of all changes: right, input, write, audit.
func (s *Sources) change(ctx context.Context, a ward.Actor, id, act string, check func() error, write func(*db.Tx) error) error {
	o := object(a, id)
	d, err := s.cfg.Guard.Check(a, "source.write", o)
	if err == nil && check != nil {
		err = check()
	}
	if err != nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := write(tx); err != nil || a.System {
			return err
		}
		return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: "source.write", Object: o, Outcome: audit.Done, Policy: d.Policy,
			Detail: map[string]string{"act": act}})
	})
}

// FetchHere runs a source in the caller's own time, until it has nothing left
// or fails: for the demo, tests and the command line. The problem of the source
// itself is the error.
func (s *Sources) FetchHere(ctx context.Context, a ward.Actor, id string) error {
	if _, err := s.cfg.Guard.Check(a, "source.write", object(a, id)); err != nil {
		return ward.Wrap("fetch source", err)
	}
	for {
		more, err := s.fetch(ctx, id)
		if err != nil {
			return ward.Wrap("fetch source", err)
		}
		if !more {
			break
		}
	}
	var src Source
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		src, err = SourceByID(ctx, tx, id)
		return err
	})
	if err == nil && src.Problem != "" {
		err = ward.Fail(ward.Unavailable, "").Because(errors.New(src.Problem))
	}
	return ward.Wrap("fetch source", err)
}
