package reach

import (
	"context"
	"time"

	"ward"
	"ward/detect/alert/period"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/fetch"
	"ward/kit/i18n"
	"ward/kit/job"
)

// Rights: a person's own, and those of an organisation's channels.
const (
	permSelf  ward.Permission = "account.self"
	permRead  ward.Permission = "channel.read"
	permWrite ward.Permission = "channel.write"
)

// Registry is what this package asks of the registry.
type Registry interface {
	Contacts(context.Context, []ward.OrgID) (map[ward.OrgID][]ward.Contact, error)
	// Persons gives those that exist.
	Persons(context.Context, []ward.PersonID) (map[ward.PersonID]ward.Person, error)
}

// Waiting are the deliveries that wait for people's digests.
type Waiting interface {
	// For lists which of the people have some.
	For(context.Context, *db.Tx, []ward.PersonID) (map[ward.PersonID]bool, error)
	// TakeUp gives the period that ends at until what was queued before, and counts it.
	TakeUp(ctx context.Context, tx *db.Tx, p ward.PersonID, until time.Time) (int64, error)
	// PutOff moves what waits to another end of the period.
	PutOff(ctx context.Context, tx *db.Tx, p ward.PersonID, until time.Time) error
}

// Happening is one raising of an alert of an organisation, as its receivers heard of it.
type Happening struct {
	At        time.Time
	Severity  ward.Severity
	Exploited ward.Exploitation
}

// Config of New. All fields are needed.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	Guard    *auth.Guard
	Audit    *audit.Log
	Queue    *job.Queue
	Fetch    *fetch.Client // for keys
	Registry Registry
	Waiting  Waiting
	// Past gives the raisings since a time that were worth a mail, at most limit.
	Past  func(ctx context.Context, tx *db.Tx, org ward.OrgID, since time.Time, limit int) ([]Happening, error)
	Texts bool // there is a gateway for short messages
}

// Service keeps how people are reached. Safe for concurrent use.
type Service struct{ cfg Config }

// New makes the service.
func New(cfg Config) *Service { return &Service{cfg} }

// self is the object of what a person says of himself.
func self(a ward.Actor) ward.Object {
	return ward.Object{Kind: "person", ID: string(a.Person), Org: a.Org, Country: a.Country}
}

// Wishes are how a wants to be reached.
func (s *Service) Wishes(ctx context.Context, a ward.Actor) (Wishes, error) {
	if _, err := s.cfg.Guard.Check(a, permSelf, self(a)); err != nil {
		return Wishes{}, err
	}
	var w Wishes
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		w, err = WishesBy(ctx, tx, a.Person)
		return err
	})
	return w.In(a.Zone, a.Country), ward.Wrap("wishes", err)
}

// SetWishes changes how a is reached, all but his key. What waits for a digest
// comes with the next one by the new wishes, or at once when he wants none. A
// token cannot: it acts for its person, it is not him. Conflict when a period
// ended at that moment.
func (s *Service) SetWishes(ctx context.Context, a ward.Actor, next Wishes) error {
	next, err := next.tidy()
	if err == nil && next.SMS != TextNever && !s.cfg.Texts {
		err = ward.Fail(ward.Invalid, "alert.error.sms_none").At("sms")
	}
	return ward.Wrap("set wishes", s.changeWishes(ctx, a, "wishes", err, func(w Wishes) Wishes {
		w.Rule, w.Urgent, w.SMS, w.Phone = next.Rule, next.Urgent, next.SMS, next.Phone
		return w
	}))
}

// changeWishes applies change to what a said before; wrong is what the input
// lacks, told after the right to change anything was checked.
func (s *Service) changeWishes(ctx context.Context, a ward.Actor, what string, wrong error, change func(Wishes) Wishes) error {
	d, err := s.cfg.Guard.Check(a, permSelf, self(a))
	if err == nil && a.Token {
		err = ward.Fail(ward.Forbidden, "error.forbidden")
	}
	if err == nil {
		err = wrong
	}
	if err != nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		was, err := WishesBy(ctx, tx, a.Person)
		if err != nil {
			return err
		}
		w := change(was)
		w.Changed = s.cfg.Clock()
		w.home = i18n.ZoneOf(a.Country).String()
		if err := s.movePeriod(ctx, tx, was, w.In(a.Zone, a.Country)); err != nil {
			return err
		}
		return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(permSelf), Outcome: audit.Done, Policy: d.Policy,
			Object: self(a), Detail: map[string]string{"act": what}})
	})
}

// movePeriod stores w, whose digests may end at other times than before. The
// open period begins where the last one ended; it is closed at once where w
// wants no more digests.
func (s *Service) movePeriod(ctx context.Context, tx *db.Tx, was, w Wishes) error {
	at := w.Changed
	open := period.Span{From: was.open.From, Until: w.Rule.Next(at)}
	var last []period.Span
	switch {
	case w.Rule.Every == period.Now && !was.open.Until.IsZero():
		last, open = []period.Span{{From: was.open.From, Until: at}}, period.Span{}
	case w.Rule.Every == period.Now:
		open = period.Span{}
	case was.open.Until.IsZero():
		open.From = at
	}
	w.open = open
	if ok, err := putWishes(ctx, tx, w, was.open.Until); err != nil || !ok {
		if err == nil {
			err = ward.Fail(ward.Conflict, "alert.error.wishes_moved")
		}
		return err
	}
	for _, span := range last {
		d, err := s.digest(ctx, tx, w.Person, span, true)
		if err != nil {
			return err
		}
		if err := s.keepDigests(ctx, tx, []Digest{d}); err != nil {
			return err
		}
	}
	if open.Until.IsZero() {
		return nil
	}
	return s.cfg.Waiting.PutOff(ctx, tx, w.Person, open.Until)
}

// Texts reports whether the house can send short messages.
func (s *Service) Texts() bool { return s.cfg.Texts }

// KeyOver reports whether w has a key that mail is not encrypted to any more.
func (s *Service) KeyOver(w Wishes) bool { return len(w.Key) > 0 && !w.Sealed(s.cfg.Clock()) }

// Foresight is what wishes would have brought in the last month.
type Foresight struct {
	Since  time.Time
	Alerts int // raisings
	Mails  int
	Texts  int // short messages
	AtOnce int // of the mails, those of urgent alerts
}

// month is how far a preview looks back.
const month = 30 * 24 * time.Hour

// historyLimit bounds the raisings of a month that a preview reads.
const historyLimit = 20000

// Foresee tells what a would have got in the last month by these wishes, from
// what was really raised for his organisation. It stores nothing.
func (s *Service) Foresee(ctx context.Context, a ward.Actor, w Wishes) (Foresight, error) {
	if _, err := s.cfg.Guard.Check(a, permSelf, self(a)); err != nil {
		return Foresight{}, err
	}
	w, err := w.tidy()
	if err != nil {
		return Foresight{}, err
	}
	f := Foresight{Since: s.cfg.Clock().Add(-month)}
	var all []Happening
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = s.cfg.Past(ctx, tx, a.Org, f.Since, historyLimit)
		return err
	})
	w.home = i18n.ZoneOf(a.Country).String()
	return w.In(a.Zone, a.Country).foresee(f, all), ward.Wrap("foresee", err)
}

// foresee counts what the raisings, in their order, become.
func (w Wishes) foresee(f Foresight, all []Happening) Foresight {
	digests := map[time.Time]bool{}
	for _, h := range all {
		urgent := w.Urgent.Is(h.Severity, h.Exploited)
		f.Alerts++
		switch {
		case urgent:
			f.AtOnce++
			f.Mails++
		case w.Rule.Every == period.Now:
			f.Mails++
		default:
			digests[w.Rule.Next(h.At)] = true
		}
		if w.SMS == TextAlways || w.SMS == TextUrgent && urgent {
			f.Texts++
		}
	}
	f.Mails += len(digests)
	return f
}

// digestsShown bounds a person's list of digests.
const digestsShown = 30

// Digests are the last periods of a, the newest first.
func (s *Service) Digests(ctx context.Context, a ward.Actor) ([]Digest, error) {
	if _, err := s.cfg.Guard.Check(a, permSelf, self(a)); err != nil {
		return nil, err
	}
	var out []Digest
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = digestsOf(ctx, tx, a.Person, digestsShown)
		return err
	})
	return out, ward.Wrap("digests", err)
}
