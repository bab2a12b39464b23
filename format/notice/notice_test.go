package notice_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ward/format/notice"
	"ward/format/sheet"
)

const document = `{"schema":"ward.incident/1","number":"X-1","stage":"early","reporting_reason":"significant","sent_at":"2026-11-29T03:10:00Z","organisation":"Clinic East",
	"country":"HR","later_field":{"a":[1]},"answers":[{"id":"aware_at","value":"2026-11-29T02:00:00Z"},{"id":"services_affected","values":["emergency"]},{"id":"cross_border","unknown":true}]}`

func TestReadDocument(t *testing.T) {
	d, err := notice.ReadDocument([]byte("\xef\xbb\xbf" + document))
	if err != nil || d.Number != "X-1" || d.Country != "HR" || len(d.Answers) != 3 || !d.Answers[2].Unknown || d.Answers[1].Values[0] != "emergency" {
		t.Fatalf("read %+v, %v", d, err)
	}
	swap := func(old, new string) string { return strings.Replace(document, old, new, 1) }
	for name, c := range map[string]struct {
		text string
		kind error
		at   string
	}{
		"another schema":     {swap("incident/1", "incident/2"), notice.ErrSchema, "schema"},
		"no number":          {swap(`"X-1"`, `""`), notice.ErrNeeded, "number"},
		"a long name":        {swap("Clinic East", strings.Repeat("x", 201)), notice.ErrNeeded, "organisation"},
		"no time":            {swap(`"sent_at":"2026-11-29T03:10:00Z",`, ""), notice.ErrNeeded, "sent_at"},
		"no such stage":      {swap(`"early"`, `"first"`), notice.ErrStage, "stage"},
		"another continent":  {swap(`"HR"`, `"US"`), notice.ErrCountry, "country"},
		"answered twice":     {swap("services_affected", "aware_at"), notice.ErrRepeated, "answers[1]"},
		"two documents":      {document + document, notice.ErrJSON, "byte"},
		"text of a page":     {"<html>", notice.ErrJSON, "byte"},
		"too deep":           {swap("[1]", strings.Repeat("[", 50)+strings.Repeat("]", 50)), notice.ErrJSON, ""},
		"too large":          {document + strings.Repeat(" ", notice.MaxDocument), notice.ErrLarge, ""},
		"bytes that no text": {document + "\xff", notice.ErrJSON, ""},
	} {
		_, err := notice.ReadDocument([]byte(c.text))
		var e *notice.Error
		if !errors.Is(err, c.kind) || !errors.As(err, &e) || !strings.HasPrefix(e.At, c.at) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var columns = []notice.Column{{ID: "organisation", Names: []string{"Organisation", "Einrichtung"}}, {ID: "aware_at", Names: []string{"Aware at", "Bemerkt am"}}, {ID: "summary", Names: []string{"Summary"}}}

func TestReadTable(t *testing.T) {
	csv := "Einrichtung;aware_at;Wetter;Aware at\r\n# name;when;;\r\nClinic East;2026-11-29 03:10;rain;x\r\n;;;\r\nClinic West;\"29.11.2026\n04:00\";;\r\n"
	check := func(name string, data []byte) {
		t.Helper()
		got, err := notice.ReadTable(name, data, columns)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Rows) != 2 || got.Rows[0].Cells["organisation"] != "Clinic East" || got.Rows[0].Cells["aware_at"] != "2026-11-29 03:10" || got.Rows[1].Line <= got.Rows[0].Line {
			t.Errorf("%s: rows %+v", name, got.Rows)
		}
		if !slices.Equal(got.Foreign, []string{"Wetter"}) || !slices.Equal(got.Twice, []string{"Aware at"}) {
			t.Errorf("%s: foreign %v, twice %v", name, got.Foreign, got.Twice)
		}
	}
	check("a.csv", []byte(csv))
	var book bytes.Buffer
	if err := sheet.WriteXLSX(&book, []string{"Einrichtung", "aware_at", "Wetter", "Aware at"}, slices.Values([][]string{{"# name", "when"},
		{"Clinic East", "2026-11-29 03:10", "rain", "x"}, {"", ""}, {"Clinic West", "29.11.2026 04:00"}})); err != nil {
		t.Fatal(err)
	}
	check("a.xlsx", book.Bytes())

	for name, c := range map[string]struct {
		data string
		kind error
	}{
		"no column of the template": {"colour,weight\nred,5\n", notice.ErrHeader},
		"a letter":                  {"", sheet.ErrEmpty},
		"a PDF":                     {"%PDF-1.7 x", sheet.ErrFormat},
		"too many rows":             {"organisation,summary\n" + strings.Repeat("Clinic,x\n", notice.MaxRows+1), sheet.ErrRows},
		"too large":                 {"organisation\n" + strings.Repeat("x", notice.MaxTable), sheet.ErrSize},
	} {
		if _, err := notice.ReadTable("t.csv", []byte(c.data), columns); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	full, err := notice.ReadTable("t.csv", []byte("organisation,summary\n"+strings.Repeat("Clinic,x\n", notice.MaxRows)), columns)
	if err != nil || len(full.Rows) != notice.MaxRows {
		t.Errorf("a full table: %d rows, %v", len(full.Rows), err)
	}
}

func TestMoments(t *testing.T) {
	zagreb := time.FixedZone("", 3600)
	at := func(s string) time.Time { x, _ := time.Parse(time.RFC3339, s); return x }
	for text, want := range map[string]time.Time{
		"2026-11-29 03:10":                at("2026-11-29T02:10:00Z"),
		"2026-11-29T03:10:59Z":            at("2026-11-29T03:10:00Z"),
		"29.11.2026 03:10":                at("2026-11-29T02:10:00Z"),
		"29.11.2026 um 3.10":              at("2026-11-29T02:10:00Z"),
		"5/12/2026, 14:05":                at("2026-12-05T13:05:00Z"),
		"29 November 2026 at 03:10":       at("2026-11-29T02:10:00Z"),
		"29. März 2026, 23:59":            at("2026-03-29T22:59:00Z"),
		"3 août 2026 à 7h05":              at("2026-08-03T06:05:00Z"),
		"29 Nov 2026 03:10:00 +0200":      at("2026-11-29T01:10:00Z"),
		"November 29, 2026 03:10 UTC":     at("2026-11-29T03:10:00Z"),
		"2026-11-29 03:10 -05:00":         at("2026-11-29T08:10:00Z"),
		"31.02.2026 10:00":                {},
		"11/29/2026 10:00":                {},
		"29.11.2026":                      {},
		"05.11.2026, 06.11.2026":          {},
		"29.11.2026 03:10 and then":       {},
		"2026-11-29 24:10":                {},
		"2026-11-29 03:10 +99:00":         {},
		"2026-11-29 03:10 2026-11-29 4:1": {},
	} {
		got, ok := notice.ReadMoment(text, zagreb)
		if ok != !want.IsZero() || !got.Equal(want) {
			t.Errorf("%q is %s, %t", text, got, ok)
		}
	}
	if list := notice.Moments("seen 29.11.2026 3:10 pm by staff", zagreb); len(list) != 1 || !list[0].At.Equal(at("2026-11-29T14:10:00Z")) {
		t.Errorf("an afternoon: %+v", list)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := notice.ReadMoment("25.10.2026 02:30", berlin); !got.Equal(at("2026-10-25T00:30:00Z")) {
		t.Errorf("an hour that comes twice is %s, want the first", got)
	}
}

func families(folded string) string {
	return map[string]string{"lockbit30": "LockBit 3.0", "lockbit": "LockBit", "play": "Play"}[folded]
}

func TestReadLetter(t *testing.T) {
	r := notice.Reader{Zone: time.UTC, Family: families}
	l, err := r.Read(strings.Join([]string{"Date: Sun, 29 Nov 2026 05:00:00 +0000", "Subject: Encrypted servers", "From: it@kb-ost.example", "",
		"Dear team, since 29.11.2026 03:10 files at Klinikum Ost am Wald GmbH, Zagreb are encrypted; the note says LockBit 3.0.",
		"Invoice 4711 0815 2300. We play it safe. Our server is 198.51.100.7.", "Please call +385 1 555 0101 (duty desk). Stolen data is possible.",
		"Hospital: Opća bolnica Istok"}, "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if l.Subject != "Encrypted servers" || l.Family != "LockBit 3.0" || !slices.Equal(l.Phones, []string{"+385 1 555 0101"}) {
		t.Errorf("read %+v", l)
	}
	if !slices.Equal(l.Hospitals, []string{"Opća bolnica Istok", "Klinikum Ost am Wald GmbH"}) {
		t.Errorf("hospitals %q", l.Hospitals)
	}
	if len(l.Moments) != 2 || l.Moments[0].Text != "29.11.2026 03:10" || !slices.Equal(l.Sees, []notice.See{notice.Files, notice.Leak}) {
		t.Errorf("moments %+v, choices %v", l.Moments, l.Sees)
	}

	l, err = r.Read("Unser Krankenhaus hat seit heute einen Ausfall. Play nicht vergessen. Rückruf: 0228 / 287-0")
	if err != nil || len(l.Hospitals) != 0 || l.Family != "" || len(l.Moments) != 0 || !slices.Equal(l.Sees, []notice.See{notice.Down}) || !slices.Equal(l.Phones, []string{"0228 / 287-0"}) {
		t.Errorf("a letter that says little: %+v, %v", l, err)
	}
	l, err = r.Read("Le Centre Hospitalier de la Côte signale une fuite de données et un accès non autorisé. The Hive of St. Anna Hospital Brno.")
	if err != nil || !slices.Equal(l.Hospitals, []string{"Centre Hospitalier de la Côte", "Hive of St. Anna Hospital Brno"}) || !slices.Equal(l.Sees, []notice.See{notice.Leak, notice.Intruder}) &&
		!slices.Equal(l.Sees, []notice.See{notice.Intruder, notice.Leak}) {
		t.Errorf("French: %q %v, %v", l.Hospitals, l.Sees, err)
	}
	for text, want := range map[string]error{"": notice.ErrEmpty, " \r\n": notice.ErrEmpty, "a\x00b": notice.ErrText, "\xff": notice.ErrText, strings.Repeat("x", notice.MaxLetter+1): notice.ErrLarge} {
		if _, err := r.Read(text); !errors.Is(err, want) {
			t.Errorf("%.5q: %v", text, err)
		}
	}
}

func FuzzReadDocument(f *testing.F) {
	f.Add([]byte(document))
	f.Add([]byte(`{"schema":"ward.incident/1","answers":[{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if d, err := notice.ReadDocument(data); err == nil && (d.Number == "" || d.Organisation == "" || d.At.IsZero() || d.Country == "") {
			t.Errorf("taken: %+v", d)
		}
	})
}

func FuzzReadTable(f *testing.F) {
	f.Add("organisation,aware_at\nClinic,2026-11-29 03:10\n")
	f.Add("sep=;\norganisation;summary\n# x;y\n\"a\nb\";c\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := notice.ReadTable("f.csv", []byte(text), columns)
		if err == nil && len(got.Rows) > notice.MaxRows {
			t.Error("too many rows")
		}
		for _, r := range got.Rows {
			if r.Line < 2 || len(r.Cells) == 0 {
				t.Errorf("row %+v", r)
			}
		}
	})
}

func FuzzReadLetter(f *testing.F) {
	f.Add("Subject: x\nHospital: Clinic East\n29.11.2026 03:10 encrypted by LockBit 3.0, call +385 1 555 0101")
	f.Add("> Le Centre Hospitalier de la Côte, 3 août 2026 à 7h05")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := notice.Reader{Zone: time.UTC, Family: families}.Read(text)
		if err != nil {
			return
		}
		if len(l.Hospitals) > 5 || len(l.Moments) > 5 || len(l.Phones) > 5 || len(l.Sees) > 6 {
			t.Errorf("proposes too much: %+v", l)
		}
		for _, m := range l.Moments {
			if y := m.At.Year(); y < 1989 || y > 2201 || !strings.Contains(text, m.Text) {
				t.Errorf("moment %+v", m)
			}
		}
	})
}
