package pages

import (
	"strconv"
	"time"

	"ward/detect/alert"
	"ward/kit/web"
)

// csvRow writes machine forms: times in RFC 3339, states as the API names them.
func csvRow(c *web.Call, r alert.Responder) []string {
	name := r.Organisation.Name
	if name == "" {
		name = string(r.Org)
	}
	return []string{string(r.ID()), name, string(r.Country), string(r.State), strconv.Itoa(r.Affected), strconv.Itoa(r.Review),
		moment(r.Due), moment(r.Raised), moment(r.Acked), moment(r.DoneAt), strconv.FormatBool(r.Reached), strconv.FormatBool(r.Failed),
		"TLP:" + r.TLP.String(), c.Actor.Name}
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
