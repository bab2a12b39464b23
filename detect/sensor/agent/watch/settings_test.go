package watch

import (
	"strings"
	"testing"
)

const least = "[[files]]\npaths = [\"/var/log/auth.log\"]\n[local]\nrules = [\"/etc/ward/rules\"]\n"

func TestSettings(t *testing.T) {
	s, err := Parse([]byte(least))
	if err != nil || s.State != DefaultState || !*s.Redact || s.Limits.CPUs != 1 || s.Limits.Memory != 256<<20 {
		t.Errorf("%+v, %v", s, err)
	}
	for text, want := range map[string]string{
		"":                                                        "nothing to read",
		"[[files]]\npaths = [\"/a\"]\n":                           "nothing to look for",
		least + "[limit]\ncpus = 1\n":                             "no setting",
		least + "[limits]\nmemory = \"1M\"\n":                     "64M",
		least + "[limits]\nspool = \"many\"\n":                    "size",
		least + "[limits]\nnice = 40\n":                           "nice",
		"status = \"0.0.0.0:80\"\n" + least:                       "this machine",
		strings.Replace(least, "/var", "var", 1):                  "absolute",
		strings.Replace(least, "paths", "zone = \"x\"\npaths", 1): "zone",
		least + "[[syslog]]\nlisten = \"sctp://x:1\"\n":           "want udp",
		least + "[centre]\nurl = \"https://c.example\"\n":         "centre.key",
		"redact = 7\n" + least:                                    "redact",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzSettings(f *testing.F) {
	f.Add([]byte(least))
	f.Add([]byte("[limits]\nmemory = \"64G\"\nspool_age = \"-1h\""))
	f.Fuzz(func(t *testing.T, text []byte) {
		if s, err := Parse(text); err == nil && s.Limits.Memory < 64<<20 {
			t.Errorf("taken: %+v", s.Limits)
		}
	})
}

func FuzzJournalEntry(f *testing.F) {
	f.Add([]byte(`{"__CURSOR":"a","MESSAGE":[104,105],"_HOSTNAME":"x"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, ok := journalEntry(data); ok && (e.cursor == "" || strings.Count(string(e.line), "\n") != 1) {
			t.Errorf("%q", e.line)
		}
	})
}
