package registry

import (
	"errors"
	"slices"
	"ward"
)

// Site is a place of an organisation: a building, a branch.
type Site struct {
	ID      ward.SiteID
	Org     ward.OrgID
	Name    string
	Address string
	City    string
	Phone   string
}

// tidy cleans what was typed and reports all that is wrong.
func (s Site) tidy() (Site, error) {
	s.Name, s.Address, s.City, s.Phone = oneLine(s.Name), oneLine(s.Address), oneLine(s.City), oneLine(s.Phone)
	return s, errors.Join(ward.When(s.Name == "", invalid("registry.error.site_name", "name")),
		within(maxText, "name", s.Name, "address", s.Address, "city", s.City), checkPhone(s.Phone))
}

// Duties lists the duties in the order in which contacts are called.
func Duties() []ward.Duty {
	return []ward.Duty{ward.DutyIT, ward.DutyDevices, ward.DutyManagement, ward.DutyPhone}
}

// tidyContact checks a contact without a login: a name, and a way to reach it.
func tidyContact(c ward.Contact) (ward.Contact, error) {
	c.Name, c.Phone = oneLine(c.Name), oneLine(c.Phone)
	var bad error
	if c.Email != "" {
		c.Email, bad = CleanEmail(c.Email)
	} else if c.Phone == "" {
		bad = invalid("registry.error.reach", "email")
	}
	return c, errors.Join(ward.When(!slices.Contains(Duties(), c.Duty), invalid("registry.error.duty", "duty")),
		checkHuman("name", c.Name, c.Phone, &c.Lang, bad))
}

// Gap is something that a care provider's profile still lacks.
type Gap string

// Gaps in the order of their weight: who is reached comes first.
const (
	GapIT       Gap = "it_contact"
	GapPhone    Gap = "duty_phone"
	GapSize     Gap = "size"
	GapBeds     Gap = "beds"
	GapServices Gap = "services"
	GapAddress  Gap = "address"
)

// Gaps lists what v lacks; nothing for organisations that give no care.
func Gaps(v View) []Gap {
	if !v.Kind.CareProvider() {
		return nil
	}
	var out []Gap
	add := func(missing bool, g Gap) {
		if missing {
			out = append(out, g)
		}
	}
	add(!hasDuty(v.Contacts, ward.DutyIT), GapIT)
	add(!hasPhone(v.Contacts), GapPhone)
	add(v.Size() == SizeUnknown, GapSize)
	add(v.Facts.Beds == nil && v.Kind == ward.KindHospital, GapBeds)
	add(len(v.Services) == 0, GapServices)
	add(v.Address == "" || v.City == "", GapAddress)
	return out
}

func hasDuty(list []ward.Contact, d ward.Duty) bool {
	for _, c := range list {
		if c.Duty == d {
			return true
		}
	}
	return false
}

// hasPhone wants a number that is answered at night: an address is not read then.
func hasPhone(list []ward.Contact) bool {
	for _, c := range list {
		if c.Duty == ward.DutyPhone && c.Phone != "" {
			return true
		}
	}
	return false
}

// View is an organisation with all that belongs to it, as one page shows it.
type View struct {
	Profile
	Sites    []Site
	Services []OwnService
	Contacts []ward.Contact
}
