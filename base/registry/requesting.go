package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"ward"
	"ward/kit/auth"
	"ward/kit/db"
	"ward/kit/id"
	"ward/kit/web"
)

// ClientOf tells where a request comes from.
func (s *Service) ClientOf(r *http.Request) string {
	if s.client != nil {
		return s.client(r)
	}
	return web.Remote(r)
}

// networkHash is what an address counts as, hashed: addresses are not kept.
func networkHash(address string) string {
	a, err := netip.ParseAddr(address)
	if err == nil {
		bits := 64
		if a = a.Unmap(); a.Is4() {
			bits = 32
		}
		if p, e := a.WithZone("").Prefix(bits); e == nil {
			address = p.String()
		}
	}
	sum := sha256.Sum256([]byte("registry request " + address))
	return hex.EncodeToString(sum[:])
}

// receiptHash is what is stored of a receipt.
func receiptHash(receipt string) string {
	sum := sha256.Sum256([]byte("registry receipt " + receipt))
	return hex.EncodeToString(sum[:])
}

// Ask puts a request into the inbox of the country's authority. The answer is
// the same whether organisation or person are known here or not: a receipt, by
// which Fate tells what was decided. address is where the request comes from.
func (s *Service) Ask(ctx context.Context, q Asking, address string) (receipt string, err error) {
	if q, err = q.tidy(); err != nil {
		return "", ward.Wrap("ask to be taken in", err)
	}
	now := s.clock()
	r := Request{ID: s.ids(), Asking: q, State: RequestOpen, Created: now}
	receipt = id.Secret(160)
	return receipt, ward.Wrap("ask to be taken in", s.db.Write(ctx, func(tx *db.Tx) error {
		origin := networkHash(address)
		day, open, err := requestCounts(ctx, tx, origin, q.Country, now.Add(-24*time.Hour))
		if err != nil {
			return err
		}
		if day >= maxRequestsADay || open >= maxOpenRequests {
			return &ward.Error{Code: ward.Throttled, Key: "registry.error.request_often", Wait: 24 * time.Hour}
		}
		return insertRequest(ctx, tx, r, origin, receiptHash(receipt))
	}))
}

// Fate gives a request to whoever has its receipt; NotFound for any other text.
func (s *Service) Fate(ctx context.Context, receipt string) (Request, error) {
	var r Request
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		r, err = requestByReceipt(ctx, tx, receiptHash(receipt))
		return err
	})
	return r, ward.Wrap("show fate", err)
}

// Inbox is what waits for a decision, and what was decided last.
type Inbox struct {
	Open    []Request
	Decided []Request
	Due     []Verification // organisations to be checked again, the most urgent first
}

// beat is the part of the Union for which an actor decides: his scope, without
// the countries whose own response team decides.
type beat struct {
	scope  ward.Scope
	except []ward.Country
}

// beatOf gives a national team its country and the Centre those that have none.
func (s *Service) beatOf(ctx context.Context, tx *db.Tx, a ward.Actor) (beat, error) {
	b := beat{scope: s.guard.Scope(a, "org.verify")}
	if !b.scope.Everything || a.System {
		return b, nil
	}
	var err error
	b.except, err = staffedCountries(ctx, tx)
	return b, err
}

func (b beat) has(c ward.Country) bool { return b.scope.Has("", c) && !slices.Contains(b.except, c) }

// Requests gives the inbox of whoever decides: a response team that of its
// country, the Centre that of the countries without one.
func (s *Service) Requests(ctx context.Context, a ward.Actor) (Inbox, error) {
	var in Inbox
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		b, err := s.beatOf(ctx, tx, a)
		if err != nil {
			return err
		}
		if in.Open, err = requests(ctx, tx, b, true); err != nil {
			return err
		}
		if in.Decided, err = requests(ctx, tx, b, false); err != nil {
			return err
		}
		in.Due, err = dueVerifications(ctx, tx, b, s.clock().Add(recheckAhead))
		return err
	})
	return in, ward.Wrap("list requests", err)
}

// object is a request as the policies see it: it belongs to its country.
func (r Request) object() ward.Object {
	return ward.Object{Kind: "request", ID: r.ID, Org: r.Org, Country: r.Country}
}

// onRequest reads a request and decides; another country's is not there.
func (s *Service) onRequest(ctx context.Context, tx *db.Tx, a ward.Actor, id string) (Request, auth.Decision, error) {
	r, err := requestByID(ctx, tx, id)
	if err != nil {
		return r, auth.Decision{}, err
	}
	d, err := s.guard.Check(a, "org.verify", r.object())
	if err != nil {
		return Request{}, d, missing()
	}
	b, err := s.beatOf(ctx, tx, a)
	if err == nil && !b.has(r.Country) {
		err = missing()
	}
	if err != nil {
		return Request{}, d, err
	}
	return r, d, nil
}

// Request gives one.
func (s *Service) Request(ctx context.Context, a ward.Actor, id string) (Request, error) {
	var r Request
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		r, _, err = s.onRequest(ctx, tx, a, id)
		return err
	})
	return r, ward.Wrap("show request", err)
}

// Accept registers the organisation of a request with its first manager and
// records the verification. The person gets in by a link, as anybody does.
func (s *Service) Accept(ctx context.Context, a ward.Actor, id, evidence, reason string, months int) (Affiliation, error) {
	evidence, reason = oneLine(evidence), oneLine(reason)
	var f Affiliation
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		r, d, err := s.onRequest(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := checkDecision(evidence, reason, months); err != nil {
			return err
		}
		p, _, err := s.prepare(a, NewOrganisation{Details: r.details()})
		if err != nil {
			return err
		}
		if err := decideRequest(ctx, tx, id, RequestAccepted, a.Name, reason, p.ID, s.clock()); err != nil {
			return err
		}
		if err := s.store(ctx, tx, a, []prepared{p}, d); err != nil {
			return err
		}
		if f, err = s.firstPerson(ctx, tx, a, p.Profile, r); err != nil {
			return err
		}
		if err := s.verify(ctx, tx, a, p.ID, evidence, reason, months); err != nil {
			return err
		}
		if err := s.enqueue(ctx, tx, tellFate{Request: id}); err != nil {
			return err
		}
		return s.record(ctx, tx, a, deed{"org.verify", "request.accepted", r.object(), d})
	})
	return f, ward.Wrap("accept request", err)
}

// firstPerson takes in whoever asked. The role follows from the decision on the
// request, so the Centre gives it too, in a country without a response team.
func (s *Service) firstPerson(ctx context.Context, tx *db.Tx, a ward.Actor, p Profile, r Request) (Affiliation, error) {
	role := firstRole(p.Kind)
	in := Invitation{Name: r.Person, Email: r.Email, Phone: r.Phone, Lang: r.Lang, Role: role, Duty: ward.DutyIT}
	f := Affiliation{ID: s.ids(), Org: p.ID, Role: role, Began: s.clock()}
	var err error
	if f.Person, err = s.personFor(ctx, tx, in); err != nil {
		return f, err
	}
	if f.Person.ID == a.Person {
		return f, ward.Fail(ward.Forbidden, "registry.error.own_role")
	}
	return f, s.take(ctx, tx, f, in)
}

// Refuse says no, with a reason.
func (s *Service) Refuse(ctx context.Context, a ward.Actor, id, reason string) error {
	reason = oneLine(reason)
	return ward.Wrap("refuse request", s.db.Write(ctx, func(tx *db.Tx) error {
		r, d, err := s.onRequest(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if reason == "" {
			return invalid("registry.error.reason", "reason")
		}
		if err := errFirst(within(maxEvidence, "reason", reason), decideRequest(ctx, tx, id, RequestRefused, a.Name, reason, "", s.clock())); err != nil {
			return err
		}
		if err := s.enqueue(ctx, tx, tellFate{Request: id}); err != nil {
			return err
		}
		return s.record(ctx, tx, a, deed{"org.verify", "request.refused", r.object(), d})
	}))
}

// verify stores a check within a transaction.
func (s *Service) verify(ctx context.Context, tx *db.Tx, a ward.Actor, org ward.OrgID, evidence, reason string, months int) error {
	now := s.clock()
	return insertVerification(ctx, tx, Verification{ID: s.ids(), Org: org, Evidence: evidence, Reason: reason, By: a.Name, Created: now,
		Expires: clampedMonths(now, months)}, a.Person)
}

// clampedMonths adds months and stays within the last one: 31 January and one
// month is 28 February.
func clampedMonths(t time.Time, months int) time.Time {
	y, m, d := t.Date()
	last := time.Date(y, m+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return time.Date(y, m+time.Month(months), min(d, last), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// Verify records a new check of an organisation. Needs org.verify on it.
func (s *Service) Verify(ctx context.Context, a ward.Actor, org ward.OrgID, evidence, reason string, months int) error {
	evidence, reason = oneLine(evidence), oneLine(reason)
	return ward.Wrap("verify organisation", s.act(ctx, a, "org.verify", org, "verification.recorded", func(tx *db.Tx, p Profile) (string, error) {
		if err := checkDecision(evidence, reason, months); err != nil {
			return "", err
		}
		return string(p.ID), s.verify(ctx, tx, a, p.ID, evidence, reason, months)
	}))
}

// Verifications lists the checks of an organisation, newest first. Needs org.read.
func (s *Service) Verifications(ctx context.Context, a ward.Actor, org ward.OrgID) (Profile, []Verification, error) {
	var p Profile
	var out []Verification
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		if p, _, err = s.allowed(ctx, tx, a, "org.read", org); err != nil {
			return err
		}
		out, err = verifications(ctx, tx, org)
		return err
	})
	return p, out, ward.Wrap("list verifications", err)
}
