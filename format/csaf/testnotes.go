package csaf

import "strings"

// terms are the titles that have a meaning in English, and their translations
// as the standard's committee has recorded them.
type terms struct {
	withdrawal, supersession, superseding, product, licence string
}

var (
	english      = terms{"Reasoning for Withdrawal", "Reasoning for Supersession", "Superseding Document", "Product Description", "License"}
	translations = map[string]terms{
		"de": {"Begründung für die Zurückziehung", "Begründung für die Ersetzung", "Ersetzendes Dokument", "Produktbeschreibung", "Lizenz"},
	}
)

// tongue is the primary subtag of the document's language; empty if there is none.
func (s *subject) tongue() string {
	primary, _, _ := strings.Cut(s.document().says("lang"), "-")
	return strings.ToLower(primary)
}

// inEnglish reports a document in English or without a language.
func (s *subject) inEnglish() bool { return s.tongue() == "en" || s.document().says("lang") == "" }

// foreign gives the terms of a document in another language; ok is false for
// English, and for a language without recorded terms, which it notes.
func (s *subject) foreign() (t terms, ok bool) {
	if s.inEnglish() {
		return t, false
	}
	if t, ok = translations[s.tongue()]; !ok {
		s.notRun(s.document().get("lang"), "no translation of the title is recorded for this language")
	}
	return t, ok
}

// oneNote wants exactly one note of a title, and that of the category.
func (s *subject) oneNote(title, category string, tell say) {
	notes := s.document().get("notes")
	count := 0
	for _, n := range notes.all() {
		if n.says("title") != title {
			continue
		}
		if count++; n.says("category") != category {
			tell(n.get("category"), `the note "`+title+`" is of category `+n.says("category"))
		}
	}
	switch {
	case count == 0:
		tell(notes, `no note "`+title+`"`)
	case count > 1:
		tell(notes, `more than one note "`+title+`"`)
	}
}

// withdrawalReason is 6.1.27.17, supersessionReason 6.1.27.18; 6.2.39.2 and
// 6.2.39.3 are the same in other languages.
func withdrawalReason(s *subject, tell say) {
	if s.is(withdrawn) && s.inEnglish() {
		s.oneNote(english.withdrawal, "description", tell)
	}
}

// supersessionReason is 6.1.27.18.
func supersessionReason(s *subject, tell say) {
	if s.is(superseded) && s.inEnglish() {
		s.oneNote(english.supersession, "description", tell)
	}
}

// foreignWithdrawal is 6.2.39.2: the title in the document's language.
func foreignWithdrawal(s *subject, tell say) {
	if !s.is(withdrawn) {
		return
	}
	if t, ok := s.foreign(); ok {
		s.oneNote(t.withdrawal, "description", tell)
	}
}

// foreignSupersession is 6.2.39.3.
func foreignSupersession(s *subject, tell say) {
	if !s.is(superseded) {
		return
	}
	if t, ok := s.foreign(); ok {
		s.oneNote(t.supersession, "description", tell)
	}
}

// supersedingReference is 6.1.27.19, foreignSuperseding 6.2.39.4.
func supersedingReference(s *subject, tell say) {
	if s.is(superseded) && s.inEnglish() {
		s.refersTo(english.superseding, tell)
	}
}

// foreignSuperseding is 6.2.39.4.
func foreignSuperseding(s *subject, tell say) {
	if !s.is(superseded) {
		return
	}
	if t, ok := s.foreign(); ok {
		s.refersTo(t.superseding, tell)
	}
}

// refersTo wants a reference whose summary begins so, and all such external.
func (s *subject) refersTo(summary string, tell say) {
	refs, found := s.document().get("references"), false
	for _, r := range refs.all() {
		if !strings.HasPrefix(r.says("summary"), summary) {
			continue
		}
		found = true
		if r.says("category") != "external" {
			tell(r, `the reference "`+summary+`" is not external`)
		}
	}
	if !found {
		tell(refs, `no reference "`+summary+`"`)
	}
}

// productDescription is 6.2.40: a note that describes a product names it. A
// title may go on behind the term.
func productDescription(s *subject, tell say) {
	var described []view
	for _, n := range s.document().every("notes") {
		if n.says("category") == "description" && !n.get("product_ids").exists() && !n.get("group_ids").exists() {
			described = append(described, n)
		}
	}
	if len(described) == 0 {
		return
	}
	t := english
	if !s.inEnglish() {
		var ok bool
		if t, ok = s.foreign(); !ok {
			return
		}
	}
	for _, n := range described {
		if strings.HasPrefix(n.says("title"), t.product) {
			tell(n, "a product description without product")
		}
	}
}
