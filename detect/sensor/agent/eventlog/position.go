package eventlog

import (
	"crypto/sha256"
	"encoding/hex"
)

// Position is how far one log was read.
type Position struct {
	Path   string `json:"path"`
	Record uint64 `json:"record"`        // number of the last one that was read; 0 for none
	Sum    string `json:"sum,omitempty"` // of its bytes
}

const prefix = "evtx/"

// begun is the name of what says that this is not the first start.
const begun = "eventlogs"

func sum(record []byte) string {
	s := sha256.Sum256(record)
	return hex.EncodeToString(s[:12])
}

// sound reports whether p is one that a run left behind.
func (p Position) sound() bool {
	return p.Path != "" && p.Record != ^uint64(0) && (p.Record == 0) == (p.Sum == "")
}
