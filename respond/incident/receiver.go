package incident

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"ward/format/rule"
)

// This file makes of one report what each receiver is to read. Who gets it under
// NIS2 reads all of it; an authority or a maker that is told for another law reads
// what the form of that law asks, and nothing else (GDPR Art. 5(1)(c)).

// whole is the form of those who read all of a report.
const whole = "nis2"

// For is the document as the receiver of a delivery gets it.
func (d Document) For(x Delivery) Document {
	d.To = x
	forms := d.cat.forms(d, x.Duties)
	if forms == nil {
		return d
	}
	out := Answers{}
	for id, a := range d.Answers {
		if d.cat.wanted(id, forms) {
			out[id] = a
		}
	}
	d.Answers, d.Narrowed = out, true
	return d
}

// Name is what the files of d begin with: of a copy for one receiver, its short
// name in the country pack as well.
func (d Document) Name() string {
	name := d.Number + "-" + string(d.Stage)
	if _, who, ok := strings.Cut(d.To.Key, "/"); ok {
		name += "-" + strings.ReplaceAll(who, "_", "-")
	}
	return name
}

// forms are those of the duties that a copy fulfils; nil when one of them wants the
// whole report, or the law no longer knows any.
func (c Catalogue) forms(d Document, duties []string) []string {
	var out []string
	for _, r := range c.Book.Law(d.Country) {
		switch {
		case !slices.Contains(duties, r.ID):
		case r.Form == "" || r.Form == whole:
			return nil
		default:
			out = append(out, r.Form)
		}
	}
	return out
}

// wanted reports whether a question belongs to one of forms.
func (c Catalogue) wanted(id string, forms []string) bool {
	f := c.Book.Field(id)
	if id == "marking" { // binds whoever reads anything of a report
		return true
	}
	for _, form := range forms {
		if f != nil && f.Forms[form] != "" || form == "gdpr" && slices.Contains(personal().Questions, id) {
			return true
		}
	}
	return slices.ContainsFunc(c.Book.Pages, func(p *rule.Page) bool { return slices.Contains(forms, p.Form) && p.Asks(id) })
}

// digest is the SHA-256 of the JSON form of d.
func (d Document) digest() string {
	doc, err := d.JSON()
	if err != nil { // strings and times alone
		panic(err)
	}
	sum := sha256.Sum256(doc)
	return hex.EncodeToString(sum[:])
}
