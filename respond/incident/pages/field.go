package pages

import (
	"errors"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/incident"
)

// field is one question on a page with what stands in it.
type field struct {
	q       incident.Question
	typed   string
	unknown bool
	needed  bool
	label   i18n.Text
	hint    i18n.Text
	fault   i18n.Text
}

// unknownPrefix names the tick box "I don't know yet" of a question.
const unknownPrefix = "unknown_"

// inputTime is the form of times in a phone's own picker.
const inputTime = "2006-01-02T15:04"

// fieldsOf makes the questions of a page from stored answers.
func (h handler) fieldsOf(c *web.Call, ids []string, answers incident.Answers, needed func(string) bool) []field {
	var out []field
	for _, id := range ids {
		q, ok := h.svc.Catalogue().Question(id)
		if !ok {
			continue
		}
		a := answers[id]
		f := field{q: q, typed: a.Text, unknown: a.Unknown, needed: needed(id), label: incident.Title(c.Printer, q)}
		if key := i18n.Key("incident.hint." + id); c.Printer.Has(key) {
			f.hint = c.Printer.T(key)
		}
		if q.Kind == incident.KindTime && a.Text != "" {
			f.typed = a.Time().In(c.Zone()).Format(inputTime)
		}
		if q.Countries() {
			f.typed = strings.ReplaceAll(a.Text, "\n", ", ")
		}
		out = append(out, f)
	}
	return out
}

// first are the questions that everybody answers, rare those that few do.
func first(fields []field) []field {
	return slices.DeleteFunc(slices.Clone(fields), func(f field) bool { return incident.Rare(f.q.ID) })
}

func rare(fields []field) []field {
	return slices.DeleteFunc(slices.Clone(fields), func(f field) bool { return !incident.Rare(f.q.ID) })
}

// opened says whether something among rare questions must be seen.
func opened(fields []field) bool {
	return slices.ContainsFunc(fields, func(f field) bool { return f.typed != "" || f.unknown || f.fault.String() != "" })
}

// read takes the answers of a page from its form; the fields keep what was
// typed, so that a page with a mistake shows it again.
func (h handler) read(c *web.Call, fields []field) (incident.Answers, error) {
	return h.readIn(c, fields, c.Zone())
}

// readIn is read with times of a zone.
func (h handler) readIn(c *web.Call, fields []field, zone *time.Location) (incident.Answers, error) {
	out := incident.Answers{}
	var faults []error
	for i := range fields {
		f := &fields[i]
		f.typed, f.unknown = typed(c, f.q), c.Form(unknownPrefix+f.q.ID) != "" || c.Form(f.q.ID) == "unknown"
		if f.unknown {
			f.typed = ""
			out[f.q.ID] = incident.Answer{Unknown: true}
			continue
		}
		a, err := f.q.Read(f.typed, zone)
		if f.q.Countries() {
			f.typed = c.Form(f.q.ID)
		}
		if err != nil {
			faults = append(faults, err)
			continue
		}
		out[f.q.ID] = a
	}
	return out, errors.Join(faults...)
}

// typed is what a form holds for a question: a line for each item of a list.
func typed(c *web.Call, q incident.Question) string {
	if q.Countries() {
		return strings.Join(strings.FieldsFunc(strings.ToUpper(c.Form(q.ID)), func(r rune) bool { return strings.ContainsRune(",; \t\r\n", r) }), "\n")
	}
	if q.Kind == incident.KindList && len(q.Values) > 0 {
		c.Form(q.ID) // parses the body
		return strings.Join(c.R.PostForm[q.ID], "\n")
	}
	return c.Form(q.ID)
}

// mark puts faults at their questions.
func mark(fields []field, errs ui.Errors) {
	for i := range fields {
		fields[i].fault = errs.At(fields[i].q.ID)
	}
}

// inWords names the questions that an error speaks of by their titles.
func inWords(p *i18n.Printer, svc *incident.Service, err error) error {
	var e *ward.Error
	if !errors.As(err, &e) || len(e.Args) == 0 {
		return err
	}
	named := *e
	named.Args = map[string]string{}
	for k, v := range e.Args {
		if q, ok := svc.Catalogue().Question(v); ok {
			v = incident.Title(p, q).String()
		}
		named.Args[k] = v
	}
	return &named
}
