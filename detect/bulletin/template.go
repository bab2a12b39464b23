package bulletin

import (
	"fmt"

	"github.com/go-json-experiment/json"

	"ward"
)

// Template is a start for an alert, from data/templates.json. What stands in
// square brackets is to be filled in; an alert with such a place left cannot be
// submitted.
type Template struct {
	ID        string        // ending of the key "bulletin.template."
	Text      ward.Guidance // English
	Severity  ward.Severity
	Exploited ward.Exploitation
}

// Templates lists the starts that there are, the most general first.
func (s *Service) Templates() []Template { return s.templates }

func readTemplates() ([]Template, error) {
	b, err := files.ReadFile("data/templates.json")
	if err != nil {
		return nil, err
	}
	var file struct {
		Source    string `json:"source"`
		Date      string `json:"date"`
		Licence   string `json:"licence"`
		Templates []struct {
			ID        string `json:"id"`
			Title     string `json:"title"`
			Summary   string `json:"summary"`
			Patients  string `json:"patients"`
			IT        string `json:"it"`
			Devices   string `json:"devices"`
			Practice  string `json:"practice"`
			Severity  string `json:"severity"`
			Exploited string `json:"exploited"`
		} `json:"templates"`
	}
	if err := json.Unmarshal(b, &file, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	var out []Template
	for _, t := range file.Templates {
		severity, ok := ward.ParseSeverity(t.Severity)
		if !ok || t.ID == "" {
			return nil, fmt.Errorf("template %q is incomplete", t.ID)
		}
		c := Content{Text: ward.Guidance{Lang: ward.English, Title: t.Title, Summary: t.Summary, Patients: t.Patients, IT: t.IT, Devices: t.Devices, Practice: t.Practice},
			TLP: ward.TLPClear}
		if err := c.tidy().check(); err != nil {
			return nil, fmt.Errorf("template %q: %w", t.ID, err)
		}
		out = append(out, Template{ID: t.ID, Text: c.Text, Severity: severity, Exploited: ward.Exploitation(t.Exploited)})
	}
	return out, nil
}

// start gives the content that a template stands for; NotFound for an unknown one.
func (s *Service) start(template string) (Content, error) {
	for _, t := range s.templates {
		if t.ID == template {
			return Content{Text: t.Text, Severity: t.Severity, Exploited: t.Exploited, TLP: ward.TLPClear}, nil
		}
	}
	return Content{}, ward.Fail(ward.NotFound, "")
}

// reported is the content that begins with what may be published of a case: the
// template of a device, with what is known put in. What is not known stays in
// square brackets and has to be filled in.
func (s *Service) reported(r ward.Reported) Content {
	c, err := s.start("device")
	if err != nil { // the templates were read when the house started
		c = Content{Text: ward.Guidance{Lang: ward.English}, TLP: ward.TLPClear}
	}
	put := func(to *string, text string) {
		if text != "" {
			*to = text
		}
	}
	put(&c.Text.Title, r.Title)
	put(&c.Text.Summary, r.Impact)
	put(&c.Text.Patients, r.Patients)
	put(&c.Text.IT, r.Mitigation)
	if r.Severity != ward.SeverityNone {
		c.Severity = r.Severity
	}
	c.Exploited = r.Exploited
	c.Products = []Product{{Vendor: r.Vendor, Name: r.Product, Versions: r.Versions, Fixed: r.Fixed}}
	for _, cve := range r.CVEs {
		c.Weaknesses = append(c.Weaknesses, Weakness{CVE: cve})
	}
	if r.Credit != "" {
		c.Credits = []string{r.Credit}
	}
	return c.tidy()
}
