package indicator

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// Builder gathers indicators into an index. The zero value is ready. It is not
// safe for concurrent use.
type Builder struct {
	records []byte   // as in the section; place 0 is nobody's
	places  []uint32 // of each keyed record
	hashes  []uint64
	slots   []uint32 // number+1 of a keyed record, to find what is there already
	first   []uint64 // keys of the first filter, not unique
	filter  []uint64 // keys of the other, not unique
	sources []string
	known   map[string]uint64
	counts  [len(typeNames)]uint64
	again   uint64
	nets    [2]uint64 // prefix lengths in use, as bits
	wide24  []netip.Prefix
}

// maxRecords bounds the section: places are 32 bits.
const maxRecords = 1<<32 - 1<<20

// ErrTooMany says that an index is full.
var ErrTooMany = errors.New("more indicators than one index holds (4 GiB of text)")

// Add takes one canonical indicator. What the same source has given before is
// counted and left out.
func (b *Builder) Add(in Indicator) error {
	if len(b.records) == 0 {
		b.records = append(b.records, 0)
	}
	if len(b.records) > maxRecords {
		return ErrTooMany
	}
	if len(in.All) > 0 {
		return b.addAll(in)
	}
	r, err := recordOf(&in)
	if err != nil {
		return fmt.Errorf("%s %q: %w", in.Type, in.Value, err)
	}
	b.place(&r, &in)
	if !b.keyed(&r) {
		b.again++
		return nil
	}
	b.counts[in.Type]++
	return nil
}

func (b *Builder) place(r *record, in *Indicator) {
	r.source = b.source(in.Source)
	if in.Benign != "" {
		r.benign = b.source(in.Benign) + 1
	}
}

// addAll takes a pattern of several parts: one record for itself, one for each.
func (b *Builder) addAll(in Indicator) error {
	r := record{kind: kindAll, typ: in.Type, key: []byte(in.Value), ref: []byte(in.Ref), parts: uint64(len(in.All))}
	b.place(&r, &in)
	if len(in.All) > 64 {
		return errors.New("more than 64 parts")
	}
	parts := make([]record, len(in.All))
	for i := range in.All {
		p, err := recordOf(&in.All[i])
		if err != nil {
			return err
		}
		p.source, p.part, p.all = r.source, uint64(i), uint64(len(b.records))
		parts[i] = p
	}
	b.records = r.append(b.records)
	for i := range parts {
		b.keyed(&parts[i])
	}
	b.counts[0]++ // patterns
	return nil
}

func (b *Builder) source(name string) uint64 {
	if b.known == nil {
		b.known = map[string]uint64{}
	}
	n, ok := b.known[name]
	if !ok {
		n = uint64(len(b.sources))
		b.known[strings.Clone(name)], b.sources = n, append(b.sources, strings.Clone(name))
	}
	return n
}

// keyed adds a record that the table leads to; false when it is there already.
func (b *Builder) keyed(r *record) bool {
	h := hashOf(r.kind, r.key)
	if len(b.places)*2 >= len(b.slots) {
		b.grow()
	}
	i := slotOf(h, len(b.slots))
	for ; b.slots[i] != 0; i = (i + 1) % len(b.slots) {
		n := b.slots[i] - 1
		if b.hashes[n] == h && r.all == 0 && b.same(r, b.places[n]) {
			return false
		}
	}
	b.slots[i] = uint32(len(b.places) + 1)
	b.places, b.hashes = append(b.places, uint32(len(b.records))), append(b.hashes, h)
	b.records = r.append(b.records)
	b.filter = append(b.filter, h)
	b.hosts(r)
	return true
}

// same reports whether the record at a place says the same from the same source.
func (b *Builder) same(r *record, at uint32) bool {
	o, ok := readRecord(b.records, uint64(at))
	return ok && o.kind == r.kind && o.flags == r.flags && o.source == r.source && o.all == 0 && bytes.Equal(o.key, r.key) && bytes.Equal(o.value, r.value)
}

func (b *Builder) grow() {
	n := max(1024, len(b.slots)*2)
	b.slots = make([]uint32, n)
	for k, h := range b.hashes {
		i := slotOf(h, n)
		for b.slots[i] != 0 {
			i = (i + 1) % n
		}
		b.slots[i] = uint32(k + 1)
	}
}

// hosts adds to the filters what leads to a record: an address or hash itself, the
// last labels of a name, and the host of a URL or a mail address.
func (b *Builder) hosts(r *record) {
	host := ""
	switch r.kind {
	case kindIPv4, kindHash:
		b.first = append(b.first, hashOf(r.kind, r.key))
		return
	case kindDomain, kindFile:
		b.name(string(r.key))
		return
	case kindURL:
		host = urlHost(string(r.key))
	case kindMail:
		_, host, _ = strings.Cut(string(r.key), "@")
	case kindNet:
		b.network(r.key)
		return
	default:
		return
	}
	if a, err := netip.ParseAddr(host); err == nil && a.Is4() {
		v4 := a.As4()
		n := binary.BigEndian.Uint32(v4[:])
		b.first, b.filter = append(b.first, hashIPv4(n)), append(b.filter, hostKey(n))
		return
	}
	b.name(host)
	b.filter = append(b.filter, hashOf(kindDomain, []byte(host)))
}

// name adds what leads to a name: its last two labels to the first filter and, as
// these may be co.uk or github.io, which half of all logs speak of, its last three
// to the other, or that two are all.
func (b *Builder) name(name string) {
	two := nameKey(name, 2)
	b.first = append(b.first, two)
	if strings.Count(name, ".") < 2 {
		b.filter = append(b.filter, wholeKey(two))
		return
	}
	b.filter = append(b.filter, nameKey(name, 3))
}

func (b *Builder) network(key []byte) {
	b.nets[key[0]/64%2] |= 1 << (key[0] % 64)
	if a, _ := netip.AddrFromSlice(key[1:]); a.Is4In6() && key[0] >= 96 {
		b.wide24 = append(b.wide24, netip.PrefixFrom(a.Unmap(), int(key[0])-96))
	}
}

// urlHost is the host of a canonical URL.
func urlHost(u string) string {
	if _, rest, ok := strings.Cut(u, "://"); ok {
		u = rest
	}
	if i := strings.IndexAny(u, "/:"); i >= 0 {
		u = u[:i]
	}
	return u
}

// Len is the number of indicators taken, Again of those that came twice from
// the same source.
func (b *Builder) Len() (n int) {
	for _, c := range b.counts {
		n += int(c)
	}
	return n
}

// Again is the number of indicators that their source had given before.
func (b *Builder) Again() int { return int(b.again) }
