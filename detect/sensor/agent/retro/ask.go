package retro

import (
	"errors"
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
}

// Memory is a folder opened for questions, beside a sensor that writes.
type Memory struct {
	salt  salt
	hosts []string
	runs  []run
	// From is the first day that is remembered; empty when nothing is.
	From string
}

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

// asked is one key of one question.
type asked struct {
	key uint64
	of  int
}

// Ask answers for each indicator, in their order.
func (m *Memory) Ask(list []indicator.Indicator) ([]Answer, error) {
	out := make([]Answer, len(list))
	var all []asked
	for i, in := range list {
		out[i] = Answer{Indicator: in.Value, Type: in.Type.String()}
		out[i].Reason = keys(in, func(kind byte, value []byte) { all = append(all, asked{m.salt.sum(kind, value), i}) })
	}
	slices.SortFunc(all, func(a, b asked) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		}
		return a.of - b.of
	})
	last := make([]string, len(list))
	for _, r := range m.runs {
		if err := m.run(r, all, out, last); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (m *Memory) run(r run, all []asked, out []Answer, last []string) error {
	f, err := os.Open(r.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil // the sensor has just merged it, or let it go
	}
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	b := make([]byte, block)
	day, err := time.Parse(dayForm, r.day)
	if err != nil {
		return err
	}
	for _, q := range all {
		err := find(f, r.size, q.key, b, func(e entry) { m.note(&out[q.of], &last[q.of], day, r.day, e) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *Memory) note(a *Answer, last *string, day time.Time, name string, e entry) {
	at := day.Add(time.Duration(e.minute) * time.Minute)
	if !a.Seen || at.Before(a.First) {
		a.First = at
	}
	a.Seen = true
	if *last != name {
		*last = name
		a.Days++
	}
	a.Last = max(a.Last, name)
	a.More = a.More || e.more != 0
	if int64(e.host) < int64(len(m.hosts)) && len(a.Hosts) < 100 && !slices.Contains(a.Hosts, m.hosts[e.host]) {
		a.Hosts = append(a.Hosts, m.hosts[e.host])
	}
}
