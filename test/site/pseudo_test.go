package site_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward"
	"ward/kit/i18n"
	"ward/test/browser"
	"ward/test/site/house"
	"ward/test/thorough"
)

// someInPseudo is how many pages of each role an ordinary run opens.
const someInPseudo = 4

// TestPseudoLanguage opens every page on a phone in the made-up language, whose
// texts are two fifths longer and in brackets: what overflows or is cut there would be
// in German or Finnish, and a title without brackets did not go through a message
// file. The pictures are for people.
func TestPseudoLanguage(t *testing.T) {
	h := house.Open(t, house.Config{})
	town := h.Furnish()
	seen := map[string]bool{}
	dir := filepath.Join("site", "pseudo")
	if err := os.MkdirAll(filepath.Join("..", "..", "build", "shots", dir), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, r := range roles {
		c := h.Visitor()
		if r != ward.RoleNone {
			c = h.As(r)
		}
		var list []stop
		for _, s := range stops(t, h, town, r, c) {
			if !seen[s.route] {
				seen[s.route], list = true, append(list, s)
			}
		}
		list = thorough.Today(list, someInPseudo)
		b := browser.Open(t)
		for _, s := range list {
			t.Run(s.name(), func(t *testing.T) { inPseudo(t, b, h, c, s, dir) })
		}
	}
}

func inPseudo(t *testing.T, b *browser.Browser, h *house.House, c *house.Client, s stop, dir string) {
	p := b.Page(390)
	signIn(t, p, h, c)
	p.Goto(h.URL + s.path + "?lang=" + string(i18n.Pseudo))
	if title := p.MustInfo().Title; !strings.Contains(title, "⟧") {
		t.Errorf("the page is not in the made-up language: %q", title)
	}
	p.Screenshot(t, filepath.Join(dir, s.name()), 390)
	notCut(t, p)
	noTowers(t, p)
	p.NoSidewaysScroll(t, 390)
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

// notCut finds texts of which a part is outside of what their box shows.
func notCut(t *testing.T, p *browser.Page) {
	t.Helper()
	got, err := p.Eval(`() => {
		const out = [], hides = v => v === "hidden" || v === "clip";
		for (const e of document.querySelectorAll("body *")) {
			const style = getComputedStyle(e), r = e.getBoundingClientRect();
			if (r.width < 4 || r.height < 4 || !e.checkVisibility() || e.closest("svg, .w-hidden") || !e.innerText || !e.innerText.trim()) continue;
			const wide = hides(style.overflowX) && e.scrollWidth > e.clientWidth + 1;
			const high = hides(style.overflowY) && e.scrollHeight > e.clientHeight + 2;
			if (wide || high) out.push(e.tagName + "." + e.className + " " + e.innerText.trim().slice(0, 40));
		}
		return out.slice(0, 5).join("; ");
	}`)
	if err != nil {
		t.Fatalf("cut texts: %v", err)
	}
	if s := got.Value.Str(); s != "" {
		t.Errorf("cut: %s", s)
	}
}
