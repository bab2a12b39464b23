package csaf

import (
	"slices"
	"strings"

	packageurl "github.com/package-url/packageurl-go"
)

func (d definition) helper() view { return d.get("product_identification_helper") }

// purlViews are the package URLs of a product: one in 2.0, a list in 2.1.
func (d definition) purlViews() []view {
	h := d.helper()
	if p := h.get("purl"); p.exists() {
		return []view{p}
	}
	return h.each("purls")
}

// nameless and spaced are the purl types whose names have no namespace, or
// must have one (ECMA-427 and its type definitions, December 2025).
const (
	nameless = " bitnami cargo cocoapods conda cran gem hackage mlflow nuget oci opam otp pub pypi julia "
	spaced   = " alpm apk bitbucket composer github maven rpm swift "
)

// purls is 6.1.13. 2.1 cites ECMA-427 and with it the rules of the types.
func purls(s *subject, tell say) {
	for _, d := range s.defined {
		for _, p := range d.purlViews() {
			u, err := packageurl.FromString(p.text())
			kind := " " + strings.ToLower(u.Type) + " "
			switch {
			case err != nil:
				tell(p, err.Error())
			case s.old():
			case strings.HasPrefix(p.text(), "pkg:/"):
				tell(p, "a slash before the type")
			case strings.Contains(nameless, kind) && u.Namespace != "":
				tell(p, "a namespace in a package URL of type "+u.Type)
			case strings.Contains(spaced, kind) && u.Namespace == "":
				tell(p, "no namespace in a package URL of type "+u.Type)
			}
		}
	}
}

// purlQualifiers is 6.1.42: several package URLs differ in qualifiers only.
func purlQualifiers(s *subject, tell say) {
	for _, d := range s.defined {
		var first packageurl.PackageURL
		for i, p := range d.purlViews() {
			u, err := packageurl.FromString(p.text())
			if err != nil {
				continue // 6.1.13 tells
			}
			u.Qualifiers = nil
			if i == 0 || first.Type == "" {
				first = u
			} else if u.ToString() != first.ToString() {
				tell(p, "differs in more than qualifiers")
			}
		}
	}
}

// modelStars is 6.1.43, serialStars 6.1.44, skuStars 6.1.61.
func modelStars(s *subject, tell say) { s.stars("model_numbers", tell) }

// serialStars is 6.1.44, skuStars 6.1.61.
func serialStars(s *subject, tell say) { s.stars("serial_numbers", tell) }
func skuStars(s *subject, tell say)    { s.stars("skus", tell) }

// stars counts the wildcards that are not escaped: a backslash before one makes it
// a plain star.
func (s *subject) stars(member string, tell say) {
	for _, d := range s.defined {
		for _, n := range d.helper().each(member) {
			if wildStars(n.text()) > 1 {
				tell(n, "more than one star: "+n.text())
			}
		}
	}
}

// wildStars counts the stars that no backslash escapes.
func wildStars(s string) int {
	count, escaped := 0, false
	for i := range len(s) {
		switch {
		case escaped:
			escaped = false
		case s[i] == '\\':
			escaped = true
		case s[i] == '*':
			count++
		}
	}
	return count
}

// fileHashes calls fn for each list of file hashes.
func (s *subject) fileHashes(fn func(list view)) {
	for _, d := range s.defined {
		for _, h := range d.helper().every("hashes") {
			fn(h.get("file_hashes"))
		}
	}
}

// hashOnce is 6.1.25.
func hashOnce(s *subject, tell say) {
	s.fileHashes(func(list view) {
		var algorithms []view
		for _, f := range list.all() {
			algorithms = append(algorithms, f.get("algorithm"))
		}
		once(algorithms, func(a view) string { return strings.ToLower(a.text()) }, tell, "algorithm")
	})
}

// onlyMD5 is 6.2.8, onlySHA1 6.2.9.
func onlyMD5(s *subject, tell say) { s.onlyHash("md5", tell) }

// onlySHA1 is 6.2.9.
func onlySHA1(s *subject, tell say) { s.onlyHash("sha1", tell) }

// onlyHash finds files that have no stronger hash than a weak one.
func (s *subject) onlyHash(weak string, tell say) {
	s.fileHashes(func(list view) {
		files := list.list()
		other := func(f view) bool { return !strings.EqualFold(f.says("algorithm"), weak) }
		if len(files) > 0 && !slices.ContainsFunc(files, other) {
			tell(list, weak+" is the only algorithm")
		}
	})
}

// shortHash is 6.3.5.
func shortHash(s *subject, tell say) {
	s.fileHashes(func(list view) {
		for _, f := range list.all() {
			if v := f.get("value"); len(v.text()) < 64 {
				tell(v, "a hash of fewer than 64 characters")
			}
		}
	})
}

// digests are the algorithms of 2.1 section 3.1.4.3.2.
const digests = " blake2b512 blake2s256 md4 md5 md5-sha1 mdc2 ripemd ripemd160 rmd160 sha1 sha224 sha256 sha3-224 sha3-256 sha3-384 " +
	"sha3-512 sha384 sha512 sha512-224 sha512-256 shake128 shake256 sm3 ssl3-md5 ssl3-sha1 whirlpool "

// hashKnown is 6.2.52; no algorithm is computed here, all of the list are known.
func hashKnown(s *subject, tell say) {
	s.fileHashes(func(list view) {
		for _, f := range list.all() {
			if a := f.get("algorithm"); !strings.Contains(digests, " "+a.text()+" ") {
				tell(a, "not among the algorithms of the standard: "+a.text())
			}
		}
	})
}

// hasHelper is 6.2.16.
func hasHelper(s *subject, tell say) {
	for _, d := range s.defined {
		if !d.helper().exists() {
			tell(d, "no product_identification_helper for "+d.id)
		}
	}
}

// hardware is 6.2.31: what has serial or model numbers is part of a path.
func hardware(s *subject, tell say) {
	part := map[string]bool{}
	for _, p := range s.paths() {
		for _, id := range s.parts(p) {
			part[id.text()] = true
		}
	}
	for _, d := range s.defined {
		h := d.helper()
		if (h.get("serial_numbers").exists() || h.get("model_numbers").exists()) && !part[d.id] {
			tell(d, "numbers of hardware, and no product path has it: "+d.id)
		}
	}
}

// helperOnce is 6.2.32: no value of a helper belongs to two products.
func helperOnce(s *subject, tell say) {
	owner := map[[2]string]int{}
	for i, d := range s.defined {
		d.helper().members(func(name string, m view) {
			values := m.list()
			if values == nil {
				values = []view{m}
			}
			for _, v := range values {
				key := [2]string{name, canonicalJSON(v.node)}
				if j, ok := owner[key]; ok && j != i {
					tell(v, "the same "+name+" as "+s.defined[j].id)
				} else {
					owner[key] = i
				}
			}
		})
	}
}
