package ward_test

import (
	"go/ast"
	"os/exec"
	"strings"
	"testing"
)

// forTests are modules that work when a program begins, whether it needs them or
// not: each compiles schemas of its own for a fifth of the start of every command.
var forTests = []string{"github.com/santhosh-tekuri/jsonschema", "github.com/gocsaf/csaf"}

// TestEdgeIsSmall: the build for a hospital's computers, which the tag edge makes,
// links nothing of the Centre: that is what makes it small and quick to begin.
func TestEdgeIsSmall(t *testing.T) {
	c := exec.Command("go", "list", "-tags", "edge", "-deps", "./cmd/ward")
	var told strings.Builder
	c.Stderr = &told
	out, err := c.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, told.String())
	}
	if !strings.Contains(string(out), "ward/detect/sensor/agent/watch\n") {
		t.Error("it links no sensor")
	}
	for p := range strings.FieldsSeq(string(out)) {
		for _, not := range []string{"ward/app", "ward/base/", "ward/prevent/", "ward/respond/", "ward/kit/web", "ward/kit/db", "ward/detect/alert", "modernc.org/", "google.golang.org/",
			"github.com/jackc/", "github.com/xuri/", "cel.dev/", "go.opentelemetry.io/otel/sdk", "github.com/prometheus/"} {
			if strings.HasPrefix(p, not) {
				t.Errorf("it links %s", p)
			}
		}
	}
}

// TestStartIsLean: every command begins with the init of the whole house, so that
// nothing there compiles an expression, and modules that do are for tests only.
func TestStartIsLean(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || strings.HasPrefix(s.dir, "test/") || s.dir == "kit/i18n/keycheck" { // the last serves tests
			continue
		}
		for _, path := range s.imports {
			for _, m := range forTests {
				if strings.HasPrefix(path, m) {
					t.Errorf("%s imports %s: only tests may", s.file, path)
				}
			}
		}
		for _, d := range s.tree.Decls {
			if g, ok := d.(*ast.GenDecl); ok {
				ast.Inspect(g, func(n ast.Node) bool {
					if _, later := n.(*ast.FuncLit); later {
						return false
					}
					if f, ok := n.(*ast.SelectorExpr); ok && f.Sel.Name == "MustCompile" {
						t.Errorf("%s compiles an expression at the start: use format/pattern, or sync.OnceValue", s.fset.Position(f.Pos()))
					}
					return true
				})
			}
		}
	}
}
