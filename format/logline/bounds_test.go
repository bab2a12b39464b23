package logline

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

func wide(s string) []uint16 { return utf16.Encode([]rune(s)) }

// read gives the values of a field over all records, and the counts.
func read(t *testing.T, f Format, r io.Reader, o Options, field string) ([]string, Counts, error) {
	t.Helper()
	reader, err := NewReader(f, r, o)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for {
		rec, err := reader.Next()
		if err != nil {
			return out, reader.Counts(), err
		}
		out = append(out, string(rec.Get(field)))
	}
}

// TestLongLines: a line beyond the bound is cut and counted, the next one is
// whole, and memory does not grow with the line.
func TestLongLines(t *testing.T) {
	for _, n := range []int{999, 1000, 1001, 1002, 5000, 600_000} {
		text := strings.Repeat("x", n) + "\nnext\n" + strings.Repeat("y", n)
		got, c, err := read(t, Plain, strings.NewReader(text), Options{MaxLine: 1000}, "message")
		cut := 0
		if n > 1000 {
			cut = 2
		}
		if err != io.EOF || len(got) != 3 || len(got[0]) != min(n, 1000) || got[1] != "next" || len(got[2]) != min(n, 1000) || c.Cut != cut || c.Lines != 3 || c.Bytes != int64(len(text)) {
			t.Errorf("%d bytes: %d lines, %d cut, %d bytes, %v", n, len(got), c.Cut, c.Bytes, err)
		}
	}
	endless := io.LimitReader(zeros{}, 64<<20)
	allocated := testing.AllocsPerRun(1, func() {
		if _, c, _ := read(t, Auto, endless, Options{}, "message"); c.Bytes > 0 && c.Records > 1 {
			t.Error(c)
		}
	})
	if allocated > 2000 {
		t.Errorf("%v allocations for one line without end", allocated)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'z'
	}
	return len(p), nil
}

// TestReaderFails: what was read before a damage is given out, then the damage.
func TestReaderFails(t *testing.T) {
	damage := errors.New("damaged archive")
	for _, f := range []Format{Plain, Auto, CSV, Auditd, WindowsXML, JSON} {
		r := io.MultiReader(strings.NewReader("a,b,c\n1,2,3\n{\"x\":1}\n4,5"), failing{damage})
		if _, _, err := read(t, f, r, Options{}, "x"); err != damage {
			t.Errorf("%s: got %v", f, err)
		}
	}
	got, _, _ := read(t, Plain, io.MultiReader(strings.NewReader("one\ntw"), failing{damage}), Options{}, "message")
	if strings.Join(got, "|") != "one|tw" {
		t.Errorf("got %q", got)
	}
	if _, _, err := read(t, Plain, stuck{}, Options{}, ""); err != io.ErrNoProgress {
		t.Errorf("a reader that gives nothing: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

// TestBombs: input made to cost much costs little.
func TestBombs(t *testing.T) {
	for name, row := range map[string]struct {
		f    Format
		text string
		want Reason
	}{
		"deep JSON":         {JSON, strings.Repeat(`{"a":`, 100_000), TooDeep},
		"deep lists":        {JSON, `{"a":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}", TooDeep},
		"XML without end":   {WindowsXML, strings.Repeat("<Event>", 200_000), BrokenXML},
		"XML comments":      {WindowsXML, strings.Repeat("<Event><!--", 200_000) + "</Event>", BrokenXML},
		"deep XML":          {WindowsXML, "<Event>" + strings.Repeat("<a>", 1000) + "</Event>", TooDeep},
		"entities":          {WindowsXML, `<!DOCTYPE x [<!ENTITY a "aaaa">]><Event><!DOCTYPE y></Event>`, BrokenXML},
		"many empty events": {WindowsXML, strings.Repeat("<Event/>", 200_000) + "</Event>", BrokenXML},
		"columns":           {Zeek, "#fields" + strings.Repeat("\ta", 100_000) + "\n1\t2\n", Columns},
		"no header":         {Zeek, "1\t2\n", NoHeader},
	} {
		_, c, err := read(t, row.f, strings.NewReader(row.text), Options{}, "")
		if err != io.EOF || c.Refused[row.want] == 0 {
			t.Errorf("%s: %v, refused %v", name, err, c.Refused)
		}
	}
	var many bytes.Buffer
	many.WriteString(`{"a":0`)
	for range 10_000 {
		many.WriteString(`,"a":1`)
	}
	many.WriteString("}\n")
	reader, _ := NewReader(JSON, &many, Options{})
	if rec, err := reader.Next(); err != nil || len(rec.Fields) != maxFields {
		t.Errorf("fields without end: %v", err)
	}
}

// TestYears: a stamp without a year is the last one no more than a day after the
// reference, and unknown without one.
func TestYears(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	for _, row := range []struct {
		stamp     string
		reference string
		zone      *time.Location
		want      string
	}{
		{"Nov 29 11:00:00", "2026-11-29T12:00:00Z", nil, "2026-11-29T11:00:00Z"},
		{"Nov 30 11:59:59", "2026-11-29T12:00:00Z", nil, "2026-11-30T11:59:59Z"},
		{"Nov 30 12:00:01", "2026-11-29T12:00:00Z", nil, "2025-11-30T12:00:01Z"},
		{"Dec 31 23:00:00", "2027-01-01T00:10:00Z", nil, "2026-12-31T23:00:00Z"},
		{"Jan  1 00:05:00", "2026-12-31T23:59:00Z", nil, "2027-01-01T00:05:00Z"},
		{"Feb 29 12:00:00", "2026-11-29T12:00:00Z", nil, "2024-02-29T12:00:00Z"},
		{"Feb 29 12:00:00", "2103-01-01T00:00:00Z", nil, "2096-02-29T12:00:00Z"},
		{"Nov 29 11:00:00", "2026-11-29T12:00:00Z", berlin, "2026-11-29T10:00:00Z"},
		{"Nov 29 11:00:00", "", nil, "0001-01-01T00:00:00Z"},
	} {
		o := Options{Zone: row.zone}
		if row.reference != "" {
			o.Reference, _ = time.Parse(time.RFC3339, row.reference)
		}
		reader, err := NewReader(Syslog, strings.NewReader(row.stamp+" host app: text\n"), o)
		if err != nil {
			t.Fatal(err)
		}
		rec, err := reader.Next()
		if err != nil || rec.Time.Format(time.RFC3339) != row.want {
			t.Errorf("%s at %s: got %v, %v; want %s", row.stamp, row.reference, rec.Time, err, row.want)
		}
	}
}

// TestStamps reads whole values in each form.
func TestStamps(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-29T10:00:00Z": "2026-11-29T10:00:00Z", "2026-11-29 10:00:00.5 +0130": "2026-11-29T08:30:00.5Z", "2026-11-29T10:00:00,123-05": "2026-11-29T15:00:00.123Z",
		"2026/11/29 10:00:00": "2026-11-29T10:00:00Z", "2026-11-29 10:00:00 UTC": "2026-11-29T10:00:00Z", "2026-11-29T10:00:00.123456789Z": "2026-11-29T10:00:00.123456789Z",
		"29/Nov/2026:10:00:00 +0100": "2026-11-29T09:00:00Z", "1795946400": "2026-11-29T10:00:00Z", "1795946400.25": "2026-11-29T10:00:00.25Z",
		"1795946400123": "2026-11-29T10:00:00.123Z", "1795946400123456": "2026-11-29T10:00:00.123456Z", "1795946400123456789": "2026-11-29T10:00:00.123456789Z",
		"Sun Nov 29 10:00:00 2026": "2026-11-29T10:00:00Z", "11/29/2026 10:00:00 PM": "2026-11-29T22:00:00Z", "29.11.2026 10:00:00": "2026-11-29T10:00:00Z",
		"Nov 29 2026 10:00:00": "2026-11-29T10:00:00Z", "2016-12-31T23:59:60Z": "2017-01-01T00:00:00Z",
		"2026-13-29T10:00:00Z": "", "2026-11-29T25:00:00Z": "", "12345": "", "not a time at all": "", "2026-11-29": "", "1795946400x": "",
	} {
		got, ok := zones{}.any([]byte(text))
		if shown := got.Format("2006-01-02T15:04:05.999999999Z07:00"); ok != (want != "") || ok && shown != want {
			t.Errorf("%q: got %s, %v; want %s", text, shown, ok, want)
		}
	}
}

// TestWhole: objects that come whole give on demand what they give otherwise,
// and a broken one is found then.
func TestWhole(t *testing.T) {
	text := "{\"time\":\"2026-11-29T10:00:00Z\",\"a\":\"1\"}\n{\"a\":}\nNov 29 10:00:01 h p: text\n"
	reader, err := NewReader(JSON, strings.NewReader(text), Options{Whole: true, Reference: reference})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for {
		rec, err := reader.Next()
		if err == io.EOF {
			break
		}
		before := len(rec.Fields)
		if first := reader.Fill(rec); first && reader.Fill(rec) { // again gives the same
			got = append(got, string(rec.Format)+string(rec.Get("a"))+rec.Time.Format(time.TimeOnly))
		}
		if rec.Format == JSON && before != 0 {
			t.Error("it did not come whole")
		}
	}
	c := reader.Counts()
	if strings.Join(got, " ") != "json110:00:00 syslog10:00:01" || c.Records != 2 || c.Timed != 2 || c.Refused[BrokenJSON] != 1 {
		t.Errorf("got %q, %+v", got, c)
	}
}
