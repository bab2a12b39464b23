package inventory

import (
	"time"

	"ward"
	"ward/prevent/inventory/entry"
)

// MaxAssets bounds the rows of one organisation.
const MaxAssets = 1_000_000

// Asset is one row as it is kept.
type Asset struct {
	ID      ward.AssetID
	Org     ward.OrgID
	Key     string // by which a file's row finds it again; unique in the organisation
	Product ward.ProductID
	SBOM    string // id of its list of components, or empty
	Source  string // id of the import that wrote it last, empty when typed by hand
	Created time.Time
	Updated time.Time
	entry.Entry
}
