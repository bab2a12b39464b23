package csaf

import (
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/cvss"
)

// Bounds of a Summary's lists: it is stored and shown in a row, the document
// keeps everything.
const (
	maxSummaryNames = 200
	maxSummaryText  = 4000 // bytes
)

// Summary is what a list of advisories stores, searches and sorts by: the
// required fields of /document (CSAF 2.0 section 9.1.12) and the derived ones.
type Summary struct {
	ID         string // tracking id
	Publisher  string
	Namespace  string
	Category   string
	Title      string
	Lang       string
	Version    string
	Status     string // draft, interim, final
	Initial    time.Time
	Current    time.Time
	Label      ward.TLP // see Document.Marking
	LabelGiven bool

	SeverityText string        // the publisher's own aggregate severity
	Score        cvss.Score    // preferred score of the whole document
	Severity     ward.Severity // of Score, or read from SeverityText where nothing is scored

	CVEs      []string // sorted, each once
	CWEs      []string // sorted, each once
	Vendors   []string // in tree order, each once, at most 200
	Products  []string // names of families and products, likewise
	Text      string   // first summary, else description, else first note; at most 4,000 bytes
	Exploited []string // details of the exploit_status threats
	URL       string   // the self reference that is no JSON, else the first self reference
}

// Summary derives the stored facts.
func (d *Document) Summary() Summary {
	s := Summary{
		ID: d.Tracking.ID, Publisher: d.Publisher.Name, Namespace: d.Publisher.Namespace, Category: d.Category,
		Title: d.Title, Lang: d.Lang, Version: d.Tracking.Version, Status: d.Tracking.Status,
		Initial: d.Tracking.Initial, Current: d.Tracking.Current, SeverityText: d.SeverityText,
		Score: d.Score(""), Text: d.leadText(), URL: d.self(),
	}
	s.Label, s.LabelGiven = d.Marking()
	s.Severity = d.severity(s.Score)
	s.CVEs, s.CWEs = d.weaknesses()
	s.Vendors, s.Products = d.productNames()
	for _, t := range d.Threats("") {
		if t.Category == "exploit_status" && len(s.Exploited) < maxSummaryNames {
			s.Exploited = append(s.Exploited, t.Details)
		}
	}
	return s
}

// severity rates by score, and without one by the publisher's word. Red Hat
// and others say "Important" and "Moderate".
func (d *Document) severity(score cvss.Score) ward.Severity {
	if score.Version != "" {
		return score.Severity
	}
	switch word := strings.ToLower(d.SeverityText); word {
	case "important":
		return ward.SeverityHigh
	case "moderate":
		return ward.SeverityMedium
	default:
		severity, _ := ward.ParseSeverity(word)
		return severity
	}
}

// weaknesses gathers what people search by number.
func (d *Document) weaknesses() (cves, cwes []string) {
	for i := range d.Vulnerabilities {
		if cve := d.Vulnerabilities[i].CVE; cve != "" {
			cves = append(cves, cve)
		}
		for _, w := range d.Vulnerabilities[i].CWEs {
			cwes = append(cwes, w.ID)
		}
	}
	slices.Sort(cves)
	slices.Sort(cwes)
	return slices.Compact(cves), slices.Compact(cwes)
}

// productNames gathers vendors and names of the tree.
func (d *Document) productNames() (vendors, names []string) {
	add := func(list []string, s string) []string {
		if len(list) >= maxSummaryNames || s == "" || slices.Contains(list, s) {
			return list
		}
		return append(list, s)
	}
	for i := range d.Products {
		if d.Products[i].Relation != nil {
			continue // its sides are products of their own
		}
		c := d.Products[i].leaf()
		vendors = add(vendors, c.Vendor)
		for _, n := range c.Names {
			names = add(names, n)
		}
	}
	return vendors, names
}

// leadText is what the document says of itself in short.
func (d *Document) leadText() string {
	var text string
	for _, want := range [...]string{"summary", "description", "general", "details"} {
		i := slices.IndexFunc(d.Notes, func(n Note) bool { return n.Category == want && n.Text != "" })
		if i >= 0 {
			text = d.Notes[i].Text
			break
		}
	}
	if len(text) > maxSummaryText {
		text = strings.ToValidUTF8(text[:maxSummaryText], "") + "…"
	}
	return text
}

// self is the page about the document that people can open: publishers list
// the JSON file itself as well.
func (d *Document) self() (url string) {
	for _, r := range d.References {
		if r.Category != "self" {
			continue
		}
		if !strings.HasSuffix(r.URL, ".json") {
			return r.URL
		}
		url = first(url, r.URL)
	}
	return url
}
