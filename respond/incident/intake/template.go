package intake

import (
	"io"
	"slices"
	"strings"

	"ward/format/rule"
	"ward/format/sheet"
	"ward/kit/i18n"
	"ward/respond/incident"
)

// Columns of a table besides questions.
const (
	colReference = "reference"
	colReceived  = "received_at"
	colName      = "organisation"
	colOrg       = "organisation_id"
	colStage     = "stage"
	colReason    = "reporting_reason"
	colSure      = "confirmed"
)

var fixed = [...]string{colReference, colReceived, colName, colOrg, colStage, colReason, colSure}

// Head is the header of the template: what stands beside questions, then the
// questions of the first two stages. A table may have any other question as well.
func (s *Service) Head() []string {
	out := slices.Concat(fixed[:], []string{"marking", "malware_family"})
	for _, stage := range []rule.Stage{rule.Early, rule.Notification} {
		for _, step := range incident.Steps(stage) {
			for _, q := range step.Questions {
				if !slices.Contains(out, q) {
					out = append(out, q)
				}
			}
		}
	}
	return out
}

// Template is an empty table with two rows for people, in the printer's language:
// what the columns ask and what may stand below. Rows that begin with "#" are not
// read.
func (s *Service) Template(w io.Writer, p *i18n.Printer, workbook bool) error {
	head := s.Head()
	rows := [][]string{{"# " + s.title(p, head[0])}, {"# " + p.T("incident.intake.allowed").String()}}
	for _, id := range head[1:] {
		rows[0], rows[1] = append(rows[0], s.title(p, id)), append(rows[1], s.allowed(p, id))
	}
	if workbook {
		return sheet.WriteXLSX(w, head, slices.Values(rows))
	}
	return sheet.WriteCSV(w, head, slices.Values(rows))
}

func (s *Service) title(p *i18n.Printer, id string) string {
	if slices.Contains(fixed[:], id) {
		return p.T(i18n.Key("incident.column." + id)).String()
	}
	q, _ := s.cfg.Reports.Catalogue().Question(id)
	return incident.Title(p, q).String()
}

// allowed says what a cell may hold.
func (s *Service) allowed(p *i18n.Printer, id string) string {
	switch id {
	case colStage:
		return joined(incident.Stages())
	case colReason:
		return joined(incident.Reasons())
	case colSure:
		return "yes, no"
	case colReceived:
		return "2026-11-29 03:10"
	case colName, colOrg, colReference:
		return ""
	}
	q, _ := s.cfg.Reports.Catalogue().Question(id)
	switch q.Kind {
	case incident.KindTime:
		return "2026-11-29 03:10, unknown"
	case incident.KindYesNo:
		return "yes, no, unknown"
	case incident.KindNumber, incident.KindMoney:
		return "120, unknown"
	}
	if q.Countries() || len(q.Values) == 0 {
		return "unknown"
	}
	return strings.Join(q.Values, ", ") + ", unknown"
}

func joined[T ~string](list []T) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return strings.Join(out, ", ")
}
