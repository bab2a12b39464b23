package attachment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"ward"
	"ward/format/attachment"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/id"
	"ward/kit/seal"
	"ward/respond/incident"
)

// Bounds. A file is looked at in memory, so it is small; for more the team agrees
// on a way with the hospital.
const (
	MaxFile   = 10 << 20  // bytes of one file
	maxFiles  = 20        // of one report
	maxReport = 50 << 20  // bytes of all files of one report
	maxOrg    = 500 << 20 // of all files of one hospital
	partSize  = 256 << 10 // bytes sealed at once
	lookers   = 2         // files that are looked at and sealed at the same moment
)

// Rights, those of reports.
const (
	permRead   ward.Permission = "incident.read"
	permWrite  ward.Permission = "incident.write"
	permHandle ward.Permission = "incident.handle"
)

// Config of New. All fields are needed.
type Config struct {
	DB      *db.DB
	Clock   clock.Clock
	IDs     id.Source
	Log     *slog.Logger
	Reports *incident.Service
	Key     []byte // 32 bytes
}

// Service keeps files. Safe for concurrent use.
type Service struct {
	cfg   Config
	box   seal.Box
	looks chan struct{}
}

// New checks cfg.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Clock == nil || cfg.IDs == nil || cfg.Log == nil || cfg.Reports == nil {
		return nil, errors.New("attachment: a needed part is missing")
	}
	box, err := seal.New(cfg.Key)
	return &Service{cfg, box, make(chan struct{}, lookers)}, ward.Wrap("attachment", err)
}

// File is one attachment without its bytes.
type File struct {
	ID     string
	At     time.Time
	By     string // name
	Size   int64
	Name   string
	Kind   attachment.Kind
	SHA256 string // hexadecimal
}

// owner binds what is sealed to its place: a part opens at no other number.
func owner(what, file string, number int) string {
	return "incident " + what + " " + file + " " + strconv.Itoa(number)
}

func invalid(key string, args ...string) error {
	return ward.Fail(ward.Invalid, "incident.error."+key, args...).At("file")
}

// refusals are the words for what format/attachment does not take.
var refusals = []struct {
	err error
	key string
}{{attachment.ErrEmpty, "file_empty"}, {attachment.ErrKind, "file_kind"}, {attachment.ErrDamaged, "file_damaged"}, {attachment.ErrBomb, "file_bomb"}}

// look says what a file is; few at a time, as an archive is read through.
func (s *Service) look(ctx context.Context, name string, data []byte) (File, error) {
	if len(data) > MaxFile {
		return File{}, TooLarge()
	}
	select {
	case s.looks <- struct{}{}:
		defer func() { <-s.looks }()
	case <-ctx.Done():
		return File{}, ctx.Err()
	}
	kind, saved, err := attachment.Look(name, data)
	for _, r := range refusals {
		if errors.Is(err, r.err) {
			return File{}, invalid(r.key)
		}
	}
	sum := sha256.Sum256(data)
	return File{ID: s.cfg.IDs(), At: s.cfg.Clock(), Size: int64(len(data)), Name: saved, Kind: kind, SHA256: hex.EncodeToString(sum[:])}, err
}

// TooLarge is the refusal of a file above MaxFile, for who bounds the body.
func TooLarge() error { return invalid("file_large", "max", strconv.Itoa(MaxFile>>20)) }

// Add keeps a file for a report of the actor's organisation. The team sees it with
// the next stage that is sent. Needs incident.write.
func (s *Service) Add(ctx context.Context, a ward.Actor, report, name string, data []byte) (File, error) {
	if err := s.Fillable(ctx, a, report); err != nil {
		return File{}, ward.Wrap("add file", err)
	}
	f, err := s.look(ctx, name, data)
	if err != nil {
		return File{}, ward.Wrap("add file", err)
	}
	f.By = a.Name
	meta, err := json.Marshal(metaWire{f.Name, f.Kind, f.SHA256})
	if err != nil {
		return File{}, ward.Wrap("add file", err)
	}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		r, policy, err := s.writable(ctx, tx, a, report)
		if err != nil {
			return err
		}
		if err := s.room(ctx, tx, r, f.Size); err != nil {
			return err
		}
		if err := insertFile(ctx, tx, r, f, s.box.Seal(string(meta), owner("file", f.ID, 0))); err != nil {
			return err
		}
		for n := 0; n*partSize < len(data); n++ {
			part := data[n*partSize : min(len(data), (n+1)*partSize)]
			if err := insertPart(ctx, tx, f.ID, n, s.box.Seal(string(part), owner("part", f.ID, n))); err != nil {
				return err
			}
		}
		return s.cfg.Reports.NoteBeside(ctx, tx, a, policy, permWrite, r, "attached")
	})
	return f, ward.Wrap("add file", err)
}

// Fillable says, before a body is read, whether a may add to a report now.
func (s *Service) Fillable(ctx context.Context, a ward.Actor, report string) error {
	return s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		_, _, err := s.writable(ctx, tx, a, report)
		return err
	})
}

// writable is a report that the hospital still fills in.
func (s *Service) writable(ctx context.Context, tx *db.Tx, a ward.Actor, report string) (incident.Report, string, error) {
	r, policy, err := s.cfg.Reports.Within(ctx, tx, a, permWrite, report)
	if err == nil && !r.Fillable() {
		err = ward.Fail(ward.Conflict, "incident.error.final")
	}
	return r, policy, err
}

// room refuses what goes beyond the bounds of a report or of a hospital.
func (s *Service) room(ctx context.Context, tx *db.Tx, r incident.Report, size int64) error {
	if err := tx.Lock(ctx, "incident files "+string(r.Org)); err != nil {
		return err
	}
	n, sum, all, err := sizes(ctx, tx, r)
	switch {
	case err != nil:
		return err
	case n >= maxFiles:
		return invalid("files_many", "max", strconv.Itoa(maxFiles))
	case sum+size > maxReport:
		return invalid("files_large", "max", strconv.Itoa(maxReport>>20))
	case all+size > maxOrg:
		return invalid("files_full", "max", strconv.Itoa(maxOrg>>20))
	}
	return nil
}

// metaWire is what is sealed beside the bytes. Fields are only added.
type metaWire struct {
	Name   string          `json:"name"`
	Kind   attachment.Kind `json:"kind"`
	SHA256 string          `json:"sha256"`
}

// Remove takes a file away, also one that the team has seen. Needs incident.write.
func (s *Service) Remove(ctx context.Context, a ward.Actor, report, file string) error {
	return ward.Wrap("remove file", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		r, policy, err := s.cfg.Reports.Within(ctx, tx, a, permWrite, report)
		if err != nil {
			return err
		}
		gone, err := deleteFile(ctx, tx, report, file)
		if err == nil && !gone {
			err = ward.Fail(ward.NotFound, "")
		}
		if err != nil {
			return err
		}
		return s.cfg.Reports.NoteBeside(ctx, tx, a, policy, permWrite, r, "detached")
	}))
}
