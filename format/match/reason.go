package match

import "ward"

// The reasons of a verdict. Each is the ending of the message key
// "match.reason.<word>"; the comment is the English sentence.
const (
	// ReasonInside: the version lies inside the stated range.
	ReasonInside ward.Reason = "inside"
	// ReasonListed: the version is one of the versions listed.
	ReasonListed ward.Reason = "listed"
	// ReasonAllVersions: the advisory concerns every version of the product.
	ReasonAllVersions ward.Reason = "all_versions"
	// ReasonModelListed: the model number is one of those that the advisory lists.
	ReasonModelListed ward.Reason = "model_listed"
	// ReasonOutside: the version lies outside of every range stated as affected.
	ReasonOutside ward.Reason = "outside"
	// ReasonFixed: the advisory states this version as fixed.
	ReasonFixed ward.Reason = "fixed"
	// ReasonStatedNotAffected: the advisory states this product and version as not affected.
	ReasonStatedNotAffected ward.Reason = "stated_not_affected"
	// ReasonVersionMissing: the inventory gives no version, and the answer depends on it.
	ReasonVersionMissing ward.Reason = "version_missing"
	// ReasonVersionUnreadable: the version in the inventory could not be read.
	ReasonVersionUnreadable ward.Reason = "version_unreadable"
	// ReasonVersionCoarse: the version is given too roughly to decide; the answer depends on the missing part.
	ReasonVersionCoarse ward.Reason = "version_coarse"
	// ReasonRangeUnreadable: the version range of the advisory could not be read.
	ReasonRangeUnreadable ward.Reason = "range_unreadable"
	// ReasonIncomparable: version and range are written in different schemes and cannot be compared.
	ReasonIncomparable ward.Reason = "incomparable"
	// ReasonCondition: the version is inside, but the advisory sets a further condition that the inventory does not answer.
	ReasonCondition ward.Reason = "condition"
	// ReasonSerial: the advisory bounds serial numbers, and a person must compare them.
	ReasonSerial ward.Reason = "serial"
	// ReasonNameFuzzy: the names are only alike; a person must say whether it is the same product.
	ReasonNameFuzzy ward.Reason = "name_fuzzy"
	// ReasonNamePartial: one name says less than the other; a person must say whether it is the same product.
	ReasonNamePartial ward.Reason = "name_partial"
	// ReasonVendorDiffers: the product names agree, the makers do not.
	ReasonVendorDiffers ward.Reason = "vendor_differs"
	// ReasonVendorMissing: the product names agree, and no maker is given to confirm it.
	ReasonVendorMissing ward.Reason = "vendor_missing"
	// ReasonStatusMissing: the advisory names the product and states nothing of it.
	ReasonStatusMissing ward.Reason = "status_missing"
	// ReasonInvestigated: the maker is still investigating whether the product is affected.
	ReasonInvestigated ward.Reason = "investigated"
	// ReasonBelowFixed: the version is older than the fixed one, and the advisory does not say which versions are affected.
	ReasonBelowFixed ward.Reason = "below_fixed"
	// ReasonConflict: statements of the same advisory about this version contradict each other.
	ReasonConflict ward.Reason = "conflict"
	// ReasonDecidedAffected: an analyst read this range and version as affected.
	ReasonDecidedAffected ward.Reason = "decided_affected"
	// ReasonDecidedNotAffected: an analyst read this range and version as not affected.
	ReasonDecidedNotAffected ward.Reason = "decided_not_affected"
)

// Reasons lists every reason that a finding can carry, in the order above.
func Reasons() []ward.Reason {
	return []ward.Reason{ReasonInside, ReasonListed, ReasonAllVersions, ReasonModelListed, ReasonOutside, ReasonFixed,
		ReasonStatedNotAffected, ReasonVersionMissing, ReasonVersionUnreadable, ReasonVersionCoarse,
		ReasonRangeUnreadable, ReasonIncomparable, ReasonCondition, ReasonSerial, ReasonNameFuzzy, ReasonNamePartial,
		ReasonVendorDiffers, ReasonVendorMissing, ReasonStatusMissing, ReasonInvestigated, ReasonBelowFixed,
		ReasonConflict, ReasonDecidedAffected, ReasonDecidedNotAffected}
}
