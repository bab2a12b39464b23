package rule_test

import (
	"fmt"
	"os"
	"time"

	"ward/format/rule"
)

// A hospital of 300 people was hit by ransomware two hours ago.
func ExampleEvaluate() {
	law, _ := os.ReadFile("testdata/small.toml")
	pack, _ := os.ReadFile("testdata/small-de.toml")
	book, err := rule.Read([]rule.File{{Name: "law.toml", Text: law}, {Name: "country/de.toml", Text: pack}})
	if err != nil {
		fmt.Println(err)
		return
	}
	hospital := rule.Profile{Country: "DE", Answers: rule.Answers{"kind": []string{"hospital"}, "headcount": int64(300)}}
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	attack := rule.Incident{Answers: rule.Answers{"ransomware": true, "aware_at": now.Add(-2 * time.Hour)}}
	a, err := rule.Evaluate(book, hospital, attack, now)
	if err != nil {
		fmt.Println(err)
		return
	}
	d := a.Duties[0]
	fmt.Println(a.Class.Value, d.ID, d.State, d.Within, d.Due.Format(time.RFC3339), d.Receivers[0].Name)
	// Output: essential N1 running 24 hours 2026-11-30T11:00:00+01:00 BSI
}
