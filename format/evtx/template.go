package evtx

// chosen finds the value of a substitution token; found is false for a null.
func (p *parser) chosen(at int, f frame) (v value, found, ok bool) {
	id, ok := p.u16(at+1, f.end)
	if !ok || at+4 > f.end {
		return v, false, false
	}
	if id >= len(f.values) { // the template wants more than the record has
		return v, false, true
	}
	v = f.values[id]
	return v, v.kind != kindNull && v.from < v.to, true
}

// substitute gives the value of a substitution token as text, list or fragment.
func (p *parser) substitute(at int, f frame) (int, bool) {
	v, found, ok := p.chosen(at, f)
	next := at + 4
	if !ok || !found {
		return next, ok
	}
	if v.kind == kindBinXML {
		if f.templates >= maxTemplates {
			return at, false
		}
		_, ok := p.tokens(v.from, frame{end: v.to, depth: f.depth, templates: f.templates + 1})
		return next, ok
	}
	if v.kind&kindArray != 0 {
		return next, p.list(v)
	}
	p.text = appendValue(p.text[:0], v.kind, p.b[v.from:v.to])
	return next, p.say(p.text)
}

// list gives each element of an array in an XML element of its own.
func (p *parser) list(v value) bool {
	first := true
	return eachElement(v.kind, p.b[v.from:v.to], func(kind byte, b []byte) bool {
		if p.work--; p.work < 0 {
			return false
		}
		if !first {
			p.out.Again()
		}
		first = false
		p.text = appendValue(p.text[:0], kind, b)
		return p.say(p.text)
	})
}

// template reads a template instance: where the definition stands, how many
// values, their descriptors and bytes. The definition is read with the values.
func (p *parser) template(at int, f frame) (int, bool) {
	if f.templates >= maxTemplates {
		return at, false
	}
	offset, ok := p.u32(at+6, f.end)
	next := at + 1 + templateInstanceAt
	size, sized := p.u32(offset+20, len(p.b))
	body := offset + templateHeadSize
	if !ok || !sized || size > len(p.b) || body+size > len(p.b) {
		return at, false
	}
	if offset == next {
		next = body + size
	}
	count, ok := p.u32(next, f.end)
	if !ok || count > maxValues {
		return at, false
	}
	values, next, ok := p.values(next+4, count, f.end)
	if !ok {
		return at, false
	}
	_, ok = p.tokens(body, frame{values: values, end: body + size, depth: f.depth, templates: f.templates + 1})
	return next, ok
}

// values reads descriptors (size, type, a spare byte) and gives the places of
// the bytes behind them.
func (p *parser) values(at, count, end int) ([]value, int, bool) {
	data := at + count*descriptorSize
	if data > end {
		return nil, at, false
	}
	out := make([]value, count)
	for i := range out {
		size, _ := p.u16(at, end)
		out[i] = value{kind: p.b[at+2], from: data, to: data + size}
		if data += size; data > end {
			return nil, at, false
		}
		at += descriptorSize
	}
	return out, data, true
}
