package csaf

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// revisionView is a revision with number and date as the tests need them.
type revisionView struct {
	view
	number string
	date   time.Time // zero if unreadable
}

// revisions lists the revision history, oldest first; equal dates go by number
// (2.1 section 6.1.14 says so, and what an integer is worth beside a semantic version).
func revisions(root view) []revisionView {
	var out []revisionView
	for _, r := range root.path("document", "tracking", "revision_history").all() {
		date, _ := r.get("date").time()
		out = append(out, revisionView{r, r.says("number"), date})
	}
	slices.SortStableFunc(out, func(a, b revisionView) int {
		if c := a.date.Compare(b.date); c != 0 {
			return c
		}
		return CompareVersions(asSemantic(a.number), asSemantic(b.number))
	})
	return out
}

// asSemantic makes integers comparable with semantic versions: 3 is 3.0.0.
func asSemantic(number string) string {
	if isInteger(number) {
		return number + ".0.0"
	}
	return number
}

// newest is the date of the newest revision; ok is false without a readable one.
func (s *subject) newest() (t time.Time, ok bool) {
	if len(s.history) == 0 {
		return t, false
	}
	t = s.history[len(s.history)-1].date
	return t, !t.IsZero()
}

// released reports a status that says the document is out.
func (s *subject) released() bool { return s.status == "final" || s.status == "interim" }

// tracking is one member of /document/tracking.
func (s *subject) tracking(member string) view { return s.path("document", "tracking", member) }

// isZero, withoutBuild and preRelease read a version as semantic versioning 2.0.0
// has it; the major version 0 is that of drafts.
func isZero(version string) bool   { return version == "0" || strings.HasPrefix(version, "0.") }
func withoutBuild(v string) string { v, _, _ = strings.Cut(v, "+"); return v }
func preRelease(version string) string {
	_, pre, _ := strings.Cut(withoutBuild(version), "-")
	return pre
}

// historySorted is 6.1.14: by date, the numbers must ascend as well.
func historySorted(s *subject, tell say) {
	for i := 1; i < len(s.history); i++ {
		a, b := s.history[i-1].number, s.history[i].number
		if CompareVersions(asSemantic(a), asSemantic(b)) > 0 {
			tell(s.tracking("revision_history"), fmt.Sprintf("revision %s is dated after %s", b, a))
			return
		}
	}
}

// latestVersion is 6.1.16; it ignores build metadata, and for drafts pre-releases.
func latestVersion(s *subject, tell say) {
	if len(s.history) == 0 {
		return
	}
	strip := withoutBuild
	if s.status == "draft" {
		strip = beforeSuffix
	}
	newest := s.history[len(s.history)-1].number
	if v := s.tracking("version"); strip(v.text()) != strip(newest) {
		tell(v, fmt.Sprintf("version %s, the newest revision is %s", v.text(), newest))
	}
}

// draftStatus is 6.1.17.
func draftStatus(s *subject, tell say) {
	v := s.tracking("version").text()
	if (isZero(v) || preRelease(v) != "") && s.status != "draft" {
		tell(s.tracking("status"), "version "+v+" is "+s.status)
	}
}

// releasedHistory is 6.1.18.
func releasedHistory(s *subject, tell say) {
	for _, r := range s.history {
		if s.released() && isZero(r.number) {
			tell(r.get("number"), "revision "+r.number+" in a released document")
		}
	}
}

// historyPreRelease is 6.1.19.
func historyPreRelease(s *subject, tell say) {
	for _, r := range s.history {
		if preRelease(r.number) != "" {
			tell(r.get("number"), "pre-release "+r.number)
		}
	}
}

// releasedVersion is 6.1.20.
func releasedVersion(s *subject, tell say) {
	if v := s.tracking("version"); s.released() && preRelease(v.text()) != "" {
		tell(v, "pre-release "+v.text())
	}
}

// historyGap is 6.1.21: in the order of dates the integers, or the major
// numbers of semantic versions, begin with 0 or 1 and leave none out. The
// message tells a number that is nowhere from one that stands elsewhere.
func historyGap(s *subject, tell say) {
	present := map[int]bool{}
	var majors []int
	for _, r := range s.history {
		head, _, _ := strings.Cut(beforeSuffix(r.number), ".")
		n, err := strconv.ParseUint(head, 10, 31) // gives the greatest for one that is out of range
		if err == nil || errors.Is(err, strconv.ErrRange) {
			majors = append(majors, int(n))
			present[int(n)] = true
		}
	}
	at := s.tracking("revision_history")
	highest := 0
	for i, n := range majors {
		if i == 0 && n > 1 {
			tell(at, fmt.Sprintf("the history begins with %d", n))
		}
		for missing := highest + 1; missing < n && missing <= highest+perTest; missing++ {
			if present[missing] {
				tell(at, fmt.Sprintf("%d is not in its place", missing))
			} else {
				tell(at, fmt.Sprintf("%d is missing", missing))
			}
		}
		highest = max(highest, n)
	}
}

// revisionOnce is 6.1.22.
func revisionOnce(s *subject, tell say) {
	var numbers []view
	for _, r := range s.history {
		numbers = append(numbers, r.get("number"))
	}
	once(numbers, asText, tell, "revision number")
}

// versionMix is 6.1.30.
func versionMix(s *subject, tell say) {
	version := s.tracking("version").text()
	for _, r := range s.history {
		if isInteger(r.number) != isInteger(version) {
			tell(r.get("number"), "integer and semantic versions are mixed: "+r.number+" and "+version)
		}
	}
}

// buildMetadata is 6.2.4.
func buildMetadata(s *subject, tell say) {
	for _, r := range s.history {
		if strings.Contains(r.number, "+") {
			tell(r.get("number"), "build metadata in revision "+r.number)
		}
	}
}
