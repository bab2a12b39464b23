package cli

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPictureImport sends good and bad files, single and in a folder, to a server
// that answers as the room does, and looks at code, sums and words.
func TestPictureImport(t *testing.T) {
	t.Setenv("WARD_TOKEN", "ward_test")
	dir := t.TempDir()
	for name, text := range map[string]string{"a.json": "good", "b.csv": "half", "notes.txt": "alien", "empty.json": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if r.Method != "POST" || !strings.HasSuffix(r.URL.Path, "/api/v1/picture/history") || r.URL.Query().Get("name") == "" {
			t.Errorf("asked for %s %s", r.Method, r.URL)
		}
		if r.Header.Get("Authorization") != "Bearer ward_test" {
			http.Error(w, `{"status":401,"title":"This key does not work."}`, http.StatusUnauthorized)
			return
		}
		problem := func(status int, detail string) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(status)
			json.NewEncoder(w).Encode(map[string]any{"status": status, "title": detail, "instance": "r1"}) //nolint:errcheck // of a test
		}
		switch {
		case strings.HasPrefix(r.URL.Path, "/right"):
			problem(http.StatusForbidden, "Your role may not do this.")
		case strings.HasPrefix(r.URL.Path, "/busy"):
			problem(http.StatusServiceUnavailable, "Try again later.")
		case strings.HasPrefix(r.URL.Path, "/words"):
			io.WriteString(w, "<html>") //nolint:errcheck // of a test
		case string(body) == "good":
			io.WriteString(w, `{"read":3,"new":2,"known":1,"skipped":0,"refused":0,"faults":[]}`) //nolint:errcheck // of a test
		case string(body) == "half":
			io.WriteString(w, `{"read":4,"new":1,"known":0,"skipped":2,"refused":1,"faults":["record 3: year 1066"]}`) //nolint:errcheck // of a test
		default:
			problem(http.StatusUnprocessableEntity, "Nothing in it is an incident.")
		}
	}))
	defer server.Close()
	good, half, alien := filepath.Join(dir, "a.json"), filepath.Join(dir, "b.csv"), filepath.Join(dir, "notes.txt")
	for name, tc := range map[string]struct {
		path, under string
		code        int
		want        []string
	}{
		"good":           {good, "", exitOK, []string{"1 files, 3 records: 2 new, 1 known, 0 of other sectors, 0 refused\n"}},
		"one bad row":    {half, "", exitPartly, []string{"b.csv: record 3: year 1066", "1 new, 0 known, 2 of other sectors, 1 refused"}},
		"something else": {alien, "", exitFailed, []string{"Nothing in it is an incident."}},
		"nothing":        {filepath.Join(dir, "empty.json"), "", exitFailed, []string{"Nothing in it is an incident."}},
		"folder":         {dir, "", exitPartly, []string{"2 files, 7 records: 3 new, 1 known, 2 of other sectors, 3 refused", "notes.txt: ", "empty.json: ", "b.csv: record 3"}},
		"absent":         {filepath.Join(dir, "absent"), "", exitFailed, []string{"absent"}},
		"no right":       {dir, "/right", exitDenied, []string{"Your role may not do this."}},
		"busy":           {dir, "/busy", exitUnreachable, []string{"Try again later."}},
		"other server":   {good, "/words", exitFailed, []string{"invalid character"}},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errOut := run("picture", "import", tc.path, "--server", server.URL+tc.under+"/")
			if code != tc.code {
				t.Fatalf("code %d, want %d\n%s%s", code, tc.code, out, errOut)
			}
			for _, w := range tc.want {
				if !strings.Contains(out+errOut, w) {
					t.Errorf("says no %q:\n%s%s", w, out, errOut)
				}
			}
		})
	}
	t.Run("JSON", func(t *testing.T) {
		code, out, _ := run("picture", "import", dir, "--server", server.URL, "--json")
		var sum importedHistory
		if err := json.Unmarshal([]byte(out), &sum); err != nil || code != exitPartly || sum.Schema != pictureSchema || sum.Files != 2 || sum.New != 3 || sum.Refused != 3 || len(sum.Faults) != 3 {
			t.Errorf("code %d, %+v (%v)", code, sum, err)
		}
	})
	t.Run("no server", func(t *testing.T) {
		if code, _, _ := run("picture", "import", good, "--server", "http://127.0.0.1:1"); code != exitUnreachable {
			t.Errorf("code %d, want %d", code, exitUnreachable)
		}
	})
	t.Run("wrong and no token", func(t *testing.T) {
		t.Setenv("WARD_TOKEN", "ward_other")
		if code, _, _ := run("picture", "import", good, "--server", server.URL); code != exitDenied {
			t.Errorf("code %d, want %d", code, exitDenied)
		}
		t.Setenv("WARD_TOKEN", "")
		if code, _, errOut := run("picture", "import", good); code != exitDenied || !strings.Contains(errOut, "WARD_TOKEN") {
			t.Errorf("code %d: %s", code, errOut)
		}
	})
	t.Run("usage", func(t *testing.T) {
		if code, _, _ := run("picture", "import"); code != exitUsage {
			t.Errorf("code %d, want %d", code, exitUsage)
		}
	})
}
