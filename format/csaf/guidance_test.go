package csaf_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ward"
	"ward/format/csaf"
)

type wireNote struct {
	Category string `json:"category"`
	Title    string `json:"title,omitempty"`
	Audience string `json:"audience,omitempty"`
	Text     string `json:"text"`
}

func guided(t testing.TB, lang, title string, notes []csaf.Note) *csaf.Document {
	t.Helper()
	var list []wireNote
	for _, n := range notes {
		list = append(list, wireNote(n))
	}
	b, err := json.Marshal(map[string]any{"document": map[string]any{"category": "csaf_base", "csaf_version": "2.0", "title": title, "lang": lang, "notes": list,
		"tracking": map[string]any{"id": "T-1"}}})
	if err != nil {
		t.Fatal(err)
	}
	d, err := csaf.Parse(b, csaf.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestGuidanceComesBack(t *testing.T) {
	want := []ward.Guidance{
		{Lang: "en", Title: "Pumps take commands", Summary: "A summary.", Patients: "A dose may change.", IT: "Block port 80.", Devices: "Update.", Practice: "Call."},
		{Lang: "de", Title: "Pumpen nehmen Befehle an", Summary: "Kurz.", IT: "Port 80 sperren."},
		{Lang: "fr", Title: "Pompes", Summary: "Bref.", Practice: "Appelez."}}
	d := guided(t, "en", "Pumps take commands", csaf.GuidanceNotes(want))
	if diff := cmp.Diff(want, d.Guidance()); diff != "" {
		t.Error(diff)
	}
	if got := ward.GuidanceIn(d.Guidance(), "it"); got.Lang != "en" {
		t.Errorf("a language without texts gets %q", got.Lang)
	}
}

func TestGuidanceFingerprint(t *testing.T) {
	g := ward.Guidance{Lang: "en", Title: "A", Summary: "S.", IT: "Block  it."}
	print := func(list ...ward.Guidance) string {
		return guided(t, "en", list[0].Title, csaf.GuidanceNotes(list)).GuidanceFingerprint()
	}
	blanks, title, other := g, g, g
	blanks.IT, title.Title, other.IT = "Block it.", "B", "Block all."
	if print(g) == "" || print(g) != print(blanks) || print(g) != print(title) || print(g) != print(g, ward.Guidance{Lang: "de", Title: "x", IT: "y"}) {
		t.Error("blanks, title or a translation change the fingerprint")
	}
	if print(g) == print(other) {
		t.Error("another step has the same fingerprint")
	}
}

// A maker's notes are not taken for ours.
func TestGuidanceOfOthers(t *testing.T) {
	for name, n := range map[string]csaf.Note{
		"no audience":       {Category: "summary", Text: "x"},
		"another audience":  {Category: "general", Audience: "administrators", Text: "x"},
		"unknown language":  {Category: "general", Audience: "hospital IT (xx)", Text: "x"},
		"broken brackets":   {Category: "general", Audience: "hospital IT (de", Text: "x"},
		"only a summary":    {Category: "summary", Audience: "everybody", Text: "x"},
		"only translations": {Category: "general", Audience: "hospital IT (de)", Text: "x"},
	} {
		d := guided(t, "en", "T", []csaf.Note{n})
		if got := d.Guidance(); got != nil || d.GuidanceFingerprint() != "" {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}
