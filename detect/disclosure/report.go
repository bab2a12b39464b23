package disclosure

import (
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ward"
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

var cveForm = regexp.MustCompile(`^CVE-\d{4}-\d{4,19}$`)

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
	for _, f := range []struct{ name, value string }{{"title", s.Title}, {"vendor", s.Vendor}, {"product", s.Product}, {"impact", s.Impact}} {
		if f.value == "" {
			return invalid("needed."+f.name, f.name)
		}
	}
	if err := within("title", s.Title, maxTitle); err != nil {
		return err
	}
	lines := []struct{ name, value string }{{"vendor", s.Vendor}, {"product", s.Product}, {"versions", s.Versions},
		{"fixed", s.Fixed}, {"credit", s.Credit}}
	texts := []struct{ name, value string }{{"impact", s.Impact}, {"patients", s.Patients}, {"mitigation", s.Mitigation}}
	for _, f := range lines {
		if err := within(f.name, f.value, maxLine); err != nil {
			return err
		}
	}
	for _, f := range texts {
		if err := within(f.name, f.value, maxText); err != nil {
			return err
		}
	}
	for _, c := range s.CVEs {
		if !cveForm.MatchString(c) {
			return invalid("cve", "cves")
		}
	}
	if len(s.CVEs) > maxCVEs {
		return invalid("cve_many", "cves", "max", strconv.Itoa(maxCVEs))
	}
	switch s.Exploited {
	case ward.ExploitationNone, ward.ExploitationProof, ward.ExploitationExploited, ward.ExploitationRansomware:
		return nil
	}
	return invalid("exploited", "exploited")
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
	for _, f := range []struct {
		name, value string
		limit       int
	}{{"name", c.Name, maxLine}, {"organisation", c.Organisation, maxLine}, {"email", c.Email, maxLine}, {"proof", c.Proof, maxProof},
		{"maker", c.Maker, maxText}, {"plan", c.Plan, maxText}} {
		if err := within(f.name, f.value, f.limit); err != nil {
			return err
		}
	}
	if c.Email == "" {
		return nil
	}
	if a, err := mail.ParseAddress(c.Email); err != nil || a.Address != c.Email || a.Name != "" {
		return invalid("email", "email")
	}
	return nil
}

// tidy cleans and checks a report.
func (r Report) tidy() (Report, error) {
	r.Summary, r.Confidence = r.Summary.tidy(), r.Confidence.tidy()
	if _, ok := ward.ParseLang(string(r.Lang)); !ok {
		r.Lang = ward.English
	}
	if err := r.Summary.check(); err != nil {
		return r, err
	}
	if !slices.Contains(Sources(), r.Source) {
		return r, invalid("source", "source")
	}
	if err := r.Confidence.check(); err != nil {
		return r, err
	}
	var err error
	r.Files, err = checkFiles(r.Files, 0, 0)
	r.Confidence.Reported = r.Summary
	return r, err
}
