package ward

import "strconv"

// ReviewCase is one question that a person must answer, once for all
// organisations: does this advisory concern this product?
type ReviewCase struct {
	Advisory       AdvisoryID
	ProductFinding     // Finding.Verdict is Review; Leaf and Path name the claim
	Organisations  int // that hold the product
	Assets         int // inventory rows of all of them
}

// Key names the case for as long as it is open: the advisory and the product
// joined by a dash.
func (c ReviewCase) Key() string {
	return string(c.Advisory) + "-" + strconv.FormatUint(uint64(c.Product), 10)
}
