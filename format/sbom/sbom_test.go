package sbom

import (
	"fmt"
	"testing"
)

func TestWareTakesTheGroupForTheVendor(t *testing.T) {
	c := Component{Group: "org.example", Name: "lib", Version: "1"}
	if got := c.Ware().Vendor; got != "org.example" {
		t.Errorf("got %q, want the group where no supplier is stated", got)
	}
	c.Supplier = "Maker"
	if got := c.Ware().Vendor; got != "Maker" {
		t.Errorf("got %q, want the supplier", got)
	}
}

func ExampleComponent_Ware() {
	c := Component{Supplier: "Maker", Name: "Pump OS", Version: "2.1", PURL: "pkg:generic/pump-os@2.1"}
	w := c.Ware()
	fmt.Println(w.Vendor, w.Name, w.Version, w.PURL)
	// Output: Maker Pump OS 2.1 pkg:generic/pump-os@2.1
}
