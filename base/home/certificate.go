package home

import (
	"context"
	"errors"
	"time"

	"ward"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/seal"
)

// Certificates keeps what an ACME authority gave the house, for all replicas. It
// is the machine's own and asks no policy: nobody reaches it by page or API.
type Certificates struct {
	db    *db.DB
	box   seal.Box
	clock clock.Clock
}

// NewCertificates makes the store; key is the one that seals second factors.
func NewCertificates(d *db.DB, key []byte, now clock.Clock) (*Certificates, error) {
	box, err := seal.New(key)
	return &Certificates{db: d, box: box, clock: now}, err
}

// owner keeps what is sealed here from opening in another room.
func owner(name string) string { return "certificate " + name }

// Get gives what Put kept under name; NotFound when there is nothing.
func (c *Certificates) Get(ctx context.Context, name string) (plain []byte, err error) {
	var sealed []byte
	err = c.db.Read(ctx, func(tx *db.Tx) (err error) {
		sealed, err = certificate(ctx, tx, name)
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		return nil, ward.Fail(ward.NotFound, "")
	}
	if err != nil {
		return nil, ward.Wrap("read certificate", err)
	}
	text, err := c.box.Open(sealed, owner(name))
	return []byte(text), ward.Wrap("read certificate", err)
}

// Put keeps data under name in place of what was there.
func (c *Certificates) Put(ctx context.Context, name string, data []byte) error {
	sealed := c.box.Seal(string(data), owner(name))
	return ward.Wrap("keep certificate", c.db.Write(ctx, func(tx *db.Tx) error { return putCertificate(ctx, tx, name, sealed, c.clock()) }))
}

// Delete forgets name; nothing there is no error.
func (c *Certificates) Delete(ctx context.Context, name string) error {
	return ward.Wrap("drop certificate", c.db.Write(ctx, func(tx *db.Tx) error { return dropCertificate(ctx, tx, name) }))
}

// TLSSource is who holds the certificate.
type TLSSource string

// The sources.
const (
	TLSNone  TLSSource = "none"  // pages are served in plain HTTP
	TLSProxy TLSSource = "proxy" // a reverse proxy holds it; the house does not see it
	TLSOwn   TLSSource = "own"   // files of the settings
	TLSACME  TLSSource = "acme"  // an ACME authority gives it
)

// TLS is how the house is reached, and with which certificate.
type TLS struct {
	Source  TLSSource
	Address string   // public address of the house
	Asked   []string // names that an authority is asked for
	Subject string   // of the certificate that is served; "" while there is none
	Issuer  string
	Names   []string
	Starts  time.Time
	Ends    time.Time
	Fault   string // what went wrong last, in English; "" for nothing
}

// Days is how many whole days are left at now, negative after the end.
func (t TLS) Days(now time.Time) int {
	left := t.Ends.Sub(now)
	if left < 0 {
		return -int(-left/(24*time.Hour)) - 1
	}
	return int(left / (24 * time.Hour))
}

// TLSState is what an operator should do about it.
type TLSState string

// The states, the worst first.
const (
	TLSEnded   TLSState = "ended"
	TLSFailing TLSState = "failing" // nothing is served, or renewing fails
	TLSOpen    TLSState = "open"    // plain HTTP where others can read it
	TLSSoon    TLSState = "soon"    // ends within certificateDays
	TLSUnseen  TLSState = "unseen"  // the proxy's, which we cannot judge
	TLSGood    TLSState = "good"
)

// certificateDays is when a person should know: renewers act 30 days before.
const certificateDays = 14

// State judges t.
func (t TLS) State(now time.Time) TLSState {
	switch {
	case t.Source == TLSNone:
		return TLSOpen
	case t.Source == TLSProxy:
		return TLSUnseen
	case !t.Ends.IsZero() && !now.Before(t.Ends):
		return TLSEnded
	case t.Fault != "" || t.Ends.IsZero():
		return TLSFailing
	case t.Days(now) < certificateDays:
		return TLSSoon
	}
	return TLSGood
}

// TLS tells the operator how the certificate stands.
func (s *Service) TLS(_ context.Context, a ward.Actor) (TLS, time.Time, error) {
	if _, err := s.cfg.Guard.Check(a, permJobs, ward.Object{Kind: "job"}); err != nil {
		return TLS{}, time.Time{}, err
	}
	return s.cfg.TLS(), s.cfg.Clock(), nil
}
