package match

import (
	"strings"
	"sync"
	"sync/atomic"

	"ward"
	"ward/format/version"
)

// subject is a product's version read once.
type subject struct {
	*reading
	release bool // the text stands in the name, not in a column of its own
	brief   bool // verdict and reason only, no evidence in words
	model   string
	serial  string
	ref     *profile
}

// reading is a version text that was read. The zero value is no text.
type reading struct {
	text    string
	key     string // as ReadingKey folds it
	v       version.Version
	bad     bool                     // a text is there and was not read
	none    bool                     // the text says that no version is known
	answers []atomic.Pointer[answer] // by reach; empty where nothing is remembered
}

// answer tells whether a version is in a reach, with the ground in words where
// they were asked for.
type answer struct {
	tri    version.Tri
	reason ward.Reason
	rule   string // that read the version
	detail string
}

// newSubject reads the version of a product: its own column, else purl or CPE,
// else the release in its name. model is compact; known, if not nil, remembers texts.
func newSubject(p *profile, text, model, serial string, known *readings) subject {
	s := subject{model: model, ref: p}
	if serial != "" {
		s.serial = compactCode(serial)
	}
	if text = strings.TrimSpace(text); text != "" {
		if s.reading = known.read(p.purl.withEpoch(text)); !s.none {
			return s
		}
	}
	if text = p.purl.version; text == "" {
		text = p.cpe.version
	}
	switch {
	case text != "":
		s.reading = known.read(text)
	case len(p.release.list) > 0:
		v := p.release.list[0]
		s.reading, s.release = &reading{text: v.Text(), key: keyText(v.Text()), v: v}, true
	default:
		s.reading = &reading{}
	}
	return s
}

// noVersion are texts of a version column that give none.
var noVersion = map[string]bool{"-": true, "n/a": true, "na": true, "none": true, "unknown": true, "unbekannt": true, "?": true, "k.a.": true,
	"k. a.": true, "inconnu": true, "inconnue": true, "keine": true, "tbd": true, "x": true, "--": true, "n.a.": true, "0": true, "nicht bekannt": true,
	"latest": true, "aktuell": true, "sconosciuta": true, "desconocida": true, "onbekend": true}

// readings remembers version texts that were read and what was answered about
// them; it is safe for concurrent use.
type readings struct {
	mu      sync.RWMutex
	known   map[string]*reading
	reaches int
	left    int // answers that may still be given room
}

// Bounds of what is remembered for one run: texts, and answers in all (8 bytes
// of room each).
const (
	maxReadings = 1 << 16
	maxAnswers  = 1 << 20
)

func newReadings(reaches int) *readings {
	return &readings{known: map[string]*reading{}, reaches: reaches, left: maxAnswers}
}

// hitRoom is room for hits that is used again.
type hitRoom struct{ hits []hit }

var hitRooms = sync.Pool{New: func() any { return &hitRoom{hits: make([]hit, 0, 32)} }}

func borrowHits() *hitRoom { return hitRooms.Get().(*hitRoom) }

func (w *hitRoom) giveBack() {
	clear(w.hits) // so that they hold no index that is done with
	w.hits = w.hits[:0]
	hitRooms.Put(w)
}

// read reads a text, or gives what it read before. A nil receiver remembers nothing.
func (x *readings) read(text string) *reading {
	if x != nil {
		x.mu.RLock()
		r := x.known[text]
		x.mu.RUnlock()
		if r != nil {
			return r
		}
	}
	v, err := version.Parse(text)
	r := &reading{text: text, v: v, bad: err != nil, none: noVersion[fold(text)] || strings.Trim(text, "0.") == "", key: keyText(text)}
	if x == nil {
		return r
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	// Another goroutine may have read it meanwhile; one reading keeps the answers.
	if before := x.known[text]; before != nil {
		return before
	}
	if x.reaches <= x.left {
		r.answers = make([]atomic.Pointer[answer], x.reaches)
		x.left -= x.reaches
	}
	if len(x.known) < maxReadings {
		x.known[text] = r
	}
	return r
}

// as reads the version by the rules of a purl type, where that is possible.
func (r *reading) as(kind string) (v *version.Version, bad bool) {
	if kind != "" && r.text != "" {
		if v, err := version.ParseIn(r.text, kind); err == nil {
			return &v, false
		}
	}
	return &r.v, r.bad
}

// say joins words to evidence; nothing where none is asked for.
func (s *subject) say(parts ...string) string {
	if s.brief {
		return ""
	}
	return strings.Join(parts, "")
}
