package ransom

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Input is what is asked about: a file, or answers of a person who has no file
// at hand. Nothing of it is kept.
type Input struct {
	Name      string // name of the file, without folders
	Data      []byte // its content, or the first TextLimit bytes of it
	Tail      []byte // the last SampleEdge bytes where Data is not all of it
	Extension string // what was added to the names of encrypted files, if known
	Told      bool   // a person says that this is an attack: no text has to show it
}

// Kind says what a file looked like.
type Kind string

const (
	KindNote    Kind = "note"    // reads like a ransom note
	KindText    Kind = "text"    // a text that does not
	KindSample  Kind = "sample"  // an encrypted file, or another binary one
	KindAnswers Kind = "answers" // no file: answers only
)

// Result is what was found. No candidates: no family is named.
type Result struct {
	Kind       Kind        `json:"kind"`
	NoteLike   int         `json:"note_like"` // 0 to 100: how much a text speaks like a ransom note
	Candidates []Candidate `json:"candidates"`
	Addresses  []Address   `json:"addresses,omitempty"` // ways to reach the criminals, for the report
}

// Candidate is a family that may have done it.
type Candidate struct {
	Family  string   `json:"family"`
	Aliases []string `json:"aliases,omitempty"`
	// Score is 0 to 100. It orders candidates; it is no probability.
	Score      int        `json:"score"`
	Confidence Confidence `json:"confidence"`
	Reasons    []Reason   `json:"reasons"` // most telling first
	Settle     []Step     `json:"settle"`  // what would make it sure
	Index      int        `json:"-"`       // place in Model.Families
}

// Confidence puts a score in words.
type Confidence string

const (
	Strong Confidence = "strong" // 80 and more
	Likely Confidence = "likely" // 50 to 79
	Weak   Confidence = "weak"   // less: a hint where to look, no finding
)

// Reason is one clue.
type Reason struct {
	Kind   string `json:"kind"`             // text, address, vanity, name, phrase, file, extension, marker
	Detail string `json:"detail,omitempty"` // what was seen, from the input
	Points int    `json:"points"`           // 0 to 100 of this clue alone
}

// Step is what would settle which family it is.
type Step string

const (
	StepNote      Step = "note"      // the whole note
	StepSample    Step = "sample"    // an encrypted file
	StepExtension Step = "extension" // what was added to file names
	StepAddress   Step = "address"   // an address that the note shows
	StepExpert    Step = "expert"    // the candidates are too near each other
)

// Bounds of an answer.
const (
	candidatesMost = 5
	reasonsMost    = 8
	scoreLeast     = 2  // what has less is not said
	scoreDoubt     = 20 // the same for a text that is not surely a note
)

// Identify names the families that fit, best first; equal ones by name.
func (m *Model) Identify(in Input) Result {
	s := scorer{m: m, points: map[int][]Reason{}, explained: map[uint32]bool{}}
	var res Result
	name := lowerASCII(baseName(in.Name))
	switch {
	case len(in.Data) == 0 || in.Told:
		res.Kind = KindAnswers
		s.text(in.Data, &res)
		s.file(name)
		s.extensions(name, in.Extension)
		res.NoteLike = 0
	case isBinary(in.Data):
		res.Kind = KindSample
		s.sample(name, in)
	default:
		s.text(in.Data, &res)
		s.file(name)
		s.extension(in.Extension)
		res.Kind = KindText
		if s.believed(res.NoteLike) {
			res.Kind = KindNote
		}
	}
	res.Candidates = []Candidate{}
	if res.Kind != KindText {
		res.Candidates = s.candidates(res)
	}
	return res
}

// baseName cuts folders of both kinds off.
func baseName(s string) string {
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		return s[i+1:]
	}
	return s
}

// scorer gathers clues by family.
type scorer struct {
	m       *Model
	points  map[int][]Reason // Points in thousandths until the end
	nearest int              // best likeness to a single note, thousandths

	terms     []uint32 // of the text
	own       int      // sum of their squared weights
	dot       []int    // the same of what each note has in common with it
	explained map[uint32]bool
	strange   bool   // in a language of which no note is known
	about     int    // signs of those who speak about an attack
	claims    bool   // it says that it made the attack
	dark      bool   // it shows a hidden service or a messenger that needs no name
	said      int    // points of all that it does as notes do
	usual     string // ending of the asked file that says nothing, as documents have it
}

func (s *scorer) add(family int, kind, detail string, points int) {
	if points <= 0 {
		return
	}
	for i, r := range s.points[family] {
		if r.Kind == kind && r.Detail == detail {
			s.points[family][i].Points = max(r.Points, points)
			return
		}
	}
	s.points[family] = append(s.points[family], Reason{Kind: kind, Detail: detail, Points: points})
}

// all gives points for a clue to every family that has it: the more have it,
// the less it tells of each.
func (s *scorer) all(clue, kind, detail string, points int) {
	list := s.m.clues[clueKey(clue)]
	for _, f := range list {
		s.add(f, kind, detail, points*2/(len(list)+1))
	}
}

// text looks at words, addresses and names in a text.
func (s *scorer) text(data []byte, res *Result) {
	m := read(plain(decode(data)))
	res.Addresses = m.addresses
	s.dark = slices.ContainsFunc(m.addresses, func(a Address) bool { return a.Kind == "onion" || a.Kind == "tox" || a.Kind == "session" })
	terms := termsOf(m.words)
	s.likeness(terms)
	res.NoteLike = s.noteLike(m)
	for _, a := range m.addresses {
		s.address(a)
	}
	for _, e := range m.extensions {
		s.endings(e, "extension", 700)
	}
	for _, f := range m.files {
		s.noteName(f, 500)
	}
	s.names(m.words)
	s.phrases(m.words)
}

// likeness compares the words with every note: the cosine of the angle between
// the weighed terms, best note of each family.
func (s *scorer) likeness(terms []uint32) {
	m := s.m
	s.terms, s.dot = terms, make([]int, len(m.notes))
	for _, t := range terms {
		w := m.weight(t)
		s.own += w * w
		for _, id := range m.terms[t].notes {
			s.dot[id] += w * w
		}
	}
	for f, b := range s.bestNotes() {
		s.nearest = max(s.nearest, b.cosine)
		s.add(f, "text", "", likenessPoints(b.cosine))
	}
}

// alike is a family's nearest note.
type alike struct{ note, cosine int }

func (s *scorer) bestNotes() map[int]alike {
	best := map[int]alike{}
	for id, d := range s.dot {
		if d <= 0 {
			continue
		}
		f := s.m.notes[id].family
		if c := cosine(d, s.own, s.m.notes[id].norm); c > best[f].cosine {
			best[f] = alike{id, c}
		}
	}
	return best
}

// explain takes the words that a family's nearest note has in common with the
// text from all others, down to a quarter: groups copy each other's notes, and
// of ten copies the second place belongs to who explains something new.
func (s *scorer) explain(family int) {
	note, ok := s.bestNotes()[family]
	if !ok {
		return
	}
	for _, t := range s.terms {
		notes := s.m.terms[t].notes
		if _, common := slices.BinarySearch(notes, note.note); !common || s.explained[t] {
			continue
		}
		s.explained[t] = true
		w := s.m.weight(t)
		for _, id := range notes {
			s.dot[id] -= w * w * 3 / 4
		}
	}
	best := s.bestNotes()
	for f, reasons := range s.points {
		for i := range reasons {
			if reasons[i].Kind == "text" {
				reasons[i].Points = likenessPoints(best[f].cosine)
			}
		}
	}
}

// cosine in thousandths. The square root is correctly rounded everywhere, so
// Go and the browser's script agree.
func cosine(dot, a, b int) int {
	if a == 0 || b == 0 {
		return 0
	}
	return int(math.Floor(1000 * float64(dot) / math.Sqrt(float64(a)*float64(b))))
}

// likenessPoints: below 30 all notes are alike; from 400 on it is the same note
// with other particulars.
func likenessPoints(c int) int {
	switch {
	case c < 30:
		return c
	case c < 400:
		return 30 + (c-30)*820/370
	}
	return min(850+(c-400)/4, 970)
}

// candidates picks the best family, then the best of what it leaves
// unexplained, and so on.
func (s *scorer) candidates(res Result) []Candidate {
	least := scoreLeast
	if res.Kind == KindNote && (res.NoteLike < noteSure || s.about >= aboutSome) {
		least = scoreDoubt
	}
	out := []Candidate{}
	most := 990000
	for len(out) < candidatesMost {
		best, score := -1, least*10000-1
		for f, reasons := range s.points {
			sorted(reasons)
			if n := joined(reasons); n > score || n == score && best >= 0 && f < best {
				best, score = f, n
			}
		}
		if best < 0 {
			break
		}
		most = min(most, score)
		fam := s.m.Families[best]
		points := most / 10000
		out = append(out, Candidate{Family: fam.Name, Aliases: fam.Aliases, Score: points, Confidence: confidence(points), Reasons: told(s.points[best]), Index: best})
		delete(s.points, best)
		s.explain(best)
	}
	settle(out, res.Kind)
	return out
}

// joined is the score of several clues in millionths: each takes its share of
// the doubt that the others leave. Clues of one kind go together (a note shows
// three addresses of one owner), so the second and later ones count a third.
// The reasons are sorted, most telling first.
func joined(reasons []Reason) int {
	doubt := 1000000
	seen := map[string]bool{}
	for _, r := range reasons {
		p := r.Points
		if seen[r.Kind] {
			p /= 3
		}
		seen[r.Kind] = true
		doubt = doubt * (1000 - p) / 1000
	}
	return 1000000 - doubt
}

func sorted(reasons []Reason) {
	slices.SortFunc(reasons, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Detail, b.Detail))
	})
}

// told gives the most telling reasons, their points in hundredths.
func told(reasons []Reason) []Reason {
	reasons = slices.DeleteFunc(reasons, func(r Reason) bool { return r.Points < 10 })
	if len(reasons) > reasonsMost {
		reasons = reasons[:reasonsMost]
	}
	for i := range reasons {
		reasons[i].Points /= 10
	}
	return reasons
}

func confidence(score int) Confidence {
	switch {
	case score >= 80:
		return Strong
	case score >= 50:
		return Likely
	}
	return Weak
}
