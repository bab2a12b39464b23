package registry

import (
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"

	"ward"
)

// Affiliation is a person in an organisation: a hat, with what lists show of
// the person. Ended is zero while it lasts.
type Affiliation struct {
	ID     string
	Person ward.Person
	Phone  string
	Org    ward.OrgID
	Role   ward.Role
	Title  string // the job in the organisation's own words
	Began  time.Time
	Ended  time.Time
}

// Invitation is what is needed to take a person into an organisation.
type Invitation struct {
	Name  string
	Email string
	Phone string
	Lang  ward.Lang
	Role  ward.Role
	Title string
	Duty  ward.Duty // also becomes the contact for this duty; empty for none
}

// rolesOf says which roles people of a kind of organisation can have. An
// auditor reads a whole country or the Union, so hospitals have none.
func rolesOf(k ward.OrgKind) []ward.Role {
	switch {
	case k.CareProvider():
		return []ward.Role{ward.RoleMember, ward.RoleManager, ward.RoleOperator}
	case k == ward.KindMaker:
		return []ward.Role{ward.RoleMaker}
	case k == ward.KindCSIRT:
		return []ward.Role{ward.RoleCSIRT, ward.RoleAuditor, ward.RoleOperator}
	case k == ward.KindCentre:
		return []ward.Role{ward.RoleCentre, ward.RoleAuditor, ward.RoleOperator}
	case k == ward.KindAuthority:
		return []ward.Role{ward.RoleAuditor, ward.RoleOperator}
	}
	return []ward.Role{ward.RoleOperator}
}

// givable says which roles the holder of a role may give: nobody gives more
// than he has, but for the operator, who sets up the first people of each house.
func givable(r ward.Role) []ward.Role {
	switch r {
	case ward.RoleManager:
		return []ward.Role{ward.RoleMember, ward.RoleManager}
	case ward.RoleMaker:
		return []ward.Role{ward.RoleMaker}
	case ward.RoleCSIRT:
		return []ward.Role{ward.RoleMember, ward.RoleManager, ward.RoleMaker, ward.RoleCSIRT, ward.RoleAuditor}
	case ward.RoleCentre:
		return []ward.Role{ward.RoleCentre, ward.RoleAuditor}
	case ward.RoleOperator:
		return ward.Roles()
	}
	return nil
}

// RolesToGive lists the roles that a may give in an organisation of kind k.
func RolesToGive(a ward.Actor, k ward.OrgKind) []ward.Role {
	var out []ward.Role
	for _, r := range rolesOf(k) {
		if a.System || slices.Contains(givable(a.Role), r) {
			out = append(out, r)
		}
	}
	return out
}

// manages are the roles that keep an organisation able to act: the last holder
// does not leave it.
func manages(r ward.Role) bool {
	switch r {
	case ward.RoleManager, ward.RoleCSIRT, ward.RoleCentre, ward.RoleMaker, ward.RoleOperator:
		return true
	}
	return false
}

// Limits of people's details; an address follows RFC 5321 section 4.5.3.1.3.
const (
	maxEmail = 254
	maxPhone = 40
)

// CleanEmail gives the one form in which an address is kept and compared, or an
// Invalid error at field "email". It takes a bare address only.
func CleanEmail(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > maxEmail || strings.ContainsAny(s, "\"()<>, ") || !strings.Contains(s, "@") {
		return "", invalid("registry.error.email", "email")
	}
	return s, nil
}

// checkPhone lets digits with the usual signs through: it is shown as a link to call.
func checkPhone(s string) error {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-/() .", r):
			return invalid("registry.error.phone", "phone")
		}
	}
	if s != "" && digits < 3 || len(s) > maxPhone {
		return invalid("registry.error.phone", "phone")
	}
	return nil
}

// tidy cleans what was typed and reports all that is wrong.
func (i Invitation) tidy() (Invitation, error) {
	i.Name, i.Phone, i.Title = oneLine(i.Name), oneLine(i.Phone), oneLine(i.Title)
	email, err := CleanEmail(i.Email)
	i.Email = email
	return i, errors.Join(checkHuman("name", i.Name, i.Phone, &i.Lang, err), within(maxText, "title", i.Title),
		ward.When(i.Duty != "" && !slices.Contains(Duties(), i.Duty), invalid("registry.error.duty", "duty")))
}

// checkHuman looks at what every human being has here; an empty language
// becomes English. field is that of the name; address is what is wrong with the
// e-mail address, which forms ask between name and telephone.
func checkHuman(field, name, phone string, lang *ward.Lang, address error) error {
	if *lang == "" {
		*lang = ward.English
	}
	l, ok := ward.ParseLang(string(*lang))
	return errors.Join(ward.When(name == "", invalid("registry.error.person_name", field)), within(maxText, field, name), address,
		checkPhone(phone), ward.When(!ok || l != *lang, invalid("registry.error.lang", "lang")))
}

// checkZone lets through what the machine knows as an IANA zone; empty is the
// house's own.
func checkZone(s string) error {
	if s == "" {
		return nil
	}
	if _, err := time.LoadLocation(s); err != nil || s == "Local" || len(s) > 64 {
		return invalid("registry.error.zone", "zone")
	}
	return nil
}
