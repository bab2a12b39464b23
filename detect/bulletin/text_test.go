package bulletin

import (
	"io/fs"
	"testing"

	"ward"
	"ward/kit/i18n"
	"ward/test/expect"
)

func TestTexts(t *testing.T) {
	texts, err := i18n.New(i18n.Config{Texts: []fs.FS{files}})
	expect.OK(t, err)
	for _, lang := range []ward.Lang{"de", "fr"} {
		if r := texts.Complete(lang); !r.OK() {
			t.Errorf("%s: missing %v, unknown %v, faults %v", r, r.Missing, r.Unknown, r.Faults)
		}
	}
	english := texts.Printer(ward.English)
	h := openHouse(t, testDB(t))
	for _, x := range h.Templates() {
		if !english.Has(i18n.Key("bulletin.template." + x.ID)) {
			t.Errorf("template %s has no name", x.ID)
		}
	}
	for _, f := range full().fields() {
		if !english.Has(i18n.Key("bulletin.field." + f.name)) {
			t.Errorf("field %s has no name", f.name)
		}
	}
}
