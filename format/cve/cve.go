// Package cve reads CVE records of format 5.0 to 5.2 (CVEProject/cve-schema):
// the CNA's container and those of the ADPs, folded into one value whose parts
// say who stated them.
package cve

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward/format/problem"
	"ward/format/problem/jsontree"
)

// Record is one CVE record.
type Record struct {
	ID          string
	DataVersion string    // "5.1"
	State       string    // "PUBLISHED" or "REJECTED"
	Title       string    // may be empty
	Description string    // English; of a rejected record the reason
	Published   time.Time // zero if not stated
	Updated     time.Time // when it last changed, as far as it says
	Metrics     []Metric
	Affected    []Affected
	References  []string // addresses, sorted, each once
	CWEs        []string // "CWE-79", sorted, each once
}

// Rejected reports whether the record was withdrawn: whatever was marked for
// it is to be un-marked.
func (r *Record) Rejected() bool { return r.State == "REJECTED" }

// Metric is one CVSS rating.
type Metric struct {
	Version string  // "2.0", "3.0", "3.1", "4.0"
	Vector  string  // as stated
	Score   float64 // base score 0.0 to 10.0
	Source  string  // short name of who rated
}

// Affected is one product that a container names.
type Affected struct {
	Source        string // short name of who states it
	Vendor        string
	Product       string
	Package       string // packageName, of a package collection
	Collection    string // collectionURL
	CPEs          []string
	PURL          string // packageURL, since 5.2
	DefaultStatus string // "affected", "unaffected", "unknown"; unknown if not stated
	Versions      []Version
}

// Version is one version or range. A single version has neither LessThan nor
// LessThanOrEqual; "*" as bound means no upper end.
type Version struct {
	Version         string
	LessThan        string
	LessThanOrEqual string
	Status          string // "affected", "unaffected", "unknown"
	Type            string // versionType: "semver", "custom", "git", "rpm", …
}

// Limits bounds a parse. A zero field means its default.
type Limits struct {
	Bytes int64 // default 16 MiB; records of the kernel reach 2 MiB
	Items int   // elements kept of each list; default 20,000
}

// Parse reads one record. The error is a problem.Problem with its place: of the
// JSON itself, or the first rule of the record format that is broken.
func Parse(data []byte, l Limits) (*Record, error) {
	n, err := parse(data, l)
	if err != nil {
		return nil, err
	}
	if found := check(n); len(found) > 0 {
		return nil, found[0]
	}
	r := &Record{ID: n.Get("cveMetadata").Str("cveId"), DataVersion: n.Str("dataVersion"), State: n.Get("cveMetadata").Str("state")}
	r.Published = instant(n.Get("cveMetadata").Str("datePublished"))
	r.Updated = changed(n)
	b := builder{r: r, most: cmp.Or(l.Items, 20_000)}
	b.container(n.Get("containers").Get("cna"))
	for _, adp := range n.Get("containers").List("adp") {
		b.container(adp)
	}
	slices.Sort(r.References)
	r.References = slices.Compact(r.References)
	slices.Sort(r.CWEs)
	r.CWEs = slices.Compact(r.CWEs)
	return r, nil
}

// changed is when a record became what it says: without it no store can tell which
// of two is the newer one, and a rejection would never replace what it takes back.
// The format asks for no date at all, so that the others stand in.
func changed(n *jsontree.Node) time.Time {
	meta := n.Get("cveMetadata")
	text := meta.Str("dateUpdated")
	if text == "" && meta.Str("state") == "REJECTED" {
		text = meta.Str("dateRejected")
	}
	return instant(cmp.Or(text, n.Get("containers").Get("cna").Get("providerMetadata").Str("dateUpdated"), meta.Str("datePublished")))
}

// parse reads the tree; a record nests some ten levels deep.
func parse(data []byte, l Limits) (*jsontree.Node, error) {
	return jsontree.Parse(data, jsontree.Limits{Bytes: cmp.Or(l.Bytes, 16<<20), Depth: 64, Nodes: 1_000_000})
}

// builder fills a record from one container after the other, the CNA's first:
// what it says in words stands, ADPs add to the lists.
type builder struct {
	r    *Record
	most int
}

// container adds what one provider states.
func (b *builder) container(c *jsontree.Node) {
	if c == nil {
		return
	}
	source := c.Get("providerMetadata").Str("shortName")
	b.r.Title = cmp.Or(b.r.Title, c.Str("title"))
	b.r.Description = cmp.Or(b.r.Description, english(c.List("descriptions")), english(c.List("rejectedReasons")))
	for _, m := range b.some(c.List("metrics")) {
		b.metric(source, m)
	}
	for _, a := range b.some(c.List("affected")) {
		if len(b.r.Affected) < b.most {
			b.r.Affected = append(b.r.Affected, b.affected(source, a))
		}
	}
	for _, ref := range b.some(c.List("references")) {
		if url := ref.Str("url"); url != "" && len(b.r.References) < b.most {
			b.r.References = append(b.r.References, url)
		}
	}
	for _, t := range b.some(c.List("problemTypes")) {
		for _, d := range b.some(t.List("descriptions")) {
			if id := d.Str("cweId"); id != "" && len(b.r.CWEs) < b.most {
				b.r.CWEs = append(b.r.CWEs, id)
			}
		}
	}
}

// some cuts a list at the limit.
func (b *builder) some(list []*jsontree.Node) []*jsontree.Node {
	return list[:min(len(list), b.most)]
}

// english takes the first English text; only without one, the first of all.
func english(list []*jsontree.Node) string {
	for _, d := range list {
		if strings.HasPrefix(strings.ToLower(d.Str("lang")), "en") {
			return d.Str("value")
		}
	}
	if len(list) > 0 {
		return list[0].Str("value")
	}
	return ""
}

// metric reads the CVSS ratings of one entry; SSVC and other schemes are passed over.
func (b *builder) metric(source string, m *jsontree.Node) {
	for _, name := range []string{"cvssV4_0", "cvssV3_1", "cvssV3_0", "cvssV2_0"} {
		c := m.Get(name)
		if c == nil || len(b.r.Metrics) >= b.most {
			continue
		}
		score := 0.0
		if s := c.Get("baseScore"); s != nil {
			score, _ = strconv.ParseFloat(s.Text, 64)
		}
		version := strings.ReplaceAll(strings.TrimPrefix(name, "cvssV"), "_", ".")
		b.r.Metrics = append(b.r.Metrics, Metric{Version: version, Vector: c.Str("vectorString"), Score: score, Source: source})
	}
}

// affected reads one product. "n/a" is kept as written: what it means is the
// matcher's business.
func (b *builder) affected(source string, n *jsontree.Node) Affected {
	a := Affected{Source: source, Vendor: n.Str("vendor"), Product: n.Str("product"), Package: n.Str("packageName"),
		Collection: n.Str("collectionURL"), PURL: n.Str("packageURL"), DefaultStatus: cmp.Or(n.Str("defaultStatus"), "unknown")}
	for _, c := range b.some(n.List("cpes")) {
		a.CPEs = append(a.CPEs, c.Text)
	}
	for _, v := range b.some(n.List("versions")) {
		a.Versions = append(a.Versions, Version{Version: v.Str("version"), LessThan: v.Str("lessThan"),
			LessThanOrEqual: v.Str("lessThanOrEqual"), Status: v.Str("status"), Type: v.Str("versionType")})
	}
	return a
}

// instant reads a timestamp of the record format; its zone may be left out,
// and then means UTC.
func instant(s string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// Validate lists what breaks the record format, nil if nothing. It checks the
// members that this package reads and those the format requires.
func Validate(data []byte) []problem.Problem {
	n, err := parse(data, Limits{})
	if err != nil {
		return problem.Of(err)
	}
	return check(n)
}

// check holds the tree against the format's rules.
func check(n *jsontree.Node) []problem.Problem {
	set, err := shapes()
	if err != nil {
		return problem.Of(err)
	}
	var out problem.List
	set.Check("record", n, &out)
	return out.Problems()
}
