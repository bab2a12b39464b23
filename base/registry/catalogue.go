package registry

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"

	"ward"
)

//go:embed data
var data embed.FS

// CareService is a clinical or supporting service of the catalogue. Its name is
// the message "registry.care.<code>".
type CareService struct {
	Code   string `json:"code"`
	Group  string `json:"group"`  // acute, diagnostics, therapy, records, support
	Outage int64  `json:"outage"` // longest tolerable outage in minutes, a proposal
}

// Catalogue is the list of care services in the order in which it is shown.
type Catalogue struct {
	Source   string        `json:"source"`
	Version  string        `json:"version"` // date of the file
	Services []CareService `json:"services"`
}

// careGroups are the groups in the order of the page.
var careGroups = [...]string{"acute", "diagnostics", "therapy", "records", "support"}

// CareGroups lists the groups of services in order.
func CareGroups() []string { return careGroups[:] }

// Find gives the service of a code.
func (c Catalogue) Find(code string) (CareService, bool) {
	for _, s := range c.Services {
		if s.Code == code {
			return s, true
		}
	}
	return CareService{}, false
}

// maxOutage bounds an own figure: 60 days.
const maxOutage = 60 * 24 * 60

// readCatalogue is strict: a field that nobody knows is an error at start.
func readCatalogue() (Catalogue, error) {
	text, err := data.ReadFile("data/services.json")
	if err != nil {
		return Catalogue{}, err
	}
	var c Catalogue
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, ward.Wrap("services.json", err)
	}
	return c, ward.Wrap("services.json", c.check())
}

func (c Catalogue) check() error {
	if c.Source == "" || c.Version == "" || len(c.Services) == 0 {
		return errors.New("source, version and services are needed")
	}
	seen := map[string]bool{}
	for _, s := range c.Services {
		if s.Code == "" || seen[s.Code] || s.Outage < 0 || s.Outage > maxOutage || !groupKnown(s.Group) {
			return fmt.Errorf("service %q: empty or repeated code, unknown group or outage out of bounds", s.Code)
		}
		seen[s.Code] = true
	}
	return nil
}

func groupKnown(g string) bool {
	for _, x := range careGroups {
		if x == g {
			return true
		}
	}
	return false
}

// OwnService is a catalogue service that an organisation gives.
type OwnService struct {
	CareService
	Own *int64 // the organisation's own longest outage in minutes; nil takes the catalogue's
}

// Limit is the outage that counts, in minutes.
func (s OwnService) Limit() int64 {
	if s.Own != nil {
		return *s.Own
	}
	return s.Outage
}
