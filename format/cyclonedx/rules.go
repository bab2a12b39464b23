package cyclonedx

import (
	_ "embed"
	"errors"
	"sync"

	"ward/format/problem/shape"
)

//go:embed rules/json.txt
var jsonRules string

//go:embed rules/xml.txt
var xmlRules string

//go:embed rules/licences.txt
var licenceRules string

// editions are those that are read in JSON and XML, oldest first. XML of 1.0
// and 1.1, which had no JSON, is read and checked too.
var editions = [...]string{"1.2", "1.3", "1.4", "1.5", "1.6", "1.7"}

// xmlEditions are those of XML.
var xmlEditions = [...]string{"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"}

// jsonShapes holds the compiled rules of each edition; they are compiled when
// the first document needs them, not at start.
var jsonShapes = sync.OnceValues(func() (map[string]*shape.Set, error) {
	out := map[string]*shape.Set{}
	var all error
	for _, e := range editions {
		set, err := shape.Compile(licenceRules+jsonRules, e)
		all = errors.Join(all, err)
		out[e] = set
	}
	return out, all
})

// xmlModels is the same for XML.
var xmlModels = sync.OnceValues(func() (map[string]*model, error) {
	out := map[string]*model{}
	var all error
	for _, e := range xmlEditions {
		m, err := compileModel(licenceRules+xmlRules, e)
		all = errors.Join(all, err)
		out[e] = m
	}
	return out, all
})
