// Package directory is who is responsible for the security of hospitals in each
// Member State: a file with source, date and how sure each statement is.
package directory

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"ward"
)

//go:embed directory.json
var file []byte

// Directory is who is responsible in each Member State, as far as it is known.
// An empty field is not known: nothing is guessed, least of all a number to call.
type Directory struct {
	Source  string  `json:"source"`
	Version string  `json:"version"` // date on which it was put together
	Entries []Entry `json:"entries"`
}

// Entry is one Member State.
type Entry struct {
	Country          ward.Country `json:"country"`
	Law              string       `json:"law"`        // national law of Directive (EU) 2022/2555
	CSIRT            string       `json:"csirt"`      // coordinates reports under the Cyber Resilience Act
	Mail             string       `json:"csirt_mail"` // of low confidence: never written to by itself
	Phone            string       `json:"csirt_phone"`
	PhoneConfidence  Confidence   `json:"csirt_phone_confidence"`
	Health           string       `json:"health"` // body for the health sector
	HealthConfidence Confidence   `json:"health_confidence"`
	DataProtection   string       `json:"data_protection"`
	Confidence       Confidence   `json:"confidence"` // of Law
}

// Confidence is how sure a statement is: H, M or L; empty where there is none.
type Confidence string

// Authority gives a country's entry; the zero one for the Centre.
func (d Directory) Authority(c ward.Country) Entry {
	i := slices.IndexFunc(d.Entries, func(e Entry) bool { return e.Country == c })
	if i < 0 {
		return Entry{}
	}
	return d.Entries[i]
}

// Read is strict: each Member State stands there once.
func Read() (Directory, error) {
	var d Directory
	dec := json.NewDecoder(bytes.NewReader(file))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return d, ward.Wrap("directory.json", err)
	}
	for _, c := range ward.Countries() {
		if e := d.Authority(c); e.CSIRT == "" || e.Confidence == "" {
			return d, fmt.Errorf("directory.json: %s is missing or says no confidence", c)
		}
	}
	if len(d.Entries) != len(ward.Countries()) || d.Source == "" || d.Version == "" {
		return d, fmt.Errorf("directory.json: %d entries", len(d.Entries))
	}
	return d, nil
}
