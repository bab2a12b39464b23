package picture

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"strings"
	"testing"

	"ward"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/shared"
)

// A weekly report is drafted once from data, edited against the version that was
// seen, published, and every text stays. Readers see what is published alone.
func TestWeekly(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		for i := range 60 {
			h.tell(t, report(fmt.Sprint("h", i), []ward.Country{"HR", "SI"}[i%2], func(f *ward.IncidentReported) { f.Supplier = "labco" }))
		}
		h.clock.Advance(9 * 24 * 60 * 60 * 1e9)
		id, err := h.Draft(ctx, centre, "")
		expect.OK(t, err)
		if again, err := h.Draft(ctx, other, "2026-11-30"); err != nil || again != id {
			t.Errorf("drafted twice: %s %s (%v)", id, again, err)
		}
		for _, week := range []string{"2026-12-01", "2026-12-07", "2020-01-06", "x"} {
			_, err := h.Draft(ctx, centre, week)
			expect.Code(t, "the week of "+week, err, ward.Invalid)
		}
		w, err := h.Weekly(ctx, centre, id)
		expect.OK(t, err)
		for _, want := range []string{"30 November 2026", "Malicious action", "LockBit", "60 organisations in 2 countries", "labco"} {
			if !strings.Contains(w.Body, want) {
				t.Errorf("the draft does not say %q:\n%s", want, w.Body)
			}
		}
		_, err = h.Weekly(ctx, member, id)
		expect.Code(t, "a draft that a hospital reads", err, ward.NotFound)
		expect.Code(t, "a hospital edits", h.Edit(ctx, member, id, 1, "x", ""), ward.Forbidden)
		expect.Code(t, "publish what nobody advised", h.Publish(ctx, centre, id, 1), ward.Invalid)
		expect.OK(t, h.Edit(ctx, other, id, 1, "First\r\n\r\nSecond\x00", ""))
		expect.Code(t, "somebody was faster", h.Edit(ctx, centre, id, 1, "lost", ""), ward.Conflict)
		expect.Code(t, "publish what nobody read", h.Publish(ctx, centre, id, 1), ward.Conflict)
		expect.OK(t, h.Publish(ctx, centre, id, 2))
		expect.Code(t, "change without a reason", h.Edit(ctx, centre, id, 2, "Third", ""), ward.Invalid)
		expect.OK(t, h.Edit(ctx, centre, id, 2, "Third", "A number was wrong"))
		r, err := h.Weekly(ctx, member, id)
		if err != nil || r.Body != "First\n\nSecond" || len(r.Versions) != 0 {
			t.Errorf("a reader sees %+v (%v)", r, err)
		}
		if w, err = h.Weekly(ctx, centre, id); err != nil || len(w.Versions) != 3 || !w.Changed() || w.Body != "Third" || w.Versions[2].Person != centre.Person {
			t.Errorf("the Centre sees %+v (%v)", w, err)
		}
		list, err := h.Weeklies(ctx, member)
		if err != nil || len(list) != 1 {
			t.Errorf("listed: %+v (%v)", list, err)
		}
		expect.Code(t, "an empty text", h.Edit(ctx, centre, id, 3, " \n", "n"), ward.Invalid)
		_, err = h.Weekly(ctx, centre, "none")
		expect.Code(t, "a report that is none", err, ward.NotFound)
	})
}

const someHistory = `{"incident_id":"A","victim.industry":"622","victim.victim_id":"Clinic Secret","victim.country.HR":true,"action.malware.variety.Ransomware":true,"action.malware.name":"Akira","timeline.incident.year":2020}
{"incident_id":"B","victim.industry":"92","timeline.incident.year":2020}
{"incident_id":"C"}
`

// History counts once, apart from reports, exact for all, and names nobody.
func TestHistory(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, err := z.Write([]byte(someHistory))
		expect.OK(t, err)
		expect.OK(t, z.Close())
		out, err := h.Import(ctx, centre, "vcdb.jsonl.gz", &packed)
		if err != nil || out.Read != 3 || out.New != 1 || out.Skipped != 1 || out.Refused != 1 || len(out.Faults) != 1 {
			t.Fatalf("imported %+v (%v)", out, err)
		}
		out, err = h.Import(ctx, centre, "again.json", strings.NewReader(someHistory+someHistory))
		if err != nil || out.New != 0 || out.Known != 2 {
			t.Errorf("again: %+v (%v)", out, err)
		}
		if p := h.look(t, member, Filter{}); p.Figures.Total.All() != 0 || p.History != 1 {
			t.Errorf("history among reports: %+v", p.Figures.Total)
		}
		if p := h.look(t, member, Filter{Source: FromHistory}); p.Figures.Total.History != 1 || count(p.Figures.Families, "Akira") != 1 || count(p.Figures.Countries, "HR") != 1 {
			t.Errorf("history: %+v", p.Figures)
		}
		if texts, _ := database.Texts(t, d); strings.Contains(texts, "Secret") {
			t.Error("the tables name a victim")
		}
		_, err = h.Import(ctx, team, "x", strings.NewReader(someHistory))
		expect.Code(t, "a team imports", err, ward.Forbidden)
		for name, text := range map[string]string{"a page": "<html>", "nothing": "", "half an archive": "PK\x03\x04half", "only faults": "{\"incident_id\":\"x\"}\n"} {
			_, err := h.Import(ctx, centre, "f", strings.NewReader(text))
			expect.Code(t, name, err, ward.Invalid)
		}
	})
}

// The collections of the shared data are thousands of incidents; the second time
// nothing is new.
func TestRealHistory(t *testing.T) {
	h := openHouse(t, sqlite(t))
	total := 0
	for _, name := range []string{"vcdb-sample.jsonl.gz", "hhs-ocr-breaches-2009-2021.csv.gz"} {
		for round := range 2 {
			f, err := os.Open(shared.Path(t, "incidents/"+name))
			expect.OK(t, err)
			out, err := h.Import(ctx, centre, name, f)
			f.Close()
			if err != nil || (out.New == 0) != (round == 1) {
				t.Errorf("%s, time %d: %+v (%v)", name, round+1, out, err)
			}
			total += out.New
		}
	}
	p := h.look(t, member, Filter{Source: FromHistory})
	if total < 2500 || p.Figures.Total.History != total || len(p.Figures.Series) < 10 || p.Figures.Unit != ByYear {
		t.Errorf("%d imported, the picture: %+v", total, p.Figures.Total)
	}
}
