// Package clients_test lets other people's programs read what the house
// publishes: gocsaf's checker, downloader and aggregator, built from tools/, over
// TLS under the house's public name. Ward's own reader is the last of them.
package clients_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/app"
	"ward/kit/job"
	"ward/test/site/house"
)

// name is the house's public name; no resolver knows it, see proxy.
const name = "centre.example"

// build compiles the three programs.
func build(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	out, err := exec.Command("go", "build", "-C", filepath.Join("..", "..", "..", "tools"), "-o", folder+string(filepath.Separator),
		"github.com/gocsaf/csaf/v3/cmd/csaf_checker", "github.com/gocsaf/csaf/v3/cmd/csaf_downloader",
		"github.com/gocsaf/csaf/v3/cmd/csaf_aggregator").CombinedOutput()
	if err != nil {
		t.Fatalf("build gocsaf: %v\n%s", err, out)
	}
	return folder
}

// scene is a house with advisories of three markings under its public name.
type scene struct {
	*house.House
	tools string
	env   []string
	dir   string
	docs  map[string][]byte // by path below its folder, "white/2025/…"
	token string
	proxy string
	roots *x509.CertPool
}

func open(t *testing.T) *scene {
	t.Helper()
	s := &scene{House: house.Open(t, house.Config{Public: "https://" + name}), tools: build(t), dir: t.TempDir(), docs: map[string][]byte{}}
	for _, label := range []string{"WHITE", "GREEN", "AMBER", "RED"} {
		for n := 1; n <= 3; n++ {
			id := fmt.Sprintf("HSC %s/%d", label, n)
			body := house.OwnDocument(id, label, "1")
			if err := s.App.Issue(context.Background(), id, body); err != nil {
				t.Fatal(err)
			}
			s.docs[strings.ToLower(fmt.Sprintf("%s/2025/hsc_%s_%d.json", label, label, n))] = body
		}
	}
	s.front(t)
	s.settle(t)
	return s
}

// settleFor is how long nothing may change before the clients look: the training
// house also publishes alerts of its own, when its jobs come to it.
const settleFor = 5 * time.Second

// settle waits until the files are published and nothing follows.
func (s *scene) settle(t *testing.T) {
	t.Helper()
	last, since := "", time.Now()
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		index := string(s.Visitor().Get("/.well-known/csaf/white/index.txt").Body)
		jobs, err := job.ReadState(context.Background(), s.App.Database(), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if now := index + string(s.Visitor().Get("/.well-known/csaf/provider-metadata.json").Body); now != last || jobs.Waiting > 0 {
			last, since = now, time.Now()
		}
		missing := 0
		for path := range s.docs {
			if name, public := strings.CutPrefix(path, "white/"); public && !strings.Contains(index, name) {
				missing++
			}
		}
		if missing == 0 && time.Since(since) > settleFor {
			return
		}
	}
	t.Fatal("the documents are not published")
}

// run starts one of the programs; it must end well.
func (s *scene) run(t *testing.T, program string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, filepath.Join(s.tools, program), args...)
	c.Dir, c.Env = s.dir, append(os.Environ(), s.env...)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
	return string(out)
}

// report is what the checker found.
type report struct {
	Domains []struct {
		Role         string
		Passed       bool
		Requirements []struct {
			Num         int
			Description string
			Messages    []struct {
				Type int // 0 to know, 1 warning, 2 error
				Text string
			}
		}
	}
}

// TestClients: the checker finds neither error nor warning, as a visitor and with
// credentials; the downloader gets and verifies everything that its credentials
// open; the aggregator mirrors it.
func TestClients(t *testing.T) {
	s := open(t)
	t.Run("checker", func(t *testing.T) { s.check(t, "visitor") })
	t.Run("checker with credentials", func(t *testing.T) { s.check(t, "manager", "-H", "Authorization: Bearer "+s.bearer(t)) })
	t.Run("downloader", func(t *testing.T) { s.download(t, []string{"white"}) })
	t.Run("downloader with credentials", func(t *testing.T) {
		s.download(t, []string{"white", "green", "amber"}, "-H", "Authorization: Bearer "+s.bearer(t))
	})
	t.Run("aggregator", s.aggregate)
}

func (s *scene) check(t *testing.T, who string, args ...string) {
	file := filepath.Join(s.dir, "report-"+who+".json")
	s.run(t, "csaf_checker", append(args, "-o", file, "-f", "json", name)...)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil || len(r.Domains) != 1 {
		t.Fatalf("report: %v\n%s", err, text)
	}
	d, seen := r.Domains[0], map[int]bool{}
	if !d.Passed || d.Role != "csaf_trusted_provider" {
		t.Errorf("passed %t as %q", d.Passed, d.Role)
	}
	for _, q := range d.Requirements {
		seen[q.Num] = true
		for _, m := range q.Messages {
			if m.Type > 0 && m.Text != "No remote validator configured" { // ours is tested elsewhere
				t.Errorf("requirement %d, %s: %s", q.Num, q.Description, m.Text)
			}
		}
	}
	for n := 1; n <= 20; n++ {
		if !seen[n] && n != 2 { // 2, the file name, is told with 1
			t.Logf("requirement %d is not in the report", n)
		}
	}
}

// bearer is the token of a hospital's manager: cleared up to AMBER.
func (s *scene) bearer(t *testing.T) string {
	t.Helper()
	if s.token == "" {
		s.token = s.secured(t, ward.RoleManager).token(t)
	}
	return s.token
}

// download takes everything that its credentials open and verifies it.
func (s *scene) download(t *testing.T, folders []string, args ...string) {
	to := t.TempDir()
	s.run(t, "csaf_downloader", append(args, "-d", to, "--trusted_only", "--validation_mode", "strict", "--log_file", filepath.Join(to, "log"), name)...)
	got := filesIn(t, to)
	for path, body := range s.docs {
		label, rest, _ := strings.Cut(path, "/")
		at := label + "/" + rest
		wanted := strings.Contains(strings.Join(folders, " "), label)
		switch file, there := got[at]; {
		case there != wanted:
			t.Errorf("%s: downloaded %t, want %t", at, there, wanted)
		case there && !bytes.Equal(file, body):
			t.Errorf("%s differs from the original", at)
		}
	}
	log, err := os.ReadFile(filepath.Join(to, "log"))
	if err != nil || strings.Contains(string(log), `"level":"ERROR"`) || !strings.Contains(string(log), `"total_failed":0`) {
		t.Errorf("log: %v\n%s", err, log)
	}
}

// filesIn reads a folder's JSON files by path.
func filesIn(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json") {
			return err
		}
		rel, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		out[filepath.ToSlash(rel)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// aggregate lets gocsaf's aggregator mirror the house.
func (s *scene) aggregate(t *testing.T) {
	dir := t.TempDir()
	config := fmt.Sprintf("folder = %q\nweb = %q\nlock_file = %q\ndomain = \"https://aggregator.example\"\nallow_single_provider = true\nwrite_indices = true\n"+
		"[aggregator]\ncategory = \"aggregator\"\nname = \"Another\"\nnamespace = \"https://aggregator.example\"\n[[providers]]\nname = \"centre\"\ndomain = %q\ncreate_service_document = true\n",
		dir+"/data", dir+"/web", dir+"/lock", name)
	file := filepath.Join(dir, "aggregator.toml")
	for _, folder := range []string{"data", "web"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	s.run(t, "csaf_aggregator", "-c", file)
	found := 0
	for path, body := range filesIn(t, filepath.Join(dir, "data")) {
		for own, original := range s.docs {
			if strings.HasSuffix(path, own) {
				found++
				if !bytes.Equal(body, original) || !strings.HasPrefix(own, "white/") {
					t.Errorf("%s is not the public original", path)
				}
			}
		}
	}
	if found != 3 {
		t.Errorf("%d of 3 public documents were mirrored", found)
	}
	list, err := os.ReadFile(filepath.Join(dir, "web", ".well-known", "csaf-aggregator", "aggregator.json"))
	if err != nil || !strings.Contains(string(list), app.TrainingNamespace) {
		t.Errorf("list: %v\n%s", err, list)
	}
}
