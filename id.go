package ward

import "strings"

// An ID is a UUIDv7 in its 36-character lower-case text form, made by
// kit/id, so that sorting by id is sorting by time of creation. Each kind of
// thing has its own type: an organisation is not a person.
type (
	// OrgID names an organisation: a hospital, an authority, a maker.
	OrgID string
	// SiteID names a place of an organisation.
	SiteID string
	// PersonID names a human being, with or without a login.
	PersonID string
	// AssetID names one row of an inventory.
	AssetID string
	// AdvisoryID names one document by publisher and tracking id, whatever its revision.
	AdvisoryID string
	// AlertID names the alert of one organisation about one real-world issue, as
	// two numbers that a person can say on the phone: "1042-77".
	AlertID string
	// EventID names one told fact; subscribers dedupe by it.
	EventID string
)

// ProductID numbers a distinct product description in the inventory's
// dictionary; it is small and dense so that indexes over millions of assets
// stay in memory. Zero means none.
type ProductID uint32

// ValidID reports whether s has the shape of an id of ours: 36 characters of
// lower-case hexadecimal and dashes. It does not say that the thing exists.
func ValidID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, r := range s {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (r == '-') {
			return false
		}
		if !dash && !strings.ContainsRune("0123456789abcdef", r) {
			return false
		}
	}
	return true
}
