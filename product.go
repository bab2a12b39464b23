package ward

// ProductRef names a product as somebody wrote it: a hospital in its
// inventory, a maker in an SBOM. Every field may be empty; nothing in it is
// canonical. It is a value and comparable, so it can key a map.
type ProductRef struct {
	Vendor  string // maker or brand, as written
	Name    string // product name, as written; may contain model or release
	Model   string // model, order, catalogue or reference number
	Version string // firmware or software release, as written ("SW 2.1", "V5.0 SP3")
	UDI     string // UDI-DI: GTIN-14, HIBCC or ICCBBA identifier
	PURL    string // package URL
	CPE     string // CPE 2.2 URI or 2.3 formatted string
	Serial  string // serial number, only where an advisory bounds serials
}

// Claim is what one revision of one advisory states of one leaf of its
// product tree: the unit that is matched against a ProductRef.
type Claim struct {
	Advisory AdvisoryID
	Leaf     string // product_id of the leaf (CSAF 2.0 section 3.1.8)
	Path     string // names from the root to the leaf, joined by " / ": the evidence shown to people

	Vendor  string   // from the vendor branch
	Names   []string // product_family and product_name branches, root first
	Models  []string // product_identification_helper.model_numbers, skus, and model words of the names
	Serials []string // serial_numbers patterns of the helper
	CPE     string
	PURL    string
	UDI     string // x_generic_uris of a UDI namespace, where given

	Version string // text of a product_version leaf; empty if Range is set
	Range   string // text of a product_version_range leaf, or empty
	Status  ProductStatus
	CVEs    []string // vulnerabilities of which Status is stated, sorted
}

// Finding is one verdict with its evidence. It answers "why?" without looking
// anything up.
type Finding struct {
	Verdict  Verdict
	Reason   Reason
	Identity string // rule that joined the identities: udi, purl, cpe, model, name, alias, fuzzy
	Version  string // rule that read the versions: semver, dotted, date, ... or empty
	Leaf     string // product_id of the leaf that decided
	Path     string // path of that leaf
	Detail   string // the compared values in words, English, for the evidence box: `"4.10.2" < "4.11"`
}

// Reason is why a verdict is what it is: the key of a message under
// "match.reason." and a stable word for machines.
type Reason string
