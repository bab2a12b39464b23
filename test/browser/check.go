package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/launcher/flags"
	"github.com/go-rod/rod/lib/proto"

	"ward/test/leave"
	"ward/test/shared"
)

func launcherFlag(name string) flags.Flag { return flags.Flag(name) }

// violation is what axe reports of one broken rule.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string   `json:"html"`
		Target  []string `json:"target"`
		Summary string   `json:"failureSummary"`
	} `json:"nodes"`
}

// Axe runs axe-core with all its rules, WCAG A and AA and best practice; every
// violation is an error of t. The file comes from the asset build.
func (p *Page) Axe(t testing.TB) {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(shared.Root(), "build", "axe.min.js"))
	if err != nil {
		leave.Out(t, "build/axe.min.js is absent: make assets brings it")
	}
	// Evaluated through the debugger, so the page's policy stays as it is.
	if _, err := (proto.RuntimeEvaluate{Expression: string(source)}).Call(p); err != nil {
		t.Fatalf("axe: %v", err)
	}
	got, err := p.Eval(`async () => JSON.stringify((await axe.run(document, {resultTypes: ["violations"]})).violations)`)
	if err != nil {
		t.Fatalf("axe: %v", err)
	}
	var list []violation
	if err := json.Unmarshal([]byte(got.Value.Str()), &list); err != nil {
		t.Fatalf("axe: %v", err)
	}
	for _, v := range list {
		for _, n := range v.Nodes {
			t.Errorf("axe %s: %s at %s\n%s\n%s", v.ID, v.Help, strings.Join(n.Target, " "), clip(n.HTML), n.Summary)
		}
	}
}

func clip(s string) string { return s[:min(len(s), 200)] }

// NoSidewaysScroll checks reflow at a width (320 for WCAG 2.2, 1.4.10), plain
// and with the text spacing of 1.4.12.
func (p *Page) NoSidewaysScroll(t testing.TB, width int) {
	t.Helper()
	p.resize(width)
	for _, spacing := range []string{"", "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"} {
		got, err := p.Eval(`(css) => {
			const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
			document.adoptedStyleSheets = [sheet];
			const out = [], wide = document.documentElement.clientWidth;
			if (document.documentElement.scrollWidth > wide) {
				for (const e of document.body.querySelectorAll("*")) {
					const r = e.getBoundingClientRect();
					if (r.right > wide + 1 && r.width > 1) out.push(e.tagName + "." + e.className + " to " + Math.round(r.right));
				}
				if (out.length === 0) out.push("page to " + document.documentElement.scrollWidth);
			}
			document.adoptedStyleSheets = [];
			return out.slice(0, 5).join("; ");
		}`, spacing)
		if err != nil {
			t.Fatalf("reflow: %v", err)
		}
		if s := got.Value.Str(); s != "" {
			t.Errorf("sideways scroll at %d px (text spacing %t): %s", width, spacing != "", s)
		}
	}
}

// Targets checks sizes (UX rule 6): buttons and fields at least 44 px high,
// every other link or control 24 px, unless it stands in running text.
func (p *Page) Targets(t testing.TB) {
	t.Helper()
	got, err := p.Eval(`() => {
		const out = [];
		for (const e of document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")) {
			const r = e.getBoundingClientRect();
			if (r.width < 2 || r.height < 2 || !e.checkVisibility()) continue;
			if (e.matches("p a, li p a, dd a, td a, th a, ul:not([class]) a") && getComputedStyle(e).display === "inline") continue;
			const big = e.matches(".w-button, .w-help, input[type=text], select, .w-nav a");
			if (r.height < (big ? 44 : 24) - .5) out.push(e.tagName + " " + (e.textContent.trim() || e.id).slice(0, 40) + " " + r.height);
		}
		return out.join("; ");
	}`)
	if err != nil {
		t.Fatalf("targets: %v", err)
	}
	if s := got.Value.Str(); s != "" {
		t.Errorf("targets too small: %s", s)
	}
}

// Clean checks that the page asked no other host and broke no policy, and that
// no script failed, since Goto.
func (p *Page) Clean(t testing.TB) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, url := range p.away {
		t.Errorf("request to another host: %s", url)
	}
	for _, line := range p.log {
		t.Errorf("browser log: %s", line)
	}
}

// Heading checks rule 7: one h1, its words first in the title ("Error: " may
// stand before it), and lang on the document.
func (p *Page) Heading(t testing.TB) {
	t.Helper()
	got, err := p.Eval(`() => JSON.stringify([document.querySelectorAll("h1").length, document.querySelector("h1")?.textContent.trim() || "", document.title, document.documentElement.lang])`)
	if err != nil {
		t.Fatalf("heading: %v", err)
	}
	var v [4]any
	if err := json.Unmarshal([]byte(got.Value.Str()), &v); err != nil {
		t.Fatalf("heading: %v", err)
	}
	count, h1, title, lang := fmt.Sprint(v[0]), fmt.Sprint(v[1]), fmt.Sprint(v[2]), fmt.Sprint(v[3])
	if count != "1" || !strings.Contains(title, h1) || lang == "" {
		t.Errorf("h1 count %s, h1 %q, title %q, lang %q", count, h1, title, lang)
	}
}

// find asks the browser, not a script, so that it works with scripts off.
func (p *Page) find(t testing.TB, selector string) proto.DOMNodeID {
	t.Helper()
	doc, err := proto.DOMGetDocument{}.Call(p)
	if err != nil {
		t.Fatalf("document: %v", err)
	}
	found, err := proto.DOMQuerySelector{NodeID: doc.Root.NodeID, Selector: selector}.Call(p)
	if err != nil || found.NodeID == 0 {
		t.Fatalf("no element %q: %v", selector, err)
	}
	return found.NodeID
}

// Click presses the middle of the first element of a selector, as a finger
// does; it works with scripts off.
func (p *Page) Click(t testing.TB, selector string) {
	t.Helper()
	node := p.find(t, selector)
	_ = proto.DOMScrollIntoViewIfNeeded{NodeID: node}.Call(p)
	box, err := proto.DOMGetBoxModel{NodeID: node}.Call(p)
	if err != nil {
		t.Fatalf("%s is not shown: %v", selector, err)
	}
	q := box.Model.Content
	press := proto.InputDispatchMouseEvent{X: (q[0] + q[4]) / 2, Y: (q[1] + q[5]) / 2, Button: proto.InputMouseButtonLeft, ClickCount: 1}
	for _, press.Type = range []proto.InputDispatchMouseEventType{proto.InputDispatchMouseEventTypeMousePressed, proto.InputDispatchMouseEventTypeMouseReleased} {
		if err := press.Call(p); err != nil {
			t.Fatalf("press %s: %v", selector, err)
		}
	}
}

// Shown reports whether the first element of a selector can be perceived: it is
// in the accessibility tree. It works with scripts off.
func (p *Page) Shown(t testing.TB, selector string) bool {
	t.Helper()
	tree, err := proto.AccessibilityGetPartialAXTree{NodeID: p.find(t, selector)}.Call(p)
	return err == nil && len(tree.Nodes) > 0 && !tree.Nodes[0].Ignored
}

// Bytes is what came over the wire since Goto, headers included.
func (p *Page) Bytes() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return int(p.bytes)
}

// Height gives the height of the first element that selector finds, CSS pixels.
func (p *Page) Height(t testing.TB, selector string) float64 {
	t.Helper()
	got, err := p.Eval(`(s) => document.querySelector(s)?.getBoundingClientRect().height ?? -1`, selector)
	if err != nil {
		t.Fatalf("height of %s: %v", selector, err)
	}
	return got.Value.Num()
}

// Screenshot writes the whole page at a width to build/shots/NAME-WIDTH.png.
func (p *Page) Screenshot(t testing.TB, name string, width int) {
	t.Helper()
	p.resize(width)
	p.picture(t, fmt.Sprintf("%s-%d.png", name, width))
}

// Print writes what paper would show, A4 at 96 dots an inch, to
// build/shots/NAME-print.png.
func (p *Page) Print(t testing.TB, name string) {
	t.Helper()
	p.resize(794)
	if err := (proto.EmulationSetEmulatedMedia{Media: "print"}).Call(p); err != nil {
		t.Fatalf("paper: %v", err)
	}
	p.picture(t, name+"-print.png")
	if err := (proto.EmulationSetEmulatedMedia{}).Call(p); err != nil {
		t.Fatalf("paper: %v", err)
	}
}

func (p *Page) picture(t testing.TB, file string) {
	t.Helper()
	png, err := p.Page.Screenshot(true, &proto.PageCaptureScreenshot{Format: proto.PageCaptureScreenshotFormatPng})
	if err != nil {
		t.Fatalf("picture %s: %v", file, err)
	}
	dir := filepath.Join(shared.Root(), "build", "shots")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, file), png, 0o644); err != nil {
		t.Fatal(err)
	}
}
