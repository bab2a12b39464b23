package texts

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"ward"
	"ward/format/xliff"
	"ward/kit/i18n"
)

// Options of Import.
type Options struct {
	Check bool // look only, write nothing
	// Approve takes texts whose state is reviewed or final as approved by a person:
	// whoever imports says that one did.
	Approve bool
}

// Imported is what became of a sheet.
type Imported struct {
	Lang     ward.Lang `json:"lang"`
	Written  int       `json:"written"`  // messages that are new or changed
	Same     int       `json:"same"`     // messages that were there already
	Empty    int       `json:"empty"`    // messages without a translation: nothing was changed
	Approved int       `json:"approved"` // messages that count as reviewed now
	Refused  []Problem `json:"refused"`  // messages that were left out
	Warnings []Problem `json:"warnings"` // messages that were taken, and that somebody should look at
}

// Problem is what is wrong with one text, in English.
type Problem struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Import checks a sheet against the English texts of the tree and writes what is
// right. A message is taken with all its forms or not at all. An empty text takes
// nothing away.
func (t *Tree) Import(s Sheet, o Options) (Imported, error) {
	in := Imported{Lang: s.Lang, Refused: []Problem{}, Warnings: []Problem{}}
	review, err := t.review(s.Lang)
	if err != nil {
		return in, err
	}
	terms, err := Glossary()
	if err != nil {
		return in, err
	}
	given := t.gather(s, &in)
	for _, r := range t.rooms {
		have, err := t.translated(r, s.Lang)
		if err != nil {
			return in, err
		}
		changed := false
		for _, english := range r.english {
			g, ok := given[english.Key]
			if !ok {
				continue
			}
			if c := in.take(english, g, have, terms); c.taken {
				changed = changed || c.changed
				review[english.Key] = in.mark(english, have[english.Key], g, review, o)
			}
		}
		if changed && !o.Check {
			if err := t.write(r, s.Lang, have); err != nil {
				return in, err
			}
		}
	}
	if o.Check || len(review) == 0 {
		return in, nil
	}
	return in, os.WriteFile(t.reviewFile(s.Lang), []byte(review.String()), 0o644)
}

// offer is a message as the sheet has it.
type offer struct {
	i18n.Message
	english map[string]string // the English text of each form, as it was when exported
	state   xliff.State
}

// gather puts the forms of each message together, and refuses what is none.
func (t *Tree) gather(s Sheet, in *Imported) map[i18n.Key]*offer {
	known := map[i18n.Key]bool{}
	for _, r := range t.rooms {
		for _, m := range r.english {
			known[m.Key] = true
		}
	}
	out := map[i18n.Key]*offer{}
	for _, e := range s.Entries {
		g := out[e.Key]
		switch {
		case !known[e.Key]:
			in.refuse(e.ID(), "there is no such text (any more)")
			continue
		case g == nil:
			g = &offer{Message: i18n.Message{Key: e.Key, Forms: map[string]string{}}, english: map[string]string{}, state: e.State}
			out[e.Key] = g
		case g.state != e.State: // as far as its last form
			g.state = xliff.Translated
		}
		form := e.Form
		if form == "" {
			form = "other"
		}
		g.english[form] = e.English
		if text := strings.TrimSpace(e.Translation); text != "" {
			g.Forms[form] = text
		}
	}
	return out
}

func (in *Imported) refuse(id, text string) { in.Refused = append(in.Refused, Problem{id, text}) }

type outcome struct{ taken, changed bool }

// take checks one message and puts it into have.
func (in *Imported) take(english i18n.Message, g *offer, have map[i18n.Key]i18n.Message, terms Terms) outcome {
	if len(g.Forms) == 0 {
		in.Empty++
		return outcome{}
	}
	if form := otherSource(in.Lang, english, g); form != "" {
		in.refuse(string(g.Key), fmt.Sprintf("the English text changed since the file was made: it is now %q", form))
		return outcome{}
	}
	if faults := append(i18n.Faults(in.Lang, english, g.Message), strange(in.Lang, english, g.Message)...); len(faults) > 0 {
		in.refuse(string(g.Key), strings.Join(faults, "; "))
		return outcome{}
	}
	in.warn(english, g, terms)
	if same(have[g.Key], g.Message) {
		in.Same++
		return outcome{taken: true}
	}
	have[g.Key] = g.Message
	in.Written++
	return outcome{taken: true, changed: true}
}

// otherSource is the English text where the sheet has another one. A sheet that was
// made for another form of the same message counts alike.
func otherSource(lang ward.Lang, english i18n.Message, g *offer) string {
	for _, e := range entries(lang, english, i18n.Message{}, nil) {
		form := e.Form
		if form == "" {
			form = "other"
		}
		if was, ok := g.english[form]; ok && was != e.English {
			return e.English
		}
	}
	return ""
}

// strange are forms that the language does not have, and characters that no
// message holds.
func strange(lang ward.Lang, english, have i18n.Message) (out []string) {
	allowed := []string{"other"}
	if english.Plural() {
		allowed = i18n.Forms(lang)
	}
	for _, form := range forms() {
		s := have.Forms[form]
		if s != "" && !slices.Contains(allowed, form) {
			out = append(out, lang.Name()+" has no form "+form+" here")
		}
		if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 && r != '\n' || r == 0xfeff || r == 0xfffd }) {
			out = append(out, form+" holds a control character")
		}
	}
	return out
}

func (in *Imported) warn(english i18n.Message, g *offer, terms Terms) {
	for _, e := range entries(in.Lang, english, g.Message, nil) {
		if n := letters(e.Translation); e.Limit > 0 && n > e.Limit {
			in.Warnings = append(in.Warnings, Problem{e.ID(), fmt.Sprintf("%d letters, %d fit", n, e.Limit)})
		}
		for _, fault := range terms.Faults(in.Lang, e.English, e.Translation) {
			in.Warnings = append(in.Warnings, Problem{e.ID(), fault})
		}
	}
}

func same(a, b i18n.Message) bool { return i18n.MarkOf(a) == i18n.MarkOf(b) && len(a.Forms) > 0 }

// mark is the line of the state file for a message that was taken.
func (in *Imported) mark(english, have i18n.Message, g *offer, r i18n.Review, o Options) i18n.Mark {
	m := i18n.Mark{English: i18n.MarkOf(english)}
	if r.Approved(english, have) || o.Approve && (g.state == xliff.Reviewed || g.state == xliff.Final) {
		m.Approved = i18n.MarkOf(have)
		in.Approved++
	}
	return m
}
