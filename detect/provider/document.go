package provider

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/csaf"
	"ward/format/rolie"
)

// Document is one published file with what feeds and listings say of it.
type Document struct {
	Advisory   ward.AdvisoryID
	Revision   string // id of the stored revision
	Shelf      string // "" for the house's own, else the source that is mirrored
	TLP        ward.TLP
	Year       string // of initial_release_date: its folder (section 7.1.11)
	Name       string // of the file (section 5.1)
	Tracking   string
	Title      string
	Summary    string
	Version    string
	Categories []rolie.Category
	Current    time.Time // current_release_date
	Entered    time.Time // when it came into the feed
	Changed    time.Time // when this revision did
	SHA256     string    // hexadecimal
	SHA512     string
	Signature  []byte // detached, armored
	Signer     string // fingerprint of the key behind it
	Own        bool   // the house signed it, not its publisher
	Why        Reason // why it is held back; "" for what is published
	Detail     string // evidence of Why, English
}

// Path is where the file lies below its folder.
func (d *Document) Path() string { return d.Year + "/" + d.Name }

// yearOf is the folder of a document; gocsaf's checker takes the year in UTC too.
func yearOf(initial time.Time) string { return initial.UTC().Format("2006") }

// Reason is why a document that should be published is not.
type Reason string

// Reasons, each the ending of a message key "provider.held.".
const (
	HeldDraft   Reason = "draft"   // its author is not done (tracking status)
	HeldInvalid Reason = "invalid" // fails a mandatory test (section 7.1.1)
	HeldEdition Reason = "edition" // not CSAF 2.0, which these feeds are for
	HeldMarking Reason = "marking" // a marking that CSAF 2.0 has no feed for
	HeldName    Reason = "name"    // another document has this file name (section 5.1)
	HeldDates   Reason = "dates"   // no release date that can be read
)

// label is CSAF 2.0's name of a marking; "" for one that it does not have.
func label(t ward.TLP) string {
	switch t {
	case ward.TLPClear:
		return "WHITE"
	case ward.TLPGreen, ward.TLPAmber, ward.TLPRed:
		return t.String()
	}
	return ""
}

// labels are the markings that have a folder, widest first.
func labels() []ward.TLP {
	return []ward.TLP{ward.TLPClear, ward.TLPGreen, ward.TLPAmber, ward.TLPRed}
}

// folder is the name of a marking's folder: "white".
func folder(t ward.TLP) string { return strings.ToLower(label(t)) }

// marking is the way back.
func marking(folderName string) (ward.TLP, bool) {
	for _, t := range labels() {
		if folder(t) == folderName {
			return t, true
		}
	}
	return 0, false
}

// Bounds of what a feed repeats of a document.
const (
	maxSummary    = 2000 // bytes
	maxCategories = 20
)

// describe reads of a document what its publication needs, and whether
// something stands against it. Mirrored documents are as their publisher wrote
// them: of those only what breaks the schema is held back, which no client takes.
func describe(i ward.Issued, body []byte, mirrored bool) Document {
	d := Document{Advisory: i.Advisory, Revision: i.Revision, TLP: i.TLP}
	s256, s512 := sha256.Sum256(body), sha512.Sum512(body)
	d.SHA256, d.SHA512 = hex.EncodeToString(s256[:]), hex.EncodeToString(s512[:])
	doc, err := csaf.Parse(body, csaf.Limits{})
	if err != nil {
		d.Why, d.Detail = HeldInvalid, err.Error()
		return d
	}
	sum := doc.Summary()
	d.Tracking, d.Title, d.Version, d.Current = sum.ID, sum.Title, sum.Version, sum.Current
	d.Summary = cut(sum.Text, maxSummary)
	d.Categories = categoriesOf(&sum)
	d.Name, d.Year = csaf.FileName(sum.ID), yearOf(sum.Initial)
	switch {
	case doc.CSAFVersion != "2.0":
		d.Why, d.Detail = HeldEdition, "csaf_version "+doc.CSAFVersion
	case label(i.TLP) == "":
		d.Why, d.Detail = HeldMarking, "TLP:"+i.TLP.String()
	case sum.Initial.IsZero() || sum.Current.IsZero():
		d.Why = HeldDates
	case !mirrored && sum.Status == "draft":
		d.Why = HeldDraft
	default:
		if d.Detail = failing(body, mirrored); d.Detail != "" {
			d.Why = HeldInvalid
		}
	}
	return d
}

// failing names the mandatory tests that a document fails, a place for each;
// empty if it passes (section 7.1.1: valid CSAF documents only).
func failing(body []byte, schemaOnly bool) string {
	var out []string
	add := func(test, place string) {
		if len(out) < 10 {
			out = append(out, test+" "+place)
		}
	}
	for _, p := range csaf.Validate(body) {
		add(p.Rule, p.Place)
	}
	if !schemaOnly {
		for _, p := range csaf.Run(body) {
			add(p.Rule, p.Place)
		}
	}
	return strings.Join(out, "\n")
}

// categoriesOf are the terms by which a feed can be dissected (section 7.1.17):
// the profile and the makers of the products.
func categoriesOf(sum *csaf.Summary) []rolie.Category {
	out := []rolie.Category{{Term: sum.Category}}
	for _, v := range sum.Vendors {
		if len(out) < maxCategories && len(v) <= 200 && !slices.Contains(out, rolie.Category{Term: v}) {
			out = append(out, rolie.Category{Term: v})
		}
	}
	return out
}

// cut shortens at a rune's end.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
