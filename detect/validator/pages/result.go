package pages

import (
	"ward"
	"ward/detect/validator"
	"ward/format/csaf"
	"ward/kit/i18n"
	"ward/kit/ui"
)

// resultView is what was found, told test by test.
type resultView struct {
	validator.Result
	name string // of the file, as the browser says; empty for a pasted text
}

// failed is one test with the places where it fails.
type failed struct {
	test, clause string
	places       []csaf.Finding
}

// shownPlaces is how many places of a test stand open; the others are behind a
// summary, so that one fault in a thousand products does not bury the next test.
const shownPlaces = 5

// failures gathers the findings of a level by test, in the order of the
// standard. undecided asks for those that could not be run instead.
func (v resultView) failures(l csaf.Level, undecided bool) []failed {
	var out []failed
	for _, f := range v.Findings {
		if f.Level != l || f.NotRun != undecided {
			continue
		}
		if len(out) == 0 || out[len(out)-1].test != f.Test {
			out = append(out, failed{test: f.Test, clause: csaf.Clause(v.Edition, f.Test)})
		}
		last := &out[len(out)-1]
		last.places = append(last.places, f)
	}
	return out
}

// undecided are the tests of all levels that could not be run.
func (v resultView) undecided() []failed {
	var out []failed
	for l := csaf.Mandatory; l <= v.Level; l++ {
		out = append(out, v.failures(l, true)...)
	}
	return out
}

// verdict is the one sentence that most readers came for.
func (v resultView) verdict(p *i18n.Printer) ui.Notice {
	if !v.Valid() {
		return ui.Notice{Tone: ui.Bad, Title: p.T("validator.result.invalid"), Text: p.T("validator.result.invalid_text")}
	}
	for l := csaf.Optional; l <= v.Level; l++ {
		if v.Count(l) > 0 {
			return ui.Notice{Tone: ui.Warning, Title: p.T("validator.result.valid"), Text: p.T("validator.result.valid_with_text")}
		}
	}
	return ui.Notice{Tone: ui.Success, Title: p.T("validator.result.valid"), Text: p.T("validator.result.valid_text")}
}

// facts say which document was tested, how and when: a printed page must answer
// for itself.
func (v resultView) facts(p *i18n.Printer) []ui.Row {
	rows := []ui.Row{
		{Label: p.T("validator.fact.edition"), Value: i18n.Raw("CSAF " + v.Edition)},
		{Label: p.T("validator.fact.level"), Value: p.T(i18n.Key("validator.level." + v.Level.Word()))},
		{Label: p.T("validator.fact.tests"), Value: i18n.Raw(p.Number(csaf.Ran(v.Edition, v.Level)))},
		{Label: p.T("validator.fact.at"), Value: ui.Moment(p, v.At)},
		{Label: p.T("validator.fact.size"), Value: p.N("validator.bytes", v.Size, "all", p.Number(v.Size))},
		{Label: p.T("validator.fact.sha256"), Value: ui.Code(v.SHA256)},
	}
	if v.name != "" {
		rows = append([]ui.Row{{Label: p.T("validator.fact.file"), Value: i18n.Raw(clip(v.name))}}, rows...)
	}
	return rows
}

// clip bounds a name that a stranger chose.
func clip(s string) string {
	if r := []rune(s); len(r) > 120 {
		return string(r[:120]) + "…"
	}
	return s
}

// evidence is the validator's own words, which are English.
func evidence(f csaf.Finding) i18n.Text { return i18n.In(ward.English, f.Detail) }
