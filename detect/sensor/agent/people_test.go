package agent

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"ward/format/redact"
)

// redacted scans one log and gives its hits without names.
func redacted(t *testing.T, list, log string) []*Hit {
	t.Helper()
	var hits []*Hit
	cfg := Config{Index: index(t, list), Workers: 1, Redact: redact.New(redact.Options{}), Hit: func(h *Hit) error {
		hits = append(hits, h)
		return nil
	}}
	if _, _, err := Scan(context.Background(), cfg, []string{file(t, t.TempDir(), "log", []byte(log))}); err != nil {
		t.Fatal(err)
	}
	return hits
}

// TestNobodyIsLeft holds lines of which something was left: the name was not where a
// line of its kind has it, or not written as a field is.
func TestNobodyIsLeft(t *testing.T) {
	people := ""
	for i := range 40 {
		people += fmt.Sprintf(`<ActiveParticipant UserID="user%02d" UserName="Nurse%02d"/>`, i, i)
	}
	var crowd strings.Builder
	for i := range 600 {
		fmt.Fprintf(&crowd, `"nurse%03d",`, i)
	}
	long := strings.Repeat("x=1 ", 400)
	for name, row := range map[string]struct {
		log    string
		secret []string
	}{
		"a field that names nobody": {`{"time":"2026-11-29T10:00:00Z","user":"aschmidt","msg":"GET http://evil.example/ by aschmidt ok"}` + "\n", []string{"aschmidt"}},
		"more than a few people": {`<AuditMessage><EventIdentification EventDateTime="2026-11-29T10:00:00Z"/>` + people +
			`<ParticipantObjectIdentification ParticipantObjectID="http://evil.example/a"/><ActiveParticipant UserID="zlast"/> zlast</AuditMessage>` + "\n", []string{"zlast", "Nurse39"}},
		"a crowd":             {`{"time":"2026-11-29T10:00:00Z","user":[` + crowd.String() + `"last1"],"msg":"evil.example last1 nurse599"}` + "\n", []string{"last1", "nurse599"}},
		"Latin-1":             {"Nov 29 10:00:00 h app: Patient: M\xfcller, J\xfcrgen saw evil.example\n", []string{"ller", "rgen"}},
		"escaped in JSON":     {`{"time":"2026-11-29T10:00:00Z","patient":{"name":"M\u00fcller"},"u":"http://evil.example/","more":"M\u00FCller"}` + "\n", []string{`ller`}},
		"cut off at its word": {long + "PatientName=Kunigunde" + strings.Repeat("a", 300) + "ende" + strings.Repeat(" y=2", 50) + " evil.example " + long + "\n", []string{"aaaa", "ende"}},
		"behind the cut":      {long + " evil.example " + strings.Repeat("x", 480) + " PatientName=Kunigunde " + long + "\n", []string{"Kuni"}},
		"no row of its table": {"time,user,url\n2026-11-29 10:00:00,anna,x\n2026-11-29 10:00:01,anna,y\nevil.example,bschmidt\n", []string{"bschmidt"}},
		"audit event of FHIR": {`{"resourceType":"AuditEvent","recorded":"2026-11-29T10:00:00Z","agent":[{"altId":"aschmidt","name":"Anna Schmidt","who":{"display":"Dr. Anna","reference":"Practitioner/77a"},` +
			`"network":{"address":"203.0.113.9"}}],"entity":[{"what":{"reference":"Patient/4711"},"name":"Kunigunde"}],"source":{"site":"evil.example"}}` + "\n",
			[]string{"aschmidt", "Schmidt", "Anna", "77a", "4711", "Kunigunde"}},
		"audit event of FHIR in XML": {`<AuditEvent xmlns="http://hl7.org/fhir"><agent><altId value="aschmidt"/><name value="Anna Schmidt"/><who><display value="Dr. Anna"/></who></agent>` +
			`<entity><what><reference value="Patient/4711"/></what></entity><site value="evil.example"/></AuditEvent>` + "\n", []string{"aschmidt", "Schmidt", "Anna", "4711"}},
		"hexadecimal": {`type=PROCTITLE msg=audit(1795946400.123:7): proctitle=6D7973716C002D2D757365723D61736368006576696C2E6578616D706C65 name="evil.example"` + "\n", []string{"61736368", "asch"}},
	} {
		hits := redacted(t, "evil.example\nhttp://evil.example/a\n203.0.113.9\n", row.log)
		if len(hits) == 0 {
			t.Errorf("%s: no hit", name)
		}
		for _, h := range hits {
			all := h.Text + h.Host
			for _, v := range h.Fields {
				all += "\n" + v
			}
			for _, secret := range row.secret {
				if strings.Contains(all, secret) {
					t.Errorf("%s: %q is left in %q", name, secret, all)
				}
			}
			if !strings.Contains(h.Text, h.Match) || len(h.Text) > maxText+16 {
				t.Errorf("%s: %q is not in %q", name, h.Match, h.Text)
			}
		}
	}
}
