//go:build !edge

package cli

import (
	"fmt"
	"strconv"
	"strings"

	"ward/format/ransom"
)

// reasonWords say in English what a clue is.
var reasonWords = map[string]string{
	"text":      "the wording is that of a known note",
	"address":   "an address that this family used",
	"vanity":    "an address that begins like this family's",
	"name":      "the name of the family",
	"phrase":    "words that this family writes",
	"file":      "the name of the note",
	"extension": "what was added to file names",
	"marker":    "bytes that this family leaves",
}

var stepWords = map[ransom.Step]string{
	ransom.StepNote:      "the whole ransom note",
	ransom.StepSample:    "an encrypted file under its full name",
	ransom.StepExtension: "what was added to the names of encrypted files (--extension)",
	ransom.StepAddress:   "an address from the note that is known",
	ransom.StepExpert:    "an expert: the candidates are near each other",
}

var kindWords = map[ransom.Kind]string{
	ransom.KindNote: "reads like a ransom note", ransom.KindText: "a text that does not speak like a ransom note",
	ransom.KindSample: "not a text: looked at as an encrypted file", ransom.KindAnswers: "answers",
}

// printIdentified prints what was found, for people or machines.
func (e *env) printIdentified(m *ransom.Model, r identified, asJSON bool) error {
	if asJSON {
		return e.jsonLine(r)
	}
	var lines []string
	switch {
	case r.Error != "":
		lines = append(lines, r.File+": cannot be read: "+r.Error)
	case len(r.Candidates) == 0 && r.Kind == ransom.KindNote:
		lines = append(lines, r.File+": a ransom note, but of none of the "+strconv.Itoa(len(m.Families))+" families known here")
		if m.Notes() == 0 {
			lines = append(lines, "  This small catalogue knows no notes. Import one that does: ward ransomware import PATH… -o ransomware.json (a MISP galaxy, folders of notes)")
		}
	case len(r.Candidates) == 0:
		lines = append(lines, r.File+": "+kindWords[r.Kind]+"; no family is named")
	default:
		lines = append(lines, r.File+": "+kindWords[r.Kind])
	}
	for i, c := range r.Candidates {
		lines = append(lines, fmt.Sprintf("  %d. %s  %d of 100, %s", i+1, withAliases(c), c.Score, c.Confidence))
		for _, reason := range c.Reasons {
			line := "       because: " + reasonWords[reason.Kind]
			if reason.Detail != "" {
				line += ": " + reason.Detail
			}
			lines = append(lines, fmt.Sprintf("%s (%d)", line, reason.Points))
		}
		var steps []string
		for _, s := range c.Settle {
			steps = append(steps, stepWords[s])
		}
		if len(steps) > 0 {
			lines = append(lines, "       would settle it: "+strings.Join(steps, "; "))
		}
		for _, d := range m.Families[c.Index].Decryptors {
			lines = append(lines, "       decryptor: "+d.Maker+": "+d.Condition+" ("+d.Source+")")
		}
	}
	if len(r.Candidates) > 0 || r.Kind == ransom.KindNote {
		lines = append(lines, "  Keep the note and encrypted files, also where there is no decryptor: keys appear later.")
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(e.out, printable(l)); err != nil {
			return err
		}
	}
	return nil
}

func withAliases(c ransom.Candidate) string {
	if len(c.Aliases) == 0 {
		return c.Family
	}
	return c.Family + " (" + strings.Join(c.Aliases[:min(len(c.Aliases), 4)], ", ") + ")"
}
