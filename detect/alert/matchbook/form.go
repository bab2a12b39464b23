package matchbook

import (
	"encoding/binary"
	"errors"
	"strings"

	"ward"
	"ward/detect/alert/packed"
)

// The stored form of one advisory's matches has texts once and rows as numbers. The
// verdicts on 10,000 descriptions take half a megabyte and some
// milliseconds, where a row each would hold the only writer for a quarter of a
// second. The first byte is the edition of the form.
const edition = 1

// textsOf are the texts of a match in the order of the form; fields are only
// ever added at the end, with a new edition.
func (m *Match) textsOf() []*string {
	f, r := &m.Finding, &m.Ref
	return []*string{(*string)(&f.Reason), &f.Identity, &f.Version, &f.Leaf, &f.Path, &f.Detail, &m.Remedy,
		&r.Vendor, &r.Name, &r.Model, &r.Version, &r.UDI, &r.PURL, &r.CPE, &r.Serial}
}

// cveSeparator joins the CVEs of a match to one text.
const cveSeparator = "\n"

// Pack writes matches of one advisory.
func Pack(all []Match) []byte {
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
	out := []byte{edition}
	out = binary.AppendUvarint(out, uint64(len(table)))
	out = append(out, texts...)
	out = binary.AppendUvarint(out, uint64(len(all)))
	return append(out, rows...)
}

var errForm = errors.New("stored matches cannot be read")

// Unpack reads what Pack wrote.
func Unpack(advisory ward.AdvisoryID, body []byte) ([]Match, error) {
	r := packed.Read(body)
	if r.Byte() != edition {
		return nil, errForm
	}
	texts := make([]string, 0, r.Count())
	for range cap(texts) {
		texts = append(texts, r.Text())
	}
	out := make([]Match, r.Count())
	found := make([]ward.ProductFinding, len(out))
	for i := range out {
		m := &out[i]
		m.Advisory, m.ProductFinding = advisory, &found[i]
		m.Product, m.Finding.Verdict = ward.ProductID(r.Uvarint()), ward.Verdict(r.Byte())
		if cves := r.Pick(texts); cves != "" {
			m.CVEs = strings.Split(cves, cveSeparator)
		}
		for _, t := range m.textsOf() {
			*t = r.Pick(texts)
		}
	}
	if r.Bad() {
		return nil, errForm
	}
	return out, nil
}
