// Package packed is how an advisory lies in the database: its document, what it
// claims and the fingerprints of its remedies as compressed bytes. It knows no
// database; damaged bytes give an error, never more than maxBody.
package packed

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"ward"
)

// Packer compresses. It is safe for concurrent use, as both ends are through
// EncodeAll and DecodeAll; a decoded document is never above maxBody.
type Packer struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

// maxBody bounds one document, packed or open: 64 MiB, the bound of format/csaf.
const maxBody = 64 << 20

// New makes a packer.
func New() (*Packer, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(2), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, err
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxBody), zstd.WithDecoderConcurrency(2), zstd.WithDecoderLowmem(true))
	return &Packer{enc: enc, dec: dec}, err
}

// Pack compresses b.
func (p *Packer) Pack(b []byte) []byte { return p.enc.EncodeAll(b, make([]byte, 0, len(b)/6+64)) }

// Open is the way back.
func (p *Packer) Open(b []byte) ([]byte, error) {
	out, err := p.dec.DecodeAll(b, nil)
	return out, ward.Wrap("open stored bytes", err)
}

// The claims of a revision are stored as a table of texts and numbers into it:
// a product tree repeats its words, and texts that are one in the file are one
// in memory. Layout, all numbers as varints: version, texts (length, bytes),
// claims (each field as the number of its text, lists with their length before).
const claimsVersion = 1

// Claims packs claims; Advisory is left out, the row knows it.
func (p *Packer) Claims(claims []ward.Claim) []byte {
	w := claimWriter{at: map[string]uint64{}}
	for i := range claims {
		w.claim(&claims[i])
	}
	head := binary.AppendUvarint(nil, claimsVersion)
	head = binary.AppendUvarint(head, uint64(len(w.texts)))
	for _, t := range w.texts {
		head = binary.AppendUvarint(head, uint64(len(t)))
		head = append(head, t...)
	}
	head = binary.AppendUvarint(head, uint64(len(claims)))
	return p.Pack(append(head, w.body...))
}

type claimWriter struct {
	at    map[string]uint64
	texts []string
	body  []byte
}

func (w *claimWriter) text(s string) {
	n, ok := w.at[s]
	if !ok {
		n = uint64(len(w.texts))
		w.at[s] = n
		w.texts = append(w.texts, s)
	}
	w.body = binary.AppendUvarint(w.body, n)
}

func (w *claimWriter) list(l []string) {
	w.body = binary.AppendUvarint(w.body, uint64(len(l)))
	for _, s := range l {
		w.text(s)
	}
}

func (w *claimWriter) claim(c *ward.Claim) {
	for _, s := range fields(c) {
		w.text(*s)
	}
	for _, l := range lists(c) {
		w.list(*l)
	}
	w.body = binary.AppendUvarint(w.body, uint64(c.Status))
}

// fields and lists are the order in which a claim is stored.
func fields(c *ward.Claim) [8]*string {
	return [...]*string{&c.Leaf, &c.Path, &c.Vendor, &c.CPE, &c.PURL, &c.UDI, &c.Version, &c.Range}
}

func lists(c *ward.Claim) [4]*[]string {
	return [...]*[]string{&c.Names, &c.Models, &c.Serials, &c.CVEs}
}

var errClaims = errors.New("stored claims are damaged")

// ReadClaims is the way back, with the advisory filled in. pool, which may be nil, shares texts with other advisories: names of
// makers and CVEs repeat over the whole stock.
func (p *Packer) ReadClaims(id ward.AdvisoryID, packed []byte, pool map[string]string) ([]ward.Claim, error) {
	open, err := p.Open(packed)
	if err != nil {
		return nil, err
	}
	r := claimReader{rest: open}
	if v := r.number(); v != claimsVersion {
		return nil, fmt.Errorf("%w: layout %d", errClaims, v)
	}
	texts := make([]string, r.count())
	for i := range texts {
		texts[i] = share(pool, r.bytes(r.count()))
	}
	claims := make([]ward.Claim, r.count())
	r.texts = texts
	for i := range claims {
		r.claim(&claims[i])
		claims[i].Advisory = id
	}
	if r.bad {
		return nil, errClaims
	}
	return claims, nil
}

func share(pool map[string]string, b []byte) string {
	if s, ok := pool[string(b)]; ok {
		return s
	}
	s := string(b)
	if pool != nil {
		pool[s] = s
	}
	return s
}

type claimReader struct {
	rest  []byte
	texts []string
	bad   bool
	last  []string // the list before: neighbours in a tree share theirs
}

func (r *claimReader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

// count is a number of things of at least one byte each, so it cannot be
// greater than what is left.
func (r *claimReader) count() int {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.bad = true
		return 0
	}
	return int(n)
}

func (r *claimReader) bytes(n int) []byte {
	out := r.rest[:n]
	r.rest = r.rest[n:]
	return out
}

func (r *claimReader) text() string {
	n := r.number()
	if n >= uint64(len(r.texts)) {
		r.bad = true
		return ""
	}
	return r.texts[n]
}

func (r *claimReader) list() []string {
	n := r.count()
	if n == 0 {
		return nil
	}
	out := make([]string, n)
	for i := range out {
		out[i] = r.text()
	}
	return out
}

func (r *claimReader) claim(c *ward.Claim) {
	for _, s := range fields(c) {
		*s = r.text()
	}
	for i, l := range lists(c) {
		*l = r.list()
		if i == len(lists(c))-1 {
			*l = r.shared(*l)
		}
	}
	c.Status = ward.ProductStatus(r.number())
}

// shared gives the last list again where it is equal: most leaves of a
// document name the same CVEs.
func (r *claimReader) shared(l []string) []string {
	if len(l) != len(r.last) {
		r.last = l
		return l
	}
	for i := range l {
		if l[i] != r.last[i] {
			r.last = l
			return l
		}
	}
	return r.last
}

// Prints packs the remediation fingerprint of each leaf path.
func (p *Packer) Prints(prints map[string]string) ([]byte, error) {
	b, err := json.Marshal(prints)
	return p.Pack(b), err
}

// ReadPrints is the way back.
func (p *Packer) ReadPrints(packed []byte) (map[string]string, error) {
	open, err := p.Open(packed)
	if err != nil {
		return nil, err
	}
	var out map[string]string
	return out, json.Unmarshal(open, &out)
}
