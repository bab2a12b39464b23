package ward_test

import (
	"strings"
	"testing"
)

// allowedModules are the third-party modules, each with its reason.
var allowedModules = map[string]string{
	"cel.dev/cel-go":                                           "conditions of legal duties: total, typed, explainable",
	"code.dny.dev/ssrf":                                        "address ranges that an outgoing request must not reach",
	"github.com/BobuSumisu/aho-corasick":                       "many strings at once",
	"github.com/BurntSushi/toml":                               "message and configuration files",
	"github.com/CycloneDX/cyclonedx-go":                        "CycloneDX model",
	"github.com/ProtonMail/go-crypto":                          "what gopenpgp stands on: makes the key that signs mails out of the house's key file",
	"github.com/ProtonMail/gopenpgp/v3":                        "OpenPGP signatures of CSAF documents and mail",
	"github.com/a-h/templ":                                     "typed HTML",
	"github.com/alexedwards/argon2id":                          "password hashes",
	"github.com/cedar-policy/cedar-go":                         "readable policies with ids",
	"github.com/coreos/go-oidc/v3":                             "ID tokens of outside sign-in: signature, issuer, audience, time",
	"github.com/danielgtaylor/huma/v2":                         "OpenAPI 3.1 from typed operations",
	"github.com/emersion/go-smtp":                              "SMTP server in tests",
	"github.com/emersion/go-sasl":                              "SMTP server in tests",
	"github.com/go-json-experiment/json":                       "strict JSON: duplicate keys and bad UTF-8 are errors",
	"github.com/go-playground/locales":                         "dates and numbers in 24 languages",
	"github.com/go-rod/rod":                                    "browser tests",
	"github.com/go-webauthn/webauthn":                          "passkeys (WebAuthn Level 3)",
	"github.com/gocsaf/csaf/v3":                                "CSAF schema and provider conventions",
	"github.com/google/go-cmp":                                 "comparison in tests",
	"github.com/google/osv-scalibr":                            "version order of package ecosystems",
	"github.com/jackc/pgx/v5":                                  "PostgreSQL",
	"github.com/klauspost/compress":                            "zstd and gzip",
	"github.com/knqyf263/go-cpe":                               "CPE names",
	"github.com/nicksnyder/go-i18n/v2":                         "plural forms of 24 languages",
	"github.com/openvex/go-vex":                                "OpenVEX model",
	"github.com/package-url/packageurl-go":                     "package URLs",
	"github.com/pandatix/go-cvss":                              "CVSS scores from vectors",
	"github.com/pquerna/otp":                                   "TOTP",
	"github.com/prometheus/client_golang":                      "metrics",
	"github.com/riverqueue/river":                              "durable jobs on both databases",
	"github.com/riverqueue/river/riverdriver":                  "durable jobs",
	"github.com/riverqueue/river/rivertype":                    "durable jobs",
	"github.com/riverqueue/river/riverdriver/riverpgxv5":       "durable jobs on PostgreSQL",
	"github.com/riverqueue/river/riverdriver/riversqlite":      "durable jobs on SQLite",
	"github.com/santhosh-tekuri/jsonschema/v6":                 "JSON Schema",
	"github.com/schollz/progressbar/v3":                        "progress on a terminal",
	"github.com/spdx/tools-golang":                             "SPDX model",
	"github.com/spf13/cobra":                                   "command line with completion and man pages",
	"github.com/standard-webhooks/standard-webhooks/libraries": "webhook signatures",
	"github.com/ulikunitz/xz":                                  "xz: rotated logs of many Unix systems",
	"github.com/wneessen/go-mail":                              "SMTP client",
	"github.com/xuri/excelize/v2":                              "XLSX",
	"go.opentelemetry.io/otel":                                 "traces over OTLP/HTTP, when configured",
	"go.opentelemetry.io/proto/otlp":                           "collector of traces in tests",
	"google.golang.org/protobuf":                               "collector of traces in tests",
	"go.uber.org/goleak":                                       "goroutine leaks in tests",
	"go.yaml.in/yaml/v3":                                       "YAML",
	"golang.org/x/crypto":                                      "key derivation",
	"golang.org/x/mod":                                         "transparency log and signed notes",
	"golang.org/x/net":                                         "HTML parsing in tests, public suffixes",
	"golang.org/x/oauth2":                                      "PKCE and the way to an issuer",
	"golang.org/x/sync":                                        "groups of goroutines",
	"golang.org/x/term":                                        "is it a terminal",
	"golang.org/x/text":                                        "encodings and languages",
	"golang.org/x/time":                                        "rate limits",
	"modernc.org/sqlite":                                       "SQLite without cgo",
	"pgregory.net/rapid":                                       "property tests",
}

func TestModulesAreAllowed(t *testing.T) {
	for _, s := range sources(t) {
		for _, imp := range s.imports {
			host, _, _ := strings.Cut(imp, "/")
			if !strings.Contains(host, ".") {
				continue
			}
			if !underModule(imp) {
				t.Errorf("%s imports %s, which no entry of allowedModules covers", s.file, imp)
			}
		}
	}
}

func underModule(imp string) bool {
	for m := range allowedModules {
		if imp == m || strings.HasPrefix(imp, m+"/") {
			return true
		}
	}
	return false
}
