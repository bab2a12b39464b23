package atom_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"ward/format/atom"
)

var day = time.Date(2026, 3, 1, 12, 0, 0, 500, time.FixedZone("", 3600))

func sample() atom.Feed {
	return atom.Feed{ID: "urn:uuid:1", Title: "Alerts", Author: "Ward", Updated: day, Lang: "de",
		Links: []atom.Link{{Rel: "self", Type: "application/atom+xml", Href: "https://ward.example/feed"}},
		Entries: []atom.Entry{{ID: "https://ward.example/alerts/1-1", Lang: "en", Title: "Pump <b>& co</b>", Summary: "Line\nline", Published: day, Updated: day,
			Links: []atom.Link{{Rel: "alternate", Type: "text/html", Href: "https://ward.example/alerts/1-1"}}, Categories: []string{"critical"}}}}
}

func ExampleFeed_XML() {
	f := sample()
	f.Entries = nil
	b, err := f.XML()
	fmt.Printf("%s%v", b, err)
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">
	//  <id>urn:uuid:1</id>
	//  <title>Alerts</title>
	//  <updated>2026-03-01T11:00:00Z</updated>
	//  <author>
	//   <name>Ward</name>
	//  </author>
	//  <link rel="self" type="application/atom+xml" href="https://ward.example/feed"></link>
	// </feed>
	// <nil>
}

// What a feed must have is asked for, by the element's name.
func TestInvalidFeeds(t *testing.T) {
	for name, spoil := range map[string]func(*atom.Feed){
		"no id":             func(f *atom.Feed) { f.ID = "" },
		"relative id":       func(f *atom.Feed) { f.ID = "/feed" },
		"no title":          func(f *atom.Feed) { f.Title = "" },
		"no author":         func(f *atom.Feed) { f.Author = "" },
		"two selves":        func(f *atom.Feed) { f.Links = append(f.Links, atom.Link{Rel: "self", Href: "https://a.example/"}) },
		"relative link":     func(f *atom.Feed) { f.Links[0].Href = "/x" },
		"entry without id":  func(f *atom.Feed) { f.Entries[0].ID = "" },
		"without title":     func(f *atom.Feed) { f.Entries[0].Title = "" },
		"without time":      func(f *atom.Feed) { f.Entries[0].Updated = time.Time{} },
		"without alternate": func(f *atom.Feed) { f.Entries[0].Links = nil },
		"the same twice":    func(f *atom.Feed) { f.Entries = append(f.Entries, f.Entries[0]) },
	} {
		f := sample()
		spoil(&f)
		if b, err := f.XML(); !errors.Is(err, atom.ErrInvalid) || b != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Words of others stay words: whatever they are, the document is well-formed and
// says them, but for signs that XML does not know.
func FuzzWords(f *testing.F) {
	f.Add("]]><entry/>", "a\x00b\ufffe")
	f.Add("<!ENTITY x \"y\">&x;", "\r\n\t ")
	f.Fuzz(func(t *testing.T, title, summary string) {
		feed := sample()
		feed.Entries[0].Title, feed.Entries[0].Summary, feed.Entries[0].Categories = title, summary, []string{summary}
		b, err := feed.XML()
		if title == "" {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		d, entries := xml.NewDecoder(bytes.NewReader(b)), 0
		for {
			tok, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%v in\n%s", err, b)
			}
			if s, ok := tok.(xml.StartElement); ok && s.Name.Local == "entry" {
				entries++
			}
		}
		if entries != 1 || strings.Contains(string(b), "<!") {
			t.Errorf("%d entries in\n%s", entries, b)
		}
	})
}
