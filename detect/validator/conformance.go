package validator

import (
	"ward/format/csaf"
	"ward/kit/i18n"
)

// Claim is one requirement of a conformance clause that the house meets, with
// the tests that fail when it no longer does.
type Claim struct {
	Clause string   // "9.1.14"
	Asks   i18n.Key // the requirement in plain words
	Tests  []string // "folder.TestName", from the root of the sources
}

// URL leads to the clause in CSAF 2.0.
func (c Claim) URL() string { return csaf.Clause("2.0", c.Clause) }

// Claims are all of them, in the order of the clauses. docs/conformance.md says
// the same at length; conformance_test.go holds that each test exists.
func Claims() []Claim {
	return []Claim{
		{"9.1.11", "validator.claim.score", []string{"format/csaf.TestAdviceAndScores"}},
		{"9.1.12", "validator.claim.list", []string{"detect/advisory.TestList", "detect/advisory.TestFieldsOfDocuments", "detect/advisory.TestRevisions", "format/csaf.TestSummaryCorpus"}},
		{"9.1.12", "validator.claim.delete", []string{"detect/advisory.TestDelete", "detect/advisory.TestDeletedStaysAway"}},
		{"9.1.12", "validator.claim.newest", []string{"format/csaf.TestVersions", "detect/advisory.TestRevisions"}},
		{"9.1.12", "validator.claim.compare", []string{"format/csaf.TestCompare", "format/csaf.TestCompareCorpus"}},
		{"9.1.13", "validator.claim.match", []string{"detect/alert.TestAdvisoryToMail", "detect/alert.TestMatchByHandAndDecision"}},
		{"9.1.13", "validator.claim.of_asset", []string{"detect/alert.TestAlertsOfAsset"}},
		{"9.1.13", "validator.claim.states", []string{"detect/alert/stand.TestStates", "detect/alert.TestRespond"}},
		{"9.1.13", "validator.claim.unchanged", []string{"detect/alert.TestRevisions"}},
		{"9.1.13", "validator.claim.arrival", []string{"detect/alert.TestInventoryChanges", "detect/alert.TestRevisions"}},
		{"9.1.14", "validator.claim.schema", []string{"format/csaf.TestAgainstSchemas", "format/csaf.TestValidateNamesThePlace"}},
		{"9.1.14", "validator.claim.mandatory", []string{"format/csaf.TestSuite", "format/csaf.TestCorpusPasses", "format/csaf.TestTestsAreListed", "test/conformance.TestAgainstLibrary"}},
		{"9.1.14", "validator.claim.untouched", []string{"format/csaf.TestCorpusPasses"}},
		{"9.1.14", "validator.claim.chosen", []string{"format/csaf.TestRunChosen"}},
		{"9.1.15", "validator.claim.recommended", []string{"format/csaf.TestSuite", "format/csaf.TestCheckLevels", "test/conformance.TestAgainstLibrary"}},
		{"9.1.16", "validator.claim.informative", []string{"format/csaf.TestSuite", "format/csaf.TestCheckLevels"}},
		{"9.1.17", "validator.claim.sbom", []string{"prevent/inventory.TestBillOfNewRelease", "prevent/inventory.TestAnswersEqualRows"}},
	}
}
