package ransom

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// texts is a field that editors wrote as one text or as a list; anything else
// in it is passed over.
type texts []string

func (t *texts) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	v, err := d.ReadValue()
	if err != nil {
		return err
	}
	var one string
	var many []jsontext.Value
	switch v.Kind() {
	case '"':
		if err := json.Unmarshal(v, &one); err != nil {
			return err
		}
		*t = texts{one}
	case '[':
		if err := json.Unmarshal(v, &many); err != nil {
			return err
		}
		for _, m := range many {
			if m.Kind() == '"' && json.Unmarshal(m, &one) == nil {
				*t = append(*t, one)
			}
		}
	}
	return nil
}

type cluster struct {
	Type   string `json:"type"`
	Name   string `json:"name"`
	Values []struct {
		Value       string `json:"value"`
		Description string `json:"description"`
		Meta        struct {
			Synonyms   texts `json:"synonyms"`
			Extensions texts `json:"extensions"`
			Extension  texts `json:"extension"`
			Names      texts `json:"ransomnotes-filenames"`
			Names2     texts `json:"ransomnotes-filesnames"` // sic
			Files      texts `json:"ransomnotes-files"`
			Notes      texts `json:"ransomnotes"`
			Notes2     texts `json:"ransomenotes"` // sic
			Links      texts `json:"links"`
			Date       texts `json:"date"`
			Refs       texts `json:"refs"`
		} `json:"meta"`
	} `json:"values"`
}

// ParseGalaxy reads the ransomware cluster of a MISP galaxy: families with
// synonyms, extensions, note names and the addresses of leak sites, and the
// notes whose text stands in it. What is no name, extension or note (prose,
// paths, pictures) is left out.
func ParseGalaxy(data []byte) ([]Family, []Note, error) {
	if len(data) > CatalogueLimit {
		return nil, nil, fmt.Errorf("galaxy: more than %d bytes", CatalogueLimit)
	}
	var c cluster
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")), &c, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true)); err != nil {
		return nil, nil, fmt.Errorf("galaxy: %w", err)
	}
	switch {
	case c.Type != "" && c.Type != "ransomware":
		return nil, nil, fmt.Errorf("galaxy: cluster %q is not the ransomware one", c.Type)
	case len(c.Values) == 0:
		return nil, nil, fmt.Errorf("galaxy: /values: empty or absent")
	case len(c.Values) > FamiliesLimit:
		return nil, nil, fmt.Errorf("galaxy: more than %d families", FamiliesLimit)
	}
	var families []Family
	var notes []Note
	for _, v := range c.Values {
		name := strings.TrimSpace(v.Value)
		if key(name) == "" {
			continue
		}
		f := Family{Name: name, Aliases: v.Meta.Synonyms, Sources: firstOf(v.Meta.Refs, 3)}
		if len(v.Meta.Date) > 0 {
			f.Years = v.Meta.Date[0]
		}
		for _, e := range append(v.Meta.Extensions, v.Meta.Extension...) {
			if p := extension(e); p != "" {
				f.Extensions = append(f.Extensions, p)
			}
		}
		for _, n := range append(append(v.Meta.Names, v.Meta.Names2...), v.Meta.Files...) {
			f.addNoteName(n)
		}
		for _, l := range v.Meta.Links {
			for _, a := range read(l).addresses {
				f.Addresses = append(f.Addresses, a.Value)
			}
		}
		for _, text := range append(v.Meta.Notes, v.Meta.Notes2...) {
			if isNote(text) {
				notes = append(notes, Note{Family: name, Data: []byte(text)})
			} else {
				f.addNoteName(text)
			}
		}
		families = append(families, f)
	}
	return families, notes, nil
}

func firstOf(in []string, n int) []string {
	if len(in) > n {
		return in[:n]
	}
	return in
}

// addNoteName keeps what is the name of a text file; pictures carry no text to
// compare, but their names help all the same.
func (f *Family) addNoteName(n string) {
	p := pattern(n)
	if i := strings.LastIndexByte(p, '.'); i > 0 && len(p)-i <= 5 && literal(p[:i]) >= 2 && strings.Count(p, "*") <= 3 {
		f.NoteNames = append(f.NoteNames, p)
	}
}

// extension cleans one entry of the galaxy's extensions; "" for prose.
func extension(s string) string {
	p := pattern(s)
	if strings.ContainsAny(p, " /") || strings.Count(p, "*") > 3 || len(p) > 60 {
		return ""
	}
	if p != "" && p[0] != '.' && p[0] != '*' && p[0] != '_' && p[0] != '-' {
		p = "." + p
	}
	if literal(p) < 2 {
		return ""
	}
	return p
}

// isNote tells a note's text from the file names and remarks that editors put
// into the same field.
func isNote(text string) bool { return len(read(plain(text)).words) >= 10 }
