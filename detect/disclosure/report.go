package disclosure

import (
	"errors"
	"net/mail"
	"slices"
	"strconv"
	"strings"

	"ward"
	"ward/format/pattern"
	"ward/format/plain"
)

// Bounds of a report, in characters. A proof of concept is longer than any text
// that a person types; what is longer still is a file.
const (
	maxTitle  = 150 // what a headline of an alert may hold
	maxLine   = 200
	maxText   = 4_000
	maxProof  = 50_000
	maxCVEs   = 20
	maxAnswer = 10_000
)

// Report is what somebody sends.
type Report struct {
	Source     Source
	Lang       ward.Lang
	Summary    Summary
	Confidence Confidence
	Files      []Upload
}

var cveForm = pattern.Of(`^CVE-\d{4}-\d{4,19}$`)

func invalid(key, field string, args ...string) error {
	return ward.Fail(ward.Invalid, "disclosure.error."+key, args...).At(field)
}

// tidy cleans s.
func (s Summary) tidy() Summary {
	for _, f := range []*string{&s.Title, &s.Vendor, &s.Product, &s.Versions, &s.Fixed, &s.Credit} {
		*f = plain.Line(*f)
	}
	for _, f := range []*string{&s.Impact, &s.Patients, &s.Mitigation} {
		*f = plain.Text(*f)
	}
	var cves []string
	for _, c := range s.CVEs {
		if c = strings.ToUpper(plain.Line(c)); c != "" && !slices.Contains(cves, c) {
			cves = append(cves, c)
		}
	}
	s.CVEs = cves
	if s.Exploited == "" {
		s.Exploited = ward.ExploitationNone
	}
	return s
}

// check says what is wrong with s; field names are those of the forms.
func (s Summary) check() error {
	needed := func(name, value string) error { return ward.When(value == "", invalid("needed."+name, name)) }
	var used error
	switch s.Exploited {
	case ward.ExploitationNone, ward.ExploitationProof, ward.ExploitationExploited, ward.ExploitationRansomware:
	default:
		used = invalid("exploited", "exploited")
	}
	return errors.Join(
		needed("vendor", s.Vendor), within("vendor", s.Vendor, maxLine), needed("product", s.Product), within("product", s.Product, maxLine),
		within("versions", s.Versions, maxLine), needed("title", s.Title), within("title", s.Title, maxTitle),
		needed("impact", s.Impact), within("impact", s.Impact, maxText), within("patients", s.Patients, maxText), used,
		within("mitigation", s.Mitigation, maxText), within("fixed", s.Fixed, maxLine),
		ward.When(slices.ContainsFunc(s.CVEs, func(c string) bool { return !cveForm().MatchString(c) }), invalid("cve", "cves")),
		ward.When(len(s.CVEs) > maxCVEs, invalid("cve_many", "cves", "max", strconv.Itoa(maxCVEs))),
		within("credit", s.Credit, maxLine))
}

// within refuses a text above its bound.
func within(field, value string, limit int) error {
	if len(value) > 4*limit || len([]rune(value)) > limit {
		return invalid("long", field, "max", strconv.Itoa(limit))
	}
	return nil
}

func (c Confidence) tidy() Confidence {
	c.Name, c.Organisation, c.Email = plain.Line(c.Name), plain.Line(c.Organisation), plain.Line(c.Email)
	c.Proof, c.Maker, c.Plan = plain.Text(c.Proof), plain.Text(c.Maker), plain.Text(c.Plan)
	return c
}

func (c Confidence) check() error {
	var address error
	if a, err := mail.ParseAddress(c.Email); c.Email != "" && (err != nil || a.Address != c.Email || a.Name != "") {
		address = invalid("email", "email")
	}
	return errors.Join(within("proof", c.Proof, maxProof), within("maker", c.Maker, maxText), within("plan", c.Plan, maxText),
		within("name", c.Name, maxLine), within("organisation", c.Organisation, maxLine), within("email", c.Email, maxLine), address)
}

// tidy cleans and checks a report.
func (r Report) tidy() (Report, error) {
	r.Summary, r.Confidence = r.Summary.tidy(), r.Confidence.tidy()
	if _, ok := ward.ParseLang(string(r.Lang)); !ok {
		r.Lang = ward.English
	}
	var files error
	r.Files, files = checkFiles(r.Files, 0, 0)
	r.Confidence.Reported = r.Summary
	return r, errors.Join(r.Summary.check(), files, ward.When(!slices.Contains(Sources(), r.Source), invalid("source", "source")), r.Confidence.check())
}
