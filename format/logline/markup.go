package logline

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// sink hears an XML element in its order, from text or from EVTX. Values are
// valid during the call only.
type sink interface {
	Open(name []byte)
	Attr(name, value []byte)
	Text(value []byte)
	Close()
}

// markup reads one XML element with what is in it: elements, attributes, text,
// CDATA, the five entities and numbers. A document type, the way of entity
// bombs and outside references, is refused. Names lose their prefix.
type markup struct {
	b       []byte
	at      int
	depth   int
	closed  bool // the outer element is
	open    [maxDepth][]byte
	scratch []byte
}

func (m *markup) read(b []byte, out sink) Reason {
	m.b, m.at, m.depth, m.closed, m.scratch = b, 0, 0, false, m.scratch[:0]
	for m.at < len(m.b) {
		if m.b[m.at] != '<' {
			m.text(out)
			continue
		}
		why := m.tag(out)
		if why != "" {
			return why
		}
		if m.closed {
			if len(bytes.TrimSpace(m.b[m.at:])) > 0 {
				return BrokenXML
			}
			return ""
		}
	}
	return BrokenXML
}

func (m *markup) text(out sink) {
	end := bytes.IndexByte(m.b[m.at:], '<')
	if end < 0 {
		end = len(m.b) - m.at
	}
	raw := m.b[m.at : m.at+end]
	m.at += end
	if m.depth > 0 && !blankText(raw) {
		out.Text(m.decoded(raw))
	}
}

// blankText: also the tree signs that browsers copy, "- <System>"; a dash
// alone is a value.
func blankText(b []byte) bool {
	return len(bytes.Trim(b, " \t\r\n-")) == 0 && !(len(b) == 1 && b[0] == '-')
}

// tag reads what begins with '<'.
func (m *markup) tag(out sink) Reason {
	b := m.b[m.at:]
	switch {
	case bytes.HasPrefix(b, []byte("<!--")):
		return m.pass("-->")
	case bytes.HasPrefix(b, []byte("<?")):
		return m.pass("?>")
	case bytes.HasPrefix(b, []byte("<![CDATA[")):
		end := bytes.Index(b, []byte("]]>"))
		if end < 0 || m.depth == 0 {
			return BrokenXML
		}
		out.Text(b[len("<![CDATA["):end])
		m.at += end + 3
		return ""
	case bytes.HasPrefix(b, []byte("<!")):
		return BrokenXML
	case bytes.HasPrefix(b, []byte("</")):
		end := bytes.IndexByte(b, '>')
		if end < 0 || m.depth == 0 || !bytes.Equal(bytes.TrimSpace(b[2:end]), m.open[m.depth-1]) {
			return BrokenXML
		}
		m.depth--
		m.closed = m.depth == 0
		m.at += end + 1
		out.Close()
		return ""
	}
	return m.element(out)
}

func (m *markup) pass(end string) Reason {
	i := bytes.Index(m.b[m.at:], []byte(end))
	if i < 0 {
		return BrokenXML
	}
	m.at += i + len(end)
	return ""
}

// element reads a start tag with its attributes.
func (m *markup) element(out sink) Reason {
	m.at++
	name := m.name()
	if len(name) == 0 {
		return BrokenXML
	}
	if m.depth == maxDepth {
		return TooDeep
	}
	out.Open(local(name))
	for {
		m.space()
		switch {
		case m.at >= len(m.b):
			return BrokenXML
		case m.b[m.at] == '>':
			m.at++
			m.open[m.depth] = name
			m.depth++
			return ""
		case m.b[m.at] == '/' && m.at+1 < len(m.b) && m.b[m.at+1] == '>':
			m.at += 2
			m.closed = m.depth == 0
			out.Close()
			return ""
		}
		if !m.attribute(out) {
			return BrokenXML
		}
	}
}

func (m *markup) attribute(out sink) bool {
	name := m.name()
	m.space()
	if len(name) == 0 || m.at+1 >= len(m.b) || m.b[m.at] != '=' {
		return false
	}
	m.at++
	m.space()
	if m.at >= len(m.b) || m.b[m.at] != '"' && m.b[m.at] != '\'' {
		return false
	}
	end := bytes.IndexByte(m.b[m.at+1:], m.b[m.at])
	if end < 0 {
		return false
	}
	value := m.b[m.at+1 : m.at+1+end]
	m.at += end + 2
	if !bytes.HasPrefix(name, []byte("xmlns")) {
		out.Attr(local(name), m.decoded(value))
	}
	return true
}

func (m *markup) space() {
	for m.at < len(m.b) && (m.b[m.at] == ' ' || m.b[m.at] == '\t' || m.b[m.at] == '\r' || m.b[m.at] == '\n') {
		m.at++
	}
}

func (m *markup) name() []byte {
	from := m.at
	for m.at < len(m.b) {
		switch m.b[m.at] {
		case ' ', '\t', '\r', '\n', '=', '>', '/', '<', '"', '\'':
			return m.b[from:m.at]
		}
		m.at++
	}
	return m.b[from:m.at]
}

func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'"}

// decoded resolves references; unknown ones stay as they are.
func (m *markup) decoded(b []byte) []byte {
	if bytes.IndexByte(b, '&') < 0 {
		return b
	}
	from := len(m.scratch)
	for len(b) > 0 {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			m.scratch = append(m.scratch, b...)
			break
		}
		m.scratch = append(m.scratch, b[:i]...)
		b = b[i:]
		end := bytes.IndexByte(b[:min(len(b), 12)], ';')
		if end < 0 {
			m.scratch = append(m.scratch, '&')
			b = b[1:]
			continue
		}
		m.reference(b[1:end], b[:end+1])
		b = b[end+1:]
	}
	return m.scratch[from:len(m.scratch):len(m.scratch)]
}

func (m *markup) reference(name, whole []byte) {
	if plain, ok := entities[string(name)]; ok {
		m.scratch = append(m.scratch, plain...)
		return
	}
	if len(name) > 1 && name[0] == '#' {
		digits, base := string(name[1:]), 10
		if name[1] == 'x' || name[1] == 'X' {
			digits, base = digits[1:], 16
		}
		if v, err := strconv.ParseUint(digits, base, 21); err == nil {
			m.scratch = utf8.AppendRune(m.scratch, rune(v))
			return
		}
	}
	m.scratch = append(m.scratch, whole...)
}
