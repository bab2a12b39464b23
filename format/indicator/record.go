package indicator

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net/netip"
)

// record is an indicator as it stands in an index.
//
//	kind, type, flags: a byte each
//	key, value, ref, note: length as uvarint, bytes; value is empty where the key says it
//	source, benign, all: uvarints; benign is 0 or a source+1, all is 0 or the place of a pattern
//	parts: uvarint, of a pattern only
type record struct {
	kind, flags      byte
	typ              Type
	key, value       []byte
	ref, note        []byte
	source, benign   uint64
	all, parts, part uint64
}

const flagExact = 1

var errDamaged = errors.New("the index is damaged")

func (r *record) append(b []byte) []byte {
	b = append(b, r.kind, byte(r.typ), r.flags)
	for _, f := range [][]byte{r.key, r.value, r.ref, r.note} {
		b = append(binary.AppendUvarint(b, uint64(len(f))), f...)
	}
	for _, n := range []uint64{r.source, r.benign, r.all, r.parts, r.part} {
		b = binary.AppendUvarint(b, n)
	}
	return b
}

// readRecord reads the record at a place of the section; every length is
// checked, as the place may come from a hostile file.
func readRecord(section []byte, at uint64) (r record, ok bool) {
	if at >= uint64(len(section)) || uint64(len(section))-at < 3 {
		return r, false
	}
	b := section[at:]
	r.kind, r.typ, r.flags, b = b[0], Type(b[1]), b[2], b[3:]
	for _, f := range []*[]byte{&r.key, &r.value, &r.ref, &r.note} {
		n, w := binary.Uvarint(b)
		if w <= 0 || n > uint64(len(b)-w) {
			return r, false
		}
		*f, b = b[w:w+int(n):w+int(n)], b[w+int(n):]
	}
	for _, f := range []*uint64{&r.source, &r.benign, &r.all, &r.parts, &r.part} {
		n, w := binary.Uvarint(b)
		if w <= 0 {
			return r, false
		}
		*f, b = n, b[w:]
	}
	return r, true
}

// text is the value as people read it.
func (r *record) text() string {
	switch {
	case len(r.value) > 0:
		return string(r.value)
	case r.kind == kindIPv4 || r.kind == kindIPv6:
		a, _ := netip.AddrFromSlice(r.key)
		return a.String()
	case r.kind == kindNet && len(r.key) == 17:
		a, _ := netip.AddrFromSlice(r.key[1:])
		if a.Is4In6() && r.key[0] >= 96 {
			return netip.PrefixFrom(a.Unmap(), int(r.key[0])-96).String()
		}
		return netip.PrefixFrom(a, int(r.key[0])).String()
	case r.kind == kindHash:
		return hex.EncodeToString(r.key)
	}
	return string(r.key)
}

// recordOf gives the key of a canonical indicator.
func recordOf(in *Indicator) (record, error) {
	r := record{typ: in.Type, ref: []byte(in.Ref), note: []byte(in.Note)}
	if in.Exact {
		r.flags |= flagExact
	}
	switch in.Type {
	case IPv4, IPv6, CIDR:
		return r, r.network(in.Value)
	case Domain:
		r.kind, r.key = kindDomain, []byte(in.Value)
	case URL:
		r.kind, r.key = kindURL, []byte(in.Value)
	case Email:
		r.kind, r.key = kindMail, []byte(in.Value)
	case FileName:
		r.kind, r.key = kindFile, []byte(fileKey(in.Value))
		if string(r.key) != in.Value {
			r.value = []byte(in.Value)
		}
	case MD5, SHA1, SHA256:
		raw, err := hex.DecodeString(in.Value)
		if err != nil || hashType(in.Value) != in.Type {
			return r, errNoHash
		}
		r.kind, r.key = kindHash, raw
	}
	if len(r.key) == 0 {
		return r, errNothing
	}
	return r, nil
}

// network fills the key of an address or network. IPv4 networks are kept as
// IPv4-mapped ones, so that one table serves both.
func (r *record) network(s string) error {
	if r.typ != CIDR {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Is4() != (r.typ == IPv4) {
			return errNoAddress
		}
		r.kind, r.key = kindIPv6, a.AsSlice()
		if a.Is4() {
			r.kind = kindIPv4
		}
		return nil
	}
	p, err := prefixOf(s)
	if err != nil {
		return err
	}
	bits := p.Bits()
	if p.Addr().Is4() {
		bits += 96
	}
	a := p.Addr().As16()
	r.kind, r.key = kindNet, append([]byte{byte(bits)}, a[:]...)
	return nil
}
