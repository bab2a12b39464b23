//go:build !edge

package cli

import (
	"ward"
	"ward/format/match"
)

// sentences are the reasons of a verdict as the command line says them.
var sentences = map[ward.Reason]string{
	match.ReasonInside:             "the version lies inside the stated range",
	match.ReasonListed:             "the version is one of the versions listed",
	match.ReasonAllVersions:        "the advisory concerns every version of the product",
	match.ReasonModelListed:        "the model number is one of those that the advisory lists",
	match.ReasonOutside:            "the version lies outside of every range stated as affected",
	match.ReasonFixed:              "the advisory states this version as fixed",
	match.ReasonStatedNotAffected:  "the advisory states this product and version as not affected",
	match.ReasonVersionMissing:     "the inventory gives no version, and the answer depends on it",
	match.ReasonVersionUnreadable:  "the version in the inventory could not be read",
	match.ReasonVersionCoarse:      "the version is given too roughly to decide; the answer depends on the missing part",
	match.ReasonRangeUnreadable:    "the version range of the advisory could not be read",
	match.ReasonIncomparable:       "version and range are written in different schemes and cannot be compared",
	match.ReasonCondition:          "the version is inside, but the advisory sets a further condition that the inventory does not answer",
	match.ReasonSerial:             "the advisory bounds serial numbers, and a person must compare them",
	match.ReasonNameFuzzy:          "the names are only alike; a person must say whether it is the same product",
	match.ReasonNamePartial:        "one name says less than the other; a person must say whether it is the same product",
	match.ReasonVendorDiffers:      "the product names agree, the makers do not",
	match.ReasonVendorMissing:      "the product names agree, and no maker is given to confirm it",
	match.ReasonStatusMissing:      "the advisory names the product and states nothing of it",
	match.ReasonInvestigated:       "the maker is still investigating whether the product is affected",
	match.ReasonBelowFixed:         "the version is older than the fixed one, and the advisory does not say which versions are affected",
	match.ReasonConflict:           "statements of the same advisory about this version contradict each other",
	match.ReasonDecidedAffected:    "an analyst read this range and version as affected",
	match.ReasonDecidedNotAffected: "an analyst read this range and version as not affected",
}
