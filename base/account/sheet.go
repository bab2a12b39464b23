package account

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ward"
	"ward/kit/auth"
	"ward/kit/db"
	"ward/kit/id"
)

// maxSheets bounds the sheets of an organisation that are valid at a time: one
// for each safe; more is paper that nobody watches.
const maxSheets = 5

// glassWatch is how long the use of a code stays on first screens.
const glassWatch = 14 * 24 * time.Hour

// Sheet is a page of printed codes as its organisation sees it; the codes
// themselves are shown once, when it is made.
type Sheet struct {
	ID      string
	Org     ward.OrgID
	Country ward.Country
	Place   string // where the paper lies, in the maker's words
	By      ward.PersonID
	Created time.Time
	Expires time.Time
	Revoked time.Time // zero: it is not
	Total   int
	Left    int // codes that were not used
}

// Live reports whether a code of x still opens anything at now.
func (x Sheet) Live(now time.Time) bool { return x.Revoked.IsZero() && now.Before(x.Expires) }

// Use is one code that opened the door.
type Use struct {
	Sheet   string
	Number  int // of the code, as printed
	Org     ward.OrgID
	OrgName string
	Place   string
	Person  ward.Person // who said to be entering
	Address string      // where from
	At      time.Time
}

// Glass is what a may see of printed codes: sheets of the own organisation, and
// what was used there or in the country of a response team. Newest first.
type Glass struct {
	Sheets []Sheet
	Uses   []Use
	May    bool // a may make and revoke sheets
	Days   int  // that a new sheet lasts
	Codes  int  // that it has
	Hours  int  // that a session lasts which a code opens
}

const (
	permGlass     ward.Permission = "breakglass.read"
	permGlassMake ward.Permission = "breakglass.write"
)

// MaySeeSheets reports whether a has a use for the page of printed codes.
func (s *Service) MaySeeSheets(a ward.Actor) bool { return s.cfg.Guard.May(a, permGlass) }

// BreakGlass shows a the sheets and uses that he may see.
func (s *Service) BreakGlass(ctx context.Context, a ward.Actor) (Glass, error) {
	scope := s.cfg.Guard.Scope(a, permGlass)
	if !s.cfg.Guard.May(a, permGlass) {
		_, err := s.cfg.Guard.Check(a, permGlass, ward.Object{Kind: "sheet"})
		return Glass{}, ward.Wrap("printed codes", err)
	}
	g := Glass{May: s.mayMakeSheet(a) == nil, Days: s.glass.Days, Codes: s.glass.Codes, Hours: s.glass.Minutes / 60}
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if g.Uses, err = usesIn(ctx, tx, scope); err != nil {
			return err
		}
		if slices.Contains(scope.Orgs, a.Org) { // a response team sees what was used, not what lies in whose safe
			g.Sheets, err = sheetsOf(ctx, tx, a.Org)
		}
		return err
	})
	if err == nil {
		err = s.nameUses(ctx, g.Uses)
	}
	return g, ward.Wrap("printed codes", err)
}

// OwnSheet is NotFound for a sheet that is not of a's organisation.
func (s *Service) OwnSheet(ctx context.Context, a ward.Actor, id string) error {
	g, err := s.BreakGlass(ctx, a)
	if err == nil && !slices.ContainsFunc(g.Sheets, func(x Sheet) bool { return x.ID == id }) {
		err = missing()
	}
	return ward.Wrap("sheet", err)
}

// nameUses asks the registry for what the rows only have ids of.
func (s *Service) nameUses(ctx context.Context, list []Use) error {
	var orgs []ward.OrgID
	for i := range list {
		p, err := s.cfg.People.Person(ctx, list[i].Person.ID)
		if err != nil && ward.CodeOf(err) != ward.NotFound {
			return err
		}
		list[i].Person.Name = p.Name
		orgs = append(orgs, list[i].Org)
	}
	names, err := s.cfg.Houses.Organisations(ctx, orgs)
	for i := range list {
		list[i].OrgName = names[list[i].Org].Name
	}
	return err
}

// RecentUses counts for a first screen: codes used lately in a's sight, and
// until when the own organisation's best sheet lasts; zero when it has none.
func (s *Service) RecentUses(ctx context.Context, a ward.Actor) (used int, until time.Time, err error) {
	g, err := s.BreakGlass(ctx, a)
	now := s.cfg.Clock()
	for _, u := range g.Uses {
		if now.Sub(u.At) < glassWatch {
			used++
		}
	}
	for _, x := range g.Sheets {
		if x.Live(now) && x.Left > 0 && x.Expires.After(until) {
			until = x.Expires
		}
	}
	return used, until, err
}

// Printed is a sheet with its codes, as it goes to the printer. This is the one
// time that the house knows them.
type Printed struct {
	Sheet
	Codes []string // as printed, the first is number 1
	Desk  ward.Desk
	Hours int // that a session lasts which a code opens
}

// SheetRequest says which sheet to make. Password is the maker's own, asked for
// again: a stranger at an open screen must not leave with keys on paper.
type SheetRequest struct {
	Place    string
	Password string
}

// mayMakeSheet wants the person himself: what a token, a paper session or a
// deputy made would outlive it.
func (s *Service) mayMakeSheet(a ward.Actor) error {
	_, err := s.cfg.Guard.Check(a, permGlassMake, sheetObject(a, ""))
	if err == nil && (a.Token || a.For != "" || a.Person == "") {
		err = ward.Fail(ward.Forbidden, "account.error.sheet_self")
	}
	return err
}

func sheetObject(a ward.Actor, id string) ward.Object {
	return ward.Object{Kind: "sheet", ID: id, Org: a.Org, Country: a.Country}
}

// MakeSheet makes a sheet for a's own organisation. Conflict when it has
// maxSheets that are valid.
func (s *Service) MakeSheet(ctx context.Context, a ward.Actor, in SheetRequest) (Printed, error) {
	p, err := s.makeSheet(ctx, a, in)
	return p, ward.Wrap("make sheet", err)
}

func (s *Service) makeSheet(ctx context.Context, a ward.Actor, in SheetRequest) (Printed, error) {
	if err := s.mayMakeSheet(a); err != nil {
		return Printed{}, s.refused(ctx, a, deed{permGlassMake, "sheet_made", "", ""}, err)
	}
	in.Place = strings.Join(strings.Fields(in.Place), " ")
	if in.Place == "" || utf8.RuneCountInString(in.Place) > 100 {
		return Printed{}, ward.Fail(ward.Invalid, "account.error.sheet_place").At("place")
	}
	if err := s.knows(ctx, a, in.Password, "password"); err != nil {
		return Printed{}, err
	}
	desk, err := s.cfg.Houses.Desk(ctx, a.Country)
	if err != nil {
		return Printed{}, err
	}
	now := s.cfg.Clock()
	p := Printed{Desk: desk, Hours: s.glass.Minutes / 60, Sheet: Sheet{ID: s.cfg.IDs(), Org: a.Org, Country: a.Country, Place: in.Place,
		By: a.Person, Created: now, Expires: now.AddDate(0, 0, s.glass.Days)}}
	p.Total, p.Left = s.glass.Codes, s.glass.Codes
	hashes := make([]string, s.glass.Codes)
	for i := range hashes {
		code := id.Printed()
		hashes[i], p.Codes = s.printedDigest(code), append(p.Codes, id.Grouped(code))
	}
	return p, s.keepSheet(ctx, a, p.Sheet, hashes)
}

func (s *Service) keepSheet(ctx context.Context, a ward.Actor, x Sheet, hashes []string) error {
	d, err := s.cfg.Guard.Check(a, permGlassMake, sheetObject(a, x.ID))
	if err != nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := liveSheets(ctx, tx, x.Org, x.Created)
		if err == nil && n >= maxSheets {
			err = ward.Fail(ward.Conflict, "account.error.sheets")
		}
		if err != nil {
			return err
		}
		if err := insertSheet(ctx, tx, x, hashes); err != nil {
			return err
		}
		return s.record(ctx, tx, a, deed{permGlassMake, "sheet_made", x.ID, d.Policy})
	})
}

// RevokeSheet makes the codes of a sheet void and ends the sessions that they
// opened. NotFound for another's.
func (s *Service) RevokeSheet(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("revoke sheet", s.revokeSheet(ctx, a, id))
}

func (s *Service) revokeSheet(ctx context.Context, a ward.Actor, id string) error {
	err := s.mayMakeSheet(a)
	var d auth.Decision
	if err == nil {
		d, err = s.cfg.Guard.Check(a, permGlassMake, sheetObject(a, id))
	}
	if err != nil {
		return s.refused(ctx, a, deed{permGlassMake, "sheet_revoked", id, d.Policy}, err)
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := revokeSheet(ctx, tx, a.Org, id, s.cfg.Clock()); err != nil {
			return err
		}
		if err := deleteSheetSessions(ctx, tx, id); err != nil {
			return err
		}
		return s.record(ctx, tx, a, deed{permGlassMake, "sheet_revoked", id, d.Policy})
	})
}
