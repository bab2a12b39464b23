package match

import (
	"testing"

	"ward"
)

// TestPackageURLs: two spellings of one package are one; two package URLs that may
// be of one program are for a person; all others are two programs.
func TestPackageURLs(t *testing.T) {
	const affected, review, nothing = "affected", "review", ""
	for _, c := range []struct{ claim, row, want string }{
		{"pkg:pypi/zope.interface", "pkg:pypi/Zope_Interface@1.0", affected},
		{"pkg:npm/%40angular/core", "pkg:npm/@angular/core@1.0", affected},
		{"pkg:rpm/redhat/openssl", "pkg:rpm/redhat/openssl@1.0?arch=x86_64&distro=rhel-9", affected},
		{"pkg:generic/openssl", "pkg:deb/debian/openssl@1:1.0-1", review},
		{"pkg:generic/openssl", "pkg:deb/debian/openssl@3.1.2-1", review}, // counted otherwise: what lies outside is not known
		{"pkg:generic/openssl", "pkg:conan/openssl@1.0", review},
		{"pkg:github/lodash/lodash", "pkg:npm/lodash@1.0", review},
		{"pkg:rpm/openssl", "pkg:rpm/redhat/openssl@1.0-1", review},
		{"pkg:docker/keycloak", "pkg:oci/keycloak@1.0", review},
		{"pkg:rpm/redhat/openssl", "pkg:rpm/fedora/openssl@1.0-1", nothing},
		{"pkg:npm/openssl", "pkg:pypi/openssl@1.0", nothing},
		{"pkg:npm/%40angular/core", "pkg:npm/core@1.0", nothing},
	} {
		claim := ward.Claim{Advisory: "A", Leaf: "L", Vendor: "", Names: []string{"openssl keycloak lodash core"}, Range: "<2.0", PURL: c.claim, Status: ward.StatusAffected}
		got := ""
		if f, ok := Decide(claim, ward.ProductRef{Name: "openssl keycloak lodash core", PURL: c.row}, nil); ok {
			got = f.Verdict.String()
		}
		if got != c.want {
			t.Errorf("%s and %s: %q, want %q", c.claim, c.row, got, c.want)
		}
	}
}
