package advisory

import (
	"strings"

	"ward"
	"ward/format/csaf"
	"ward/format/pattern"
)

// This file reads two things that CSAF has no field for out of the words of a
// document: whether it is exploited, and what it may do to patients.

// negation before "exploit" turns the sentence: "No known public exploits
// specifically target this vulnerability" stands in nearly every document.
var (
	negated   = pattern.Of(`(?i)\b(no|not|none|never|unaware|without)\b`)
	exploited = pattern.Of(`(?i)known[- ]exploited|exploited in the wild|actively exploit|active exploitation|exploitation (has been|was) (observed|detected|reported)`)
	proof     = pattern.Of(`(?i)proof[- ]of[- ]concept|\bpoc\b|public(ly)? (available )?exploit|exploits? (is|are) public`)
)

// ownExploitation reads the exploit_status threats of a document. A sentence
// with a negation says nothing: only what is stated counts.
func ownExploitation(details []string) ward.Exploitation {
	out := ward.ExploitationNone
	for _, text := range details {
		for _, sentence := range sentences(text) {
			switch {
			case negated().MatchString(sentence):
			case exploited().MatchString(sentence):
				return ward.ExploitationExploited
			case proof().MatchString(sentence):
				out = ward.ExploitationProof
			}
		}
	}
	return out
}

// patient finds a sentence on harm to patients; device words alone ("patient
// monitor") are no harm.
var (
	patient = pattern.Of(`(?i)\bpatients?\b`)
	harm    = pattern.Of(`(?i)\b(harm|safety|injur|death|die\b|treatment|therap|overdos|dos(e|age|ing)|infusion|alarm|diagnos|misdiagnos|delay|shock|pacing|stimulation|life)`)
)

// maxRisk bounds the sentence in bytes: it stands on a phone's first screen.
const maxRisk = 400

// patientRisk is the first sentence of the document that speaks of harm to
// patients, empty if none does or the document is not in English.
func patientRisk(doc *csaf.Document) string {
	if lang := strings.ToLower(doc.Lang); lang != "" && !strings.HasPrefix(lang, "en") {
		return ""
	}
	for _, text := range riskTexts(doc) {
		for _, s := range sentences(text) {
			if len(s) <= maxRisk && patient().MatchString(s) && harm().MatchString(s) && !negated().MatchString(s) {
				return s
			}
		}
	}
	return ""
}

// riskTexts are the places where publishers write about consequences: what was
// assessed first, then what is general.
func riskTexts(doc *csaf.Document) []string {
	var out []string
	for i := range doc.Vulnerabilities {
		for _, t := range doc.Vulnerabilities[i].Threats {
			if t.Category == "impact" {
				out = append(out, t.Details)
			}
		}
	}
	for _, n := range doc.Notes {
		if n.Category != "legal_disclaimer" {
			out = append(out, n.Text)
		}
	}
	for i := range doc.Vulnerabilities {
		for _, n := range doc.Vulnerabilities[i].Notes {
			out = append(out, n.Text)
		}
	}
	return out
}

// sentences cuts a text roughly: at a stop before a blank, and at line ends.
func sentences(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		for {
			cut := strings.Index(line, ". ")
			if cut < 0 {
				break
			}
			out = append(out, strings.TrimSpace(line[:cut+1]))
			line = line[cut+2:]
		}
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
