package csaf

import (
	_ "embed"
	"strings"
	"sync"

	"ward/format/problem"
	"ward/format/problem/jsontree"
	"ward/format/problem/shape"
)

//go:embed rules/parties.txt
var partyRules string

// parties are compiled when the first such document needs them.
var parties = sync.OnceValues(func() (map[string]*shape.Set, error) {
	out, text := map[string]*shape.Set{}, strings.ReplaceAll(documentRules+metricRules+partyRules, " }", " *}")
	for _, edition := range [...]string{edition20, edition21} {
		set, err := shape.Compile(text, edition)
		if err != nil {
			return nil, err
		}
		out[edition] = set
	}
	return out, nil
})

// CheckProvider holds a provider-metadata.json against the schema of its edition,
// 2.0 or 2.1; nil means that nothing was found.
func CheckProvider(data []byte, edition string) []problem.Problem {
	return checkParty("provider", data, edition)
}

// CheckAggregator holds an aggregator.json against the schema of its edition.
func CheckAggregator(data []byte, edition string) []problem.Problem {
	return checkParty("aggregator", data, edition)
}

// CheckFeed holds a ROLIE feed against the schema of edition 2.0; one of edition
// 2.1 differs in nothing but the format that its entries name.
func CheckFeed(data []byte) []problem.Problem { return checkParty("feed_document", data, edition20) }

func checkParty(root string, data []byte, edition string) []problem.Problem {
	rules, err := parties()
	if err != nil {
		return problem.Of(err)
	}
	if edition != edition21 {
		edition = edition20
	}
	n, err := jsontree.Parse(data, jsontree.Limits{Depth: 64})
	if err != nil {
		return problem.Of(err)
	}
	var out problem.List
	rules[edition].Check(root, n, &out)
	return out.Problems()
}
