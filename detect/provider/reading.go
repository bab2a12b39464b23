package provider

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/rolie"
	"ward/kit/db"
)

// File is one answer to another house's client.
type File struct {
	Type     string    // media type
	Tag      string    // changes with the content; without quotes
	Modified time.Time // when it changed last; zero says nothing of that
	Open     bool      // everybody may have it, caches too
	Varies   bool      // another reader gets another content at this address
	// Write sends the content; nothing was sent before an error that is NotFound.
	Write func(context.Context, io.Writer) error
}

// SignIn is the answer to a visitor who asks for what is not for everybody. It
// is the same whether that exists or not.
func signIn() error { return ward.Fail(ward.Forbidden, "error.sign_in") }

// admit decides on a marking: CLEAR is for everybody, the rest for who has the
// right and clearance to read advisories (section 7.1.4, TLP 2.0). Forbidden
// asks a visitor to sign in; to anybody else it is NotFound.
func (s *Service) admit(a ward.Actor, t ward.TLP) error {
	switch {
	case t == ward.TLPClear:
		return nil
	case a.Nobody():
		return signIn()
	}
	if _, err := s.cfg.Guard.Check(a, "advisory.read", ward.Object{Kind: "advisory", Marked: true, TLP: t}); err != nil {
		return ward.Fail(ward.NotFound, "").Because(err)
	}
	return nil
}

// Provider opens a file of the house's own shelf by its path below
// /.well-known/csaf/. NotFound for what is not there or not for a; Forbidden
// tells a visitor to give credentials.
func (s *Service) Provider(ctx context.Context, a ward.Actor, path string) (*File, error) {
	if !s.Configured() {
		return nil, ward.Fail(ward.NotFound, "")
	}
	f, err := s.open(ctx, a, s.own(), path)
	return s.settled(f), ward.Wrap("open "+clip(path), err)
}

// settled gives a file no time of change while more may follow within the same
// second, which is all that HTTP tells apart (RFC 9110 section 8.8.2.2): a reader
// in the middle of a batch would hold half of it for the whole.
func (s *Service) settled(f *File) *File {
	if f != nil && s.cfg.Clock().Sub(f.Modified) < 2*time.Second {
		f.Modified = time.Time{}
	}
	return f
}

func clip(path string) string { return cut(path, 200) }

// Aggregator opens a file below /.well-known/csaf-aggregator/: the list, or
// a file of a mirror.
func (s *Service) Aggregator(ctx context.Context, a ward.Actor, path string) (*File, error) {
	list, err := s.mirrors(ctx)
	if err != nil {
		return nil, ward.Wrap("open "+clip(path), err)
	}
	if path == "aggregator.json" {
		f, err := s.list(ctx, list)
		return s.settled(f), ward.Wrap("open list", err)
	}
	name, rest, _ := strings.Cut(path, "/")
	for i := range list {
		if list[i].Mirrored && list[i].Folder == name {
			f, err := s.open(ctx, a, s.mirrorShelf(&list[i]), rest)
			return s.settled(f), ward.Wrap("open "+clip(path), err)
		}
	}
	return nil, ward.Fail(ward.NotFound, "")
}

func (s *Service) list(ctx context.Context, list []Mirror) (*File, error) {
	st, err := s.state(ctx)
	if err != nil || !s.Configured() {
		return nil, orNotFound(err)
	}
	own := s.metadata(ward.Actor{}, s.own(), st)
	changed := own.LastUpdated
	for _, m := range list {
		changed = later(changed, m.Updated)
	}
	out, category := s.aggregate(list, own, changed)
	if category == NoList {
		return nil, ward.Fail(ward.NotFound, "")
	}
	return jsonFile(out, time.Time{}, true) // no time for HTTP: what is mirrored no more leaves none
}

func orNotFound(err error) error {
	if err == nil {
		return ward.Fail(ward.NotFound, "")
	}
	return err
}

// open finds a file by its path in a shelf.
func (s *Service) open(ctx context.Context, a ward.Actor, h shelf, path string) (*File, error) {
	first, rest, deeper := strings.Cut(path, "/")
	switch {
	case path == "provider-metadata.json", path == "service.json":
		return s.described(ctx, a, h, path)
	case first == "openpgp":
		return s.publicKey(ctx, h, rest)
	}
	t, known := marking(first)
	if !known || !deeper {
		return nil, ward.Fail(ward.NotFound, "")
	}
	if err := s.admit(a, t); err != nil {
		return nil, err
	}
	at := place{shelf: h.id, tlp: t}
	year, name, inYear := strings.Cut(rest, "/")
	if inYear {
		at.year, at.name = year, name
		if name != "" {
			return s.document(ctx, at)
		}
	}
	return s.inFolder(ctx, h, at, rest)
}

// described are the two documents that depend on who asks.
func (s *Service) described(ctx context.Context, a ward.Actor, h shelf, path string) (*File, error) {
	if h.mirror == nil { // a provider shows its key from the first day
		key, err := s.signer(ctx)
		if err != nil {
			return nil, err
		}
		key.ClearPrivateParams()
	}
	st, err := s.state(ctx)
	if err != nil {
		return nil, err
	}
	m := s.metadata(a, h, st)
	if path == "provider-metadata.json" {
		return varying(jsonFile(m, m.LastUpdated, a.Nobody()))
	}
	list := s.visible(a, st.folders, h.id)
	if len(list) == 0 {
		return nil, ward.Fail(ward.NotFound, "")
	}
	var feeds []rolie.Collection
	for _, f := range list {
		feeds = append(feeds, rolie.Collection{Title: h.title + " TLP:" + label(f.TLP), URL: h.feedURL(f.TLP)})
	}
	var b bytes.Buffer
	if err := rolie.WriteService(&b, h.title, feeds); err != nil {
		return nil, err
	}
	return varying(bytesFile("application/json", b.Bytes(), m.LastUpdated, a.Nobody()), nil)
}

func varying(f *File, err error) (*File, error) {
	if f != nil {
		f.Varies = true
	}
	return f, err
}

// publicKey serves a key by its fingerprint: ours, and in a mirror its publisher's.
func (s *Service) publicKey(ctx context.Context, h shelf, name string) (*File, error) {
	fingerprint, ok := strings.CutSuffix(strings.ToLower(name), ".asc")
	if !ok {
		return nil, ward.Fail(ward.NotFound, "")
	}
	st, err := s.state(ctx)
	if err != nil {
		return nil, err
	}
	for _, k := range st.keys {
		if k.Fingerprint == fingerprint && k.State != KeyRevoked {
			return bytesFile("application/pgp-keys", []byte(k.Armored), k.Made, true), nil
		}
	}
	if h.mirror != nil {
		i := slices.IndexFunc(h.mirror.Keys, func(k ward.OpenPGPKey) bool { return k.Fingerprint == fingerprint })
		if i >= 0 {
			return bytesFile("application/pgp-keys", []byte(h.mirror.Keys[i].Armored), h.mirror.Updated, true), nil
		}
	}
	return nil, ward.Fail(ward.NotFound, "")
}

// inFolder are the files of a folder that list its documents.
func (s *Service) inFolder(ctx context.Context, h shelf, at place, name string) (*File, error) {
	st, err := s.state(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(st.folders, func(f Folder) bool { return f.Shelf == at.shelf && f.TLP == at.tlp })
	if i < 0 {
		return nil, ward.Fail(ward.NotFound, "") // published once it has an entry
	}
	f := st.folders[i]
	switch name {
	case "", at.year + "/": // of a year too: what left it changed it
		return s.listing(ctx, h, at, f.Changed)
	case "csaf-feed-tlp-" + folder(at.tlp) + ".json":
		return s.streamed(h, f, "application/json", name, s.feed(h, f)), nil
	case "category-" + folder(at.tlp) + ".json":
		return s.categories(ctx, f, at)
	case "index.txt":
		return s.streamed(h, f, "text/plain; charset=utf-8", name, s.index(at)), nil
	case "changes.csv":
		return s.streamed(h, f, "text/csv; charset=utf-8", name, s.changes(at)), nil
	}
	return nil, ward.Fail(ward.NotFound, "")
}

// streamed is a file that is made while it is sent: its tag is the folder's.
func (s *Service) streamed(h shelf, f Folder, media, name string, write func(context.Context, io.Writer) error) *File {
	sum := sha256.Sum256([]byte(f.Tag + " " + h.base + " " + name))
	return &File{Type: media, Tag: hex.EncodeToString(sum[:16]), Modified: f.Changed, Open: f.TLP == ward.TLPClear, Write: write}
}

// categories lists the terms of a folder, each once.
func (s *Service) categories(ctx context.Context, f Folder, at place) (*File, error) {
	var stored []string
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		stored, err = categoryTexts(ctx, tx, at)
		return err
	})
	if err != nil {
		return nil, err
	}
	var all []rolie.Category
	for _, text := range stored {
		var some []rolie.Category
		if err := json.Unmarshal([]byte(text), &some); err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b rolie.Category) int { return strings.Compare(a.Term, b.Term) })
	var b bytes.Buffer
	if err := rolie.WriteCategories(&b, slices.Compact(all)); err != nil {
		return nil, err
	}
	return bytesFile("application/json", b.Bytes(), f.Changed, f.TLP == ward.TLPClear), nil
}

// jsonFile and bytesFile are short files, tagged by their content.
func jsonFile(v any, changed time.Time, open bool) (*File, error) {
	var b bytes.Buffer
	err := rolie.WriteJSON(&b, v)
	return bytesFile("application/json", b.Bytes(), changed, open), err
}

func bytesFile(media string, body []byte, changed time.Time, open bool) *File {
	sum := sha256.Sum256(body)
	return &File{Type: media, Tag: hex.EncodeToString(sum[:16]), Modified: changed, Open: open,
		Write: func(_ context.Context, w io.Writer) error {
			_, err := w.Write(body)
			return err
		}}
}
