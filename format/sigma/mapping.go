package sigma

import (
	"embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed mapping
var mappingFiles embed.FS

// mapping is the data of the folder mapping: how logs name what rules ask for.
type mapping struct {
	lifts   []string
	same    []string
	named   map[string][]string // path -> keys of the name
	aliases map[string][]string // rule's field -> other names
	channel map[string]string   // provider, lower case -> channel
	also    map[LogSource][]string
	sources []source
	fields  map[string]map[string][]string // map -> rule's field -> names
}

// source is a line of sources.txt: events of which all conditions hold are of
// these products, services and categories.
type source struct {
	products, services, categories []string
	conditions                     []sourceCondition
	fields                         string // name of a field map, may be empty
}

type sourceCondition struct {
	field  string
	values []string // lower case; nil: the field is there
	prefix string   // lower case; the value begins with it
	part   string   // lower case; it stands in the value
}

// builtin is read once; the files are part of the program, a fault in them is
// a fault of ours and shown by the tests.
var builtin = sync.OnceValue(func() *mapping {
	m, err := readMapping()
	if err != nil {
		panic(err)
	}
	return m
})

func readMapping() (*mapping, error) {
	m := &mapping{named: map[string][]string{}, aliases: map[string][]string{}, channel: map[string]string{}, also: map[LogSource][]string{}, fields: map[string]map[string][]string{}}
	into := ""
	for _, f := range []struct {
		name string
		line func(cols []string) error
	}{
		{"names.txt", m.name},
		{"sources.txt", m.source},
		{"fields.txt", func(cols []string) error { return m.field(&into, cols) }},
	} {
		text, err := mappingFiles.ReadFile("mapping/" + f.name)
		if err != nil {
			return nil, err
		}
		for i, l := range strings.Split(string(text), "\n") {
			if l == "" || strings.HasPrefix(l, "#") {
				continue
			}
			if err := f.line(strings.Split(l, "\t")); err != nil {
				return nil, fmt.Errorf("mapping/%s:%d: %w", f.name, i+1, err)
			}
		}
	}
	for _, s := range m.sources {
		if s.fields != "" && m.fields[s.fields] == nil {
			return nil, fmt.Errorf("mapping/sources.txt: no field map %q", s.fields)
		}
	}
	return m, nil
}

func (m *mapping) name(cols []string) error {
	switch {
	case cols[0] == "lift" && len(cols) == 2:
		m.lifts = append(m.lifts, cols[1])
	case cols[0] == "same" && len(cols) == 2:
		m.same = append(m.same, cols[1])
	case cols[0] == "named" && len(cols) > 2:
		m.named[cols[1]] = cols[2:]
	case cols[0] == "alias" && len(cols) > 2:
		m.aliases[cols[1]] = append(m.aliases[cols[1]], cols[2:]...)
	case cols[0] == "channel" && len(cols) == 3:
		m.channel[strings.ToLower(cols[1])] = cols[2]
	case cols[0] == "also" && len(cols) > 3:
		m.also[LogSource{Product: cols[1], Service: cols[2]}] = cols[3:]
	default:
		return fmt.Errorf("unknown line %q", cols)
	}
	return nil
}

func (m *mapping) source(cols []string) error {
	if len(cols) < 4 || len(cols) > 5 {
		return fmt.Errorf("%d columns", len(cols))
	}
	list := func(s string) []string {
		if s == "-" {
			return nil
		}
		return strings.Split(s, "|")
	}
	s := source{products: list(cols[0]), services: list(cols[1]), categories: list(cols[2])}
	if len(cols) == 5 {
		s.fields = cols[4]
	}
	for _, c := range strings.Split(cols[3], ";") {
		var cond sourceCondition
		if field, values, ok := strings.Cut(c, "="); ok {
			cond = sourceCondition{field: field, values: strings.Split(strings.ToLower(values), "|")}
		} else if field, prefix, ok := strings.Cut(c, "~"); ok {
			cond = sourceCondition{field: field, prefix: strings.ToLower(prefix)}
		} else if field, part, ok := strings.Cut(c, "*"); ok {
			cond = sourceCondition{field: field, part: strings.ToLower(part)}
		} else {
			cond = sourceCondition{field: c}
		}
		s.conditions = append(s.conditions, cond)
	}
	m.sources = append(m.sources, s)
	return nil
}

func (m *mapping) field(into *string, cols []string) error {
	if name, ok := strings.CutPrefix(cols[0], "["); ok && len(cols) == 1 {
		*into = strings.TrimSuffix(name, "]")
		m.fields[*into] = map[string][]string{}
		return nil
	}
	if len(cols) < 2 || *into == "" {
		return fmt.Errorf("a field and its names: %q", cols)
	}
	m.fields[*into][cols[0]] = cols[1:]
	return nil
}

// takes tells whether a rule's log source is one of this source's.
func (s *source) takes(rule LogSource) bool {
	part := func(want string, have []string) bool { return want == "" || contains(have, want) }
	return part(rule.Product, s.products) && part(rule.Category, s.categories) && part(rule.Service, s.services)
}
