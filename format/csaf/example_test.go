package csaf_test

import (
	"fmt"
	"strings"

	"ward/format/csaf"
)

const advisory = `{"document":{"csaf_version":"2.0","title":"Infusion pump","distribution":{"tlp":{"label":"GREEN"}},"tracking":{"id":"EX-1","version":"%s","status":"final"}},
"product_tree":{"branches":[{"category":"vendor","name":"Example Medical ","branches":[{"category":"product_name","name":"Pump One","branches":[
 {"category":"product_version_range","name":"< %s","product":{"product_id":"P1","name":"Pump One","product_identification_helper":{"model_numbers":["PO-100"]}}}]}]}]},
"vulnerabilities":[{"cve":"CVE-2024-0001","product_status":{"known_affected":["P1"]},"remediations":[{"category":"vendor_fix","details":"Update","product_ids":["P1"]}],
 "scores":[{"cvss_v3":{"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","baseScore":9.8},"products":["P1"]}]}]}`

func ExampleDocument_Claims() {
	doc, err := csaf.Parse(fmt.Appendf(nil, advisory, "1", "2.0"), csaf.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range doc.Claims() {
		fmt.Println(c.Path)
		fmt.Println(c.Vendor, c.Names, c.Models, c.Range, c.Status, c.CVEs)
	}
	label, _ := doc.Marking()
	fmt.Println(label, doc.Score("P1"))
	// Output:
	// Example Medical / Pump One / < 2.0
	// Example Medical [Pump One] [PO-100] < 2.0 affected [CVE-2024-0001]
	// GREEN 9.8 (CVSS 3.1)
}

func ExampleCompare() {
	old, _ := csaf.Parse(fmt.Appendf(nil, advisory, "1", "2.0"), csaf.Limits{})
	new, _ := csaf.Parse(fmt.Appendf(nil, advisory, "2", "2.1"), csaf.Limits{})
	for _, c := range csaf.Compare(old, new).Items {
		fmt.Println(c.Kind, c.Old, "->", c.New)
	}
	fmt.Println(new.Newer(old), old.RemediationFingerprint("P1") == new.RemediationFingerprint("P1"))
	// Output:
	// version < 2.0 -> < 2.1
	// true false
}

func ExampleValidate() {
	for _, p := range csaf.Validate([]byte(`{"document":{"csaf_version":"2.0","tracking":{"id":"EX-1","version":"01"`)) { // cut off
		fmt.Println(p.Rule, p.Place)
	}
	// Output:
	// syntax /document/tracking
}

func ExampleCheck() {
	data := fmt.Appendf(nil, advisory, "2", "2.0")
	for _, f := range csaf.Check(data, csaf.Optional) {
		if strings.HasPrefix(f.Place, "/vulnerabilities") {
			fmt.Println(f.Level, f.Test, f.Place)
		}
	}
	// Output:
	// mandatory schema /vulnerabilities/0/scores/0/cvss_v3
	// mandatory 6.1.8 /vulnerabilities/0/scores/0/cvss_v3
	// optional 6.2.13 /vulnerabilities/0/scores/0/cvss_v3/vectorString
}
