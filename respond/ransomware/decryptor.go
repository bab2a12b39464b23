package ransomware

import (
	"context"
	"encoding/hex"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/ransom"
	"ward/kit/audit"
	"ward/kit/db"
)

// State of a decryptor. Only a released one is shown to others.
type State string

const (
	Proposed  State = "proposed"
	Released  State = "released"
	Withdrawn State = "withdrawn"
)

// Signature says what is known of the maker's signature on the tool.
type Signature string

const (
	SignatureUnknown Signature = "unknown" // nobody looked
	SignatureNone    Signature = "none"    // the tool is not signed
	SignatureSeen    Signature = "seen"    // it is signed; the signer was not compared
	SignatureChecked Signature = "checked" // the signature is valid and the maker's
)

// Signatures in the order of a form.
var Signatures = []Signature{SignatureUnknown, SignatureNone, SignatureSeen, SignatureChecked}

// Decryptor is a way to get files back without paying. The house points to its
// maker and hosts no file.
type Decryptor struct {
	ID         string
	Family     string // name as shown
	Maker      string
	Conditions string
	Source     string // https address
	SHA256     string // lower-case hexadecimal; empty when the maker names none
	Signature  Signature
	State      State
	Author     ward.PersonID
	AuthorName string
	Releaser   string // name
	Reason     string // of the withdrawal
	Proposed   time.Time
	Released   time.Time // zero before
}

// Object is what policies decide about: its author is no second person.
func (d Decryptor) Object() ward.Object {
	return ward.Object{Kind: "decryptor", ID: d.ID, Authors: []ward.PersonID{d.Author}}
}

// Draft is what a person says of a decryptor.
type Draft struct {
	Family, Maker, Conditions, Source, SHA256 string
	Signature                                 Signature
}

// Bounds of texts in bytes.
const (
	lineMost = 200
	textMost = 2000
)

// check makes the draft's fields plain, or says at which field it fails.
func (d *Draft) check() error {
	for _, p := range []*string{&d.Family, &d.Maker, &d.Conditions, &d.Source, &d.SHA256} {
		*p = strings.TrimSpace(*p)
	}
	d.SHA256 = strings.ToLower(d.SHA256)
	u, err := url.Parse(d.Source)
	wrong := func(wrong bool, key, field string) error {
		return ward.When(wrong, ward.Fail(ward.Invalid, "ransomware.error."+key).At(field))
	}
	return errors.Join(wrong(ransom.Key(d.Family) == "" || len(d.Family) > lineMost, "family", "family"),
		wrong(d.Maker == "" || len(d.Maker) > lineMost, "maker", "maker"),
		wrong(len(d.Conditions) > textMost, "long", "conditions"),
		wrong(err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(d.Source) > lineMost, "source", "source"),
		wrong(d.SHA256 != "" && !isHash(d.SHA256), "sha256", "sha256"),
		wrong(!slices.Contains(Signatures, d.Signature), "signature", "signature"))
}

func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32
}

// Propose keeps a decryptor for a second person to release, and gives its id.
func (s *Service) Propose(ctx context.Context, a ward.Actor, in Draft) (string, error) {
	dec, err := s.cfg.Guard.Check(a, permCurate, ward.Object{Kind: "decryptor"})
	if err == nil {
		err = in.check()
	}
	if err != nil {
		return "", ward.Wrap("propose decryptor", err)
	}
	d := Decryptor{ID: s.cfg.IDs(), Family: s.called(in.Family), Maker: in.Maker, Conditions: in.Conditions, Source: in.Source, SHA256: in.SHA256,
		Signature: in.Signature, State: Proposed, Author: a.Person, AuthorName: a.Name, Proposed: s.cfg.Clock()}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := insertDecryptor(ctx, tx, d, ransom.Key(d.Family)); err != nil {
			return err
		}
		return s.record(ctx, tx, a, permCurate, dec.Policy, d.Object(), "propose")
	})
	return d.ID, ward.Wrap("propose decryptor", err)
}

// Release shows a proposed decryptor to everybody and lets those know who wait
// for it. Never by the person who proposed it: policy and statement both refuse.
func (s *Service) Release(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("release decryptor", s.step(ctx, a, permRelease, id, "release", func(tx *db.Tx, d Decryptor) error {
		if d.State != Proposed {
			return ward.Fail(ward.Conflict, "ransomware.error.step")
		}
		if err := releaseDecryptor(ctx, tx, d.ID, a.Person, a.Name, s.cfg.Clock()); err != nil {
			return err
		}
		return s.cfg.Queue.EnqueueOnce(ctx, tx, released{Decryptor: d.ID})
	}))
}

// Withdraw takes a decryptor back, with the reason that everybody reads who
// finds it, and that those are told who were told of it. One person is enough: what
// harms must go at once.
func (s *Service) Withdraw(ctx context.Context, a ward.Actor, id, reason string) error {
	reason = strings.TrimSpace(reason)
	return ward.Wrap("withdraw decryptor", s.step(ctx, a, permCurate, id, "withdraw", func(tx *db.Tx, d Decryptor) error {
		switch {
		case reason == "" || len(reason) > textMost:
			return ward.Fail(ward.Invalid, "ransomware.error.reason").At("reason")
		case d.State == Withdrawn:
			return ward.Fail(ward.Conflict, "ransomware.error.step")
		}
		if err := withdrawDecryptor(ctx, tx, d.ID, reason, s.cfg.Clock()); err != nil || d.State != Released {
			return err
		}
		return s.cfg.Queue.EnqueueOnce(ctx, tx, withdrawn{Decryptor: d.ID})
	}))
}

// step is one recorded change of a decryptor; it decides in the transaction
// that writes.
func (s *Service) step(ctx context.Context, a ward.Actor, p ward.Permission, id, act string, change func(*db.Tx, Decryptor) error) error {
	if !s.cfg.Guard.May(a, p) {
		_, err := s.cfg.Guard.Check(a, p, ward.Object{Kind: "decryptor", ID: id})
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := decryptorByID(ctx, tx, id)
		if err != nil {
			return err
		}
		dec, err := s.cfg.Guard.Check(a, p, d.Object())
		if err == nil {
			err = change(tx, d)
		}
		if err != nil {
			return err
		}
		return s.record(ctx, tx, a, p, dec.Policy, d.Object(), act)
	})
}

func (s *Service) record(ctx context.Context, tx *db.Tx, a ward.Actor, p ward.Permission, policy string, o ward.Object, act string) error {
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(p), Object: o, Outcome: audit.Done, Policy: policy,
		Detail: map[string]string{"act": act}})
}

// decryptorsMost bounds a list; the world knows a few hundred.
const decryptorsMost = 1000

// Decryptors lists all of them for those who keep them, newest first.
func (s *Service) Decryptors(ctx context.Context, a ward.Actor) (list []Decryptor, err error) {
	if _, err := s.cfg.Guard.Check(a, permCurate, ward.Object{Kind: "decryptor"}); err != nil {
		return nil, ward.Wrap("decryptors", err)
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = decryptors(ctx, tx, nil, "", decryptorsMost)
		return err
	})
	return list, ward.Wrap("decryptors", err)
}

// Offered lists the released decryptors of a family, of all for an empty name, by
// the name that the catalogue has for it now. It is open to everybody.
func (s *Service) Offered(ctx context.Context, family string) (list []Decryptor, err error) {
	var keys []string
	if family != "" {
		keys = s.keys(family)
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = decryptors(ctx, tx, keys, Released, decryptorsMost)
		return err
	})
	for i := range list {
		list[i].Family = s.called(list[i].Family)
	}
	return list, ward.Wrap("offered decryptors", err)
}

// MayRelease reports whether a is a second person to d.
func (s *Service) MayRelease(a ward.Actor, d Decryptor) bool {
	return d.State == Proposed && s.cfg.Guard.Decide(a, permRelease, d.Object()).Allowed
}

// MayWatch reports whether a may leave word for the organisation acted for.
func (s *Service) MayWatch(a ward.Actor) bool { return s.cfg.Guard.May(a, permWatch) }
