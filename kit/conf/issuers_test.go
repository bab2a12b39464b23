package conf

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestIssuers(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) string {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	put("eu.secret", "hush\n")
	const eu = "[[issuer]]\nid = \"eu-login\"\nname = \"EU Login\"\nurl = \"https://login.example/realm\"\nclient_id = \"ward\"\n"
	file := put("issuers.toml", eu+"client_secret_file = \"eu.secret\"\nsecond_factor = [\"gold\"]\n"+strings.NewReplacer("eu-login", "de", "/realm", "/de").Replace(eu))
	c, err := Load(nil, "", env("WARD_SIGNIN_ISSUERS", file, "WARD_SIGNIN_DE_SECRET", "quiet"))
	if err != nil || len(c.SignIn.Issuers) != 2 {
		t.Fatalf("got %+v, %v", c.SignIn, err)
	}
	if a, b := c.SignIn.Issuers[0], c.SignIn.Issuers[1]; a.Secret != "hush" || a.SecondFactor[0] != "gold" || b.Secret != "quiet" || b.SecondFactor[0] != "mfa" {
		t.Errorf("got %+v and %+v", a, b)
	}
	for name, text := range map[string]string{
		"http":             strings.Replace(eu, "https:", "http:", 1),
		"an id as a path":  strings.Replace(eu, "eu-login", "../x", 1),
		"no client":        strings.Replace(eu, "client_id = \"ward\"", "", 1),
		"twice":            eu + eu,
		"mistyped":         eu + "client_sekret = \"x\"\n",
		"a secret in it":   eu + "secret = \"x\"\n",
		"matches anything": eu + "second_factor = [\"\"]\n",
		"no secret there":  eu + "client_secret_file = \"none\"\n",
		"nobody":           "# nothing\n",
	} {
		if _, err := Load(nil, "", env("WARD_SIGNIN_ISSUERS", put("bad.toml", text))); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
