package redact

import (
	"embed"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

//go:embed data/*.txt
var data embed.FS

// rules are the data files, compiled.
type rules struct {
	fields  map[string]Kind // by folded name
	system  map[string]bool
	numbers []number
	labels  map[Kind]*labels
}

// number is one form of data/numbers.txt.
type number struct {
	country, name string
	alone         bool
	form          *regexp.Regexp // anchored nowhere; bounds are tested beside it
	check         func(string) bool
}

var builtin = sync.OnceValue(func() *rules {
	r, err := load()
	if err != nil {
		panic(err) // the files are a part of the program and read by a test
	}
	return r
})

// rows gives the rows of a data file, comments left out.
func rows(name string, columns int) ([][]string, error) {
	text, err := data.ReadFile("data/" + name)
	if err != nil {
		return nil, err
	}
	var out [][]string
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		row := strings.Split(line, "\t")
		if len(row) != columns {
			return nil, fmt.Errorf("redact: %s:%d has %d columns, want %d", name, i+1, len(row), columns)
		}
		out = append(out, row)
	}
	return out, nil
}

func load() (*rules, error) {
	r := &rules{fields: map[string]Kind{}, system: map[string]bool{}, labels: map[Kind]*labels{}}
	fields, err := rows("fields.txt", 2)
	if err != nil {
		return nil, err
	}
	for _, row := range fields {
		for _, name := range strings.Fields(row[1]) {
			r.fields[foldName(name)] = Kind(row[0])
		}
	}
	accounts, err := rows("accounts.txt", 1)
	if err != nil {
		return nil, err
	}
	for _, row := range accounts {
		for _, name := range strings.Fields(row[0]) {
			r.system[name] = true
		}
	}
	for _, pair := range [...]string{"local service", "network service", "anonymous logon"} {
		r.system[pair] = true
	}
	if err := r.loadNumbers(); err != nil {
		return nil, err
	}
	return r, r.loadLabels()
}

func (r *rules) loadNumbers() error {
	list, err := rows("numbers.txt", 6)
	if err != nil {
		return err
	}
	for _, row := range list {
		check := checks[row[3]]
		form, err := regexp.Compile("(?i)(?:" + row[4] + ")")
		if err != nil || check == nil || row[2] != "alone" && row[2] != "label" {
			return fmt.Errorf("redact: number %s %s: %v", row[0], row[1], err)
		}
		form.Longest()
		r.numbers = append(r.numbers, number{country: row[0], name: row[1], alone: row[2] == "alone", form: form, check: check})
	}
	return nil
}

func (r *rules) loadLabels() error {
	list, err := rows("labels.txt", 3)
	if err != nil {
		return err
	}
	for _, row := range list {
		kind := Kind(row[0])
		if r.labels[kind] == nil {
			r.labels[kind] = &labels{}
		}
		for _, w := range strings.Split(row[2], "|") {
			r.labels[kind].add(w)
		}
	}
	return nil
}

// foldName leaves letters and digits of a field's name.
func foldName(name string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			return c
		case c >= 'A' && c <= 'Z':
			return c + 'a' - 'A'
		}
		return -1
	}, name)
}
