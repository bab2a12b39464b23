package match

import (
	"sync"

	"ward"
)

// Decisions are what analysts have settled. They win over every rule and are
// named in the evidence. Keys are made with AliasKey and ReadingKey, so that
// case, punctuation and blanks do not matter. A nil *Decisions settles nothing.
// It is read only while matching; build a new one to change it.
type Decisions struct {
	// Aliases says of an inventory's product and an advisory's product whether
	// they are the same; false parts the pair for ever.
	Aliases map[Alias]bool
	// Readings says of a range text and a version text whether the version is
	// Affected or NotAffected; Review is treated as no decision.
	Readings map[Reading]ward.Verdict

	once  sync.Once // guards sides, which is derived from Aliases at first use
	sides *aliasIndex
}

// Alias is a pair of product descriptions: as the inventory writes it and as
// the advisory writes it. Make it with AliasKey.
type Alias struct {
	Vendor, Name           string // inventory; Name is product name and model
	ClaimVendor, ClaimName string // advisory; ClaimName is Claim.Names joined
}

// Reading is a pair of range text and version text. Make it with ReadingKey.
type Reading struct{ Range, Version string }

// AliasKey makes the key under which a decision about ref and claim is kept.
// The version of neither plays a part.
func AliasKey(ref ward.ProductRef, claim ward.Claim) Alias {
	return Alias{
		Vendor: keyText(ref.Vendor), Name: keyText(ref.Name + " " + ref.Model),
		ClaimVendor: keyText(claim.Vendor), ClaimName: claimKeyName(&claim),
	}
}

// ReadingKey makes the key under which a decision about a range text (or the
// text of a single version) and an inventory's version text is kept.
func ReadingKey(rangeText, versionText string) Reading {
	return Reading{Range: keyText(rangeText), Version: keyText(versionText)}
}

// reading looks a decision about a range and a version up.
func (d *Decisions) reading(l *reach, versionKey string) (ward.Verdict, bool) {
	if d == nil || len(d.Readings) == 0 || l.key == "" {
		return ward.Review, false
	}
	v, ok := d.Readings[Reading{Range: l.key, Version: versionKey}]
	return v, ok && v != ward.Review
}

// settled are the decisions about one description: by the other one, whether
// they are the same product.
type settled map[[2]string]bool

// aliasIndex finds decided pairs from either side.
type aliasIndex struct{ byRef, byClaim sides }

// sides has the decisions about each description of one side.
type sides map[[2]string]settled

func (x sides) put(one, other [2]string, same bool) {
	if x[one] == nil {
		x[one] = settled{}
	}
	x[one][other] = same
}

func (d *Decisions) hasAliases() bool { return d != nil && len(d.Aliases) > 0 }

// index builds the lookup of decided pairs once.
func (d *Decisions) index() *aliasIndex {
	d.once.Do(func() {
		x := &aliasIndex{byRef: sides{}, byClaim: sides{}}
		for a, same := range d.Aliases {
			ref, claim := [2]string{a.Vendor, a.Name}, [2]string{a.ClaimVendor, a.ClaimName}
			x.byRef.put(ref, claim, same)
			x.byClaim.put(claim, ref, same)
		}
		d.sides = x
	})
	return d.sides
}

// about gives the decisions about a product of an inventory.
func (d *Decisions) about(ref ward.ProductRef) settled {
	if !d.hasAliases() {
		return nil
	}
	return d.index().byRef[refKey(ref)]
}

func refKey(ref ward.ProductRef) [2]string {
	return [2]string{keyText(ref.Vendor), keyText(ref.Name + " " + ref.Model)}
}
