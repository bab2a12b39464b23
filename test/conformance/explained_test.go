package conformance

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
)

// explanation is one meant difference between the library and us.
type explanation struct {
	test, edition string // "" is both editions
	who           string // who alone finds a fault: "we", "they" or "we, they"
	when          func(d document, got []string, theirs answer) bool
	why           string
}

// explained lists them; docs/conformance.md has them in words. Each names the
// narrowest set of documents that shows it, so that another difference in the
// same test still fails.
var explained = []explanation{
	{"6.1.11", "2.0", "they", has("Improper Handling of Insufficient Permissions or Privileges \""), "MITRE's list has a blank behind the name of CWE-280, and so has CISA; the library wants none"},
	{"6.1.21", "", "they", sameDate, "revisions of one date go by their number; the library takes them as they stand"},
	{"6.1.26", "2.0", "we", has(`"csafsecurityadvisory"`), "the standard's example of a category without underscores must fail; the library keeps the prefix csaf"},
	{"schema", "2.1", "we, they", nil, "the library has an earlier draft of the schema of 2.1; ours is held against the standard's in format/csaf"},
	{"6.1.1", "2.1", "we, they", has(`"product_paths"`), "the library has relationships in the place of product paths"},
	{"6.1.1", "2.1", "we", has(`"ids"`, `"first_known_exploitation_dates"`), "the library does not look into all that names products in 2.1"},
	{"6.1.1", "2.1", "they", has(`"configuration_tree"`), "the library does not know the extension that defines products of configurations"},
	{"6.1.2", "2.1", "we", has(`"product_paths"`), "the library has relationships in the place of product paths"},
	{"6.1.3", "2.1", "we", has(`"product_paths"`), "the library has relationships in the place of product paths"},
	{"6.1.4", "2.1", "we", has(`"group_ids"`), "the library does not look into all that names groups in 2.1"},
	{"6.1.9", "2.1", "we, they", has(`"CVSS:4.0/`), "the standard's examples want the score of the whole CVSS 4.0 vector as baseScore; the library has threatScore for it"},
	{"6.1.26", "2.1", "they", has(`"csaf_superseded"`, `"csaf_withdrawn"`, `"csaf_deprecated_security_advisory"`, `"csaf_vulnerability_report"`), "the library does not know the profiles that 2.1 adds"},
	{"6.1.27.2", "2.1", "we", has(`"csaf_superseded"`, `"csaf_withdrawn"`), "the library does not know the profiles that 2.1 adds"},
	{"6.1.27.11", "2.1", "we", has(`"csaf_deprecated_security_advisory"`), "the library does not know the profiles that 2.1 adds"},
	{"6.1.37", "2.1", "we", lowerDate, "t and z of a date are capital letters in 2.1"},
	{"6.2.1", "2.1", "they", nil, "the library runs the test of 2.0, which does not look into product paths, metrics and other new places of product ids"},
	{"6.2.2", "", "we", withoutStatus, "a vulnerability without product_status ends the library's test for the others as well"},
	{"6.2.3", "", "we", withoutStatus, "a vulnerability without product_status ends the library's test for the others as well"},
	{"6.2.16", "2.1", "we", has(`"product_paths"`), "the library has relationships in the place of product paths"},
	{"6.2.19", "2.1", "we", nil, "the library runs the test of 2.0, which reads scores; 2.1 has metrics"},
	{"6.2.20", "2.1", "they", nil, "the library has an earlier draft of the schema of 2.1, which names fewer members"},
	{"6.3.9", "", "we", nil, "the library takes the categories of the branches before a branch for those above it"},
	{"6.3.12", "2.1", "we, they", nil, "the library wants CVSS 4.0 in every metric; the words of the draft of February 2026 want it beside other CVSS objects and for affected products"},
	{"any", "", "we, they", bothBroken, "the document breaks the schema for both, and a test reads on from the broken value or stops at it"},
}

// has matches documents with one of the texts in them.
func has(texts ...string) func(document, []string, answer) bool {
	return func(d document, _ []string, _ answer) bool {
		return slices.ContainsFunc(texts, func(t string) bool { return bytes.Contains(d.data, []byte(t)) })
	}
}

// bothBroken matches documents that the schema refuses on both sides.
func bothBroken(_ document, got []string, theirs answer) bool {
	return slices.Contains(got, "schema") && slices.Contains(theirs.Failed, "schema")
}

// withoutStatus matches documents with a vulnerability that has no product_status.
func withoutStatus(_ document, got []string, _ answer) bool { return slices.Contains(got, "6.1.27.6") }

// sameDate matches documents with two revisions of one date.
func sameDate(d document, _ []string, _ answer) bool {
	dates := revisionDates(d)
	slices.SortFunc(dates, time.Time.Compare)
	return len(slices.CompactFunc(slices.Clone(dates), time.Time.Equal)) < len(dates)
}

var lower = regexp.MustCompile(`\d(t\d\d:|z")`)

// lowerDate matches documents with a date such as 2024-01-21t10:00:00z.
func lowerDate(d document, _ []string, _ answer) bool { return lower.Match(d.data) }

// revisionDates reads them; what is no date has none.
func revisionDates(d document) []time.Time {
	var doc struct {
		Document struct {
			Tracking struct {
				Revisions []struct{ Date string } `json:"revision_history"`
			}
		}
	}
	if err := json.Unmarshal(d.data, &doc); err != nil {
		return nil // a number in the place of a date
	}
	var out []time.Time
	for _, r := range doc.Document.Tracking.Revisions {
		if date, err := time.Parse(time.RFC3339, strings.ToUpper(r.Date)); err == nil {
			out = append(out, date)
		}
	}
	return out
}
