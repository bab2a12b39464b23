package csaf

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// revision number and date as the tests of the history need them.
type revisionView struct {
	view
	number string
	date   time.Time
}

// history lists the revisions, oldest first; equal dates go by number.
func history(doc view) []revisionView {
	var out []revisionView
	for _, r := range doc.at("document", "tracking", "revision_history").list() {
		date, _ := time.Parse(time.RFC3339Nano, r.get("date").text())
		out = append(out, revisionView{r, r.get("number").text(), date})
	}
	slices.SortStableFunc(out, func(a, b revisionView) int {
		if c := a.date.Compare(b.date); c != 0 {
			return c
		}
		return CompareVersions(a.number, b.number)
	})
	return out
}

func status(doc view) string        { return doc.at("document", "tracking", "status").text() }
func documentVersion(doc view) view { return doc.at("document", "tracking", "version") }
func isZero(version string) bool    { return version == "0" || strings.HasPrefix(version, "0.") }
func withoutBuild(v string) string  { v, _, _ = strings.Cut(v, "+"); return v }
func preRelease(version string) string {
	_, pre, _ := strings.Cut(withoutBuild(version), "-")
	return pre
}

// historySorted is 6.1.14: by date, the numbers must ascend as well.
func historySorted(doc view, tell say) {
	sorted := history(doc)
	for i := 1; i < len(sorted); i++ {
		if CompareVersions(sorted[i-1].number, sorted[i].number) > 0 {
			tell(sorted[i].view, fmt.Sprintf("revision %s is dated after %s", sorted[i].number, sorted[i-1].number))
		}
	}
}

// latestVersion is 6.1.16; it ignores build metadata, and for drafts pre-releases.
func latestVersion(doc view, tell say) {
	sorted := history(doc)
	if len(sorted) == 0 {
		return
	}
	strip := withoutBuild
	if status(doc) == "draft" {
		strip = beforeSuffix
	}
	newest := sorted[len(sorted)-1].number
	if v := documentVersion(doc); strip(v.text()) != strip(newest) {
		tell(v, fmt.Sprintf("version %s, the newest revision is %s", v.text(), newest))
	}
}

// draftStatus is 6.1.17.
func draftStatus(doc view, tell say) {
	v := documentVersion(doc)
	if (isZero(v.text()) || preRelease(v.text()) != "") && status(doc) != "draft" {
		tell(doc.at("document", "tracking", "status"), "version "+v.text()+" is "+status(doc))
	}
}

// released reports a status that says the document is out.
func released(doc view) bool { return status(doc) == "final" || status(doc) == "interim" }

// releasedHistory is 6.1.18.
func releasedHistory(doc view, tell say) {
	for _, r := range history(doc) {
		if released(doc) && isZero(r.number) {
			tell(r.get("number"), "revision "+r.number+" in a released document")
		}
	}
}

// historyPreRelease is 6.1.19.
func historyPreRelease(doc view, tell say) {
	for _, r := range history(doc) {
		if preRelease(r.number) != "" {
			tell(r.get("number"), "pre-release "+r.number)
		}
	}
}

// releasedVersion is 6.1.20.
func releasedVersion(doc view, tell say) {
	if v := documentVersion(doc); released(doc) && preRelease(v.text()) != "" {
		tell(v, "pre-release "+v.text())
	}
}

// historyGap is 6.1.21: it looks at integers, or at the major numbers of semantic versions:
// they begin with 0 or 1 and leave none out.
func historyGap(doc view, tell say) {
	var majors []int
	sorted := history(doc)
	for _, r := range sorted {
		head, _, _ := strings.Cut(beforeSuffix(r.number), ".")
		if n, err := strconv.Atoi(head); err == nil {
			majors = append(majors, n)
		}
	}
	if len(majors) == 0 {
		return
	}
	slices.Sort(majors)
	at := doc.at("document", "tracking", "revision_history")
	if majors[0] > 1 {
		tell(at, fmt.Sprintf("the history begins with %d", majors[0]))
	}
	for i := 1; i < len(majors); i++ {
		if majors[i] > majors[i-1]+1 {
			tell(at, fmt.Sprintf("%d is missing", majors[i-1]+1))
		}
	}
}

// revisionOnce is 6.1.22.
func revisionOnce(doc view, tell say) {
	var numbers []view
	for _, r := range history(doc) {
		numbers = append(numbers, r.get("number"))
	}
	once(numbers, asText, tell, "revision number")
}

// versionMix is 6.1.30.
func versionMix(doc view, tell say) {
	want := isInteger(documentVersion(doc).text())
	for _, r := range history(doc) {
		if isInteger(r.number) != want {
			tell(r.get("number"), "integer and semantic versions are mixed: "+r.number+" and "+documentVersion(doc).text())
		}
	}
}
