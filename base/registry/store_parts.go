package registry

import (
	"context"
	"slices"

	"ward"
	"ward/kit/db"
)

// insertParts stores what came along with new organisations.
func (s *Service) insertParts(ctx context.Context, tx *db.Tx, list []prepared) error {
	var places []Site
	var contacts []ward.Contact
	type care struct {
		org ward.OrgID
		Care
	}
	var services []care
	for _, p := range list {
		for _, x := range p.new.Sites {
			x.ID, x.Org = ward.SiteID(s.ids()), p.ID
			places = append(places, x)
		}
		for _, x := range p.new.Contacts {
			x.ID, x.Org, x.Person = s.ids(), p.ID, ""
			contacts = append(contacts, x)
		}
		for _, x := range p.new.Services {
			services = append(services, care{p.ID, x})
		}
	}
	if err := insertSites(ctx, tx, places); err != nil {
		return err
	}
	for part := range slices.Chunk(services, chunkRows) {
		var args db.Args
		rows := values(&args, len(part), func(i int) []any { return []any{string(part[i].org), part[i].Code, part[i].Own} })
		if _, err := tx.Exec(ctx, `INSERT INTO registry_service (org, code, outage) VALUES `+rows, args...); err != nil {
			return err
		}
	}
	return insertContacts(ctx, tx, contacts)
}

// sites lists by name; the limit is far above what any hospital has.
func sites(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]Site, error) {
	return db.Rows(ctx, tx, `
		SELECT id, org, name, address, city, phone
		FROM registry_site WHERE org = $1
		ORDER BY name, id LIMIT 1000`, []any{string(org)}, func(r db.Row) (Site, error) {
		var s Site
		err := r.Scan(&s.ID, &s.Org, &s.Name, &s.Address, &s.City, &s.Phone)
		return s, err
	})
}

func insertSites(ctx context.Context, tx *db.Tx, list []Site) error {
	for part := range slices.Chunk(list, chunkRows) {
		var args db.Args
		rows := values(&args, len(part), func(i int) []any {
			s := part[i]
			return []any{string(s.ID), string(s.Org), s.Name, s.Address, s.City, s.Phone}
		})
		if _, err := tx.Exec(ctx, `INSERT INTO registry_site (id, org, name, address, city, phone) VALUES `+rows, args...); err != nil {
			return err
		}
	}
	return nil
}

// updateSite names the organisation too: an id of another's site changes nothing.
func updateSite(ctx context.Context, tx *db.Tx, s Site) error {
	return db.Changed(tx.Exec(ctx, `
		UPDATE registry_site SET name = $1, address = $2, city = $3, phone = $4
		WHERE id = $5 AND org = $6`, s.Name, s.Address, s.City, s.Phone, string(s.ID), string(s.Org)))
}

// deleteSite names the organisation too, as updateSite does.
func deleteSite(ctx context.Context, tx *db.Tx, org ward.OrgID, id ward.SiteID) error {
	return db.Changed(tx.Exec(ctx, `DELETE FROM registry_site WHERE id = $1 AND org = $2`, string(id), string(org)))
}

// ownServices gives the chosen codes with the organisation's own limit, nil for none.
func ownServices(ctx context.Context, tx *db.Tx, org ward.OrgID) (map[string]*int64, error) {
	out := map[string]*int64{}
	err := tx.Query(ctx, `
		SELECT code, outage FROM registry_service WHERE org = $1
		ORDER BY code LIMIT 1000`, []any{string(org)}, func(r db.Row) error {
		var code string
		var own *int64
		err := r.Scan(&code, &own)
		out[code] = own
		return err
	})
	return out, err
}

func deleteServices(ctx context.Context, tx *db.Tx, org ward.OrgID) error {
	_, err := tx.Exec(ctx, `DELETE FROM registry_service WHERE org = $1`, string(org))
	return err
}

// insertServices writes the choice of one organisation, which is bounded by the catalogue.
func insertServices(ctx context.Context, tx *db.Tx, org ward.OrgID, list []Care) error {
	if len(list) == 0 {
		return nil
	}
	var args db.Args
	rows := values(&args, len(list), func(i int) []any { return []any{string(org), list[i].Code, list[i].Own} })
	_, err := tx.Exec(ctx, `INSERT INTO registry_service (org, code, outage) VALUES `+rows, args...)
	return err
}

// contactsOf gives contacts of any number of organisations, in the order in
// which they are called; one with a login has the person's own details.
func contactsOf(ctx context.Context, tx *db.Tx, orgs []ward.OrgID) ([]ward.Contact, error) {
	var out []ward.Contact
	for part := range slices.Chunk(orgs, idChunk) {
		var args db.Args
		list, err := db.Rows(ctx, tx, `
			SELECT c.id, c.org, COALESCE(c.person, ''), c.duty, COALESCE(p.name, c.name), COALESCE(p.email, c.email),
				COALESCE(p.phone, c.phone), COALESCE(p.lang, c.lang), COALESCE(p.zone, '')
			FROM registry_contact c LEFT JOIN registry_person p ON p.id = c.person
			WHERE c.org IN (`+db.In(&args, part)+`)
			ORDER BY c.org, CASE c.duty WHEN 'it' THEN 0 WHEN 'devices' THEN 1 WHEN 'management' THEN 2 ELSE 3 END, c.id
			LIMIT 1000000`, args, scanContact)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

func scanContact(r db.Row) (ward.Contact, error) {
	var c ward.Contact
	err := r.Scan(&c.ID, &c.Org, &c.Person, &c.Duty, &c.Name, &c.Email, &c.Phone, &c.Lang, &c.Zone)
	return c, err
}

func insertContacts(ctx context.Context, tx *db.Tx, list []ward.Contact) error {
	for part := range slices.Chunk(list, chunkRows) {
		var args db.Args
		rows := values(&args, len(part), func(i int) []any {
			c := part[i]
			return []any{c.ID, string(c.Org), nullable(string(c.Person)), string(c.Duty), c.Name, c.Email, c.Phone, string(c.Lang)}
		})
		if _, err := tx.Exec(ctx, `INSERT INTO registry_contact (id, org, person, duty, name, email, phone, lang) VALUES `+rows, args...); err != nil {
			return err
		}
	}
	return nil
}

// nullable gives NULL for the empty text, which references nothing.
func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// updateContact changes a contact without a login; one with a login has no
// details here to change.
func updateContact(ctx context.Context, tx *db.Tx, c ward.Contact) error {
	return db.Changed(tx.Exec(ctx, `
		UPDATE registry_contact SET duty = $1, name = $2, email = $3, phone = $4, lang = $5
		WHERE id = $6 AND org = $7 AND person IS NULL`,
		string(c.Duty), c.Name, c.Email, c.Phone, string(c.Lang), c.ID, string(c.Org)))
}

func deleteContact(ctx context.Context, tx *db.Tx, org ward.OrgID, id string) error {
	return db.Changed(tx.Exec(ctx, `DELETE FROM registry_contact WHERE id = $1 AND org = $2`, id, string(org)))
}

// deletePersonContacts goes with the end of an affiliation: whoever has left is not called.
func deletePersonContacts(ctx context.Context, tx *db.Tx, org ward.OrgID, person ward.PersonID) error {
	_, err := tx.Exec(ctx, `DELETE FROM registry_contact WHERE org = $1 AND person = $2`, string(org), string(person))
	return err
}
