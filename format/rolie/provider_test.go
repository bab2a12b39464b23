package rolie

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward"
	"ward/test/shared"
)

func TestReadRealProvidersAndAggregators(t *testing.T) {
	for _, version := range []string{"2.0", "2.1"} {
		dir := shared.Path(t, "advisories/oasis-examples/csaf_"+version+"/examples")
		for _, file := range glob(t, dir+"/provider-metadata/*.json") {
			p, err := ReadProvider(strings.NewReader(file))
			if err != nil || p.URL == "" || p.Updated.IsZero() || len(p.Keys) == 0 || len(p.Feeds)+len(p.Directories) == 0 {
				t.Errorf("ReadProvider: %+v, %v", p, err)
			}
		}
		for _, file := range glob(t, dir+"/aggregator/*.json") {
			a, err := ReadAggregator(strings.NewReader(file))
			if err != nil || a.Name == "" || len(a.Members) < 2 || a.Members[0].Publisher.Name == "" {
				t.Errorf("ReadAggregator: %+v, %v", a, err)
			}
		}
	}
}

// glob gives the contents of the files that match; none is a fault.
func glob(t *testing.T, pattern string) (out []string) {
	t.Helper()
	names, _ := filepath.Glob(pattern)
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(data))
	}
	if len(out) == 0 {
		t.Errorf("no file matches %s", pattern)
	}
	return out
}

const metadata = `{"canonical_url":"https://x.example/.well-known/csaf/provider-metadata.json","last_updated":"2024-01-02T03:04:05Z","metadata_version":"2.0","role":"csaf_provider",
 "list_on_CSAF_aggregators":true,"publisher":{"category":"vendor","name":"X","namespace":"https://x.example"},
 "distributions":[{"directory_url":"https://x.example/csaf/"},{"rolie":{"feeds":[{"summary":"s","tlp_label":"AMBER","url":"https://x.example/amber.json"},{"tlp_label":"UNLABELED","url":"u"},{"tlp_label":"?","url":"v"}]}}]}`

func TestReadProvider(t *testing.T) {
	p, err := ReadProvider(strings.NewReader(metadata))
	if err != nil {
		t.Fatal(err)
	}
	if p.Directories[0] != "https://x.example/csaf/" || p.Feeds[0].Label != ward.TLPAmber || p.Feeds[1].Label != ward.TLPClear || p.Feeds[2].Label != ward.TLPRed || !p.Listed || p.Mirrored {
		t.Errorf("ReadProvider: got %+v", p)
	}
	for name, in := range map[string]string{"empty": "", "list": "[]", "other": `{"a":1}`, "wrong type": `{"publisher":7}`, "truncated": metadata[:100], "duplicate": `{"role":"a","role":"b"}`, "huge": "{" + strings.Repeat(" ", maxMetadata)} {
		var e *Error
		if _, err := ReadProvider(strings.NewReader(in)); !errors.As(err, &e) {
			t.Errorf("ReadProvider(%s): got %v, want an *Error", name, err)
		}
		if _, err := ReadAggregator(strings.NewReader(in)); !errors.As(err, &e) {
			t.Errorf("ReadAggregator(%s): got %v, want an *Error", name, err)
		}
	}
}

func ExampleReadProvider() {
	p, err := ReadProvider(strings.NewReader(metadata))
	fmt.Println(p.Publisher.Name, p.Role, p.Feeds[0].Label, p.Directories, err)
	// Output: X csaf_provider AMBER [https://x.example/csaf/] <nil>
}

func FuzzReadProvider(f *testing.F) {
	f.Add(metadata)
	f.Add(`{"aggregator":{"name":"A"},"csaf_providers":[{"metadata":{"url":"u"}}]}`)
	f.Fuzz(func(t *testing.T, in string) {
		_, _ = ReadProvider(strings.NewReader(in))
		_, _ = ReadAggregator(strings.NewReader(in))
	})
}
