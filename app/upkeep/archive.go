package upkeep

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"ward"
	"ward/kit/db"
)

// format is the version of the archive; fields are only added to it.
const format = "ward.backup/1"

// Names in the archive.
const (
	headName     = "ward-backup.json"
	manifestName = "manifest.json"
	liteName     = "database/ward.db"
	tablePrefix  = "database/"
	filePrefix   = "files/"
)

// Bounds of what is read: an archive may be damaged or somebody else's.
const (
	metaLimit = 64 << 20  // head and manifest
	lineLimit = 512 << 20 // one row
)

// Head is what must be known before the content is read.
type Head struct {
	Schema     string       `json:"schema"`
	Version    string       `json:"version"` // of ward
	At         time.Time    `json:"at"`
	House      string       `json:"house"`    // public address
	Database   string       `json:"database"` // name and version of the database that it was taken from
	Snapshot   bool         `json:"snapshot"` // the SQLite file, not the portable form
	Training   bool         `json:"training,omitempty"`
	Migrations []db.Applied `json:"migrations"`
	Tables     []db.Table   `json:"tables"`
}

// Manifest is a backup as a whole.
type Manifest struct {
	Head
	Entries []Entry `json:"entries"`
	Totals  []Total `json:"totals"`
}

// Entry is one entry of the archive.
type Entry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Rows is how many rows there are in all tables together.
func (m Manifest) Rows() (n int64) {
	for _, t := range m.Totals {
		n += t.Rows
	}
	return n
}

// Files are the names of what belongs into the data folder.
func (m Manifest) Files() (out []string) {
	for _, e := range m.Entries {
		if name, ok := strings.CutPrefix(e.Name, filePrefix); ok {
			out = append(out, name)
		}
	}
	return out
}

// packer writes an archive.
type packer struct {
	zip *zstd.Encoder
	tar *tar.Writer
	out Manifest
}

func newPacker(w io.Writer) (*packer, error) {
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(2), zstd.WithEncoderCRC(true))
	if err != nil {
		return nil, err
	}
	return &packer{zip: z, tar: tar.NewWriter(z)}, nil
}

// add writes one entry of a known size.
func (p *packer) add(name string, size int64, r io.Reader) error {
	if err := p.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: p.out.At, Format: tar.FormatPAX}); err != nil {
		return err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(p.tar, h), r)
	if err == nil && n != size {
		err = fmt.Errorf("%d bytes, were %d", n, size)
	}
	p.out.Entries = append(p.out.Entries, Entry{name, n, hex.EncodeToString(h.Sum(nil))})
	return ward.Wrap(name, err)
}

func (p *packer) addJSON(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return p.add(name, int64(len(text)), bytes.NewReader(text))
}

// close writes the manifest and the end.
func (p *packer) close() error {
	err := p.addJSON(manifestName, p.out)
	return errors.Join(err, p.tar.Close(), p.zip.Close())
}

// visitor is given the content of an archive in its order. What it does not
// read is read for it.
type visitor interface {
	head(Head) error
	file(name string, r io.Reader) error   // of the data folder
	snapshot(r io.Reader) error            // the SQLite file
	row(table db.Table, line []byte) error // of the portable form
}

// counter counts the bytes of the archive, to name a place.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// unpacker reads an archive once and checks it against its manifest.
type unpacker struct {
	to      visitor
	head    Head
	tables  map[string]db.Table
	entries []Entry
	sums    map[string]*Sum
	from    *counter
}

// unpack gives what r holds to v. An error means that v must undo what it did:
// the archive is damaged or not one of ours. It names the entry.
func unpack(r io.Reader, v visitor) (Manifest, error) {
	u := &unpacker{to: v, sums: map[string]*Sum{}, tables: map[string]db.Table{}, from: &counter{r: r}}
	z, err := zstd.NewReader(u.from, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(512<<20))
	if err != nil {
		return Manifest{}, err
	}
	defer z.Close()
	t, last := tar.NewReader(z), "the beginning"
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return Manifest{}, u.broken(last, errors.New("the archive ends before its manifest: it was cut short"))
		}
		if err != nil {
			return Manifest{}, u.broken("after "+last, notOurs(err, len(u.entries)))
		}
		if h.Name == manifestName {
			m, err := u.manifest(t)
			if err == nil { // the frame's checksum stands behind the last byte
				_, err = io.Copy(io.Discard, z)
			}
			return m, u.broken(manifestName, err)
		}
		if err := u.entry(h, t); err != nil {
			return Manifest{}, u.broken(h.Name, err)
		}
		last = h.Name
	}
}

// notOurs puts the usual mistake into words.
func notOurs(err error, entries int) error {
	if entries == 0 {
		return fmt.Errorf("this is not a backup of ward (%w)", err)
	}
	return err
}

// broken names the place of an error.
func (u *unpacker) broken(entry string, err error) error {
	if err == nil || ward.CodeOf(err) != ward.Internal {
		return err
	}
	return fmt.Errorf("%s (near byte %d of the archive): %w", entry, u.from.n, err)
}

func (u *unpacker) entry(h *tar.Header, r io.Reader) error {
	sum := sha256.New()
	body := io.TeeReader(r, sum)
	if err := u.content(h, body); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, body); err != nil {
		return err
	}
	u.entries = append(u.entries, Entry{h.Name, h.Size, hexOf(sum)})
	return nil
}

func hexOf(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

func (u *unpacker) content(h *tar.Header, r io.Reader) error {
	switch name, file := strings.CutPrefix(h.Name, filePrefix); {
	case h.Typeflag != tar.TypeReg:
		return errors.New("neither file nor rows")
	case len(u.entries) == 0:
		return u.begin(h, r)
	case file && filepath.IsLocal(filepath.FromSlash(name)):
		return u.to.file(name, r)
	case h.Name == liteName && u.head.Snapshot:
		return u.to.snapshot(r)
	}
	name, part, ok := strings.Cut(strings.TrimPrefix(h.Name, tablePrefix), "/")
	table, known := u.tables[name]
	if !ok || !known || part == "" {
		return errors.New("an entry that does not belong here")
	}
	return u.rows(table, r)
}

func (u *unpacker) begin(h *tar.Header, r io.Reader) error {
	if h.Name != headName {
		return errors.New("this is not a backup of ward")
	}
	if err := json.NewDecoder(io.LimitReader(r, metaLimit)).Decode(&u.head); err != nil {
		return err
	}
	if u.head.Schema != format {
		return fmt.Errorf("an archive of the format %q; this version reads %q", u.head.Schema, format)
	}
	for _, t := range u.head.Tables {
		u.tables[t.Name], u.sums[t.Name] = t, new(Sum)
	}
	return u.to.head(u.head)
}

func (u *unpacker) rows(table db.Table, r io.Reader) error {
	s := bufio.NewScanner(r)
	s.Buffer(nil, lineLimit)
	for n := 1; s.Scan(); n++ {
		line := append(s.Bytes(), '\n')
		if err := u.to.row(table, line); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		u.sums[table.Name].add(line)
	}
	return s.Err()
}

// manifest compares what was read with what was written.
func (u *unpacker) manifest(r io.Reader) (Manifest, error) {
	var m Manifest
	if err := json.NewDecoder(io.LimitReader(r, metaLimit)).Decode(&m); err != nil {
		return m, err
	}
	for i, want := range m.Entries {
		if i >= len(u.entries) || u.entries[i] != want {
			return m, fmt.Errorf("%s is not what was written: its SHA-256 or size differs", want.Name)
		}
	}
	if len(u.entries) != len(m.Entries) {
		return m, errors.New("there is an entry that was not written")
	}
	if u.head.Snapshot {
		return m, nil // its rows are counted once it is a file
	}
	var got []Total
	for name, s := range u.sums {
		got = append(got, s.total(name))
	}
	if d := differences(m.Totals, got); len(d) > 0 {
		slices.Sort(d)
		return m, errors.New(strings.Join(d, "; "))
	}
	return m, nil
}
