package account

import (
	"context"
	"slices"
	"time"

	"ward"
	"ward/base/account/throttle"
	"ward/kit/db"
	"ward/kit/id"
	"ward/kit/web"
)

// GlassEntry is a printed code on its way in. Hat is who of the organisation is
// entering; empty asks who there is.
type GlassEntry struct {
	Code   string
	Hat    string
	Client Client
}

// GlassAsk is what a right code leads to: whose it is, and who may enter.
type GlassAsk struct {
	OrgName string
	Seats   []ward.Seat
}

// glassGate counts by network, for all replicas together. There is no counter
// for the whole house: 75 bits need none, and one would let a stranger keep every
// hospital out on the night when it needs to come in.
func glassGate(address string) []throttle.Gate {
	return []throttle.Gate{{Name: throttle.Name("glass", web.Network(address)), Free: 10, Most: 15 * time.Minute}}
}

// deadCode is what a used, void, old or unknown code says: the same.
func deadCode() error { return ward.Fail(ward.Forbidden, "account.error.printed").At("code") }

// AskGlass tells who may enter with a code and uses nothing up. Invalid for what
// was misread (the check symbol tells), which counts as no attempt; Forbidden
// for a code that opens nothing.
func (s *Service) AskGlass(ctx context.Context, in GlassEntry) (GlassAsk, error) {
	x, _, seats, err := s.glassSeats(ctx, in)
	if err != nil {
		return GlassAsk{}, ward.Wrap("ask printed code", err)
	}
	names, err := s.cfg.Houses.Organisations(ctx, []ward.OrgID{x.Org})
	return GlassAsk{OrgName: names[x.Org].Name, Seats: seats}, ward.Wrap("ask printed code", err)
}

// glassSeats looks a code up, counting the attempt first, and asks who works there.
func (s *Service) glassSeats(ctx context.Context, in GlassEntry) (x Sheet, number int, seats []ward.Seat, err error) {
	code, ok := id.ReadPrinted(in.Code)
	if !ok {
		return x, 0, nil, ward.Fail(ward.Invalid, "account.error.printed_misread").At("code")
	}
	gates := glassGate(in.Client.Address)
	if err := s.attempt(ctx, gates); err != nil {
		return x, 0, nil, err
	}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		x, number, err = printedByHash(ctx, tx, s.printedDigest(code))
		if err == nil && x.Live(s.cfg.Clock()) {
			return throttle.Forgive(ctx, tx, gates)
		}
		if err == nil || ward.CodeOf(err) == ward.NotFound {
			err = deadCode()
		}
		return err
	})
	if err != nil {
		return x, 0, nil, s.refused(ctx, ward.Actor{}, deed{"account.self", "printed_code", "", ""}, err)
	}
	hats, err := s.cfg.Houses.Staff(ctx, x.Org)
	for _, h := range hats {
		if slices.Contains(s.glass.Roles, h.Role) {
			seats = append(seats, h)
		}
	}
	return x, number, seats, err
}

// EnterGlass uses a code up and opens a short session as one of the people of
// its organisation. Neither mail nor an outside issuer is asked. The use is
// written to the audit log and told to the registry's managers in the same
// transaction.
func (s *Service) EnterGlass(ctx context.Context, in GlassEntry) (Entry, error) {
	e, err := s.enterGlass(ctx, in)
	return e, ward.Wrap("enter by printed code", err)
}

func (s *Service) enterGlass(ctx context.Context, in GlassEntry) (Entry, error) {
	x, number, seats, err := s.glassSeats(ctx, in)
	if err != nil {
		return Entry{}, err
	}
	i := slices.IndexFunc(seats, func(h ward.Seat) bool { return h.Hat == in.Hat })
	if i < 0 {
		return Entry{}, ward.Fail(ward.Invalid, "account.error.printed_who").At("hat")
	}
	a, err := s.cfg.Hats.Wear(ctx, seats[i].Person, in.Hat)
	if err != nil {
		return Entry{}, err
	}
	if _, must := s.required.of(a.Role); must && !s.glass.Factor {
		return Entry{}, ward.Fail(ward.Forbidden, "account.error.printed_role").At("hat")
	}
	code, _ := id.ReadPrinted(in.Code)
	key, sn := newSecret(), s.newSession(a.Person, in.Hat, false, in.Client)
	sn.Sheet, sn.Expires = x.ID, sn.Created.Add(s.glass.life())
	a = s.emergency(a, sn.Expires)
	a.Session = sn.ID
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		spent, err := spendPrinted(ctx, tx, s.printedDigest(code), a.Person, in.Client.Address, sn.Created)
		if err == nil && !spent { // another was faster with the same code
			err = deadCode()
		}
		if err != nil {
			return err
		}
		if err := insertSession(ctx, tx, key.digest(), sn); err != nil {
			return err
		}
		if err := s.cfg.Bus.Publish(ctx, tx, ward.BreakGlassUsed{Org: x.Org, Sheet: x.ID, Number: number, Person: a.Person}); err != nil {
			return err
		}
		return s.record(ctx, tx, a, deed{"account.self", "printed_code_used", x.ID, "breakglass.json " + s.glass.Version})
	})
	return Entry{Session: string(key), Expires: sn.Expires, Next: "/"}, err
}
