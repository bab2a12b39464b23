package receiver

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/id"
	"ward/kit/mail"
	"ward/respond/incident/data"
)

// Rights of this package: the Centre for all countries, a response team for its own.
const (
	permWrite   ward.Permission = "receiver.write"
	permConfirm ward.Permission = "receiver.confirm" // as a second person
)

// Config of New. All fields are needed.
type Config struct {
	DB    *db.DB
	Clock clock.Clock
	IDs   id.Source
	Guard *auth.Guard
	Audit *audit.Log
}

// Service keeps keys. Safe for concurrent use.
type Service struct {
	cfg  Config
	book *rule.Book
}

// New checks cfg and reads who the authorities are.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Clock == nil || cfg.IDs == nil || cfg.Guard == nil || cfg.Audit == nil {
		return nil, errors.New("receiver: a needed part is missing")
	}
	book, err := data.Book()
	return &Service{cfg, book}, ward.Wrap("receiver", err)
}

// State of a key.
type State string

// States. Mail is encrypted with a used key alone.
const (
	Waiting State = "waiting"
	Used    State = "used"
)

// Key is an authority's.
type Key struct {
	ID          string
	Receiver    string // "HR/csirt"
	State       State
	Bytes       []byte
	Fingerprint string // hexadecimal, lower case
	Addresses   []string
	Expires     time.Time // zero: never
	Put         time.Time
	PutBy       ward.PersonID
	PutName     string
	Seen        time.Time // zero while it waits
	SeenName    string
}

// Ended reports whether the key cannot be used any more at a moment.
func (k Key) Ended(at time.Time) bool { return !k.Expires.IsZero() && !at.Before(k.Expires) }

// Entry is an authority with its keys.
type Entry struct {
	Country ward.Country
	rule.Authority
	Used, Waiting *Key
}

// Receiver names it as deliveries do.
func (e Entry) Receiver() string { return string(e.Country) + "/" + e.ID }

// Path is the receiver as a part of an address: HR-csirt.
func (e Entry) Path() string { return string(e.Country) + "-" + e.ID }

// Named is the receiver of a Path.
func Named(path string) string { return strings.Replace(path, "-", "/", 1) }

func object(c ward.Country, receiver string, authors ...ward.PersonID) ward.Object {
	return ward.Object{Kind: "receiver key", ID: receiver, Country: c, Authors: authors}
}

// Countries are those whose authorities a keeps keys of.
func (s *Service) Countries(a ward.Actor) []ward.Country {
	return slices.DeleteFunc(ward.Countries(), func(c ward.Country) bool { return !s.cfg.Guard.Decide(a, permWrite, object(c, "")).Allowed })
}

// List gives the authorities of a country with their keys. Needs receiver.write.
func (s *Service) List(ctx context.Context, a ward.Actor, c ward.Country) (out []Entry, err error) {
	if _, err := s.cfg.Guard.Check(a, permWrite, object(c, "")); err != nil {
		return nil, ward.Wrap("list receivers", err)
	}
	pack, ok := s.book.Country(c)
	if !ok {
		return nil, ward.Wrap("list receivers", ward.Fail(ward.NotFound, ""))
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		keys, err := keysOf(ctx, tx, c)
		out = nil
		for _, x := range pack.Authority {
			e := Entry{Country: c, Authority: x}
			for i, k := range keys {
				switch {
				case k.Receiver != e.Receiver():
				case k.State == Used:
					e.Used = &keys[i]
				default:
					e.Waiting = &keys[i]
				}
			}
			out = append(out, e)
		}
		return err
	})
	return out, ward.Wrap("list receivers", err)
}

// Find gives one authority; NotFound for none. Needs receiver.write.
func (s *Service) Find(ctx context.Context, a ward.Actor, receiver string) (Entry, error) {
	c, _, _ := strings.Cut(receiver, "/")
	list, err := s.List(ctx, a, ward.Country(c))
	if err != nil {
		return Entry{}, err
	}
	i := slices.IndexFunc(list, func(e Entry) bool { return e.Receiver() == receiver })
	if i < 0 {
		return Entry{}, ward.Wrap("find receiver", ward.Fail(ward.NotFound, ""))
	}
	return list[i], nil
}

// faults of keys, by what kit/mail says.
var faults = [...]struct {
	err error
	key string
}{{mail.ErrKeyTooLarge, "incident.error.key_large"}, {mail.ErrNoKey, "incident.error.key_none"}, {mail.ErrPrivateKey, "incident.error.key_private"},
	{mail.ErrKeyExpired, "incident.error.key_ended"}, {mail.ErrKeyCannot, "incident.error.key_cannot"}}

// Put takes an authority's key in; it waits until somebody else has compared it. A key
// that waited before is replaced. Invalid at "key". Needs receiver.write.
func (s *Service) Put(ctx context.Context, a ward.Actor, receiver string, text []byte) (Key, error) {
	k, err := s.put(ctx, a, receiver, text)
	return k, ward.Wrap("put key", err)
}

func (s *Service) put(ctx context.Context, a ward.Actor, receiver string, text []byte) (k Key, err error) {
	e, err := s.Find(ctx, a, receiver)
	if err != nil {
		return k, err
	}
	x, err := s.cfg.Guard.Check(a, permWrite, object(e.Country, receiver))
	if err != nil {
		return k, err
	}
	read, err := mail.ReadKey(text, s.cfg.Clock())
	if err != nil {
		for _, f := range faults {
			if errors.Is(err, f.err) {
				return k, ward.Fail(ward.Invalid, f.key).At("key")
			}
		}
		return k, err
	}
	k = Key{ID: s.cfg.IDs(), Receiver: receiver, State: Waiting, Fingerprint: read.Fingerprint, Addresses: read.Addresses, Expires: read.Expires, Put: s.cfg.Clock(),
		PutBy: a.Person, PutName: a.Name}
	if k.Bytes, err = read.Bytes(); err != nil {
		return k, err
	}
	return k, s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := dropKey(ctx, tx, receiver, Waiting); err != nil {
			return err
		}
		if err := insertKey(ctx, tx, e.Country, k); err != nil {
			return err
		}
		return s.note(ctx, tx, a, permWrite, x.Policy, object(e.Country, receiver), "put", k.Fingerprint)
	})
}

// Confirm says that a waiting key is the authority's: end is what the authority reads
// out, the last eight signs of the fingerprint or all of it. Never by the person who
// put it in: policy and statement both refuse. From then on mail is encrypted with it,
// and the key before is gone. Conflict when another key waits by now. Needs
// receiver.confirm.
func (s *Service) Confirm(ctx context.Context, a ward.Actor, receiver, key, end string) error {
	return ward.Wrap("confirm key", s.confirm(ctx, a, receiver, key, end))
}

func (s *Service) confirm(ctx context.Context, a ward.Actor, receiver, key, end string) error {
	e, err := s.Find(ctx, a, receiver)
	if err != nil {
		return err
	}
	if e.Waiting == nil || e.Waiting.ID != key {
		return ward.Fail(ward.Conflict, "incident.error.key_other")
	}
	o := object(e.Country, receiver, e.Waiting.PutBy)
	x, err := s.cfg.Guard.Check(a, permConfirm, o)
	if err != nil {
		return err
	}
	end = strings.ToLower(strings.Join(strings.Fields(end), ""))
	if len(end) < 8 || !strings.HasSuffix(e.Waiting.Fingerprint, end) {
		return ward.Fail(ward.Invalid, "incident.error.key_end").At("end")
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := dropKey(ctx, tx, receiver, Used); err != nil {
			return err
		}
		won, err := useKey(ctx, tx, key, a, s.cfg.Clock())
		if err == nil && !won {
			err = ward.Fail(ward.Conflict, "incident.error.key_other")
		}
		if err != nil {
			return err
		}
		return s.note(ctx, tx, a, permConfirm, x.Policy, o, "confirmed", e.Waiting.Fingerprint)
	})
}

// MayConfirm reports whether a is a second person to the key that waits.
func (s *Service) MayConfirm(a ward.Actor, e Entry) bool {
	return e.Waiting != nil && s.cfg.Guard.Decide(a, permConfirm, object(e.Country, e.Receiver(), e.Waiting.PutBy)).Allowed
}

// End takes an authority's keys away, the used and the waiting one: mail to it leaves
// readable again. None is no error. Needs receiver.write.
func (s *Service) End(ctx context.Context, a ward.Actor, receiver string) error {
	e, err := s.Find(ctx, a, receiver)
	if err != nil {
		return err
	}
	x, err := s.cfg.Guard.Check(a, permWrite, object(e.Country, receiver))
	if err != nil || e.Used == nil && e.Waiting == nil {
		return ward.Wrap("end key", err)
	}
	return ward.Wrap("end key", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		for _, state := range [...]State{Used, Waiting} {
			if err := dropKey(ctx, tx, receiver, state); err != nil {
				return err
			}
		}
		return s.note(ctx, tx, a, permWrite, x.Policy, object(e.Country, receiver), "ended", "")
	}))
}

// KeyOf is the key with which mail to a receiver is encrypted; nil for none. It may
// have ended since: then nothing may leave readable.
func (s *Service) KeyOf(ctx context.Context, receiver string) (key []byte, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		key, err = usedKey(ctx, tx, receiver)
		return err
	})
	return key, ward.Wrap("key of receiver", err)
}

// Now is the time by which pages say whether a key has ended.
func (s *Service) Now() time.Time { return s.cfg.Clock() }

func (s *Service) note(ctx context.Context, tx *db.Tx, a ward.Actor, p ward.Permission, policy string, o ward.Object, act, fingerprint string) error {
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(p), Object: o, Outcome: audit.Done, Policy: policy,
		Detail: map[string]string{"act": act, "key": fingerprint}})
}
