package ward

// ProductFinding is the verdict on one distinct product description, whoever
// holds it: decided once, shared by all hospitals.
type ProductFinding struct {
	Product ProductID
	Ref     ProductRef // the description as the hospitals wrote it
	Finding Finding
	CVEs    []string // of the advisory, those that concern this product; sorted
}

// ProductVerdict is what of a ProductFinding decides who is counted.
type ProductVerdict struct {
	Product ProductID
	Verdict Verdict
}

// VerdictsOf leaves of findings what decides who is counted.
func VerdictsOf(findings []ProductFinding) []ProductVerdict {
	out := make([]ProductVerdict, len(findings))
	for i := range findings {
		out[i] = ProductVerdict{findings[i].Product, findings[i].Finding.Verdict}
	}
	return out
}

// Holding counts what one organisation holds of the products found.
type Holding struct {
	Org      OrgID
	Affected int // inventory rows with verdict Affected
	Review   int // inventory rows with verdict Review
}

// Matches answers "who holds what this advisory speaks of?". Findings are in
// the order of Product, Holdings in the order of Org; organisations that hold
// only NotAffected products are not among the Holdings.
type Matches struct {
	Findings []ProductFinding
	Holdings []Holding
}

// Concern is one advisory that speaks of one product: the answer in the other
// direction, for a product that came in after the advisory.
type Concern struct {
	Advisory AdvisoryID
	ProductFinding
}

// HeldAsset is one inventory row as others may show it.
type HeldAsset struct {
	Asset      AssetID
	Product    ProductID // the row's own product, or the component's that was found
	Ref        ProductRef
	Component  bool // Product is a component in the asset's SBOM
	Quantity   int
	Site       string
	Department string
	Service    string // clinical service
	Zone       string // network zone
	Owner      string
}

// Spread is how widely one product is held.
type Spread struct {
	Organisations int
	Rows          int // inventory rows of all of them
}
