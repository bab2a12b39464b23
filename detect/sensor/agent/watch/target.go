package watch

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/client"
	"ward/format/detection"
	"ward/format/indicator"
	"ward/format/sigma"
)

// target is what is looked for: the bundle and the hospital's own lists, compiled.
type target struct {
	index   *indicator.Index
	engine  *sigma.Engine
	closing func() error
	bundle  string // id
	local   bool   // lists or rules of the hospital are among it
	faults  error  // of these
	set     []uint64
	found   Target
}

// order sorts the keys of what the memory can be asked for.
func (t *target) order() {
	slices.Sort(t.set)
	t.set = slices.Compact(t.set)
}

// Target says what is looked for.
type Target struct {
	Bundle     string `json:"bundle,omitempty"`
	Centre     string `json:"centre,omitempty"`
	Issued     string `json:"issued,omitempty"`
	Expires    string `json:"expires,omitempty"`
	Indicators int    `json:"indicators"`
	Rules      int    `json:"rules"`
	Refused    int    `json:"refused"` // indicators and rules that this release cannot use
	Benign     int    `json:"benign"`  // left out, as a warning list knows them
}

// compile makes what is looked for ready. The index goes into a file, which is
// mapped and takes no memory of the process.
func (s *Settings) compile(p *client.Pulled) (*target, error) {
	t := &target{closing: func() error { return nil }}
	var b indicator.Builder
	var rules []*sigma.Rule
	if p != nil {
		t.ofBundle(p.Bundle, &b, &rules)
	}
	before := b.Len() + len(rules)
	t.faults = s.local(t, &b, &rules)
	t.local = b.Len()+len(rules) > before
	if len(rules) > 0 {
		engine, refused := sigma.Compile(rules, sigma.Options{})
		t.found.Refused += len(refused)
		if t.found.Rules = len(engine.Rules()); t.found.Rules > 0 {
			t.engine = engine
		}
	}
	if t.found.Indicators = b.Len(); t.found.Indicators == 0 {
		return t, nil
	}
	path := filepath.Join(s.State, "detection.idx")
	if err := agent.WriteFile(path, b.Bytes()); err != nil {
		return nil, err
	}
	x, _, closing, err := agent.OpenIndex(path)
	if err != nil {
		return nil, err
	}
	t.index, t.closing = x, closing
	return t, nil
}

// ofBundle takes a bundle's parts up. One that this release cannot use is counted
// and costs nothing else.
func (t *target) ofBundle(d *detection.Bundle, b *indicator.Builder, rules *[]*sigma.Rule) {
	t.bundle = d.ID
	t.found.Bundle, t.found.Centre, t.found.Issued, t.found.Expires = d.ID, d.Centre, d.Issued.Format(stamp), d.Expires.Format(stamp)
	warnings := &indicator.Warnings{}
	for _, w := range d.WarningLists {
		data, err := json.Marshal(map[string]any{"name": w.Name, "type": w.Type, "list": w.Values})
		if err != nil {
			continue // texts and lists of them
		}
		if _, err := warnings.Add(w.Name, data); err != nil {
			t.found.Refused++
		}
	}
	for _, i := range d.Indicators {
		in, err := i.Indicator()
		if err != nil {
			t.found.Refused++
			continue
		}
		if warnings.Benign(in) != "" {
			t.found.Benign++
			continue
		}
		if b.Add(in) != nil {
			t.found.Refused++
		}
	}
	for _, r := range d.Rules {
		more, refused := sigma.Parse(strings.NewReader(r.YAML), r.ID)
		*rules = append(*rules, more...)
		t.found.Refused += len(refused)
	}
}

const stamp = "2006-01-02T15:04:05Z"

// kept is the bundle as it lies on disk, to begin with before the Centre answers.
type kept struct {
	Signature string `json:"signature"`
	ETag      string `json:"etag"`
	Data      []byte `json:"data"`
}

func (s *Settings) bundleFile() string { return filepath.Join(s.State, "bundle.json") }

// stored gives the bundle of an earlier run; its signature is checked again.
func (s *Settings) stored() (*client.Pulled, error) {
	data, err := os.ReadFile(s.bundleFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no bundle yet is no error
	}
	if err != nil {
		return nil, err
	}
	var k kept
	if err := json.Unmarshal(data, &k); err != nil {
		return nil, err
	}
	key, err := s.pinned()
	if err != nil {
		return nil, err
	}
	return client.Check(key, k.Data, k.Signature, k.ETag)
}

func (s *Settings) store(p *client.Pulled) error {
	data, err := json.Marshal(kept{p.Signature, p.ETag, p.Data})
	if err != nil {
		return err
	}
	return agent.WriteFile(s.bundleFile(), data)
}

// current hands targets from the one who pulls to the one who looks.
type current struct{ next atomic.Pointer[target] }

// swap gives the newest target if it is another than old, which is closed.
func (c *current) swap(old *target) (*target, bool) {
	t := c.next.Swap(nil)
	if t == nil {
		return old, false
	}
	if old != nil {
		_ = old.closing() // an index that was only read
	}
	return t, true
}

// offer puts a target where swap finds it; one that was never taken is closed.
func (c *current) offer(t *target) {
	if old := c.next.Swap(t); old != nil {
		_ = old.closing() // as above
	}
}
