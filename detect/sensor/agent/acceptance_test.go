package agent

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ward/format/indicator"
	"ward/test/shared"
)

// stixSimple is a pattern of one comparison.
var stixSimple = regexp.MustCompile(`^\[(?:domain-name:value|url:value|ipv4-addr:value|ipv6-addr:value|email-addr:value|file:hashes\.'?[A-Z0-9-]+'?) = '([^'\\]+)'\]$`)

// fromSTIX and fromMISP read what is simplest of a document, in their own way.
func (m *plainMatcher) fromSTIX(t *testing.T, text []byte) {
	var bundle struct {
		Objects []struct{ Type, Pattern string }
	}
	if err := json.Unmarshal(text, &bundle); err != nil {
		t.Fatal(err)
	}
	for _, o := range bundle.Objects {
		if v := stixSimple.FindStringSubmatch(o.Pattern); o.Type == "indicator" && v != nil {
			m.known[strings.ToLower(v[1])] = true
			m.known[v[1]] = true // a URL's path keeps its case
		}
	}
}

func (m *plainMatcher) fromMISP(t *testing.T, text []byte) {
	type attribute struct {
		Type, Value string
		Marked      bool `json:"to_ids"`
	}
	var doc struct {
		Event struct {
			Attribute []attribute
			Object    []struct{ Attribute []attribute }
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	all := doc.Event.Attribute
	for _, o := range doc.Event.Object {
		all = append(all, o.Attribute...)
	}
	for _, a := range all {
		switch {
		case !a.Marked:
		case slices.Contains([]string{"domain", "url"}, a.Type):
			m.below[a.Value] = true
			m.below[strings.ToLower(a.Value)] = true
		case slices.Contains([]string{"hostname", "ip-src", "ip-dst", "md5", "sha1", "sha256", "email-src", "email-dst"}, a.Type):
			m.known[strings.ToLower(a.Value)] = true
		}
	}
}

// realFiles are the files of the data set below a folder, unpacked.
func realFiles(t *testing.T, rel string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	all, err := filepath.Glob(filepath.Join(shared.Path(t, rel), "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // a folder
		}
		if name, packed := strings.CutSuffix(path, ".gz"); packed {
			z, err := gzip.NewReader(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			path = name
			if text, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		out[filepath.Base(path)] = text
	}
	return out
}

// read gives a list to the engine, and says what of it the engine takes.
func read(t *testing.T, b *indicator.Builder, name string, text []byte, taken map[string]bool) {
	t.Helper()
	_, err := indicator.Read(name, bytes.NewReader(text), indicator.Options{Private: true}, func(i indicator.Indicator) error {
		taken[i.Value] = true
		return b.Add(i)
	})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// TestAgreesOnRealFiles: of real STIX bundles and MISP events, and of addresses,
// networks, URLs and mail addresses that stand in real logs, the scan finds in
// these logs, where each of the lists' values is put into a line, what the plain
// matcher finds, and nothing else.
func TestAgreesOnRealFiles(t *testing.T) {
	m := &plainMatcher{known: map[string]bool{}, below: map[string]bool{}}
	var b indicator.Builder
	taken := map[string]bool{}
	for name, text := range realFiles(t, "stix/unit42-reports") {
		m.fromSTIX(t, text)
		read(t, &b, name, text, taken)
	}
	for name, text := range realFiles(t, "misp/events-eset") {
		if !bytes.Contains(text, []byte(`"Event"`)) || !json.Valid(text) {
			continue // a list of another kind lies among them, and one with a comma too many
		}
		m.fromMISP(t, text)
		read(t, &b, name, text, taken)
	}
	logs := realFiles(t, "logs/zeek-wrccdc-json")
	for _, rel := range []string{"logs/zeek-wrccdc-tsv", "logs/suricata-eve-expected"} {
		for name, text := range realFiles(t, rel) {
			logs[name] = text
		}
	}
	own := m.fromLogs(logs)
	read(t, &b, "own.txt", []byte(strings.Join(own, "\n")), taken)
	for _, of := range []map[string]bool{m.known, m.below} {
		for v := range of {
			if !taken[v] {
				delete(of, v) // written in another way, or refused, which read_test.go looks at
			}
		}
	}
	dir := t.TempDir()
	want := map[string]bool{}
	kinds := map[string]int{}
	names, values := sorted(logs), append(sorted(m.known), sorted(m.below)...)
	for n, name := range names {
		lines := strings.Split(strings.TrimSuffix(string(logs[name]), "\n"), "\n")
		lines = lines[:min(len(lines), 500)]
		for i := range lines {
			if k := i*len(names) + n; k < 3*len(values) && !strings.HasPrefix(lines[i], "#") {
				v := values[k/3]
				lines[i] += []string{" ref=" + v, ` "` + strings.ToUpper(v) + `",`, " x" + v + "x"}[k%3]
			}
			for v := range m.values(lines[i]) {
				want[fmt.Sprintf("%s:%d %s", name, i+1, v)] = true
			}
		}
		file(t, dir, name, []byte(strings.Join(lines, "\n")+"\n"))
	}
	x, err := indicator.Open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	_, sum, _, err := places(t, Config{Index: x, Memory: 64 << 20, Workers: 2, Hit: func(h *Hit) error {
		if m.known[h.Indicator] || m.below[h.Indicator] || h.Type == "cidr" {
			got[fmt.Sprintf("%s:%d %s", filepath.Base(h.File), h.Line, h.Indicator)] = true
			kinds[h.Type]++
		}
		return nil
	}}, dir)
	if err != nil || sum.SkippedTotal > 0 {
		t.Fatalf("%v, %+v", err, sum.Skipped)
	}
	compareHits(t, got, want)
	for _, kind := range []string{"ipv4", "ipv6", "cidr", "domain", "url", "email", "sha256"} {
		if kinds[kind] == 0 {
			t.Errorf("no hit of type %s: the data says nothing about it", kind)
		}
	}
	t.Logf("%d indicators, %d logs, hits by type %v", b.Len(), len(logs), kinds)
}

// fromLogs makes indicators of what stands in the logs, and networks around it.
func (m *plainMatcher) fromLogs(logs map[string][]byte) (list []string) {
	seen := map[string]int{}
	for _, name := range sorted(logs) {
		for _, v := range plainV6.FindAllString(string(logs[name]), -1) {
			if a, err := netip.ParseAddr(v); err == nil && a.Is6() && !a.Is4In6() && len(v) > 8 {
				seen[a.String()]++
			}
		}
		for _, v := range plainMail.FindAllString(string(logs[name]), -1) {
			seen[strings.ToLower(v)]++
		}
		for _, v := range plainURL.FindAllString(string(logs[name]), -1) {
			seen[v]++
		}
	}
	for n, v := range sorted(seen) {
		if n%3 == 0 {
			list = append(list, v)
			if strings.Contains(v, "://") {
				m.below[v] = true
			} else {
				m.known[v] = true
			}
		}
	}
	for _, p := range []string{"10.47.8.0/24", "172.16.0.0/13", "fe80::/64"} {
		list, m.nets = append(list, p), append(m.nets, netip.MustParsePrefix(p))
	}
	return list
}

func sorted[V any](of map[string]V) (out []string) {
	for v := range of {
		out = append(out, v)
	}
	slices.Sort(out)
	return out
}

func compareHits(t *testing.T, got, want map[string]bool) {
	t.Helper()
	said := 0
	for _, of := range []struct {
		a, b map[string]bool
		what string
	}{{want, got, "missed"}, {got, want, "found, and the plain matcher does not"}} {
		for _, h := range sorted(of.a) {
			if said < 20 && !of.b[h] {
				said++
				t.Errorf("%s: %s", of.what, h)
			}
		}
	}
}

// TestAgreesOnRealEventLogs: of hashes, addresses and computers in the text that
// another program made of binary Windows logs, the scan finds each in the log itself.
func TestAgreesOnRealEventLogs(t *testing.T) {
	twins := map[string]string{}
	shared.Archive(t, "logs/sigma-regression.tar.gz", func(name string, data []byte) {
		if id, ok := strings.CutSuffix(filepath.Base(name), ".json"); ok {
			twins[id] = string(data)
		}
	})
	logs := realFiles(t, "logs/sigma-regression-evtx")
	m := &plainMatcher{known: map[string]bool{}, below: map[string]bool{}}
	var list []string
	for _, text := range twins {
		for _, v := range append(plainHash.FindAllString(text, -1), plainName.FindAllString(text, -1)...) {
			a, err := netip.ParseAddr(v)
			hash := slices.Contains([]int{32, 40, 64}, len(v)) && strings.Trim(v, "0123456789abcdefABCDEF") == ""
			if hash || err == nil && a.Is4() && !a.IsUnspecified() || strings.HasSuffix(v, ".attackrange.local") {
				m.known[strings.ToLower(v)] = true
				list = append(list, strings.ToLower(v))
			}
		}
	}
	var b indicator.Builder
	read(t, &b, "twins.txt", []byte(strings.Join(list, "\n")), map[string]bool{})
	x, err := indicator.Open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	dir, want, got := t.TempDir(), map[string]bool{}, map[string]bool{}
	for name, text := range logs {
		id := strings.TrimSuffix(name, ".evtx")
		if twins[id] == "" {
			continue
		}
		file(t, dir, name, text)
		for v := range m.values(twins[id]) {
			want[name+" "+v] = true
		}
	}
	if _, sum, _, err := places(t, Config{Index: x, Memory: 64 << 20, Workers: 1, Hit: func(h *Hit) error {
		got[filepath.Base(h.File)+" "+h.Indicator] = true
		return nil
	}}, dir); err != nil || sum.SkippedTotal > 0 {
		t.Fatalf("%v, %+v", err, sum.Skipped)
	}
	if len(want) < 20 {
		t.Errorf("only %d values in %d logs", len(want), len(logs))
	}
	compareHits(t, got, want)
}
