package clients_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/kit/conf"
	"ward/test/provider"
	"ward/test/site/house"
)

// TestHouseReadsHouse: a second house finds the first as a provider, demands and
// verifies its hashes and signatures, and with a second publisher becomes an
// aggregator that serves both byte for byte with their own signatures.
func TestHouseReadsHouse(t *testing.T) {
	first := house.Open(t, house.Config{})
	maker := provider.New(t)
	docs := map[string][]byte{}
	for n := 1; n <= 3; n++ {
		own, theirs := house.OwnDocument(fmt.Sprint("HSC-", n), "WHITE", "1"), house.Document(fmt.Sprint("MAKER-", n), "WHITE", "1")
		if err := first.App.Issue(context.Background(), "own", own); err != nil {
			t.Fatal(err)
		}
		file := fmt.Sprintf("maker-%d.json", n)
		maker.Put(file, theirs, time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC), provider.Good)
		docs[fmt.Sprintf("training-centre/white/2025/hsc-%d.json", n)], docs["test-provider/white/2025/"+file] = own, theirs
	}
	eventually(t, "the first house publishes", func() bool {
		return strings.Count(string(first.Visitor().Get("/.well-known/csaf/white/index.txt").Body), "\n") == 3
	})
	second := house.Open(t, house.Config{Loopback: true, CSAF: conf.CSAF{Name: "Second", Namespace: "https://second.invalid", Contact: "mailto:csaf@second.invalid"}})
	centre := second.As(ward.RoleCentre)
	for _, address := range []string{first.URL, maker.URL} {
		var out struct{ ID string }
		centre.MustJSON("POST", "/api/v1/sources", map[string]any{"kind": "csaf-provider", "url": address, "every_seconds": 86400}, &out)
		eventually(t, "the second house reads "+address, func() bool {
			var src struct {
				Source struct{ Done, Faults int }
				Keys   []struct{ Trusted bool }
			}
			centre.MustJSON("GET", "/api/v1/sources/"+out.ID, nil, &src)
			return src.Source.Done == 3 && src.Source.Faults == 0 && len(src.Keys) == 1 && src.Keys[0].Trusted
		})
	}
	var list struct {
		Advisories []struct {
			ID       string
			Tracking string `json:"tracking_id"`
		}
	}
	centre.MustJSON("GET", "/api/v1/advisories?text=HSC-2", nil, &list)
	if len(list.Advisories) != 1 {
		t.Fatalf("the advisory did not arrive: %+v", list)
	}
	var view struct{ Revisions []struct{ Signature string } }
	centre.MustJSON("GET", "/api/v1/advisories/"+list.Advisories[0].ID, nil, &view)
	if len(view.Revisions) != 1 || view.Revisions[0].Signature != "verified" {
		t.Errorf("got %+v, want one verified revision", view)
	}
	visitor := second.Visitor()
	for path, body := range docs {
		at := "/.well-known/csaf-aggregator/" + path
		eventually(t, "the mirror has "+path, func() bool { return string(visitor.Get(at).Body) == string(body) })
	}
	own := first.Visitor().Get("/.well-known/csaf/white/2025/hsc-1.json.asc").Body
	if copied := visitor.Get("/.well-known/csaf-aggregator/training-centre/white/2025/hsc-1.json.asc").Body; len(own) == 0 || string(copied) != string(own) {
		t.Errorf("the mirror's signature is not the publisher's: %s", copied)
	}
	t.Run("conditions", func(t *testing.T) { mirrorConditions(t, second.URL) })
}

// mirrorConditions asks under every condition for each kind of file that an
// aggregator serves beside its own: the list, what it mirrors, and security.txt.
func mirrorConditions(t *testing.T, site string) {
	const open, own = "public, max-age=60", "no-cache"
	for path, cache := range map[string]string{
		"/.well-known/security.txt": open, "/security.txt": open,
		"/.well-known/csaf-aggregator/aggregator.json":                                open,
		"/.well-known/csaf-aggregator/training-centre/provider-metadata.json":         own,
		"/.well-known/csaf-aggregator/training-centre/service.json":                   own,
		"/.well-known/csaf-aggregator/training-centre/white/index.txt":                open,
		"/.well-known/csaf-aggregator/training-centre/white/changes.csv":              open,
		"/.well-known/csaf-aggregator/training-centre/white/csaf-feed-tlp-white.json": open,
		"/.well-known/csaf-aggregator/training-centre/white/category-white.json":      open,
		"/.well-known/csaf-aggregator/training-centre/white/2025/hsc-1.json":          open,
		"/.well-known/csaf-aggregator/training-centre/white/2025/hsc-1.json.sha256":   open,
		"/.well-known/csaf-aggregator/training-centre/white/2025/hsc-1.json.sha512":   open,
		"/.well-known/csaf-aggregator/training-centre/white/2025/hsc-1.json.asc":      open,
	} {
		t.Run(path, func(t *testing.T) { conditionally(t, site+path, "", cache) })
	}
}

// eventually waits for what jobs do.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("not within two minutes: %s", what)
}
