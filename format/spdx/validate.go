package spdx

import (
	"strings"
	"sync"

	"ward/format/problem"
	"ward/format/problem/jsontree"
	"ward/format/problem/shape"
	"ward/format/sbom"
)

// Validate checks a document in JSON or tag-value and lists what is wrong, nil
// if nothing: required members and their forms, identifiers that are unique,
// relationships between elements that exist. The licence list is not consulted.
func Validate(data []byte) []problem.Problem {
	t, err := parse(data, sbom.Limits{})
	if err != nil {
		return problem.Of(err)
	}
	set, err := shapes()
	if err != nil {
		return problem.Of(err)
	}
	var found problem.List
	set[edition(t.root)].Check("document", t.root, &found)
	references(t.root, &found)
	for _, p := range found.Problems() {
		t.out.Add(t.place(p.Place), p.Rule, p.Detail)
	}
	return t.out.Problems()
}

// references holds identifiers unique and relationships within the document.
// An element of another document ("DocumentRef-x:SPDXRef-y") is not followed.
func references(n *jsontree.Node, out *problem.List) {
	known := map[string]string{n.Str("SPDXID"): "/", "NONE": "", "NOASSERTION": ""}
	for _, section := range []string{"packages", "files", "snippets"} {
		for i, item := range n.List(section) {
			at := jsontree.Index("/"+section, i)
			id := item.Str("SPDXID")
			if first, ok := known[id]; ok && id != "" {
				out.Add(at+"/SPDXID", "ref-unique", problem.Clip(id)+" is the identifier of "+first+" too")
			}
			known[id] = at
		}
	}
	check := func(at, id string) {
		if _, ok := known[id]; !ok && id != "" && !strings.HasPrefix(id, "DocumentRef-") {
			out.Add(at, "ref-unknown", problem.Clip(id)+" is no element of the document")
		}
	}
	for i, r := range n.List("relationships") {
		at := jsontree.Index("/relationships", i)
		check(at+"/spdxElementId", r.Str("spdxElementId"))
		check(at+"/relatedSpdxElement", r.Str("relatedSpdxElement"))
	}
	for i, id := range n.List("documentDescribes") {
		check(jsontree.Index("/documentDescribes", i), id.Text)
	}
}

// shapes holds the compiled rules of each edition.
var shapes = sync.OnceValues(func() (map[string]*shape.Set, error) {
	out := map[string]*shape.Set{}
	for _, e := range []string{"2.0", "2.1", "2.2", "2.3"} {
		set, err := shape.Compile(rules, e)
		if err != nil {
			return nil, err
		}
		out[e] = set
	}
	return out, nil
})

// rules are the requirements of SPDX 2.x, clauses 6 to 13, on the members that
// are read and those that are mandatory; others stay open. Before 2.3 licence
// and copyright of a package were mandatory, but documents that leave them out
// are common and lose nothing that is read here: they pass.
const rules = `
document = { spdxVersion: /^SPDX-2\.[0-3]$/ dataLicense: enum(CC0-1.0) SPDXID: enum(SPDXRef-DOCUMENT) name: str(1..)
	documentNamespace: /^[A-Za-z][A-Za-z0-9+.-]*:[^#\s]+$/ creationInfo: { created: time creators: [creator](1..) licenseListVersion?: /^[0-9]+\.[0-9]+/ * }
	packages?: [package] files?: [file] snippets?: [snippet] relationships?: [relationship] annotations?: [annotation]
	hasExtractedLicensingInfos?: [licence] documentDescribes?: [id] * }
time = /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-6][0-9]Z$/
creator = /^(Person|Organization|Tool):/
id = /^SPDXRef-[a-zA-Z0-9.+-]+$/
agent = /^(NOASSERTION$|(Person|Organization):)/
package = { SPDXID: id name: str(1..) downloadLocation: str(1..) versionInfo?: str supplier?: agent originator?: agent
	filesAnalyzed?: bool checksums?: [checksum] externalRefs?: [externalRef] licenseConcluded?: str licenseDeclared?: str
	copyrightText?: str primaryPackagePurpose?: purpose releaseDate?: time builtDate?: time validUntilDate?: time * }
purpose = enum(APPLICATION FRAMEWORK LIBRARY CONTAINER OPERATING-SYSTEM OPERATING_SYSTEM DEVICE FIRMWARE SOURCE ARCHIVE FILE INSTALL OTHER)
file = { SPDXID: id fileName: str(1..) checksums: [checksum](1..) * }
checksum = { algorithm: enum(MD2 MD4 MD5 MD6 SHA1 SHA224 SHA256 SHA384 SHA512 SHA3-256 SHA3-384 SHA3-512 BLAKE2b-256 BLAKE2b-384 BLAKE2b-512 BLAKE3 ADLER32)
	checksumValue: /^[0-9a-fA-F]+$/ }
externalRef = { referenceCategory: enum(SECURITY PACKAGE-MANAGER PACKAGE_MANAGER PERSISTENT-ID PERSISTENT_ID OTHER) referenceType: str(1..)
	referenceLocator: /^\S+$/ comment?: str }
snippet = { SPDXID: id snippetFromFile: /^(DocumentRef-[^:]+:)?SPDXRef-/ * }
licence = { licenseId: /^LicenseRef-[a-zA-Z0-9.+-]+$/ extractedText: str * }
annotation = { annotator: creator annotationDate: time annotationType: enum(REVIEW OTHER) comment: str * }
relationship = { spdxElementId: element relatedSpdxElement: /^(NONE$|NOASSERTION$|(DocumentRef-[a-zA-Z0-9.+-]+:)?SPDXRef-[a-zA-Z0-9.+-]+$|DocumentRef-)/
	relationshipType: relation comment?: str }
element = /^(DocumentRef-[a-zA-Z0-9.+-]+:)?SPDXRef-[a-zA-Z0-9.+-]+$/
relation = enum(DESCRIBES DESCRIBED_BY CONTAINS CONTAINED_BY DEPENDS_ON DEPENDENCY_OF DEPENDENCY_MANIFEST_OF BUILD_DEPENDENCY_OF
	DEV_DEPENDENCY_OF OPTIONAL_DEPENDENCY_OF PROVIDED_DEPENDENCY_OF TEST_DEPENDENCY_OF RUNTIME_DEPENDENCY_OF EXAMPLE_OF GENERATES
	GENERATED_FROM ANCESTOR_OF DESCENDANT_OF VARIANT_OF DISTRIBUTION_ARTIFACT PATCH_FOR PATCH_APPLIED COPY_OF FILE_ADDED FILE_DELETED
	FILE_MODIFIED EXPANDED_FROM_ARCHIVE DYNAMIC_LINK STATIC_LINK DATA_FILE_OF TEST_CASE_OF BUILD_TOOL_OF DEV_TOOL_OF TEST_OF TEST_TOOL_OF
	DOCUMENTATION_OF OPTIONAL_COMPONENT_OF METAFILE_OF PACKAGE_OF AMENDS PREREQUISITE_FOR HAS_PREREQUISITE REQUIREMENT_DESCRIPTION_FOR
	SPECIFICATION_FOR OTHER)
`
