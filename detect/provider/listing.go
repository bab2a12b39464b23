package provider

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"strings"
	"time"

	"ward"
	"ward/format/rolie"
	"ward/kit/db"
)

// listChunk is how many rows of a listing are read at once.
const listChunk = 1000

// walk goes through a folder's documents, the newest current_release_date
// first. Between two chunks the folder may change; a client sees that by the tag.
func (s *Service) walk(ctx context.Context, at place, each func(*Document) error) error {
	var last Document
	for {
		var list []Document
		err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
			list, err = documentsAfter(ctx, tx, at, &last, listChunk)
			return err
		})
		if err != nil {
			return err
		}
		for i := range list {
			if err := each(&list[i]); err != nil {
				return err
			}
		}
		if len(list) < listChunk {
			return nil
		}
		last = list[len(list)-1]
	}
}

// feed is the ROLIE feed of a folder (section 7.1.15).
func (s *Service) feed(h shelf, f Folder) func(context.Context, io.Writer) error {
	head := rolie.FeedHead{ID: "csaf-feed-tlp-" + folder(f.TLP), Title: h.title + " TLP:" + label(f.TLP), Self: h.feedURL(f.TLP),
		Service: h.base + "/service.json", Updated: f.Changed}
	return func(ctx context.Context, w io.Writer) error {
		return rolie.WriteFeed(w, head, func(put func(rolie.FeedEntry) error) error {
			return s.walk(ctx, place{shelf: f.Shelf, tlp: f.TLP}, func(d *Document) error {
				return put(rolie.FeedEntry{ID: d.Tracking, Title: d.Title, URL: h.folderURL(f.TLP) + d.Path(), Published: d.Entered,
					Updated: later(d.Current, d.Changed), Summary: d.Summary, Categories: d.Categories})
			})
		})
	}
}

// index is index.txt (section 7.1.12).
func (s *Service) index(at place) func(context.Context, io.Writer) error {
	return func(ctx context.Context, w io.Writer) error {
		return s.walk(ctx, at, func(d *Document) error {
			_, err := io.WriteString(w, d.Path()+"\n")
			return err
		})
	}
}

// changes is changes.csv (section 7.1.13): path and current_release_date, the
// newest first. CSAF 2.0 has both fields in quotes; 2.1 was the first to have none.
func (s *Service) changes(at place) func(context.Context, io.Writer) error {
	return func(ctx context.Context, w io.Writer) error {
		return s.walk(ctx, at, func(d *Document) error {
			_, err := fmt.Fprintf(w, "\"%s\",\"%s\"\n", d.Path(), d.Current.UTC().Format(time.RFC3339Nano))
			return err
		})
	}
}

// listing is the directory listing of a folder or a year (section 7.1.14). It
// holds names only, so it needs no language. Large years are long: a client
// asks for a listing to see that a file is in it.
func (s *Service) listing(ctx context.Context, h shelf, at place, changed time.Time) (*File, error) {
	var names []string
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if at.year == "" {
			names, err = years(ctx, tx, at)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if at.year == "" {
		for i := range names {
			names[i] += "/"
		}
		names = append(names, "changes.csv", "index.txt", "category-"+folder(at.tlp)+".json", "csaf-feed-tlp-"+folder(at.tlp)+".json")
	} else {
		err = s.walk(ctx, at, func(d *Document) error {
			names = append(names, d.Name, d.Name+".asc", d.Name+".sha256", d.Name+".sha512")
			return nil
		})
	}
	if err != nil {
		return nil, err
	}
	if len(names) == 0 || at.year == "" && len(names) <= 4 {
		return nil, ward.Fail(ward.NotFound, "")
	}
	path := strings.TrimPrefix(h.folderURL(at.tlp), s.cfg.URL)
	if at.year != "" {
		path += at.year + "/"
	}
	return bytesFile("text/html; charset=utf-8", listingPage(path, names), changed, at.tlp == ward.TLPClear), nil
}

func listingPage(path string, names []string) []byte {
	var b bytes.Buffer
	title := html.EscapeString(path)
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"zxx\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>%s</title>\n<h1>%s</h1>\n<ul>\n", title, title)
	for _, n := range names {
		n = html.EscapeString(n)
		fmt.Fprintf(&b, "<li><a href=\"%s\">%s</a></li>\n", n, n)
	}
	b.WriteString("</ul>\n</html>\n")
	return b.Bytes()
}

// document is a file or one of its three companions (sections 7.1.18 and 7.1.19).
func (s *Service) document(ctx context.Context, at place) (*File, error) {
	suffix := ""
	for _, known := range [...]string{".sha256", ".sha512", ".asc"} {
		if base, ok := strings.CutSuffix(at.name, known); ok {
			at.name, suffix = base, known
		}
	}
	var d Document
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		d, err = documentAt(ctx, tx, at)
		return err
	})
	if err != nil {
		return nil, err
	}
	open := d.TLP == ward.TLPClear
	switch suffix {
	case ".sha256":
		return bytesFile("text/plain; charset=utf-8", []byte(d.SHA256+"  "+d.Name+"\n"), d.Changed, open), nil
	case ".sha512":
		return bytesFile("text/plain; charset=utf-8", []byte(d.SHA512+"  "+d.Name+"\n"), d.Changed, open), nil
	case ".asc":
		return bytesFile("application/pgp-signature", d.Signature, d.Changed, open), nil
	}
	return &File{Type: "application/json", Tag: d.SHA256[:32], Modified: d.Changed, Open: open, Write: func(ctx context.Context, w io.Writer) error {
		doc, err := s.cfg.Advisories.Document(ctx, d.Advisory, d.Revision)
		if err != nil {
			return err
		}
		_, err = w.Write(doc.Body)
		return err
	}}, nil
}

// securityLife is how long a security.txt counts; RFC 9116 section 2.5.5 wants
// less than a year. It is made anew each day.
const securityLife = 180 * 24 * time.Hour

// SecurityTxt is the house's security.txt (RFC 9116) with the way to the
// metadata (section 7.1.8). The page on which weaknesses are reported comes
// first: it needs no account, no mail and no key. NotFound without any contact,
// which the RFC demands, and whose web addresses it wants to be https.
func (s *Service) SecurityTxt(ctx context.Context) (*File, error) {
	var b bytes.Buffer
	page := strings.HasPrefix(s.cfg.URL, "https://")
	if page {
		fmt.Fprintf(&b, "Contact: %s/report\n", s.cfg.URL)
	}
	if s.cfg.Publisher.Contact != "" {
		fmt.Fprintf(&b, "Contact: %s\n", s.cfg.Publisher.Contact)
	}
	if b.Len() == 0 {
		return nil, ward.Fail(ward.NotFound, "")
	}
	day := s.cfg.Clock().UTC().Truncate(24 * time.Hour)
	fmt.Fprintf(&b, "Expires: %s\n", day.Add(securityLife).Format(time.RFC3339))
	fmt.Fprintf(&b, "Preferred-Languages: en, de, fr\nCanonical: %s/.well-known/security.txt\n", s.cfg.URL)
	if page {
		fmt.Fprintf(&b, "Policy: %s/report\nAcknowledgments: %s/report/thanks\n", s.cfg.URL, s.cfg.URL)
	}
	if s.Configured() {
		fmt.Fprintf(&b, "CSAF: %s/provider-metadata.json\n", s.providerURL())
	}
	return bytesFile("text/plain; charset=utf-8", b.Bytes(), day, true), nil
}
