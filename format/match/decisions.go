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
		ClaimVendor: keyText(claim.Vendor), ClaimName: claimKeyName(claim),
	}
}

// ReadingKey makes the key under which a decision about a range text (or the
// text of a single version) and an inventory's version text is kept.
func ReadingKey(rangeText, versionText string) Reading {
	return Reading{Range: keyText(rangeText), Version: keyText(versionText)}
}

// reading looks a decision about a leaf's range and a version up.
func (d *Decisions) reading(l *leaf, versionKey string) (ward.Verdict, bool) {
	if d == nil || len(d.Readings) == 0 || l.key == "" {
		return ward.Review, false
	}
	v, ok := d.Readings[Reading{Range: l.key, Version: versionKey}]
	return v, ok && v != ward.Review
}

// alias looks a decision about two descriptions up.
func (d *Decisions) alias(k Alias) (same, ok bool) {
	if d == nil || len(d.Aliases) == 0 {
		return false, false
	}
	same, ok = d.Aliases[k]
	return same, ok
}

// aliasIndex finds joined pairs from either side.
type aliasIndex struct {
	byRef, byClaim map[[2]string][][2]string
}

// index builds the lookup of joined pairs once.
func (d *Decisions) index() *aliasIndex {
	d.once.Do(func() {
		x := &aliasIndex{byRef: map[[2]string][][2]string{}, byClaim: map[[2]string][][2]string{}}
		for a, same := range d.Aliases {
			if !same {
				continue
			}
			ref, claim := [2]string{a.Vendor, a.Name}, [2]string{a.ClaimVendor, a.ClaimName}
			x.byRef[ref] = append(x.byRef[ref], claim)
			x.byClaim[claim] = append(x.byClaim[claim], ref)
		}
		d.sides = x
	})
	return d.sides
}

// aliasesOf lists the claims' products that an analyst has joined with a
// product of an inventory.
func (d *Decisions) aliasesOf(vendor, name string) [][2]string {
	if d == nil || len(d.Aliases) == 0 {
		return nil
	}
	return d.index().byRef[[2]string{vendor, name}]
}

// refsOf lists the products of inventories that an analyst has joined with a
// claim's product.
func (d *Decisions) refsOf(vendor, name string) [][2]string {
	if d == nil || len(d.Aliases) == 0 {
		return nil
	}
	return d.index().byClaim[[2]string{vendor, name}]
}
