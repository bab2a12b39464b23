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
