package csaf

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"time"

	"ward/format/problem/shape"
)

//go:embed rules/cwe.txt
var cweRules string

// weaknesses are MITRE's releases of the CWE list, see rules/cwe.txt.
type weaknesses struct {
	releases []cweRelease
	index    map[string]int // version to index in releases
	names    map[int][]cweSpan
	marks    map[int][]cweSpan
	newest   int // the highest number
}

// cweRelease is one version of the list.
type cweRelease struct {
	version string
	day     time.Time
}

// cweSpan says that a name or mark holds from one release to another, both included.
type cweSpan struct {
	from, to int
	text     string
}

// cweList is read when the first document needs it. The table is ours and
// tested, so that a line that does not read is left out.
var cweList = sync.OnceValue(func() *weaknesses {
	w := &weaknesses{index: map[string]int{}, names: map[int][]cweSpan{}, marks: map[int][]cweSpan{}}
	for _, line := range shape.Lines(cweRules, "") {
		if rest, ok := strings.CutPrefix(line, "release "); ok {
			version, day, _ := strings.Cut(rest, " ")
			t, _ := time.Parse(time.DateOnly, day)
			w.index[version] = len(w.releases)
			w.releases = append(w.releases, cweRelease{version, t})
			continue
		}
		rest, marked := strings.CutPrefix(line, "! ")
		if id, span, ok := w.span(rest); ok && marked {
			w.marks[id] = append(w.marks[id], span)
		} else if ok {
			w.names[id] = append(w.names[id], span)
			w.newest = max(w.newest, id)
		}
	}
	return w
})

// span reads "79 1.9-4.17 text".
func (w *weaknesses) span(line string) (id int, s cweSpan, ok bool) {
	parts := strings.SplitN(line, " ", 3)
	if len(parts) < 3 {
		return 0, s, false
	}
	from, to, _ := strings.Cut(parts[1], "-")
	id, err := strconv.Atoi(parts[0])
	s = cweSpan{w.index[from], w.index[to], parts[2]}
	return id, s, err == nil
}

// name gives a weakness's name in a release; empty if it is in none.
func (w *weaknesses) name(id, release int) string { return at(w.names[id], release) }

// marked reports whether a weakness bears a mark in a release.
func (w *weaknesses) marked(id, release int, mark string) bool {
	for _, s := range w.marks[id] {
		if s.text == mark && s.from <= release && release <= s.to {
			return true
		}
	}
	return false
}

// at gives what holds in a release, or "".
func at(spans []cweSpan, release int) string {
	for _, s := range spans {
		if s.from <= release && release <= s.to {
			return s.text
		}
	}
	return ""
}

// latest is the index of the newest release on a day; -1 before the first.
func (w *weaknesses) latest(day time.Time) int {
	out := -1
	for i, r := range w.releases {
		if !r.day.After(day) {
			out = i
		}
	}
	return out
}

// beyond reports a version that is newer than every one of the list.
func (w *weaknesses) beyond(version string) bool {
	return CompareVersions(semanticCWE(version), semanticCWE(w.releases[len(w.releases)-1].version)) > 0
}

// semanticCWE writes "4.17" as "4.17.0".
func semanticCWE(version string) string {
	if strings.Count(version, ".") == 1 {
		return version + ".0"
	}
	return version
}

// cweNumber reads "CWE-79"; 0 for anything else.
func cweNumber(id string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(id, "CWE-"))
	if err != nil || !strings.HasPrefix(id, "CWE-") {
		return 0
	}
	return n
}
