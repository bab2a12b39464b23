package advisory

import (
	"context"
	"errors"

	"ward"
	"ward/kit/db"
)

// Sources lists all sources with their state and counts, by name.
func (s *Service) Sources(ctx context.Context, a ward.Actor) ([]Source, error) {
	if _, err := s.cfg.Guard.Check(a, "source.read", own(a, "source", "")); err != nil {
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

// SourceView is one source for its page.
type SourceView struct {
	Source Source
	Faults []Fault // open ones first, at most 200
	Keys   []Key
}

// SourceByID reads one source with its faults and keys.
func (s *Service) SourceByID(ctx context.Context, a ward.Actor, id string) (*SourceView, error) {
	if _, err := s.cfg.Guard.Check(a, "source.read", own(a, "source", id)); err != nil {
		return nil, ward.Wrap("read source", err)
	}
	v := &SourceView{}
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if v.Source, err = sourceByID(ctx, tx, id); err != nil {
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
		v.Keys, _, err = keysOf(ctx, tx, id)
		return err
	})
	return v, ward.Wrap("read source", err)
}

// AddSource plans a new source; its first fetch starts at once. Kind, URL and
// Unmarked are needed; Name and Every have defaults.
func (s *Service) AddSource(ctx context.Context, a ward.Actor, in Source) (Source, error) {
	in.ID, in.Created = s.cfg.IDs(), s.cfg.Clock()
	in.Next = in.Created
	err := s.changeSource(ctx, a, in.ID, "add", in.check, func(tx *db.Tx) error {
		if err := insertSource(ctx, tx, &in, a.Person); err != nil {
			return err
		}
		return s.cfg.Enqueue(ctx, tx, fetchJob{Source: in.ID})
	})
	return in, ward.Wrap("add source", err)
}

// FetchNow asks a source at once, documents that were given up among it.
func (s *Service) FetchNow(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("fetch source now", s.changeSource(ctx, a, id, "fetch", nil, func(tx *db.Tx) error {
		src, err := sourceByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if src.Kind == SourceUpload {
			return ward.Fail(ward.Invalid, "advisory.source.error.upload")
		}
		if err := retryEntries(ctx, tx, id); err != nil {
			return err
		}
		return s.cfg.Enqueue(ctx, tx, fetchJob{Source: id})
	}))
}

// Pause stops the schedule of a source, or starts it again.
func (s *Service) Pause(ctx context.Context, a ward.Actor, id string, paused bool) error {
	act := "resume"
	if paused {
		act = "pause"
	}
	return ward.Wrap("pause source", s.changeSource(ctx, a, id, act, nil, func(tx *db.Tx) error {
		if _, err := sourceByID(ctx, tx, id); err != nil {
			return err
		}
		return setPaused(ctx, tx, id, paused, s.cfg.Clock())
	}))
}

// Trust says that a key which a source published later is really its own, or
// takes the trust back. Documents that waited for it are fetched again.
func (s *Service) Trust(ctx context.Context, a ward.Actor, id, fingerprint string, trusted bool) error {
	act := "distrust key"
	if trusted {
		act = "trust key"
	}
	return ward.Wrap("trust key", s.changeSource(ctx, a, id, act, nil, func(tx *db.Tx) error {
		if err := trustKey(ctx, tx, id, fingerprint, trusted); err != nil {
			return err
		}
		if err := resolveFaults(ctx, tx, id, []string{fingerprint}, s.cfg.Clock()); err != nil {
			return err
		}
		if err := retryEntries(ctx, tx, id); err != nil {
			return err
		}
		return s.cfg.Enqueue(ctx, tx, fetchJob{Source: id})
	}))
}

// changeSource is the frame of all changes: right, input, write, audit.
func (s *Service) changeSource(ctx context.Context, a ward.Actor, id, act string, check func() error, write func(*db.Tx) error) error {
	object := own(a, "source", id)
	d, err := s.cfg.Guard.Check(a, "source.write", object)
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
		return s.record(ctx, tx, a, d, "source.write", object, map[string]string{"act": act})
	})
}

// FetchHere runs a source in the caller's own time, until it has nothing left
// or fails: for the demo, tests and the command line. The problem of the source
// itself is the error.
func (s *Service) FetchHere(ctx context.Context, a ward.Actor, id string) error {
	if _, err := s.cfg.Guard.Check(a, "source.write", own(a, "source", id)); err != nil {
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
		src, err = sourceByID(ctx, tx, id)
		return err
	})
	if err == nil && src.Problem != "" {
		err = ward.Fail(ward.Unavailable, "").Because(errors.New(src.Problem))
	}
	return ward.Wrap("fetch source", err)
}
