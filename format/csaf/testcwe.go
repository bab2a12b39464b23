package csaf

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// yearly is how many numbers above the newest that we know may have been given
// since: MITRE adds some dozens a year.
const yearly = 200

// cweValid is 6.1.11. A document of 2.0 names no release, so that a name of any
// of them is right; in 2.1 it is that of the release given.
func cweValid(s *subject, tell say) {
	for _, v := range s.vulns {
		if c := v.get("cwe"); s.old() && c.exists() {
			s.cweAnyRelease(c, tell)
		}
		for _, c := range v.every("cwes") {
			s.cweInRelease(c, tell)
		}
	}
}

// cweAnyRelease is 6.1.11 of 2.0, where no release is named: ids a little above the
// newest of the list may be newer than it, and are not called wrong.
func (s *subject) cweAnyRelease(c view, tell say) {
	w, id := cweList(), cweNumber(c.says("id"))
	names, name := w.names[id], strings.TrimSpace(c.says("name")) // MITRE's own files had one with a blank behind it
	switch {
	case len(names) == 0 && id > w.newest && id <= w.newest+yearly:
		s.notRun(c.get("id"), c.says("id")+" is newer than the list")
	case len(names) == 0:
		tell(c.get("id"), "no weakness "+c.says("id"))
	case !slices.ContainsFunc(names, func(n cweSpan) bool { return n.text == name }):
		tell(c.get("name"), fmt.Sprintf("%s is %q", c.says("id"), names[len(names)-1].text))
	}
}

// cweInRelease is 6.1.11 of 2.1: the id must exist in the release that is named,
// with the name it had there.
func (s *subject) cweInRelease(c view, tell say) {
	w, version := cweList(), c.says("version")
	release, ok := w.index[version]
	switch name := w.name(cweNumber(c.says("id")), release); {
	case !ok && w.beyond(version):
		s.notRun(c.get("version"), "release "+version+" is newer than the list")
	case !ok:
		tell(c.get("version"), "no release "+version)
	case name == "":
		tell(c.get("id"), fmt.Sprintf("no weakness %s in release %s", c.says("id"), version))
	case name != c.says("name"):
		tell(c.get("name"), fmt.Sprintf("%s is %q in release %s", c.says("id"), name, version))
	}
}

// cweDeprecated is 6.2.23, cweMapping 6.2.25, cweReview 6.2.26.
func cweDeprecated(s *subject, tell say) { s.cweMarked("deprecated", "deprecated", tell) }
func cweMapping(s *subject, tell say)    { s.cweMarked("not", "not to be mapped to", tell) }
func cweReview(s *subject, tell say)     { s.cweMarked("review", "to be mapped to with review", tell) }

// cweMarked finds the weaknesses that bear a mark in the release they are cited from.
func (s *subject) cweMarked(mark, words string, tell say) {
	w := cweList()
	for _, v := range s.vulns {
		for _, c := range v.every("cwes") {
			release, ok := w.index[c.says("version")]
			if ok && w.marked(cweNumber(c.says("id")), release, mark) {
				tell(c, c.says("id")+" is "+words+" in release "+c.says("version"))
			}
		}
	}
}

// cweLatest is 6.2.24: the release that was the newest when the document was.
// On the day of a release the one before is right as well.
func cweLatest(s *subject, tell say) {
	day, ok := s.tracking("current_release_date").time()
	if !ok {
		if day, ok = s.newest(); !ok {
			return
		}
	}
	w := cweList()
	latest := w.latest(day)
	if latest < 0 {
		return
	}
	last := len(w.releases) - 1
	stale := latest == last && day.After(w.releases[last].day.Add(120*24*time.Hour)) // MITRE releases every few months
	for _, v := range s.vulns {
		for _, c := range v.every("cwes") {
			version := c.says("version")
			release, known := w.index[version]
			sameDay := known && release == latest-1 && day.Sub(w.releases[latest].day) < 24*time.Hour
			switch {
			case known && release == latest && !stale, sameDay:
			case stale && (known && release == latest || !known && w.beyond(version)):
				s.notRun(c.get("version"), "whether a newer release was out is not in the list")
			default:
				tell(c.get("version"), fmt.Sprintf("release %s, the newest was %s", version, w.releases[latest].version))
			}
		}
	}
}
