package retro

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"os"
	"slices"
	"time"

	"ward/format/indicator"
)

// Answer says whether, when and where a value was seen.
type Answer struct {
	Indicator string    `json:"indicator"`
	Type      string    `json:"type"`
	Seen      bool      `json:"seen"`
	First     time.Time `json:"first,omitzero"`
	Last      string    `json:"last,omitempty"` // day
	Days      int       `json:"days,omitempty"`
	Hosts     []string  `json:"hosts,omitempty"`
	More      bool      `json:"more,omitempty"`   // on further computers, which are not kept
	Reason    string    `json:"reason,omitempty"` // why hashes cannot answer
	Places    []Place   `json:"-"`                // what Hosts has, in full
}

// Memory is a folder opened for questions, beside a sensor that writes.
type Memory struct {
	salt  salt
	hosts []string
	runs  []run
	// From is the first day that is remembered; empty when nothing is.
	From string
}

// Empty reports whether nothing is remembered.
func (m *Memory) Empty() bool { return len(m.runs) == 0 }

// OpenMemory opens a folder for questions.
func OpenMemory(dir string) (*Memory, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	m := &Memory{}
	var err error
	if m.salt, err = saltOf(dir); err != nil {
		return nil, err
	}
	if m.hosts, err = hostNames(dir); err != nil {
		return nil, err
	}
	if m.runs, err = runsOf(dir); err == nil && len(m.runs) > 0 {
		m.From = m.runs[0].day
	}
	return m, err
}

// Place is one computer at which a value was seen.
type Place struct {
	Host  string // empty where the line named none
	First time.Time
	Last  time.Time // the day
	Days  int
}

// asked is one key of one question.
type asked struct {
	key uint64
	of  int
}

// most bounds the keys of one pass over the memory: 16 MB of them. A network of
// /12, the widest, asks for 4,096.
const most = 1 << 20

// Ask answers for each indicator, in their order.
func (m *Memory) Ask(list []indicator.Indicator) ([]Answer, error) {
	out := make([]Answer, len(list))
	for at := 0; at < len(list); {
		p := m.Start(list[at:], nil)
		for p.Next() {
			continue
		}
		if p.Err != nil {
			return nil, p.Err
		}
		for i := range p.Took {
			in := list[at+i]
			a := p.Seen[i]
			if a == nil {
				a = &Answer{Indicator: in.Value, Type: in.Type.String(), Reason: keys(in, func(byte, []byte) {})}
			}
			out[at+i] = *a
		}
		at += p.Took
	}
	return out, nil
}

// Pass is one question under way. It reads the memory file by file, so that
// whoever asks may stop between two.
type Pass struct {
	Took int             // of the list
	Seen map[int]*Answer // by the place in the list: what was seen
	Err  error

	m     *Memory
	list  []indicator.Indicator
	since []time.Time
	keys  []asked
	next  int
}

// Start asks for as many of a list, from its beginning, as one pass can hold.
// since, where it is given, says for each from when on it is asked.
func (m *Memory) Start(list []indicator.Indicator, since []time.Time) *Pass {
	p := &Pass{Seen: map[int]*Answer{}, m: m, list: list, since: since}
	for p.Took < len(list) && len(p.keys) < most {
		keys(list[p.Took], func(kind byte, value []byte) { p.keys = append(p.keys, asked{m.salt.sum(kind, value), p.Took}) })
		p.Took++
	}
	slices.SortFunc(p.keys, func(a, b asked) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.of, b.of)) })
	return p
}

// Next reads the next file; false when there is none or reading failed.
func (p *Pass) Next() bool {
	if p.Err != nil || p.next == len(p.m.runs) || len(p.keys) == 0 {
		return false
	}
	r := p.m.runs[p.next]
	p.next++
	if p.Err = p.run(r); p.Err != nil {
		return false
	}
	return true
}

func (p *Pass) run(r run) error {
	f, err := os.Open(r.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil // the sensor has just merged it, or let it go
	}
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	day, err := time.Parse(dayForm, r.day)
	if err != nil {
		return err
	}
	// A search takes some fifteen reads of the disk; many keys are found sooner by
	// reading all of it once.
	if int64(len(p.keys)) > r.size/entrySize/200 {
		return p.through(f, day)
	}
	b := make([]byte, block)
	for _, q := range p.keys {
		if err := find(f, r.size, q.key, b, func(e entry) { p.note(q.of, day, e) }); err != nil {
			return err
		}
	}
	return nil
}

// through reads a whole file beside the keys; both are sorted.
func (p *Pass) through(f io.Reader, day time.Time) error {
	in := bufio.NewReaderSize(f, 256<<10)
	var b [entrySize]byte
	for at := 0; at < len(p.keys); {
		if _, err := io.ReadFull(in, b[:]); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return nil
			}
			return err
		}
		e := decodeOne(b[:])
		for at < len(p.keys) && p.keys[at].key < e.key {
			at++
		}
		for i := at; i < len(p.keys) && p.keys[i].key == e.key; i++ {
			p.note(p.keys[i].of, day, e)
		}
	}
	return nil
}

// maxPlaces bounds the computers that an answer names.
const maxPlaces = 100

func (p *Pass) note(of int, day time.Time, e entry) {
	at := day.Add(time.Duration(e.minute) * time.Minute)
	if p.since != nil && at.Before(p.since[of]) {
		return
	}
	a := p.Seen[of]
	if a == nil {
		in := p.list[of]
		a = &Answer{Indicator: in.Value, Type: in.Type.String(), Seen: true, First: at}
		p.Seen[of] = a
	}
	if at.Before(a.First) {
		a.First = at
	}
	if name := day.Format(dayForm); name != a.Last { // files come by day
		a.Last = name
		a.Days++
	}
	a.More = a.More || e.more != 0
	host := ""
	if int64(e.host) < int64(len(p.m.hosts)) {
		host = p.m.hosts[e.host]
	}
	i := slices.IndexFunc(a.Places, func(x Place) bool { return x.Host == host })
	if i < 0 {
		if len(a.Places) == maxPlaces {
			a.More = true
			return
		}
		if i = len(a.Places); host != "" {
			a.Hosts = append(a.Hosts, host)
		}
		a.Places = append(a.Places, Place{Host: host, First: at})
	}
	x := &a.Places[i]
	if at.Before(x.First) {
		x.First = at
	}
	if !x.Last.Equal(day) {
		x.Last = day
		x.Days++
	}
}
