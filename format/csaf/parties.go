package csaf

import (
	_ "embed"
	"sync"

	"ward/format/problem"
	"ward/format/problem/jsontree"
	"ward/format/problem/shape"
)

//go:embed rules/parties.txt
var partyRules string

var parties = sync.OnceValues(func() (*shape.Set, error) { return shape.Compile(documentRules+metricRules+partyRules, edition21) })

// CheckProvider holds a provider-metadata.json of edition 2.1 against its schema;
// nil means that nothing was found.
func CheckProvider(data []byte) []problem.Problem { return checkParty("provider", data) }

// CheckAggregator holds an aggregator.json of edition 2.1 against its schema.
func CheckAggregator(data []byte) []problem.Problem { return checkParty("aggregator", data) }

func checkParty(root string, data []byte) []problem.Problem {
	rules, err := parties()
	if err != nil {
		return problem.Of(err)
	}
	n, err := jsontree.Parse(data, jsontree.Limits{Depth: 64})
	if err != nil {
		return problem.Of(err)
	}
	var out problem.List
	rules.Check(root, n, &out)
	return out.Problems()
}
