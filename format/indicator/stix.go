package indicator

import (
	"encoding/json"
	"strings"
)

// stixObject is what counts of an object of a bundle (STIX 2.0 and 2.1).
type stixObject struct {
	Type        string `json:"type"`
	ID          string `json:"id"`
	Pattern     string `json:"pattern"`
	PatternType string `json:"pattern_type"`
	Revoked     bool   `json:"revoked"`
	ValidUntil  string `json:"valid_until"`
}

// stix takes the indicators of one object.
func (in *intake) stix(raw []byte) {
	var o stixObject
	if err := json.Unmarshal(raw, &o); err != nil {
		in.refuse(Refused{Text: string(raw[:min(len(raw), 160)]), Reason: "an object that cannot be read"})
		return
	}
	in.stixObject(o)
}

// field is where a member of an object is kept; nil is nowhere.
func (o *stixObject) field(name string) *string {
	switch name {
	case "type":
		return &o.Type
	case "id":
		return &o.ID
	case "pattern":
		return &o.Pattern
	case "pattern_type":
		return &o.PatternType
	case "valid_until":
		return &o.ValidUntil
	}
	return nil
}

func (in *intake) stixObject(o stixObject) {
	if o.Type != "indicator" {
		return
	}
	refused := func(reason string) { in.refuse(Refused{Ref: o.ID, Text: o.Pattern, Reason: reason}) }
	switch {
	case o.Revoked:
		refused("revoked by its author")
		return
	case o.PatternType != "" && o.PatternType != "stix":
		refused("a pattern of the language " + o.PatternType)
		return
	}
	terms, err := pattern(o.Pattern)
	if err != nil {
		refused(err.Error())
		return
	}
	for _, t := range terms {
		if t.err != nil {
			refused(t.err.Error())
			continue
		}
		if len(t.parts) == 0 {
			refused("it names a kind of thing and no thing")
			continue
		}
		for _, i := range t.split(o.Pattern) {
			i.Ref = o.ID
			if o.ValidUntil != "" { // lines of before may be older: who reads the hit decides (STIX 2.1 section 4.7)
				i.Note = strings.TrimPrefix(i.Note+", valid until "+shorten(o.ValidUntil), ", ")
			}
			in.take(i, 0, o.Pattern)
		}
	}
}
