package validator

import (
	"encoding/json"

	"ward"
	"ward/format/csaf"
	"ward/kit/i18n"
	"ward/kit/web"
)

// operations are the API of the validator.
func (s *Service) operations() []web.Operation {
	return []web.Operation{
		web.Stream("POST", "/api/v1/csaf/validate", web.Public,
			"Test a CSAF 2.0 or 2.1 document, the body as it is; query: level (mandatory, recommended, informative). 429 tells when to come back",
			"application/json", MaxDocument+1, s.apiValidate).Takes("level"),
		web.Stream("GET", "/api/v1/csaf/conformance", web.Public, "What this house conforms to: clause, requirement and the tests that show it",
			"application/json", 0, s.apiConformance),
	}
}

// resultSchema names the shape of resultWire; fields are only added.
const resultSchema = "ward.validation/1"

type resultWire struct {
	Schema   string         `json:"schema"`
	Valid    bool           `json:"valid"`
	Edition  string         `json:"edition"`
	Level    string         `json:"level"`
	Tests    int            `json:"tests"` // run, beside the schema
	Counts   map[string]int `json:"counts"`
	SHA256   string         `json:"sha256"`
	Findings []findingWire  `json:"findings"`
}

type findingWire struct {
	Test   string `json:"test"` // section of the standard, or "schema" or "syntax"
	Level  string `json:"level"`
	Place  string `json:"place"`            // JSON pointer
	Means  string `json:"means"`            // in the language of the request
	Detail string `json:"detail,omitempty"` // evidence, English
	Clause string `json:"clause"`
	NotRun bool   `json:"not_run,omitempty"`
}

// LevelOf reads the level that was asked for; none means mandatory.
func LevelOf(word string) (csaf.Level, error) {
	if word == "" {
		return csaf.Mandatory, nil
	}
	if l, ok := csaf.ParseLevel(word); ok {
		return l, nil
	}
	return csaf.Mandatory, ward.Fail(ward.Invalid, "validator.error.level").At("level")
}

// Means is what a test asks, in the reader's words.
func Means(p *i18n.Printer, test string) i18n.Text {
	key := make([]byte, 0, len(test)+1)
	key = append(key, 't')
	for i := range len(test) {
		if test[i] == '.' {
			key = append(key, '_')
		} else {
			key = append(key, test[i])
		}
	}
	return p.T(i18n.Key("validator.test." + string(key)))
}

// Address is where a request comes from.
func (s *Service) Address(c *web.Call) string { return s.cfg.Client(c.R) }

func (s *Service) apiValidate(c *web.Call) error {
	level, err := LevelOf(c.Query("level"))
	if err != nil {
		return err
	}
	res, err := s.Validate(c.Context(), s.Address(c), c.R.Body, level)
	if err != nil {
		return err
	}
	out := resultWire{Schema: resultSchema, Valid: res.Valid(), Edition: res.Edition, Level: level.Word(), Tests: csaf.Ran(res.Edition, level),
		Counts: map[string]int{}, SHA256: res.SHA256, Findings: make([]findingWire, len(res.Findings))}
	for l := csaf.Mandatory; l <= level; l++ {
		out.Counts[l.Word()] = res.Count(l)
	}
	for i, f := range res.Findings {
		out.Findings[i] = findingWire{Test: f.Test, Level: f.Level.Word(), Place: f.Place, Means: Means(c.Printer, f.Test).String(), Detail: f.Detail,
			Clause: csaf.Clause(res.Edition, f.Test), NotRun: f.NotRun}
	}
	return writeJSON(c, out)
}

type claimWire struct {
	Clause string   `json:"clause"`
	URL    string   `json:"url"`
	Asks   string   `json:"asks"` // in the language of the request
	Tests  []string `json:"tests"`
}

func (s *Service) apiConformance(c *web.Call) error {
	var out struct {
		Claims []claimWire `json:"claims"`
	}
	for _, claim := range Claims() {
		out.Claims = append(out.Claims, claimWire{Clause: claim.Clause, URL: claim.URL(), Asks: c.T(claim.Asks).String(), Tests: claim.Tests})
	}
	return writeJSON(c, out)
}

func writeJSON(c *web.Call, v any) error {
	c.W.Header().Set("Content-Type", "application/json")
	c.W.Header().Set("Cache-Control", "no-store")
	return ward.Wrap("write", json.NewEncoder(c.W).Encode(v))
}
