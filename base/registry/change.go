package registry

import (
	"context"
	"errors"

	"ward"
	"ward/kit/db"
)

// SaveSite adds a site (empty ID) or changes one, and gives its id. Needs org.write.
func (s *Service) SaveSite(ctx context.Context, a ward.Actor, site Site) (ward.SiteID, error) {
	site, bad := site.tidy()
	fresh := site.ID == ""
	if fresh {
		site.ID = ward.SiteID(s.ids())
	}
	err := s.act(ctx, a, "org.write", site.Org, "site.saved", func(tx *db.Tx, _ Profile) (string, error) {
		if bad != nil {
			return "", bad
		}
		if fresh {
			return string(site.ID), insertSites(ctx, tx, []Site{site})
		}
		return string(site.ID), updateSite(ctx, tx, site)
	})
	return site.ID, ward.Wrap("save site", err)
}

// RemoveSite takes a site away. Needs org.write.
func (s *Service) RemoveSite(ctx context.Context, a ward.Actor, org ward.OrgID, id ward.SiteID) error {
	err := s.act(ctx, a, "org.write", org, "site.removed", func(tx *db.Tx, _ Profile) (string, error) {
		return string(id), deleteSite(ctx, tx, org, id)
	})
	return ward.Wrap("remove site", err)
}

// Care is a chosen service; Own is the organisation's own longest outage in
// minutes, nil for the catalogue's.
type Care struct {
	Code string
	Own  *int64
}

// SetServices replaces the organisation's clinical services. Needs org.write.
func (s *Service) SetServices(ctx context.Context, a ward.Actor, org ward.OrgID, list []Care) error {
	bad := s.checkCare(list)
	err := s.act(ctx, a, "org.write", org, "services.set", func(tx *db.Tx, _ Profile) (string, error) {
		if bad != nil {
			return "", bad
		}
		if err := deleteServices(ctx, tx, org); err != nil {
			return "", err
		}
		return string(org), insertServices(ctx, tx, org, list)
	})
	return ward.Wrap("set services", err)
}

// checkCare wants known codes, each once, with limits that can be meant.
func (s *Service) checkCare(list []Care) error {
	var faults []error
	seen := map[string]bool{}
	for _, c := range list {
		if _, ok := s.catalogue.Find(c.Code); !ok || seen[c.Code] {
			faults = append(faults, invalid("registry.error.service", "services"))
		}
		seen[c.Code] = true
		if c.Own != nil && (*c.Own < 0 || *c.Own > maxOutage) {
			faults = append(faults, invalid("registry.error.outage", "outage-"+c.Code))
		}
	}
	return errors.Join(faults...)
}

// SaveContact adds a contact without a login (empty ID) or changes one, and
// gives its id. Needs person.write. A contact with a login changes his own details.
func (s *Service) SaveContact(ctx context.Context, a ward.Actor, c ward.Contact) (string, error) {
	c, bad := tidyContact(c)
	c.Person = ""
	fresh := c.ID == ""
	if fresh {
		c.ID = s.ids()
	}
	err := s.act(ctx, a, "person.write", c.Org, "contact.saved", func(tx *db.Tx, _ Profile) (string, error) {
		if bad != nil {
			return "", bad
		}
		if fresh {
			return c.ID, insertContacts(ctx, tx, []ward.Contact{c})
		}
		return c.ID, updateContact(ctx, tx, c)
	})
	return c.ID, ward.Wrap("save contact", err)
}

// RemoveContact takes a contact away, with or without a login; the person stays.
// Needs person.write.
func (s *Service) RemoveContact(ctx context.Context, a ward.Actor, org ward.OrgID, id string) error {
	err := s.act(ctx, a, "person.write", org, "contact.removed", func(tx *db.Tx, _ Profile) (string, error) {
		return id, deleteContact(ctx, tx, org, id)
	})
	return ward.Wrap("remove contact", err)
}
