package texts

import (
	"ward"
	"ward/format/xliff"
)

// Progress is how far one language is, in messages.
type Progress struct {
	Lang       ward.Lang `json:"lang"`
	Total      int       `json:"total"`
	Translated int       `json:"translated"` // of the English text as it is now
	Approved   int       `json:"approved"`   // by a person
}

// Status counts all languages but English, in the Union's order.
func (t *Tree) Status() ([]Progress, error) {
	var out []Progress
	for _, lang := range ward.Languages() {
		if lang == ward.English {
			continue
		}
		review, err := t.review(lang)
		if err != nil {
			return nil, err
		}
		p := Progress{Lang: lang}
		for _, r := range t.rooms {
			have, err := t.translated(r, lang)
			if err != nil {
				return nil, err
			}
			for _, english := range r.english {
				p.Total++
				switch stateOf(lang, english, have[english.Key], review) {
				case xliff.Reviewed:
					p.Approved++
					p.Translated++
				case xliff.Translated:
					p.Translated++
				}
			}
		}
		out = append(out, p)
	}
	return out, nil
}
