package matching

import (
	"testing"

	"ward/format/version"
)

// goalRead is the share of version and range leaves that must be read; the rest
// goes to review, where an analyst reads them once for all.
const goalRead = 0.97

// TestReadShare measures which share of the corpus's leaves is read.
func TestReadShare(t *testing.T) {
	leaves, read := 0, 0
	texts := map[string]bool{}
	for _, c := range claims(t) {
		text := c.Range + c.Version
		if text == "" {
			continue
		}
		leaves++
		_, err := version.ParseRange(text)
		if err == nil {
			read++
		}
		texts[text] = err == nil
	}
	distinct := 0
	for _, ok := range texts {
		if ok {
			distinct++
		}
	}
	t.Logf("read %d of %d leaves (%.2f %%), %d of %d distinct texts (%.2f %%)", read, leaves, 100*float64(read)/float64(leaves), distinct, len(texts), 100*float64(distinct)/float64(len(texts)))
	if got := float64(read) / float64(leaves); got < goalRead {
		t.Errorf("read %.4f of the leaves, want %.2f", got, goalRead)
	}
}
