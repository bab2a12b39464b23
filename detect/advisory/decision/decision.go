package decision

import (
	"errors"
	"strings"
	"time"

	"ward"
	"ward/format/match"
)

// Kind is what was settled.
type Kind string

// Kinds of decisions.
const (
	// Alias: an inventory's and an advisory's product are the same, or are not.
	Alias Kind = "alias"
	// Reading: a range text means affected, or not, for a version text.
	Reading Kind = "reading"
	// Note: a remark on one claim; it changes no verdict.
	Note Kind = "note"
)

// Decision is what an analyst settled once for all hospitals. It is never
// deleted: undoing ends its effect and keeps who, when and why.
type Decision struct {
	ID   string
	Kind Kind

	// Of an alias: the inventory's product as written, and the advisory's.
	Vendor, Name, Model string
	ClaimVendor         string
	ClaimNames          []string
	Same                bool

	// Of a reading: the range or single version of the claim, and the version as
	// the inventory writes it.
	Range, Version string
	Verdict        ward.Verdict // Affected or NotAffected

	// The case in which it was decided; of a note, the claim that it is on.
	Advisory ward.AdvisoryID
	Leaf     string
	Path     string

	Reason     string // in the analyst's words
	Author     ward.PersonID
	AuthorName string
	AuthorOrg  ward.OrgID
	At         time.Time
	Undone     Undoing // zero while it is in force
}

// Undoing says who ended a decision and why.
type Undoing struct {
	At     time.Time
	By     ward.PersonID
	Name   string
	Reason string
}

// InForce reports whether d counts.
func (d *Decision) InForce() bool { return d.Undone.At.IsZero() }

// MaxReason and maxName bound the texts of a decision, in bytes; the same as of a
// claim's names.
const (
	MaxReason = 2000
	maxName   = 8 << 10
)

// alias and reading are the keys under which the matcher looks d up.
func (d *Decision) alias() match.Alias {
	return match.AliasKey(ward.ProductRef{Vendor: d.Vendor, Name: d.Name, Model: d.Model},
		ward.Claim{Vendor: d.ClaimVendor, Names: d.ClaimNames})
}

func (d *Decision) reading() match.Reading { return match.ReadingKey(d.Range, d.Version) }

// key is alias or reading as one text, under which only one decision may be in force.
func (d *Decision) key() string {
	switch d.Kind {
	case Alias:
		k := d.alias()
		return strings.Join([]string{k.Vendor, k.Name, k.ClaimVendor, k.ClaimName}, "\x1f")
	case Reading:
		k := d.reading()
		return k.Range + "\x1f" + k.Version
	}
	return d.ID
}

// Fits tells the claims that d speaks of.
func (d *Decision) Fits() func(ward.Claim) bool {
	switch d.Kind {
	case Alias:
		want := d.alias()
		return func(c ward.Claim) bool {
			k := match.AliasKey(ward.ProductRef{}, c)
			return k.ClaimVendor == want.ClaimVendor && k.ClaimName == want.ClaimName
		}
	case Reading:
		want := d.reading().Range
		return func(c ward.Claim) bool { return match.ReadingKey(c.Range+c.Version, "").Range == want }
	}
	return func(c ward.Claim) bool { return c.Advisory == d.Advisory && c.Path == d.Path }
}

// CheckReason tells what is wrong with the words of a decision: for a page that
// has found other faults already.
func CheckReason(reason string) error {
	reason = strings.TrimSpace(reason)
	return errors.Join(ward.When(reason == "", ward.Fail(ward.Invalid, "advisory.decision.error.reason").At("reason")),
		ward.When(len(reason) > MaxReason, ward.Fail(ward.Invalid, "advisory.decision.error.reason_long").At("reason")))
}

// Check is what a decision needs before it may be kept: all faults at once.
func (d *Decision) Check() error {
	d.Reason = strings.TrimSpace(d.Reason)
	return errors.Join(d.checkKind(), CheckReason(d.Reason))
}

func (d *Decision) checkKind() error {
	names := ward.Fail(ward.Invalid, "advisory.decision.error.names").At("name")
	switch d.Kind {
	case Alias:
		return ward.When(d.tooLong() || d.Name+d.Model == "" || len(d.ClaimNames) == 0, names)
	case Reading:
		return errors.Join(ward.When(d.tooLong(), names),
			ward.When(d.Range == "" || d.Version == "", ward.Fail(ward.Invalid, "advisory.decision.error.texts").At("version")),
			ward.When(d.Verdict == ward.Review, ward.Fail(ward.Invalid, "advisory.decision.error.verdict").At("verdict")))
	case Note:
		return errors.Join(ward.When(d.tooLong(), names), ward.When(d.Advisory == "", ward.Fail(ward.Invalid, "").At("advisory")))
	}
	return ward.Fail(ward.Invalid, "advisory.decision.error.kind").At("kind")
}

func (d *Decision) tooLong() bool {
	for _, s := range append([]string{d.Vendor, d.Name, d.Model, d.ClaimVendor, d.Range, d.Version, d.Leaf}, d.ClaimNames...) {
		if len(s) > maxName || strings.ContainsRune(s, 0) {
			return true
		}
	}
	return len(d.ClaimNames) > 64 || len(d.Path) > 8*maxName
}
