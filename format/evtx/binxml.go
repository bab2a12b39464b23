package evtx

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// Tokens of BinXML ([MS-EVEN6] 2.2.12); bit 0x40 says that more follows.
const (
	tokenEnd           = 0x00
	tokenOpen          = 0x01
	tokenCloseStart    = 0x02
	tokenCloseEmpty    = 0x03
	tokenCloseElement  = 0x04
	tokenValue         = 0x05
	tokenAttribute     = 0x06
	tokenCDATA         = 0x07
	tokenCharRef       = 0x08
	tokenEntityRef     = 0x09
	tokenPITarget      = 0x0a
	tokenPIData        = 0x0b
	tokenTemplate      = 0x0c
	tokenSubstitution  = 0x0d
	tokenOptional      = 0x0e
	tokenFragment      = 0x0f
	tokenMore          = 0x40
	maxNesting         = 64      // elements; real events have 6
	maxTemplates       = 8       // templates in templates and fragments in values; real events have 2
	maxWork            = 100_000 // tokens of one record
	maxOutput          = 4 << 20 // bytes of values of one record: a template may name one value many times
	maxValues          = 1024    // of a template; descriptors lie in the record itself
	maxNameCharacters  = 512
	descriptorSize     = 4
	templateHeadSize   = 24
	maxCachedNames     = 4096
	elementHeadSize    = 6 // dependency and size behind the token
	templateInstanceAt = 9 // behind the token: 1 unknown, id, offset
)

// parser reads the events of one chunk; all positions are of the chunk.
type parser struct {
	b      []byte
	names  map[uint32][]byte
	out    Sink
	work   int
	output int
	text   []byte // scratch of a value
	attr   []byte // scratch of an attribute
}

func (p *parser) reset(chunk []byte) {
	p.b = chunk
	if p.names == nil {
		p.names = map[uint32][]byte{}
	}
	clear(p.names)
}

// value is one substitution.
type value struct {
	kind     byte
	from, to int
}

// frame is the place in which tokens are read: what may be substituted, where
// they end, how deep they lie.
type frame struct {
	values    []value
	end       int
	depth     int // elements
	templates int
}

// event reads the BinXML from a position to another.
func (p *parser) event(from, to int, out Sink) bool {
	p.out, p.work, p.output = out, maxWork, maxOutput
	_, ok := p.tokens(from, frame{end: to})
	return ok
}

// tokens reads what stands between elements: fragment headers, one template or
// element, processing instructions, the end.
func (p *parser) tokens(at int, f frame) (int, bool) {
	for at < f.end {
		if p.work--; p.work < 0 {
			return at, false
		}
		ok := false
		switch p.b[at] &^ tokenMore {
		case tokenEnd:
			return at + 1, true
		case tokenFragment:
			at, ok = at+4, at+4 <= f.end
		case tokenOpen:
			at, ok = p.element(at, f)
		case tokenTemplate:
			at, ok = p.template(at, f)
		case tokenPITarget, tokenPIData:
			at, ok = p.instruction(at, f)
		}
		if !ok {
			return at, false
		}
	}
	return at, true
}

// instruction passes over a processing instruction.
func (p *parser) instruction(at int, f frame) (int, bool) {
	if p.b[at]&^tokenMore == tokenPITarget {
		_, next, ok := p.name(at+1, f.end)
		return next, ok
	}
	n, ok := p.u16(at+1, f.end)
	return at + 3 + 2*n, ok && at+3+2*n <= f.end
}

func (p *parser) u16(at, end int) (int, bool) {
	if at < 0 || at+2 > end {
		return 0, false
	}
	return int(binary.LittleEndian.Uint16(p.b[at:])), true
}

func (p *parser) u32(at, end int) (int, bool) {
	if at < 0 || at+4 > end {
		return 0, false
	}
	return int(binary.LittleEndian.Uint32(p.b[at:])), true
}

// name reads the offset of a name at a position; where the offset is that of
// the bytes behind it, the name stands here and is passed over.
func (p *parser) name(at, end int) (name []byte, next int, ok bool) {
	offset, ok := p.u32(at, end)
	if !ok {
		return nil, at, false
	}
	name, size, ok := p.nameAt(offset)
	if !ok {
		return nil, at, false
	}
	next = at + 4
	if offset == next {
		next += size
	}
	return name, next, next <= end
}

// nameAt reads a name: offset of the next in its hash chain (not followed), hash, count,
// characters, NUL.
func (p *parser) nameAt(offset int) (name []byte, size int, ok bool) {
	n, ok := p.u16(offset+6, len(p.b))
	size = 8 + 2*n + 2
	if !ok || n > maxNameCharacters || offset+size > len(p.b) {
		return nil, 0, false
	}
	if name, known := p.names[uint32(offset)]; known {
		return name, size, true
	}
	name = appendUTF16(nil, p.b[offset+8:offset+8+2*n])
	if len(p.names) < maxCachedNames {
		p.names[uint32(offset)] = name
	}
	return name, size, true
}

// element reads an element with everything in it.
func (p *parser) element(at int, f frame) (int, bool) {
	more := p.b[at]&tokenMore != 0
	if f.depth++; f.depth > maxNesting {
		return at, false
	}
	name, at, ok := p.name(at+1+elementHeadSize, f.end)
	if !ok {
		return at, false
	}
	p.out.Open(name)
	if more {
		at += 4 // size of the list of attributes
	}
	for at < f.end {
		if p.work--; p.work < 0 {
			return at, false
		}
		switch p.b[at] &^ tokenMore {
		case tokenAttribute:
			if at, ok = p.attribute(at, f); !ok {
				return at, false
			}
		case tokenCloseStart:
			return p.content(at+1, f)
		case tokenCloseEmpty:
			p.out.Close()
			return at + 1, true
		default:
			return at, false
		}
	}
	return at, false
}

// content reads what stands between the tags of an element.
func (p *parser) content(at int, f frame) (int, bool) {
	for at < f.end {
		if p.work--; p.work < 0 {
			return at, false
		}
		ok := false
		switch p.b[at] &^ tokenMore {
		case tokenCloseElement:
			p.out.Close()
			return at + 1, true
		case tokenOpen:
			at, ok = p.element(at, f)
		case tokenTemplate:
			at, ok = p.template(at, f)
		case tokenPITarget, tokenPIData:
			at, ok = p.instruction(at, f)
		case tokenSubstitution, tokenOptional:
			at, ok = p.substitute(at, f)
		default:
			p.text = p.text[:0]
			if p.text, at, ok = p.literal(p.text, at, f); ok && len(p.text) > 0 {
				ok = p.say(p.text)
			}
		}
		if !ok {
			return at, false
		}
	}
	return at, false
}

// say gives a text out, within the bound.
func (p *parser) say(text []byte) bool {
	if p.output -= len(text); p.output < 0 {
		return false
	}
	p.out.Text(text)
	return true
}

// literal appends a text that stands in the template itself.
func (p *parser) literal(to []byte, at int, f frame) ([]byte, int, bool) {
	switch p.b[at] &^ tokenMore {
	case tokenValue:
		n, ok := p.u16(at+2, f.end)
		end := at + 4 + 2*n
		if !ok || end > f.end || p.b[at+1] != kindString {
			return to, at, false
		}
		return appendUTF16(to, p.b[at+4:end]), end, true
	case tokenCDATA:
		n, ok := p.u16(at+1, f.end)
		end := at + 3 + 2*n
		if !ok || end > f.end {
			return to, at, false
		}
		return appendUTF16(to, p.b[at+3:end]), end, true
	case tokenCharRef:
		c, ok := p.u16(at+1, f.end)
		return utf8.AppendRune(to, rune(c)), at + 3, ok
	case tokenEntityRef:
		name, next, ok := p.name(at+1, f.end)
		return append(to, entities[string(name)]...), next, ok
	}
	return to, at, false
}

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'"}

// attribute reads a name and the literals and substitutions of its value. One
// that is nothing but a missing optional value is left out.
func (p *parser) attribute(at int, f frame) (int, bool) {
	name, at, ok := p.name(at+1, f.end)
	if !ok {
		return at, false
	}
	p.attr = p.attr[:0]
	said := false
	for ok && at < f.end {
		if p.work--; p.work < 0 {
			return at, false
		}
		switch p.b[at] &^ tokenMore {
		case tokenSubstitution, tokenOptional:
			var v value
			var found bool
			if v, found, ok = p.chosen(at, f); ok && found {
				p.attr, said = appendValue(p.attr, v.kind, p.b[v.from:v.to]), true
			}
			at += 4
		case tokenValue, tokenCDATA, tokenCharRef, tokenEntityRef:
			p.attr, at, ok = p.literal(p.attr, at, f)
			said = true
		default:
			if p.output -= len(p.attr); p.output < 0 {
				return at, false
			}
			if said {
				p.out.Attr(name, p.attr)
			}
			return at, true
		}
	}
	return at, false
}

// appendUTF16 appends little-endian UTF-16 as UTF-8, up to a NUL.
func appendUTF16(to, b []byte) []byte {
	for i := 0; i+1 < len(b); i += 2 {
		c := rune(b[i]) | rune(b[i+1])<<8
		if c == 0 {
			break
		}
		if c < utf8.RuneSelf {
			to = append(to, byte(c))
			continue
		}
		if utf16.IsSurrogate(c) && i+3 < len(b) {
			if pair := utf16.DecodeRune(c, rune(b[i+2])|rune(b[i+3])<<8); pair != utf8.RuneError {
				c = pair
				i += 2
			}
		}
		to = utf8.AppendRune(to, c) // a lone half becomes U+FFFD
	}
	return to
}
