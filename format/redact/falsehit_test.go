package redact

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"os"
	"testing"

	"ward/test/shared"
)

// TestFalseHits redacts real logs of a network, which name no persons: what is
// found there is wrong. Names of users and mail are in none of these logs.
func TestFalseHits(t *testing.T) {
	r := New(Options{})
	lines, wrong, kinds := 0, 0, Found{}
	for _, name := range []string{"dns", "ssl", "x509", "ntp", "known_services", "modbus", "stats"} {
		f, err := os.Open(shared.Path(t, "logs/zeek-wrccdc-tsv/"+name+".log.gz"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		scan := bufio.NewScanner(z)
		for n := 0; n < 800 && scan.Scan(); n++ {
			lines++
			got, found := r.Text(scan.Text())
			if len(found) > 0 {
				if wrong++; wrong <= 10 {
					t.Logf("%v in %.300s\n\t%.300s", found, scan.Text(), got)
				}
			}
			for k, n := range found {
				kinds[k] += n
			}
		}
	}
	t.Log(fmt.Sprintf("lines with a false hit: %d of %d = %.3f %%, ", wrong, lines, 100*float64(wrong)/float64(lines)), kinds)
	if wrong*100 > lines {
		t.Error("more than 1 % of the lines")
	}
}
