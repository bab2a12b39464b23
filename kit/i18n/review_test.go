package i18n_test

import (
	"slices"
	"testing"

	"ward"
	"ward/kit/i18n"
)

// Every whole number below a million has a form that Forms names, and each of
// these is needed by some number: the rules are those of CLDR by go-i18n.
func TestFormsAreThoseOfTheNumbers(t *testing.T) {
	for _, lang := range ward.Languages() {
		examples, forms := i18n.Examples(lang, 4), i18n.Forms(lang)
		for form := range examples {
			if !slices.Contains(forms, form) {
				t.Errorf("%s: %v need the form %s, which is not asked for", lang, examples[form], form)
			}
		}
		for _, form := range forms {
			// These are for fractions only, and go-i18n wants the form of the rest.
			if len(examples[form]) == 0 && form != "other" {
				t.Errorf("%s: no number to 200 needs the form %s", lang, form)
			}
		}
	}
	for _, row := range []struct {
		lang ward.Lang
		form string
		want []int
	}{{"mt", "two", []int{2}}, {"mt", "few", []int{0, 3, 4, 5}}, {"mt", "many", []int{11, 12, 13, 14}}, {"ga", "few", []int{3, 4, 5, 6}},
		{"ga", "many", []int{7, 8, 9, 10}}, {"sl", "two", []int{2, 102}}, {"pl", "many", []int{0, 5, 6, 7}}, {"lv", "zero", []int{0, 10, 11, 12}},
		{"lt", "few", []int{2, 3, 4, 5}}, {"ro", "few", []int{0, 2, 3, 4}}} {
		if got := i18n.Examples(row.lang, 4)[row.form]; !slices.Equal(got, row.want) {
			t.Errorf("%s %s: got %v, want %v", row.lang, row.form, got, row.want)
		}
	}
}

func TestReview(t *testing.T) {
	english := i18n.Message{Key: "a.title", Forms: map[string]string{"other": "Alerts"}}
	polish := i18n.Message{Key: "a.title", Forms: map[string]string{"other": "Alerty"}}
	r := i18n.Review{"a.title": {English: i18n.MarkOf(english), Approved: i18n.MarkOf(polish)}, "a.draft": {English: "01234567"}}
	again, err := i18n.ReadReview(r.String())
	if err != nil || len(again) != 2 || again["a.title"] != r["a.title"] || again["a.draft"] != r["a.draft"] {
		t.Fatalf("got %v, %v from\n%s", again, err, r)
	}
	changed := func(m i18n.Message, s string) i18n.Message {
		m.Forms = map[string]string{"other": s}
		return m
	}
	for _, row := range []struct {
		name            string
		english, have   i18n.Message
		approved, stale bool
	}{
		{"as approved", english, polish, true, false},
		{"English changed", changed(english, "Warnings"), polish, false, true},
		{"translation changed", english, changed(polish, "Ostrzeżenia"), false, false},
		{"never seen", i18n.Message{Key: "a.new", Forms: english.Forms}, i18n.Message{Key: "a.new"}, false, false},
	} {
		if a, s := again.Approved(row.english, row.have), again.Stale(row.english); a != row.approved || s != row.stale {
			t.Errorf("%s: approved %v, stale %v, want %v, %v", row.name, a, s, row.approved, row.stale)
		}
	}
	if _, err := i18n.ReadReview("a.title\n"); err == nil {
		t.Error("a line without a mark: got no error")
	}
}

func TestStatus(t *testing.T) {
	c := catalogue(t)
	if s := c.Status("pl"); s.Total != 4 || s.Translated != 3 || s.Reviewed != 0 || !s.Draft() || !c.Printer("pl").Draft() {
		t.Errorf("Polish: got %+v", s)
	}
	if s := c.Status("en"); s.Draft() || c.Printer("en").Draft() || c.Printer(i18n.Pseudo).Draft() {
		t.Errorf("English: got %+v, want no draft", s)
	}
}

func TestReadMessagesKeepsTheOrder(t *testing.T) {
	all, err := i18n.ReadMessages([]byte("[b]\nz = \"1\"\na = \"2\"\n[b.n]\ndescription = \"d\"\none = \"x\"\nother = \"y\"\n[a]\nq = \"3\"\n"), "x")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, m := range all {
		keys = append(keys, string(m.Key))
	}
	if !slices.Equal(keys, []string{"b.z", "b.a", "b.n", "a.q"}) || all[2].Description != "d" || !all[2].Plural() || all[0].Plural() {
		t.Errorf("got %v, %+v", keys, all)
	}
	if _, err := i18n.ReadMessages([]byte("a = "), "x"); err == nil {
		t.Error("a broken file: got no error")
	}
}
