package eventlog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
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

func nameOf(id uint64) string { return prefix + strconv.FormatUint(id, 10) }

func sum(record []byte) string {
	s := sha256.Sum256(record)
	return hex.EncodeToString(s[:12])
}

// saved reads the positions of an earlier run. One that is broken is an error: to begin
// anew in silence would count twice.
func saved(all map[string]json.RawMessage) (map[uint64]Position, bool, error) {
	out := map[uint64]Position{}
	for name, raw := range all {
		digits, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		id, err := strconv.ParseUint(digits, 10, 63)
		var p Position
		if err == nil {
			err = json.Unmarshal(raw, &p)
		}
		if err != nil || p.Path == "" || p.Record == ^uint64(0) || (p.Record == 0) != (p.Sum == "") {
			return nil, false, fmt.Errorf("the position %s is damaged", name)
		}
		out[id] = p
	}
	_, again := all[begun]
	return out, again, nil
}
