package texts_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward"
	"ward/app/texts"
	"ward/format/xliff"
	"ward/kit/i18n"
)

// house is the source tree of this program.
const house = "../.."

// tree is a small source tree of its own.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	files["kit/i18n/review/README.md"] = ""
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

const english = `# Words of a room.
[a]
title = "Alerts"
hello = "Hello {{.name}}, look at {{.count}}"
formula = "=1+1 is \"two\"; or, not\nso"

[a.found]
description = "Above the list"
one = "{{.count}} alert"
other = "{{.count}} alerts"

[b]
go = "Go on"
`

func open(t *testing.T, root string) *texts.Tree {
	t.Helper()
	tr, err := texts.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func export(t *testing.T, root string, lang ward.Lang, only texts.Only) texts.Sheet {
	t.Helper()
	s, err := open(t, root).Export(lang, only)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// carried is the sheet after a way through a file, by its form.
func carried(t *testing.T, s texts.Sheet, form string) texts.Sheet {
	t.Helper()
	var b bytes.Buffer
	var back texts.Sheet
	var err error
	if form == "csv" {
		if err = s.WriteCSV(&b); err == nil {
			back, err = texts.ReadCSV(&b)
		}
	} else if err = xliff.Write(&b, s.XLIFF()); err == nil {
		var d *xliff.Document
		if d, err = xliff.Read(&b); err == nil {
			back, err = texts.FromXLIFF(d)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func read(t *testing.T, root, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// polish fills a sheet in as a translator does.
func polish(s texts.Sheet) texts.Sheet {
	words := map[string]string{"a.title": "Alerty", "a.hello": "Witaj {{.name}}, zobacz {{.count}}", "a.formula": "=1+1 to \"dwa\"; lub nie,\nnie",
		"a.found:one": "{{.count}} alert", "a.found:few": "{{.count}} alerty", "a.found:many": "{{.count}} alertów", "a.found:other": "{{.count}} alertu", "b.go": "Dalej"}
	for i, e := range s.Entries {
		s.Entries[i].Translation, s.Entries[i].State = words[e.ID()], xliff.Translated
	}
	return s
}

// TestKeyNamedAsAForm: a message that is called "other" among messages that are
// not forms must not be read as one.
func TestKeyNamedAsAForm(t *testing.T) {
	root := tree(t, map[string]string{"x/y/text/active.en.toml": "\"a.kind.other\" = \"Other\"\n\n[a]\ntitle = \"Kinds\"\n\n[a.kind]\nlab = \"Laboratory\"\n"})
	s := export(t, root, "pl", texts.Everything)
	for i, e := range s.Entries {
		s.Entries[i].Translation, s.Entries[i].State = "pl "+e.English, xliff.Translated
	}
	if _, err := open(t, root).Import(s, texts.Options{}); err != nil {
		t.Fatal(err)
	}
	want := "\"a.kind.other\" = \"pl Other\"\n\n[a]\ntitle = \"pl Kinds\"\n\n[a.kind]\nlab = \"pl Laboratory\"\n"
	if got := read(t, root, "x/y/text/active.pl.toml"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if left := export(t, root, "pl", texts.Missing); len(left.Entries) != 0 {
		t.Errorf("%d texts are missing after all were given", len(left.Entries))
	}
}

func TestThereAndBack(t *testing.T) {
	for _, form := range []string{"xliff", "csv"} {
		root := tree(t, map[string]string{"x/y/text/active.en.toml": english})
		s := export(t, root, "pl", texts.Everything)
		if len(s.Entries) != 8 {
			t.Fatalf("got %d texts, want 4 plain and 4 forms", len(s.Entries))
		}
		in, err := open(t, root).Import(carried(t, polish(s), form), texts.Options{})
		if err != nil || in.Written != 5 || len(in.Refused) > 0 {
			t.Fatalf("%s: got %+v, %v", form, in, err)
		}
		want := "[a]\ntitle = \"Alerty\"\nhello = \"Witaj {{.name}}, zobacz {{.count}}\"\nformula = \"=1+1 to \\\"dwa\\\"; lub nie,\\nnie\"\n\n" +
			"[a.found]\none = \"{{.count}} alert\"\nfew = \"{{.count}} alerty\"\nmany = \"{{.count}} alertów\"\nother = \"{{.count}} alertu\"\n\n[b]\ngo = \"Dalej\"\n"
		if got := read(t, root, "x/y/text/active.pl.toml"); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", form, got, want)
		}
		again, err := open(t, root).Import(carried(t, export(t, root, "pl", texts.Everything), form), texts.Options{})
		if err != nil || again.Same != 5 || again.Written != 0 {
			t.Errorf("%s, once more: got %+v, %v, want nothing changed", form, again, err)
		}
		if left := export(t, root, "pl", texts.Missing); len(left.Entries) != 0 {
			t.Errorf("%s: %d texts are missing after all were given", form, len(left.Entries))
		}
	}
}

// A person's review counts until either text changes.
func TestApproval(t *testing.T) {
	root := tree(t, map[string]string{"x/y/text/active.en.toml": english})
	s := polish(export(t, root, "pl", texts.Everything))
	for i := range s.Entries {
		s.Entries[i].State = xliff.Reviewed
	}
	s.Entries[len(s.Entries)-1].State = xliff.Translated // b.go
	if in, err := open(t, root).Import(s, texts.Options{}); err != nil || in.Approved != 0 {
		t.Errorf("without a word of who imports: got %+v, %v, want none approved", in, err)
	}
	if in, err := open(t, root).Import(s, texts.Options{Approve: true}); err != nil || in.Approved != 4 {
		t.Fatalf("got %+v, %v, want 4 approved", in, err)
	}
	if left := export(t, root, "pl", texts.Unreviewed); len(left.Entries) != 1 || left.Entries[0].Key != "b.go" {
		t.Errorf("unreviewed: got %+v, want b.go", left.Entries)
	}
	changed := strings.Replace(english, `"Alerts"`, `"All alerts"`, 1)
	if err := os.WriteFile(filepath.Join(root, "x/y/text/active.en.toml"), []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	left := export(t, root, "pl", texts.Missing)
	if len(left.Entries) != 1 || left.Entries[0].Translation != "Alerty" || !strings.Contains(strings.Join(left.Entries[0].Help, " "), "changed since") {
		t.Errorf("after a change of the English text: got %+v", left.Entries)
	}
	if in, err := open(t, root).Import(s, texts.Options{}); err != nil || len(in.Refused) != 1 || in.Approved != 3 {
		t.Errorf("a sheet from before the change: got %+v, %v, want a.title refused and the others still approved", in, err)
	}
}

func TestImportRefuses(t *testing.T) {
	for _, tt := range []struct{ id, text, want string }{
		{"a.hello", "Witaj {{.imie}}, {{.count}}", "other lacks {{.name}}"},
		{"a.hello", "Witaj {{.name}}", "other lacks {{.count}}"},
		{"a.title", "<b>Alerty</b>", "other contains HTML"},
		{"a.title", "Alerty\x01", "control character"},
		{"a.found:many", "", "plural form many is missing"},
		{"a.found:zero", "zero", "has no form zero"},
		{"a.nowhere", "x", "no such text"},
	} {
		root := tree(t, map[string]string{"x/y/text/active.en.toml": english})
		s, found := polish(export(t, root, "pl", texts.Everything)), false
		for i, e := range s.Entries {
			if e.ID() == tt.id {
				s.Entries[i].Translation, found = tt.text, true
			}
		}
		if key, form, _ := strings.Cut(tt.id, ":"); !found {
			s.Entries = append(s.Entries, texts.Entry{Key: i18n.Key(key), Form: form, Translation: tt.text})
		}
		in, err := open(t, root).Import(s, texts.Options{})
		if err != nil || len(in.Refused) != 1 || !strings.Contains(in.Refused[0].Text, tt.want) {
			t.Errorf("%s = %q: got %+v, %v, want %q", tt.id, tt.text, in.Refused, err, tt.want)
		}
		if got := read(t, root, "x/y/text/active.pl.toml"); strings.Contains(got, "imie") || strings.Contains(got, "<b>") || !strings.Contains(got, "Dalej") {
			t.Errorf("%s: the file holds what was refused, or not the rest:\n%s", tt.id, got)
		}
	}
}

func TestImportWarns(t *testing.T) {
	root := tree(t, map[string]string{"x/y/text/active.en.toml": english})
	s := polish(export(t, root, "pl", texts.Everything))
	for i, e := range s.Entries {
		switch e.ID() {
		case "b.go":
			s.Entries[i].Translation = "Proszę przejść dalej do następnej strony"
		case "a.title":
			s.Entries[i].Translation = "Powiadomienia"
		}
	}
	in, err := open(t, root).Import(s, texts.Options{Check: true})
	if err != nil || len(in.Warnings) != 2 || !strings.Contains(in.Warnings[0].Text, "glossary") || in.Warnings[1].Text != "40 letters, 18 fit" {
		t.Errorf("got %+v, %v, want one word of the glossary and one length", in.Warnings, err)
	}
	if _, err := os.Stat(filepath.Join(root, "x/y/text/active.pl.toml")); !os.IsNotExist(err) {
		t.Errorf("a check wrote a file: %v", err)
	}
}

func TestReadCSVRefuses(t *testing.T) {
	for name, text := range map[string]string{"nothing": "", "other columns": "a,b,c,d,e,f\n", "English": "room,key,form,en,en,state\n",
		"ragged": "room,key,form,en,pl,state\na,b\n", "unknown language": "room,key,form,en,xx,state\n"} {
		if _, err := texts.ReadCSV(strings.NewReader(text)); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
	s, err := texts.ReadCSV(strings.NewReader("room;key;form;en;pl;state\r\nx;a.title;;Alerts;'=Alerty;translated\r\n"))
	if err != nil || len(s.Entries) != 1 || s.Entries[0].Translation != "=Alerty" {
		t.Errorf("with semicolons: got %+v, %v", s, err)
	}
}

// The translations of the house go through a file and come back as they were.
func TestTheHouseGoesThereAndBack(t *testing.T) {
	for _, lang := range []ward.Lang{"de", "fr"} {
		for _, form := range []string{"xliff", "csv"} {
			in, err := open(t, house).Import(carried(t, export(t, house, lang, texts.Everything), form), texts.Options{Check: true})
			if err != nil || in.Written > 0 || in.Empty > 0 || len(in.Refused) > 0 {
				t.Errorf("%s as %s: got %d changed, %d empty, refused %v, %v", lang, form, in.Written, in.Empty, in.Refused, err)
			}
		}
	}
}

// Where the English text has a term, every translation has the term of its language.
func TestGlossary(t *testing.T) {
	terms, err := texts.Glossary()
	if err != nil {
		t.Fatal(err)
	}
	if len(terms) < 20 {
		t.Errorf("got %d terms", len(terms))
	}
	for _, lang := range ward.Languages() {
		if lang == ward.English {
			continue
		}
		free := texts.Free(lang)
		for _, e := range export(t, house, lang, texts.Everything).Entries {
			faults := terms.Faults(lang, e.English, e.Translation)
			for _, fault := range faults {
				if !free[e.ID()] {
					t.Errorf("%s %s: %s: %q for %q", lang, e.ID(), fault, e.Translation, e.English)
				}
			}
			if len(faults) > 0 {
				delete(free, e.ID())
			}
		}
		for id := range free {
			t.Errorf("glossary_free.txt: %s %s needs no exception", lang, id)
		}
	}
}

func TestTermsAreFound(t *testing.T) {
	terms, err := texts.Glossary()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		lang          ward.Lang
		english, have string
		faults        int
	}{
		{"de", "Read the advisory", "Lesen Sie den Sicherheitshinweis", 0},
		{"de", "Read the advisory", "Lesen Sie das Bulletin", 1},
		{"fr", "A significant incident", "Un incident important", 0},
		{"fr", "A significant incident", "Un incident", 1},
		{"fr", "An incident", "Un incident", 0},
		{"de", "{{.device}} changed", "{{.device}} geändert", 0},
		{"pl", "5 alerts and 2 advisories", "5 alertów i 2 komunikaty", 0},
		{"pl", "5 alerts and 2 advisories", "5 i 2", 2},
	} {
		if got := terms.Faults(row.lang, row.english, row.have); len(got) != row.faults {
			t.Errorf("%s %q for %q: got %v, want %d", row.lang, row.have, row.english, got, row.faults)
		}
	}
}
