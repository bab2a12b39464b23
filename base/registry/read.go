package registry

import (
	"context"

	"ward"
	"ward/kit/db"
)

// Show gives an organisation with its sites, services and contacts. Needs
// org.read; contacts are left out for those without person.read on it.
func (s *Service) Show(ctx context.Context, a ward.Actor, org ward.OrgID) (View, error) {
	var v View
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		p, _, err := s.allowed(ctx, tx, a, "org.read", org)
		if err != nil {
			return err
		}
		v.Profile = p
		if v.Sites, err = sites(ctx, tx, org); err != nil {
			return err
		}
		if v.Services, err = s.services(ctx, tx, org); err != nil {
			return err
		}
		if !s.MaySeePeople(a, p) {
			return nil
		}
		v.Contacts, err = contactsOf(ctx, tx, []ward.OrgID{org})
		return err
	})
	return v, ward.Wrap("show organisation", err)
}

// services puts the organisation's own rows into the catalogue's order; codes
// that the catalogue no longer has are not shown.
func (s *Service) services(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]OwnService, error) {
	own, err := ownServices(ctx, tx, org)
	if err != nil {
		return nil, err
	}
	var out []OwnService
	for _, c := range s.catalogue.Services {
		if limit, ok := own[c.Code]; ok {
			out = append(out, OwnService{CareService: c, Own: limit})
		}
	}
	return out, nil
}

// Filter says which organisations a list shows.
type Filter struct {
	Search  string // words of name, city or region
	Kind    ward.OrgKind
	Country ward.Country
	After   string // place where the page before ended; empty is the start
	Before  string // place where the page after began: the page before it
	Limit   int    // 0 means 50; at most 500
}

// Page is a part of a list with the places around it; an empty place means
// that the list ends there.
type Page struct {
	Rows     []Profile
	Previous string
	Next     string
}

const (
	pageRows    = 50
	maxPageRows = 500
)

// List gives the organisations that a may read, by name.
func (s *Service) List(ctx context.Context, a ward.Actor, f Filter) (Page, error) {
	if f.Limit <= 0 || f.Limit > maxPageRows {
		f.Limit = pageRows
	}
	after, err := readPlace(f.After)
	if err != nil {
		return Page{}, err
	}
	before, err := readPlace(f.Before)
	if err != nil {
		return Page{}, err
	}
	var page Page
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := organisations(ctx, tx, s.guard.Scope(a, "org.read"), f, after, before)
		page = pageOf(rows, f)
		return err
	})
	return page, ward.Wrap("list organisations", err)
}

// pageOf cuts the one row too many, which tells that the list goes on.
func pageOf(rows []Profile, f Filter) Page {
	more := len(rows) > f.Limit
	back := f.Before != ""
	if more && back {
		rows = rows[1:]
	} else if more {
		rows = rows[:f.Limit]
	}
	p := Page{Rows: rows}
	if len(rows) == 0 {
		return p
	}
	first, last := rows[0], rows[len(rows)-1]
	if f.After != "" || back && more {
		p.Previous = place{fold(first.Name), string(first.ID)}.String()
	}
	if more && !back || back {
		p.Next = place{fold(last.Name), string(last.ID)}.String()
	}
	return p
}
