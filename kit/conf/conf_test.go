package conf

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestDefaults(t *testing.T) {
	c, err := Load(nil, "", env())
	if err != nil {
		t.Fatal(err)
	}
	host, _ := os.Hostname()
	if c.Listen != "127.0.0.1:8080" || c.Database != "sqlite:data/ward.db" || c.URL != "http://127.0.0.1:8080" || c.Replica != host ||
		c.Demo || c.Mail.TLS != "starttls" || !slices.Equal(c.Fetch.Ports, []uint16{80, 443}) {
		t.Errorf("got %+v", c)
	}
}

// The address is kept as browsers write origins: passkeys are bound to that, and
// the names below it are compared with what clients send.
func TestAddressIsAnOrigin(t *testing.T) {
	for given, want := range map[string]string{"https://Ward.Example:443/": "https://ward.example", "http://h.example:80": "http://h.example",
		"https://h.example:8443": "https://h.example:8443", "https://[2001:DB8::1]:443": "https://[2001:db8::1]", "http://h.example:443": "http://h.example:443"} {
		if c, err := Load(map[string]string{"url": given}, "", env()); err != nil || c.URL != want {
			t.Errorf("%s: got %q (%v), want %q", given, c.URL, err, want)
		}
	}
}

func TestOrder(t *testing.T) {
	path := write(t, "ward.toml", "listen = \"1.1.1.1:1\"\ndata = \"file\"\ndemo = true\n[log]\nlevel = \"warn\"\n[fetch]\nports = [8443, 443]\n")
	c, err := Load(map[string]string{"listen": "3.3.3.3:3"}, path, env("WARD_LISTEN", "2.2.2.2:2", "WARD_LOG_LEVEL", "debug"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(c.Listen, c.Data, c.Demo, c.Log.Level, c.Fetch.Ports), "3.3.3.3:3filetruedebug[8443 443]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSecrets(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"pass": "hunter2\n", "ward.toml": "[mail]\npassword_file = \"pass\"\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, load := range map[string]func() (Config, error){
		"file":     func() (Config, error) { return Load(nil, filepath.Join(folder, "ward.toml"), env()) },
		"variable": func() (Config, error) { return Load(nil, "", env("WARD_MAIL_PASSWORD", "hunter2")) },
		"file by env": func() (Config, error) {
			return Load(nil, "", env("WARD_MAIL_PASSWORD_FILE", filepath.Join(folder, "pass")))
		},
	} {
		c, err := load()
		if err != nil || string(c.Mail.Password) != "hunter2" {
			t.Errorf("%s: got %q, %v", name, string(c.Mail.Password), err)
		}
		asJSON, _ := json.Marshal(c)
		if shown := fmt.Sprintf("%v %+v %#v %s %s", c, c, c, c.Mail.Password, asJSON); strings.Contains(shown, "hunter2") {
			t.Errorf("%s: the secret shows in %s", name, shown)
		}
	}
}

func TestErrorsNameTheirPlace(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"unknown", "data = \"x\"\nlisten_on = \"x\"\n", ":2: listen_on: there is no such setting"},
		{"unknown in a section", "[mail]\nhost = \"x\"\n\npasword_file = \"x\"\n", ":4: mail.pasword_file: there is no such setting"},
		{"unknown section", "\n[mial]\nhost = \"x\"\n", ":2: mial: there is no such setting"},
		{"setting as a section", "[listen]\nx = 1\n", ":1: listen: "},
		{"secret", "[mail]\npassword = \"x\"\n", ":2: mail.password: a secret does not stand here"},
		{"secret file that is none", "[mail]\npassword_file = \"none\"\n", ":2: mail.password_file: "},
		{"syntax", "data = \"x\"\n = 3\n", ":2: "},
		{"twice", "data = \"x\"\ndata = \"y\"\n", ":2: "},
		{"kind", "demo = 3.5\n", ":1: demo: want a text, a number"},
		{"choice", "[log]\nlevel = \"loud\"\n", ":2: log.level: \"loud\": want debug"},
		{"port", "listen = \"host:99999\"\n", ":1: listen: "},
		{"ports", "[fetch]\nports = [80, 0]\n", ":2: fetch.ports: \"0\""},
		{"address", "[mail]\nfrom = \"nobody\"\n", ":2: mail.from: "},
		{"url with a path", "url = \"https://x/y\"\n", ":1: url: "},
		{"proxy", "proxies = [\"10.0.0.0/99\"]\n", ":1: proxies: "},
	} {
		if _, err := Load(nil, write(t, "ward.toml", tt.text), env()); err == nil || !strings.Contains(err.Error(), "ward.toml"+tt.want) {
			t.Errorf("%s: got %v, want …ward.toml%s…", tt.name, err, tt.want)
		}
	}
	for name, load := range map[string]func() (Config, error){
		"WARD_DEMO":      func() (Config, error) { return Load(nil, "", env("WARD_DEMO", "maybe")) },
		"--listen":       func() (Config, error) { return Load(map[string]string{"listen": "x"}, "", env()) },
		"\"nothing\"":    func() (Config, error) { return Load(map[string]string{"nothing": "x"}, "", env()) },
		"mail.from":      func() (Config, error) { return Load(nil, "", env("WARD_MAIL_HOST", "relay")) },
		"tls.cert":       func() (Config, error) { return Load(nil, "", env("WARD_TLS_KEY", "x.pem")) },
		"none.toml":      func() (Config, error) { return Load(nil, "none.toml", env()) },
		"WARD_DATABASE:": func() (Config, error) { return Load(nil, "", env("WARD_DATABASE", "mysql://root:hunter2@x/y")) },
	} {
		if _, err := load(); err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v, want an error with that name", name, err)
		}
	}
}

// The sample with every line switched on is a file of defaults.
func TestSample(t *testing.T) {
	var on []string
	for line := range strings.Lines(Sample()) {
		if strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "# ") && !strings.Contains(line, "= \"\"") {
			line = line[1:]
		}
		on = append(on, line)
	}
	got, err := Load(nil, write(t, "ward.toml", strings.Join(on, "")), env())
	if err != nil {
		t.Fatal(err)
	}
	want, _ := Load(nil, "", env())
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, s := range settings() {
		if _, name, _ := strings.Cut("."+s.key, "."); !strings.Contains(Sample(), name[strings.LastIndex(name, ".")+1:]) {
			t.Errorf("the sample lacks %s", s.key)
		}
	}
}
