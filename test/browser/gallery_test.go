package browser_test

import (
	"compress/gzip"
	"context"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"ward"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/ui/gallery"
	"ward/test/browser"
	"ward/test/leave"
	"ward/test/thorough"
	"ward/web"
)

// serve mounts the gallery under the policy of real pages.
func serve(t *testing.T) *httptest.Server {
	t.Helper()
	words, err := i18n.New(i18n.Config{Texts: []fs.FS{ui.Texts()}, Pseudo: true})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(web.Prefix, web.Handler())
	mux.HandleFunc("/base.css", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "../../web/base.css") })
	mux.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) { stream(t, words, w, r) })
	for _, g := range gallery.Pages() {
		mux.HandleFunc("/gallery/"+g.Name, func(w http.ResponseWriter, r *http.Request) {
			p := words.Printer(words.FromRequest(r)).Zone(i18n.ZoneOf("HR"))
			render := g.Component(p)
			if r.URL.Query().Has("plain") {
				render = plain(render)
			}
			w.Header().Set("Content-Security-Policy", ui.CSP)
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			defer z.Close()
			if err := render.Render(r.Context(), z); err != nil {
				t.Errorf("render %s: %v", g.Name, err)
			}
		})
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

var (
	built = regexp.MustCompile(`<script[^>]*></script>|<svg class="[^"]*"[^>]*><use[^>]*></use></svg>`)
	sheet = regexp.MustCompile(`/assets/app\.[^"]*css`)
)

// plain turns a page into what a fresh clone without the asset build sends.
func plain(c templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b strings.Builder
		if err := c.Render(ctx, &b); err != nil {
			return err
		}
		_, err := io.WriteString(w, sheet.ReplaceAllString(built.ReplaceAllString(b.String(), ""), "/base.css"))
		return err
	})
}

// stream sends one piece of news and stays open, as the real one does.
func stream(t *testing.T, words *i18n.Catalogue, w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = w.Write([]byte("id: 1\ndata: "))
	if err := ui.ShowNew(i18n.Raw("Show 2 new alerts"), "/gallery/alerts?fresh=1").Render(r.Context(), w); err != nil {
		t.Errorf("render news: %v", err)
	}
	_, _ = w.Write([]byte("\n\n"))
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

// firstLoad is the most that the first visit may bring over the wire (UX rule 3).
const firstLoad = 130_000

func TestGallery(t *testing.T) {
	s, b := serve(t), browser.Open(t)
	for _, width := range thorough.Today([]int{390, 1280}, 1) {
		for _, g := range gallery.Pages() {
			t.Run(g.Name, func(t *testing.T) {
				p := b.Page(width)
				defer p.MustClose()
				p.Goto(s.URL + "/gallery/" + g.Name)
				p.Heading(t)
				p.Axe(t)
				p.Targets(t)
				p.Screenshot(t, g.Name, width)
				p.NoSidewaysScroll(t, 320)
				p.NoSidewaysScroll(t, 768)
				p.Clean(t)
				if got := p.Bytes(); got > firstLoad {
					t.Errorf("first load is %d bytes, want at most %d", got, firstLoad)
				}
			})
		}
	}
}

func TestPhoneHeader(t *testing.T) {
	s, p := serve(t), browser.Open(t).Page(390)
	p.Goto(s.URL + "/gallery/alerts")
	if got := p.Height(t, ".w-header") + p.Height(t, ".w-bar"); got > 110 {
		t.Errorf("phone header is %.0f px high, want at most 110", got)
	}
	t.Logf("header %.0f px, first load %d bytes", p.Height(t, ".w-header")+p.Height(t, ".w-bar"), p.Bytes())
}

// TestMenus opens every menu without scripts and checks it.
func TestMenus(t *testing.T) {
	s, b := serve(t), browser.Open(t)
	for _, c := range []struct {
		name, selector string
		width          int
	}{
		{"languages", "header .w-menu:first-child > summary", 390},
		{"user", ".w-user > summary", 390},
		{"menu", ".w-nav-small > summary", 390},
		{"languages", "header .w-menu:first-child > summary", 1280},
		{"user", ".w-user > summary", 1280},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := b.Page(c.width)
			defer p.MustClose()
			p.Goto(s.URL + "/gallery/alerts")
			p.Click(t, c.selector)
			p.Axe(t)
			p.Screenshot(t, "open-"+c.name, c.width)
			p.NoSidewaysScroll(t, 320)
			p.Clean(t)
		})
	}
}

func TestScriptsOff(t *testing.T) {
	s, p := serve(t), browser.Open(t).Page(390)
	p.ScriptsOff()
	p.Goto(s.URL + "/gallery/alerts")
	if p.Shown(t, ".w-nav-small li") {
		t.Fatal("the menu is open before a press")
	}
	p.Click(t, ".w-nav-small > summary")
	if !p.Shown(t, ".w-nav-small li") {
		t.Error("the menu does not open without scripts")
	}
	p.Clean(t)
}

// TestLive waits for news and checks that only the place for it changed.
func TestLive(t *testing.T) {
	if !web.Built() {
		leave.Out(t, "the plain look has no scripts: make assets builds the complete one")
	}
	s, p := serve(t), browser.Open(t).Page(1280)
	p.Goto(s.URL + "/gallery/alerts")
	before := p.MustEval(`() => document.querySelector(".w-items").getBoundingClientRect().top`).Num()
	link := p.MustElement("[role=status] a")
	if got := link.MustText(); got != "Show 2 new alerts" {
		t.Errorf("news = %q", got)
	}
	if after := p.MustEval(`() => document.querySelector(".w-items").getBoundingClientRect().top`).Num(); after != before {
		t.Errorf("the list moved from %.0f to %.0f", before, after)
	}
	p.Clean(t)
}

// TestPseudo shows texts that do not go through messages or do not fit.
func TestPseudo(t *testing.T) {
	s, b := serve(t), browser.Open(t)
	for _, lang := range []ward.Lang{i18n.Pseudo, "el", "de"} {
		p := b.Page(390)
		p.Goto(s.URL + "/gallery/alert?lang=" + string(lang))
		p.Axe(t)
		p.Screenshot(t, "lang-"+string(lang), 390)
		p.NoSidewaysScroll(t, 320)
	}
}

// TestPlainLook holds the look without the asset build to the same rules.
func TestPlainLook(t *testing.T) {
	s, b := serve(t), browser.Open(t)
	for _, g := range gallery.Pages() {
		t.Run(g.Name, func(t *testing.T) {
			p := b.Page(390)
			defer p.MustClose()
			p.Goto(s.URL + "/gallery/" + g.Name + "?plain")
			p.Axe(t)
			p.Screenshot(t, "plain-"+g.Name, 390)
			p.NoSidewaysScroll(t, 320)
			p.Screenshot(t, "plain-"+g.Name, 1280)
			p.Clean(t)
		})
	}
}

func TestPaper(t *testing.T) {
	s, p := serve(t), browser.Open(t).Page(1280)
	for _, name := range []string{"alert", "inventory", "form"} {
		p.Goto(s.URL + "/gallery/" + name)
		p.Print(t, name) // to be looked at; what must not vanish is in the style sheet's comment
	}
}
