package alert

import (
	"encoding/binary"
	"errors"
	"strings"

	"ward"
)

// A matchbook is the stored form of one advisory's matches: texts once, rows as
// numbers. The verdicts on 10,000 descriptions take half a megabyte and some
// milliseconds, where a row each would hold the only writer for a quarter of a
// second. The first byte is the edition of the form.
const matchbookEdition = 1

// textsOf are the texts of a match in the order of the form; fields are only
// ever added at the end, with a new edition.
func (m *match) textsOf() []*string {
	f, r := &m.Finding, &m.Ref
	return []*string{(*string)(&f.Reason), &f.Identity, &f.Version, &f.Leaf, &f.Path, &f.Detail, &m.Remedy,
		&r.Vendor, &r.Name, &r.Model, &r.Version, &r.UDI, &r.PURL, &r.CPE, &r.Serial}
}

// cveSeparator joins the CVEs of a match to one text.
const cveSeparator = "\n"

// packMatches writes matches of one advisory.
func packMatches(all []match) []byte {
	table := map[string]uint64{}
	var texts []byte
	intern := func(s string) uint64 {
		n, ok := table[s]
		if !ok {
			n = uint64(len(table))
			table[s] = n
			texts = append(binary.AppendUvarint(texts, uint64(len(s))), s...)
		}
		return n
	}
	rows := make([]byte, 0, 32*len(all)) // texts are mostly known by then: a byte or two each
	for i := range all {
		m := &all[i]
		rows = binary.AppendUvarint(rows, uint64(m.Product))
		rows = append(rows, byte(m.Finding.Verdict))
		rows = binary.AppendUvarint(rows, intern(strings.Join(m.CVEs, cveSeparator)))
		for _, t := range m.textsOf() {
			rows = binary.AppendUvarint(rows, intern(*t))
		}
	}
	out := []byte{matchbookEdition}
	out = binary.AppendUvarint(out, uint64(len(table)))
	out = append(out, texts...)
	out = binary.AppendUvarint(out, uint64(len(all)))
	return append(out, rows...)
}

var errMatchbook = errors.New("stored matches cannot be read")

// unpackMatches reads what packMatches wrote.
func unpackMatches(advisory ward.AdvisoryID, body []byte) ([]match, error) {
	r := &packReader{b: body}
	if r.byte() != matchbookEdition {
		return nil, errMatchbook
	}
	texts := make([]string, 0, r.count())
	for range cap(texts) {
		texts = append(texts, r.text())
	}
	out := make([]match, r.count())
	found := make([]ward.ProductFinding, len(out))
	for i := range out {
		m := &out[i]
		m.Advisory, m.ProductFinding = advisory, &found[i]
		m.Product, m.Finding.Verdict = ward.ProductID(r.uvarint()), ward.Verdict(r.byte())
		if cves := r.pick(texts); cves != "" {
			m.CVEs = strings.Split(cves, cveSeparator)
		}
		for _, t := range m.textsOf() {
			*t = r.pick(texts)
		}
	}
	if r.bad {
		return nil, errMatchbook
	}
	return out, nil
}

// packReader reads numbers and texts; after the first fault it gives zeros.
type packReader struct {
	b   []byte
	bad bool
}

func (r *packReader) byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *packReader) uvarint() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return n
}

// count is a number of things of at least one byte each.
func (r *packReader) count() int {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return 0
	}
	return int(n)
}

func (r *packReader) text() string {
	n := r.count()
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func (r *packReader) pick(texts []string) string {
	n := r.uvarint()
	if n >= uint64(len(texts)) {
		r.bad = true
		return ""
	}
	return texts[n]
}
