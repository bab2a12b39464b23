package ransom_test

import (
	"fmt"

	"ward/format/ransom"
)

func ExampleModel_Identify() {
	m, err := ransom.Compile(ransom.Embedded(), nil)
	if err != nil {
		panic(err)
	}
	res := m.Identify(ransom.Input{Name: "akira_readme.txt", Extension: ".akira", Told: true})
	fmt.Println(res.Candidates[0].Family, res.Candidates[0].Confidence)
	// Output: Akira strong
}
