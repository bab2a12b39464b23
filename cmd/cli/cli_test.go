package cli

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward/test/shared"
)

var update = flag.Bool("update", false, "write golden files anew")

// run runs one command line as main does.
func run(args ...string) (code int, out, errOut string) {
	var o, e bytes.Buffer
	code = Main("v1.2.3", args, strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; make it with -update", err)
	}
	if got != string(want) {
		t.Errorf("%s:\ngot\n%s\nwant\n%s", file, got, want)
	}
}

// TestHelp keeps every help text: each begins with examples and names the flags.
func TestHelp(t *testing.T) {
	e := &env{version: "v1.2.3"}
	var walk func(path []string)
	walk = func(path []string) {
		name := strings.Join(append([]string{"ward"}, path...), "-")
		t.Run(name, func(t *testing.T) {
			code, out, errOut := run(append(path, "--help")...)
			if code != exitOK || errOut != "" {
				t.Errorf("got code %d, stderr %q", code, errOut)
			}
			golden(t, "help-"+name+".txt", out)
		})
		c, _, err := e.root().Find(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, sub := range c.Commands() {
			walk(append(path[:len(path):len(path)], sub.Name()))
		}
	}
	walk(nil)
}

func TestPrints(t *testing.T) {
	for name, args := range map[string][]string{
		"exit-codes.txt":    {"help", "exit-codes"},
		"version.txt":       {"version"},
		"version.json":      {"version", "--json"},
		"match.csv":         {"match", "--inventory", "testdata/devices.csv", "--advisories", "testdata/advisory.json", "--all", "--quiet"},
		"match.json":        {"match", "--inventory", "testdata/devices.csv", "--advisories", "testdata/advisory.json", "--format", "json", "--quiet"},
		"match-table.txt":   {"match", "--inventory", "testdata/devices.csv", "--advisories", "testdata/advisory.json", "--format", "table", "--quiet"},
		"check.txt":         {"check", "testdata/advisory.json", "testdata/devices.csv"},
		"check.json":        {"check", "testdata/advisory.json", "--json"},
		"check-quiet.txt":   {"check", "testdata/advisory.json", "--quiet"},
		"check-level.txt":   {"check", "testdata/advisory.json", "--level", "recommended"},
		"check-level.json":  {"check", "testdata/advisory.json", "--level", "informative", "--format", "json"},
		"completion-ok.txt": {"completion", "powershell", "--help"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errOut := run(args...)
			if code != exitOK || errOut != "" {
				t.Errorf("got code %d, stderr %q", code, errOut)
			}
			golden(t, name, out)
		})
	}
}

func TestCompletionAndManual(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if code, out, _ := run("completion", shell); code != exitOK || !strings.Contains(out, "ward") {
			t.Errorf("completion %s: code %d, %d bytes", shell, code, len(out))
		}
	}
	dir := t.TempDir()
	if code, _, errOut := run("man", dir); code != exitOK {
		t.Fatalf("man: %s", errOut)
	}
	text, err := os.ReadFile(filepath.Join(dir, "ward-match.1"))
	if err != nil || !strings.Contains(string(text), "inventory") {
		t.Errorf("ward-match.1: %v, %d bytes", err, len(text))
	}
	if code, _, _ := run("man", filepath.Join(dir, "absent")); code != exitFailed {
		t.Errorf("man into nothing: code %d, want %d", code, exitFailed)
	}
}

// TestBadUse: what is wrong, and which code says so.
func TestBadUse(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	doc, err := os.ReadFile("testdata/advisory.json")
	if err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	cut := write("cut.json", doc[:len(doc)/2])
	bomb := write("bomb.zip", bombOf(t))
	for _, tc := range []struct {
		name string
		code int
		want string // in stdout or stderr
		args []string
	}{
		{"unknown command", exitUsage, "unknown command", []string{"mach"}},
		{"unknown flag", exitUsage, "unknown flag: --foo", []string{"check", "--foo", "x"}},
		{"nothing to check", exitUsage, "nothing is named: give a file", []string{"check"}},
		{"missing flag", exitUsage, "advisories", []string{"match", "--inventory", "testdata/devices.csv"}},
		{"unknown format", exitUsage, "--format is csv, json or table", []string{"match", "--inventory", "testdata/devices.csv", "--advisories", "testdata", "--format", "bogus"}},
		{"extra argument", exitUsage, "", []string{"match", "x", "--inventory", "a", "--advisories", "b"}},
		{"unknown level", exitUsage, "--level is mandatory, recommended or informative", []string{"check", "--level", "all", "testdata/advisory.json"}},
		{"unknown check format", exitUsage, "--format is text or json", []string{"check", "--format", "xml", "testdata/advisory.json"}},
		{"findings of a level", exitFindings, "1 of 1 files have findings; all are valid", []string{"check", "--level", "informative", "--exit-code", "testdata/advisory.json"}},
		{"nothing on standard input", exitFailed, "empty", []string{"check", "-"}},
		{"missing file", exitFailed, "absent.json: there is no such file or folder", []string{"check", filepath.Join(dir, "absent.json")}},
		{"missing file beside a good one", exitFailed, "testdata/advisory.json: csaf 2.0: ok", []string{"check", filepath.Join(dir, "absent.json"), "testdata/advisory.json"}},
		{"folder without documents", exitFailed, "no file was found", []string{"check", empty}},
		{"document cut off", exitFailed, "NOT VALID", []string{"check", cut}},
		{"zip bomb", exitFailed, "unreadable", []string{"check", bomb}},
		{"missing inventory", exitFailed, "absent.csv: there is no such file or folder", []string{"match", "--inventory", filepath.Join(dir, "absent.csv"), "--advisories", "testdata"}},
		{"inventory of nonsense", exitFailed, "inventory", []string{"match", "--inventory", write("x.csv", []byte("a,b\n1,2\n")), "--advisories", "testdata"}},
		{"inventory of bytes", exitFailed, "inventory", []string{"match", "--inventory", write("x.xlsx", []byte("PK\x03\x04xx")), "--advisories", "testdata"}},
		{"no advisory", exitFailed, "no CSAF document was found", []string{"match", "--inventory", "testdata/devices.csv", "--advisories", empty}},
		{"advisory cut off", exitFailed, "no CSAF document was found", []string{"match", "--inventory", "testdata/devices.csv", "--advisories", cut}},
		{"some advisories cut off", exitPartly, "left out", []string{"match", "--inventory", "testdata/devices.csv", "--advisories", cut, "--advisories", "testdata/advisory.json"}},
		{"findings", exitFindings, "affected", []string{"match", "--inventory", "testdata/devices.csv", "--advisories", "testdata/advisory.json", "--exit-code"}},
		{"port taken", exitFailed, "Choose another address", []string{"serve", "--listen", taken.Addr().String(), "--data", filepath.Join(dir, "d")}},
		{"bad address", exitUsage, "host:port", []string{"serve", "--listen", "nowhere", "--data", filepath.Join(dir, "d")}},
		{"bad database", exitUsage, "sqlite:PATH or postgres", []string{"serve", "--database", "mysql://x", "--data", filepath.Join(dir, "d")}},
		{"database away", exitFailed, "", []string{"audit", "verify", "--database", "postgres://nobody@127.0.0.1:1/none?connect_timeout=2", "--data", filepath.Join(dir, "d")}},
		{"bad settings file", exitUsage, "", []string{"serve", "--config", write("c.toml", []byte("nonsense = 1\n"))}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code, out, errOut := run(tc.args...)
			if code != tc.code || !strings.Contains(out+errOut, tc.want) {
				t.Errorf("ward %s: got code %d, want %d with %q\n%s\n%s", strings.Join(tc.args, " "), code, tc.code, tc.want, out, errOut)
			}
			if strings.Contains(errOut, "goroutine ") {
				t.Errorf("a stack trace: %s", errOut)
			}
		})
	}
}

// bombOf is a small archive of 2 GB of zeros.
func bombOf(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("advisory.json")
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 256 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestRestOfTheBatch: a broken file or archive does not keep the others from
// being looked at.
func TestRestOfTheBatch(t *testing.T) {
	dir := t.TempDir()
	doc, err := os.ReadFile("testdata/advisory.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"a-broken.zip": []byte("PK\x03\x04nonsense"), "b.json": doc, "c-bomb.zip": bombOf(t), "d.json": doc,
		"README.md": []byte("about"), "e.json.gz": zipped(t, doc)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, out, errOut := run("check", dir)
	if code != exitFailed || strings.Count(out, ": ok\n") != 3 || !strings.Contains(errOut, "2 of 5 files") {
		t.Errorf("check: code %d\n%s%s", code, out, errOut)
	}
	code, out, errOut = run("match", "--inventory", "testdata/devices.csv", "--advisories", dir)
	if code != exitPartly || !strings.Contains(out, "PUL-1,affected") || !strings.Contains(errOut, "2 files could not be used") {
		t.Errorf("match: code %d\n%s%s", code, out, errOut)
	}
}

// TestStandardInput: a document, a packed one and an archive that come through a pipe.
func TestStandardInput(t *testing.T) {
	doc, err := os.ReadFile("testdata/advisory.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		code  int
		input []byte
		want  string
	}{
		"document": {exitOK, doc, "-: csaf 2.0: ok"},
		"packed":   {exitOK, zipped(t, doc), "csaf 2.0: ok"},
		"cut off":  {exitFailed, doc[:len(doc)/2], "NOT VALID"},
		"broken":   {exitFailed, []byte("PK\x03\x04nonsense"), "unreadable"},
		"bomb":     {exitFailed, bombOf(t), "unreadable"},
		"too long": {exitFailed, bytes.Repeat([]byte(" "), checkLimit+1), "more than"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errOut bytes.Buffer
			code := Main("test", []string{"check", "-"}, bytes.NewReader(tc.input), &out, &errOut)
			if code != tc.code || !strings.Contains(out.String(), tc.want) {
				t.Errorf("got code %d, want %d with %q\n%s%s", code, tc.code, tc.want, &out, &errOut)
			}
		})
	}
}

func zipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestImport: what the command says of the server's answers.
func TestImport(t *testing.T) {
	t.Setenv("WARD_TOKEN", "ward_token")
	answers := map[string]func(http.ResponseWriter, *http.Request){
		"good":    func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(`{"added":2,"changed":1,"unchanged":3}`)) },
		"missing": func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(`{"added":2,"removed":4}`)) },
		"lost": func(w http.ResponseWriter, r *http.Request) {
			w.Write([]byte(`{"added":2,"rows_not_understood":1,"notes_in_all":1,"notes":[{"line":7,"why":"empty","field":"product"}]}`))
		},
		"token": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(401)
			w.Write([]byte(`{"title":"This key does not work.","instance":"r1"}`))
		},
		"right": func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(403) },
		"file": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(422)
			w.Write([]byte(`{"title":"The file has no header."}`))
		},
		"busy":  func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(503) },
		"words": func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("<html>")) },
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer ward_token" {
			t.Errorf("authorization: %q", r.Header.Get("Authorization"))
		}
		answers[strings.Split(r.URL.Path, "/")[1]](w, r)
	}))
	defer server.Close()
	for name, tc := range map[string]struct {
		code int
		want string
		more []string
	}{
		"good":  {exitOK, "added 2, changed 1, removed 0, unchanged 3, not understood 0\n", nil},
		"lost":  {exitPartly, "line 7: empty: product", nil},
		"token": {exitDenied, "This key does not work. (reference r1)", nil},
		"right": {exitDenied, "403", nil},
		"file":  {exitFailed, "The file has no header.", nil},
		"busy":  {exitUnreachable, "503", nil},
		"words": {exitFailed, "cannot be read", nil},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errOut := run("inventory", "import", "testdata/devices.csv", "--server", server.URL+"/"+name)
			if code != tc.code || !strings.Contains(out+errOut, tc.want) {
				t.Errorf("got code %d, want %d with %q\n%s%s", code, tc.code, tc.want, out, errOut)
			}
		})
	}
	t.Run("dry run", func(t *testing.T) {
		_, out, _ := run("inventory", "import", "testdata/devices.csv", "--server", server.URL+"/missing", "--dry-run")
		if !strings.Contains(out, "removed 0") || !strings.Contains(out, "4 devices are not in the file") || !strings.Contains(out, "nothing was changed") {
			t.Errorf("got %q", out)
		}
	})
	t.Run("JSON", func(t *testing.T) {
		_, out, _ := run("inventory", "import", "testdata/devices.csv", "--server", server.URL+"/good", "--json")
		if !json.Valid([]byte(out)) {
			t.Errorf("got %q", out)
		}
	})
	t.Run("no server", func(t *testing.T) {
		code, _, errOut := run("inventory", "import", "testdata/devices.csv", "--server", "http://127.0.0.1:1")
		if want := "ward: the server http://127.0.0.1:1 cannot be reached: nothing answers at this address\n"; code != exitUnreachable || errOut != want {
			t.Errorf("got code %d and %q, want %d and %q", code, errOut, exitUnreachable, want)
		}
	})
	t.Run("no token", func(t *testing.T) {
		t.Setenv("WARD_TOKEN", "")
		if code, _, errOut := run("inventory", "import", "testdata/devices.csv"); code != exitDenied || !strings.Contains(errOut, "WARD_TOKEN") {
			t.Errorf("got code %d, %s", code, errOut)
		}
	})
}

// TestSharedDocuments: every CISA document is valid, and a bad one is named with
// its place.
func TestSharedDocuments(t *testing.T) {
	folder := shared.Path(t, "advisories/cisa-csaf/icsma")
	if code, out, errOut := run("check", folder, "--quiet"); code != exitOK {
		t.Errorf("CISA: code %d\n%s%s", code, out, errOut)
	}
	code, out, _ := run("check", shared.Path(t, "advisories/oasis-testsuite"), "--quiet", "--json")
	if code != exitFailed {
		t.Errorf("the OASIS suite has invalid documents: code %d", code)
	}
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var c checked
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatalf("%v in %.200s", err, line)
		}
		if len(c.Problems) == 0 || c.Problems[0].Rule == "" && c.Problems[0].Detail == "" {
			t.Errorf("%s is not valid and nothing says why", c.File)
		}
	}
	code, out, errOut := run("match", "--inventory", "testdata/devices.csv", "--advisories", folder)
	if code != exitOK || !strings.HasPrefix(out, "row_id,advisory,verdict,reason") {
		t.Errorf("match: code %d\n%.500s%s", code, out, errOut)
	}
}
