package csaf

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"ward"
)

// CSAF has one language for a document and no field for who must do what. What
// we say to each reader stands in notes (section 3.1.5): the audience names the
// reader, and for a translation the language behind it, "hospital IT (de)". So a
// document of another house that writes the same is read as ours are.
var guidanceReaders = [...]struct {
	audience, category, title string
	text                      func(*ward.Guidance) *string
}{
	{"everybody", "summary", "Summary", func(g *ward.Guidance) *string { return &g.Summary }},
	{"patient safety", "general", "What it may do to patients", func(g *ward.Guidance) *string { return &g.Patients }},
	{"hospital IT", "general", "What to do: hospital IT", func(g *ward.Guidance) *string { return &g.IT }},
	{"device engineers", "general", "What to do: device engineers", func(g *ward.Guidance) *string { return &g.Devices }},
	{"practices without IT", "general", "What to do: practices without IT", func(g *ward.Guidance) *string { return &g.Practice }},
}

// GuidanceNotes writes texts as notes. The first language is that of the
// document; the others are translations, whose title is that of their summary.
func GuidanceNotes(list []ward.Guidance) []Note {
	var out []Note
	for i, g := range list {
		suffix := ""
		if i > 0 {
			suffix = " (" + string(g.Lang) + ")"
		}
		for _, r := range guidanceReaders {
			n := Note{Category: r.category, Title: r.title, Audience: r.audience + suffix, Text: *r.text(&g)}
			if i > 0 && r.audience == "everybody" {
				n.Title = g.Title
			}
			if n.Text != "" {
				out = append(out, n)
			}
		}
	}
	return out
}

// Guidance reads what GuidanceNotes wrote: the document's own language first,
// then the translations in the order of the notes. It is nil for a document that
// speaks to nobody in particular. Of two notes for one reader the first counts.
func (d *Document) Guidance() []ward.Guidance {
	own, _ := ward.ParseLang(d.Lang)
	out := []ward.Guidance{{Lang: own, Title: d.Title}}
	for _, n := range d.Notes {
		reader, lang := splitAudience(n.Audience)
		if reader < 0 {
			continue
		}
		if lang == "" {
			lang = own
		}
		i := slices.IndexFunc(out, func(g ward.Guidance) bool { return g.Lang == lang })
		if i < 0 {
			i, out = len(out), append(out, ward.Guidance{Lang: lang})
		}
		if t := guidanceReaders[reader].text(&out[i]); *t == "" {
			*t = n.Text
			if reader == 0 && i > 0 {
				out[i].Title = n.Title
			}
		}
	}
	if out[0].IsZero() {
		return nil
	}
	return slices.DeleteFunc(out, ward.Guidance.IsZero)
}

// splitAudience reads "hospital IT (de)"; reader is negative for an audience
// that is none of ours, lang empty for one without a language.
func splitAudience(s string) (reader int, lang ward.Lang) {
	name, rest, translated := strings.Cut(s, " (")
	if translated {
		code, closed := strings.CutSuffix(rest, ")")
		l, known := ward.ParseLang(code)
		if !closed || !known {
			return -1, ""
		}
		lang = l
	}
	for i, r := range guidanceReaders {
		if r.audience == name {
			return i, lang
		}
	}
	return -1, ""
}

// GuidanceFingerprint is equal in two revisions that say the same to their
// readers, translations left aside; empty for a document without guidance.
func (d *Document) GuidanceFingerprint() string {
	list := d.Guidance()
	if len(list) == 0 {
		return ""
	}
	h := sha256.New()
	for _, r := range guidanceReaders {
		h.Write([]byte(strings.Join(strings.Fields(*r.text(&list[0])), " ")))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
