package site_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"

	"ward/test/browser"
)

// hand uses a page as a person does whose browser runs no scripts: it presses,
// types, ticks and reads, and asks no script for anything.
type hand struct {
	t *testing.T
	p *browser.Page
}

// patience is how long a page may take to show what is awaited, jobs included.
const patience = 90 * time.Second

func (h hand) root() proto.DOMNodeID {
	h.t.Helper()
	doc, err := proto.DOMGetDocument{}.Call(h.p)
	if err != nil {
		h.t.Fatalf("document: %v", err)
	}
	return doc.Root.NodeID
}

// node is the first element of a selector; 0 for none.
func (h hand) node(selector string) proto.DOMNodeID {
	h.t.Helper()
	found, err := proto.DOMQuerySelector{NodeID: h.root(), Selector: selector}.Call(h.p)
	if err != nil {
		return 0 // the document changed meanwhile
	}
	return found.NodeID
}

// must waits a moment: the tree of a page that is being replaced has no elements.
func (h hand) must(selector string) proto.DOMNodeID {
	h.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		if n := h.node(selector); n != 0 {
			return n
		}
		if time.Now().After(end) {
			h.t.Fatalf("no element %s on the page:\n%s", selector, h.text())
		}
	}
}

func (h hand) html() string {
	out, err := proto.DOMGetOuterHTML{NodeID: h.root()}.Call(h.p)
	if err != nil {
		return ""
	}
	return out.OuterHTML
}

// text is the main part of the page without its elements.
func (h hand) text() string {
	_, body, _ := strings.Cut(h.html(), "<main")
	return strings.Join(strings.Fields(element.ReplaceAllString(strings.ReplaceAll(body, "</", " </"), " ")), " ")
}

// await waits until the page has an element, loading it again now and then.
func (h hand) await(selector string, again bool) {
	h.t.Helper()
	for end := time.Now().Add(patience); h.node(selector) == 0; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			h.t.Fatalf("%s does not come; the page says:\n%s", selector, h.text())
		}
		if again {
			if err := h.p.Reload(); err != nil {
				h.t.Fatal(err)
			}
			time.Sleep(300 * time.Millisecond)
		}
	}
}

// awaitText waits until the page says something.
func (h hand) awaitText(text string) {
	h.t.Helper()
	for end := time.Now().Add(patience); !strings.Contains(h.text(), text); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			h.t.Fatalf("%q does not come; the page says:\n%s", text, h.text())
		}
	}
}

// press presses an element and waits for the page that has next.
func (h hand) press(selector, next string) {
	h.t.Helper()
	h.must(selector)
	h.p.Click(h.t, selector)
	h.await(next, false)
}

func (h hand) typeInto(selector, text string) {
	h.t.Helper()
	if err := (proto.DOMFocus{NodeID: h.must(selector)}).Call(h.p); err != nil {
		h.t.Fatalf("focus %s: %v", selector, err)
	}
	if err := (proto.InputInsertText{Text: text}).Call(h.p); err != nil {
		h.t.Fatalf("type: %v", err)
	}
}

// choose picks the option of a list by its first letters, from the keyboard.
func (h hand) choose(selector, letters string) {
	h.t.Helper()
	if err := (proto.DOMFocus{NodeID: h.must(selector)}).Call(h.p); err != nil {
		h.t.Fatalf("focus %s: %v", selector, err)
	}
	for _, letter := range letters {
		key := proto.InputDispatchKeyEvent{Type: proto.InputDispatchKeyEventTypeKeyDown, Key: string(letter), Text: string(letter)}
		if err := key.Call(h.p); err != nil {
			h.t.Fatalf("key: %v", err)
		}
		key.Type, key.Text = proto.InputDispatchKeyEventTypeKeyUp, ""
		if err := key.Call(h.p); err != nil {
			h.t.Fatalf("key: %v", err)
		}
	}
}

// attach tries again where the page was replaced between the look and the grip.
func (h hand) attach(selector, file string) {
	h.t.Helper()
	var err error
	for range 10 {
		if err = (proto.DOMSetFileInputFiles{NodeID: h.must(selector), Files: []string{file}}).Call(h.p); err == nil {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	h.t.Fatalf("choose a file: %v", err)
}

// bottom is where an element ends, CSS pixels from the top of the page.
func (h hand) bottom(selector string) float64 {
	h.t.Helper()
	box, err := proto.DOMGetBoxModel{NodeID: h.must(selector)}.Call(h.p)
	if err != nil {
		h.t.Fatalf("%s is not shown: %v", selector, err)
	}
	q := box.Model.Border
	return slices.Max([]float64{q[1], q[3], q[5], q[7]})
}
