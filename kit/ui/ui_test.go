package ui_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"ward"
	"ward/kit/i18n"
	"ward/kit/i18n/keycheck"
	"ward/kit/ui"
	"ward/kit/ui/gallery"
)

func printer(t *testing.T, lang ward.Lang) *i18n.Printer {
	t.Helper()
	c, err := i18n.New(i18n.Config{Texts: []fs.FS{ui.Texts()}, Pseudo: true})
	if err != nil {
		t.Fatal(err)
	}
	return c.Printer(lang)
}

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTexts(t *testing.T) {
	// error.code.* are printed by i18n.Printer.Error.
	keycheck.Service(t, ".", ui.Texts(), nil, "error.code.")
}

// TestDesignSystemNames keeps the names of the design system in their place, so
// that its successor costs one file.
func TestDesignSystemNames(t *testing.T) {
	root := filepath.Join("..", "..")
	name := regexp.MustCompile(`\becl-[a-z]`)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if d.IsDir() && (rel == "tools" || rel == "build" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		ours := strings.HasSuffix(path, ".go") || strings.HasSuffix(path, ".templ")
		if !ours || strings.HasPrefix(rel, filepath.Join("kit", "ui", "ecl")) || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		b, err := os.ReadFile(path)
		if name.Match(b) {
			t.Errorf("%s names a class of the design system; use kit/ui/ecl", rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// forbidden is what the policy of the pages blocks or lets run code.
var forbidden = regexp.MustCompile(`(?i)\sstyle=|\son[a-z]+=|<style|<script(?:[^>]*)>[^<]|hx-on|["\s]js:|javascript:|https?://`)

func TestPagesKeepThePolicy(t *testing.T) {
	for _, g := range gallery.Pages() {
		html := render(t, g.Component(printer(t, "en")))
		if m := forbidden.FindString(html); m != "" {
			t.Errorf("page %s contains %q", g.Name, m)
		}
	}
}

func TestIDsAreUnique(t *testing.T) {
	id := regexp.MustCompile(`\sid="([^"]*)"`)
	for _, g := range gallery.Pages() {
		seen := map[string]bool{}
		for _, m := range id.FindAllStringSubmatch(render(t, g.Component(printer(t, "en"))), -1) {
			if seen[m[1]] {
				t.Errorf("page %s has id %q twice", g.Name, m[1])
			}
			seen[m[1]] = true
		}
	}
}

func TestTitle(t *testing.T) {
	p := printer(t, "de")
	s := ui.Shell{Printer: p, Title: i18n.Raw("Inventar")}
	for _, row := range []struct {
		name string
		edit func(*ui.Shell)
		want string
	}{
		{"plain", func(*ui.Shell) {}, "<title>Inventar – Ward</title>"},
		{"error page", func(s *ui.Shell) { s.Error = true }, "<title>Fehler: Inventar – Ward</title>"},
		{"form errors", func(s *ui.Shell) { s.Errors = ui.Errors{{Field: "x", Text: i18n.Raw("y")}} }, "<title>Fehler: Inventar – Ward</title>"},
	} {
		c := s
		row.edit(&c)
		html := render(t, ui.Page(c, templ.NopComponent))
		if !strings.Contains(html, row.want) || !strings.Contains(html, `<html lang="de">`) {
			t.Errorf("%s: no %q in the page", row.name, row.want)
		}
	}
}

func TestHostileValues(t *testing.T) {
	p := printer(t, "en")
	evil := `"><script>alert(1)</script>`
	html := render(t, templ.Join(
		ui.TextInput(p, ui.Input{Field: ui.Field{Name: "a", Label: i18n.Raw(evil), Error: i18n.Raw(evil)}, Value: evil, Autocomplete: evil}),
		ui.ButtonLink(ui.Button{Text: i18n.Raw(evil), Href: "/x?q=" + evil}),
		ui.DataTable(p, ui.Table{Caption: i18n.Raw(evil), Columns: []ui.Column{{Head: i18n.Raw(evil)}}, Rows: [][]templ.Component{{i18n.Raw(evil)}}}),
		ui.Code(evil), ui.CopyField(p, "c", i18n.Raw(evil), evil)))
	if strings.Contains(html, "<script") {
		t.Errorf("a value became markup: %s", html)
	}
}

func TestErrorsOf(t *testing.T) {
	p := printer(t, "en")
	errs := ui.ErrorsOf(p, ward.Wrap("x", (&ward.Error{Code: ward.Conflict}).At("name")), nil, os.ErrNotExist)
	if len(errs) != 1 || errs.At("name").String() != p.T("error.code.conflict").String() || !errs.At("other").IsZero() {
		t.Errorf("got %v", errs)
	}
}

// TestFieldErrorIsJoined checks that a screen reader hears the fault at the field.
func TestFieldErrorIsJoined(t *testing.T) {
	html := render(t, ui.TextInput(printer(t, "en"), ui.Input{Field: ui.Field{Name: "n", Label: i18n.Raw("N"), Hint: i18n.Raw("h"), Error: i18n.Raw("e")}}))
	for _, want := range []string{`aria-describedby="n-hint n-error"`, `id="n-error"`, `id="n-hint"`, `aria-invalid`, `for="n"`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in %s", want, html)
		}
	}
}
