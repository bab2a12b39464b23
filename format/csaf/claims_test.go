package csaf

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ward"
)

// document wraps a product tree and vulnerabilities in the least document.
func document(tree, vulns string) []byte {
	return fmt.Appendf(nil, `{"document":{"csaf_version":"2.0","tracking":{"id":"T-1","version":"1"}},"product_tree":%s,"vulnerabilities":%s}`, tree, vulns)
}

func mustParse(t testing.TB, data []byte) *Document {
	t.Helper()
	doc, err := Parse(data, Limits{})
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return doc
}

// line writes what matters of a claim on one line.
func line(c ward.Claim) string {
	return fmt.Sprintf("%s|%s|%s|v=%s|r=%s|%s|%s", c.Leaf, c.Vendor, strings.Join(c.Names, ","), c.Version, c.Range, c.Status, strings.Join(c.CVEs, ","))
}

const pumpTree = `{"branches":[{"category":"vendor","name":" GeutebrÃ¼ck ","branches":[
  {"category":"product_family","name":"Pumps","branches":[
    {"name":"P1","category":"product_name","branches":[
      {"category":"product_version_range","name":"<2.0","product":{"product_id":"a","name":"P1 <2.0","product_identification_helper":{"model_numbers":["M-1"],"skus":["S-1"],"serial_numbers":["7*"],"x_generic_uris":[{"namespace":"https://example.org/udi-di","uri":"https://id.example.org/01/04012345678901/21/9"}]}}},
      {"category":"product_version","name":"2.0","product":{"product_id":"b","name":"P1 2.0"}}]}]}]}]}`

const runTree = `{"branches":[{"category":"vendor","name":"V","branches":[{"category":"product_name","name":"N","branches":[
  {"category":"product_version","name":"1.0","product":{"product_id":"a","name":"N 1.0"}},
  {"category":"product_version","name":"1.5","product":{"product_id":"b","name":"N 1.5"}},
  {"category":"product_version","name":"1.6","product":{"product_id":"c","name":"N 1.6"}}]}]}]}`

func TestClaims(t *testing.T) {
	firmware := `{"branches":[{"category":"vendor","name":"V","branches":[
	  {"category":"product_name","name":"X Firmware","branches":[{"category":"product_version","name":"1.0","product":{"product_id":"fw","name":"X Firmware 1.0"}}]},
	  {"category":"product_name","name":"D24","product":{"product_id":"dev","name":"D24"}}]}],
	 "relationships":[{"category":"%s","product_reference":"fw","relates_to_product_reference":"dev","full_product_name":{"product_id":"both","name":"X Firmware 1.0 on D24"}}]}`
	for _, row := range []struct {
		name, tree, vulns string
		want              []string
	}{
		{"same state of several CVEs is one claim", pumpTree,
			`[{"cve":"CVE-2","product_status":{"known_affected":["a"],"fixed":["b"]}},{"cve":"CVE-1","product_status":{"last_affected":["a"],"first_fixed":["b"]}}]`,
			[]string{"a|Geutebrück|Pumps,P1|v=|r=<2.0|affected|CVE-1,CVE-2", "b|Geutebrück|Pumps,P1|v=2.0|r=|fixed|CVE-1,CVE-2"}},
		{"different states are several claims", pumpTree,
			`[{"cve":"CVE-2","product_status":{"known_affected":["a"]}},{"cve":"CVE-1","product_status":{"known_not_affected":["a"],"under_investigation":["b"]}}]`,
			[]string{"a|Geutebrück|Pumps,P1|v=|r=<2.0|affected|CVE-2", "a|Geutebrück|Pumps,P1|v=|r=<2.0|not_affected|CVE-1", "b|Geutebrück|Pumps,P1|v=2.0|r=|under_investigation|CVE-1"}},
		{"no state", pumpTree, `[]`, []string{"a|Geutebrück|Pumps,P1|v=|r=<2.0|none|", "b|Geutebrück|Pumps,P1|v=2.0|r=|none|"}},
		{"recommended and affected is affected", pumpTree, `[{"cve":"C","product_status":{"recommended":["b"],"known_affected":["a","b"]}}]`,
			[]string{"a|Geutebrück|Pumps,P1|v=|r=<2.0|affected|C", "b|Geutebrück|Pumps,P1|v=2.0|r=|affected|C"}},
		{"name without CVE", pumpTree, `[{"ids":[{"system_name":"S","text":"BUG-7"}],"product_status":{"known_affected":["a"],"fixed":["b"]}}]`,
			[]string{"a|Geutebrück|Pumps,P1|v=|r=<2.0|affected|BUG-7", "b|Geutebrück|Pumps,P1|v=2.0|r=|fixed|BUG-7"}},
		{"full product names and groups in a state", `{"full_product_names":[{"product_id":"x","name":"Alpha 1"},{"product_id":"y","name":"Beta"}],"product_groups":[{"group_id":"g","product_ids":["x","y"]}]}`,
			`[{"cve":"C","product_status":{"known_affected":["g"]}}]`, []string{"x||Alpha 1|v=|r=|affected|C", "y||Beta|v=|r=|affected|C"}},
		{"firmware on a device is claimed under both names", fmt.Sprintf(firmware, "installed_on"), `[{"cve":"C","product_status":{"known_affected":["both"]}}]`,
			[]string{"both|V|X Firmware|v=1.0|r=|affected|C", "both|V|D24|v=1.0|r=|affected|C"}},
		{"a component of a platform is claimed under its own", fmt.Sprintf(firmware, "default_component_of"), `[{"cve":"C","product_status":{"fixed":["both"]}}]`,
			[]string{"both|V|X Firmware|v=1.0|r=|fixed|C"}},
		{"an affected default component concerns its platform", fmt.Sprintf(firmware, "default_component_of"), `[{"cve":"C","product_status":{"known_affected":["both"]}}]`,
			[]string{"both|V|X Firmware|v=1.0|r=|affected|C", "both|V|D24|v=1.0|r=|affected|C"}},
		{"a component with a version in a platform without", strings.Replace(fmt.Sprintf(firmware, "default_component_of"), "X Firmware", "Parser", -1), `[{"cve":"C","product_status":{"known_affected":["both"]}}]`,
			[]string{"both|V|Parser|v=1.0|r=|affected|C", "both|V|D24|v=|r=|none|C"}},
		{"whether an optional component is there, only a look tells", fmt.Sprintf(firmware, "optional_component_of"), `[{"cve":"C","product_status":{"known_affected":["both"]}}]`,
			[]string{"both|V|X Firmware|v=1.0|r=|affected|C", "both|V|D24|v=|r=|none|C"}},
		{"first and last of a run", runTree, `[{"cve":"C","product_status":{"first_affected":["a"],"last_affected":["b"],"first_fixed":["c"]}}]`,
			[]string{"a|V|N|v=1.0|r=|affected|C", "b|V|N|v=1.5|r=|affected|C", "b|V|N|v=|r=>= 1.0 | <= 1.5|affected|C", "c|V|N|v=1.6|r=|fixed|C"}},
		{"last of a run alone", runTree, `[{"cve":"C","product_status":{"last_affected":["b"]}}]`,
			[]string{"a|V|N|v=1.0|r=|none|", "b|V|N|v=1.5|r=|affected|C", "b|V|N|v=|r=<= 1.5|none|C", "c|V|N|v=1.6|r=|none|"}},
		{"all listed is no run", runTree, `[{"cve":"C","product_status":{"first_affected":["a"],"known_affected":["a","b"],"last_affected":["b"]}}]`,
			[]string{"a|V|N|v=1.0|r=|affected|C", "b|V|N|v=1.5|r=|affected|C", "c|V|N|v=1.6|r=|none|"}},
		{"package without product_name", `{"branches":[{"category":"vendor","name":"RH","branches":[{"category":"architecture","name":"src","branches":[
		  {"category":"product_version","name":"ssl-1:3.0-2.src","product":{"product_id":"p","name":"ssl-1:3.0-2.src","product_identification_helper":{"purl":"pkg:rpm/redhat/ssl@3.0-2?arch=src"}}},
		  {"category":"product_version","name":"guava","product":{"product_id":"q","name":"guava"}}]}]}]}`,
			`[{"cve":"C","product_status":{"fixed":["p"],"known_affected":["q"]}}]`, []string{"p|RH|ssl|v=3.0-2|r=|fixed|C", "q|RH|guava|v=|r=|affected|C"}},
		{"service pack", `{"branches":[{"category":"product_name","name":"N","branches":[{"category":"product_version","name":"V4.7","branches":[{"category":"service_pack","name":"SP4","product":{"product_id":"p","name":"n"}}]},
		  {"category":"product_version","name":"3.2SG","branches":[{"category":"service_pack","name":"3.2.0SG","product":{"product_id":"q","name":"n"}}]}]}]}`, `[]`,
			[]string{"p||N|v=V4.7 SP4|r=|none|", "q||N|v=3.2.0SG|r=|none|"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			for _, c := range mustParse(t, document(row.tree, row.vulns)).Claims() {
				got = append(got, line(c))
			}
			if !slices.Equal(got, row.want) {
				t.Errorf("Claims:\ngot  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(row.want, "\n     "))
			}
		})
	}
}

func TestClaimEvidence(t *testing.T) {
	c := mustParse(t, document(pumpTree, `[]`)).Claims()[0]
	got, _ := json.Marshal([]any{c.Advisory, c.Path, c.Models, c.Serials, c.UDI})
	want := `["T-1","Geutebrück / Pumps / P1 / \u003c2.0",["M-1","S-1"],["7*"],"04012345678901"]`
	if string(got) != want {
		t.Errorf("Claims()[0]: got %s, want %s", got, want)
	}
}

// TestRelationshipChain holds that relationships of relationships, circles and
// unknown sides neither hang nor lose the rest.
func TestRelationshipChain(t *testing.T) {
	rel := func(id, a, b string) string {
		return fmt.Sprintf(`{"category":"installed_on","product_reference":%q,"relates_to_product_reference":%q,"full_product_name":{"product_id":%q,"name":"n-%s"}}`, a, b, id, id)
	}
	list := []string{rel("r1", "r2", "x"), rel("r2", "r1", "x"), rel("r3", "nowhere", "x"), rel("c0", "x", "x")}
	for i := range 40 {
		list = append(list, rel(fmt.Sprintf("c%d", i+1), fmt.Sprintf("c%d", i), fmt.Sprintf("c%d", i)))
	}
	tree := `{"full_product_names":[{"product_id":"x","name":"X"}],"relationships":[` + strings.Join(list, ",") + `]}`
	doc := mustParse(t, document(tree, `[{"cve":"C","product_status":{"known_affected":["c2","r1","r3","c40"]}}]`))
	if got := len(doc.Claims()); got < 4 {
		t.Errorf("claims: got %d, want at least 4", got)
	}
	if len(doc.Oddities) < 3 {
		t.Errorf("oddities: got %v, want the circle, the unknown side and the deep chain", doc.Oddities)
	}
	if want := "X / installed_on / X / installed_on / X / installed_on / X"; doc.Product("c1").Path() != want {
		t.Errorf("path: got %q, want %q", doc.Product("c1").Path(), want)
	}
}
