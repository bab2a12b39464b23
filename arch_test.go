package ward_test

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
)

// This file is the house's policy. When it fails, mend the code, not the lists;
// a new third-party module needs its reason here and in the commit.

// kitOrder is the order of the machinery: each may import those before it.
var kitOrder = []string{"clock", "id", "seal", "conf", "log", "trace", "db", "job", "event", "live", "audit", "auth", "i18n", "ui", "web", "mail", "fetch", "sms", "module"}

var wings = []string{"base", "prevent", "detect", "respond", "deter"}

// source is one parsed Go file of ours.
type source struct {
	file    string // slash path from the root
	dir     string
	imports []string
	tree    *ast.File
	fset    *token.FileSet
	test    bool
	lines   int
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		p = filepath.ToSlash(p)
		if d.IsDir() {
			if p == ".git" || p == "tools" || p == "build" || path.Base(p) == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(p, ".go") {
			out = append(out, parse(t, p))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func parse(t *testing.T, file string) source {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, file, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	s := source{file: file, dir: path.Dir(file), tree: tree, fset: fset, test: strings.HasSuffix(file, "_test.go"),
		lines: strings.Count(string(text), "\n")}
	for _, i := range tree.Imports {
		s.imports = append(s.imports, strings.Trim(i.Path.Value, `"`))
	}
	return s
}

// service is "detect/alert" for any file of that service, "" elsewhere.
func service(dir string) string {
	parts := strings.Split(dir, "/")
	if len(parts) >= 2 && slices.Contains(wings, parts[0]) {
		return parts[0] + "/" + parts[1]
	}
	return ""
}

// edge is a service's sub-package that runs without the house.
const edge = "detect/sensor/agent"

// mayImport is the table of floors (docs/architecture.md).
func mayImport(s source, imp string) error {
	rel, ours := strings.CutPrefix(imp, "ward/")
	if !ours {
		return nil
	}
	switch {
	case s.test && strings.HasPrefix(rel, "test/"):
		return nil
	case s.dir == ".":
		return fmt.Errorf("the words import the standard library only")
	case strings.HasPrefix(s.dir, "format/"):
		if !strings.HasPrefix(rel, "format/") {
			return fmt.Errorf("a format imports words and formats")
		}
	case strings.HasPrefix(s.dir, "kit/"):
		return kitImport(s.dir, rel)
	case service(s.dir) != "":
		if !strings.HasPrefix(rel, "format/") && !strings.HasPrefix(rel, "kit/") && service(rel) != service(s.dir) {
			return fmt.Errorf("a service imports words, formats and kit; talk to others by facts and questions")
		}
	case strings.HasPrefix(s.dir, "cmd/"):
		ok := rel == "app" || rel == "kit/conf" || rel == "kit/log" || rel == "kit/clock" || strings.HasPrefix(rel, "app/") ||
			strings.HasPrefix(rel, "format/") || strings.HasPrefix(rel, "cmd/") || strings.HasPrefix(rel, edge)
		if !ok {
			return fmt.Errorf("cmd sees app, conf, log, clock and the edge engines only")
		}
	}
	return nil
}

func kitImport(dir, rel string) error {
	if rel == "web" { // the embedded assets
		return nil
	}
	me, other := slices.Index(kitOrder, strings.Split(dir, "/")[1]), -1
	if strings.HasPrefix(rel, "kit/") {
		other = slices.Index(kitOrder, strings.Split(rel, "/")[1])
	}
	if me < 0 || other < 0 || other > me {
		return fmt.Errorf("kit imports words and the kit before it (%s)", strings.Join(kitOrder, " "))
	}
	return nil
}

func TestFloors(t *testing.T) {
	for _, s := range sources(t) {
		for _, imp := range s.imports {
			if err := mayImport(s, imp); err != nil {
				t.Errorf("%s imports %s: %v", s.file, imp, err)
			}
			if err := stdImport(s, imp); err != nil {
				t.Errorf("%s imports %s: %v", s.file, imp, err)
			}
		}
	}
}

// stdImport keeps formats pure and SQL in its places.
func stdImport(s source, imp string) error {
	if s.test {
		return nil
	}
	if strings.HasPrefix(s.dir, "format/") && slices.Contains([]string{"os", "net/http", "net", "database/sql", "log", "log/slog", "context"}, imp) {
		return fmt.Errorf("a format is bytes in, values out")
	}
	if imp == "database/sql" && s.dir != "kit/db" && s.dir != "kit/job" {
		return fmt.Errorf("SQL goes through kit/db")
	}
	return nil
}

// TestClockAndEnvironment: the time and the environment come in through one door.
func TestClockAndEnvironment(t *testing.T) {
	forbidden := map[string][]string{"time.Now": {"kit/clock"}, "time.Since": {"kit/clock"}, "time.Until": {"kit/clock"},
		"os.Getenv": {"kit/conf"}, "os.LookupEnv": {"kit/conf"}, "os.Environ": {"kit/conf"}}
	for _, s := range sources(t) {
		if s.test || strings.HasPrefix(s.dir, "test/") {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok {
				name := x.Name + "." + sel.Sel.Name
				if where, bad := forbidden[name]; bad && !slices.Contains(where, s.dir) {
					t.Errorf("%s: %s belongs to %v", s.fset.Position(n.Pos()), name, where)
				}
			}
			return true
		})
	}
}

// TestNoInit: nothing registers itself.
func TestNoInit(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "init" && f.Recv == nil && !s.test {
				t.Errorf("%s: init()", s.fset.Position(f.Pos()))
			}
		}
	}
}

// TestSQLStaysInStores: statements are written in stores only.
func TestSQLStaysInStores(t *testing.T) {
	statement := regexp.MustCompile(`^\s*(SELECT\s|INSERT INTO\s|UPDATE \w+ SET|DELETE FROM\s|CREATE TABLE)`)
	for _, s := range sources(t) {
		base := path.Base(s.file)
		if s.test || strings.HasPrefix(s.dir, "kit/db") || strings.HasPrefix(s.dir, "test/") || strings.HasPrefix(base, "store") {
			continue
		}
		kitStore := strings.HasPrefix(s.dir, "kit/job") || strings.HasPrefix(s.dir, "kit/audit") || strings.HasPrefix(s.dir, "kit/live")
		ast.Inspect(s.tree, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if ok && lit.Kind == token.STRING && statement.MatchString(strings.Trim(lit.Value, "`\"")) && !kitStore {
				t.Errorf("%s: SQL outside of a store file", s.fset.Position(n.Pos()))
			}
			return true
		})
	}
}

// TestTablesHaveOneOwner: only its owner names a table; and what a package beneath
// a service writes, neither the service nor a package beside it names.
func TestTablesHaveOneOwner(t *testing.T) {
	create := regexp.MustCompile(`(?i)CREATE TABLE (?:IF NOT EXISTS )?(\w+)`)
	owner := map[string]string{}
	files, _ := filepath.Glob("*/*/migrations/*.sql")
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range create.FindAllStringSubmatch(string(text), -1) {
			owner[m[1]] = path.Dir(path.Dir(filepath.ToSlash(f)))
		}
	}
	uses := tableUses(t)
	beneath := map[string]string{} // table -> package beneath its service that writes it
	for _, u := range uses {
		if o, known := owner[u.table]; known && u.writes && u.dir != o {
			beneath[u.table] = u.dir
		}
	}
	for _, u := range uses {
		o, known := owner[u.table]
		switch own, lower := beneath[u.table]; {
		case known && u.dir != o && !strings.HasPrefix(u.dir, o+"/"):
			t.Errorf("%s: table %s belongs to %s", u.at, u.table, o)
		case lower && u.dir != own:
			t.Errorf("%s: table %s belongs to %s, which owns its tables alone", u.at, u.table, own)
		}
	}
}

// tableUse is one place that names a table.
type tableUse struct {
	table, dir string
	at         token.Position
	writes     bool
}

func tableUses(t *testing.T) (out []tableUse) {
	named := regexp.MustCompile(`(?i)\b(DELETE FROM|FROM|INTO|JOIN|UPDATE)\s+(\w+)`)
	for _, s := range sources(t) {
		if s.test || strings.HasPrefix(s.dir, "test/") {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.BasicLit:
				if x.Kind != token.STRING {
					break
				}
				for _, m := range named.FindAllStringSubmatch(x.Value, -1) {
					verb := strings.ToUpper(m[1])
					out = append(out, tableUse{m[2], s.dir, s.fset.Position(x.Pos()), verb != "FROM" && verb != "JOIN"})
				}
			case *ast.CallExpr: // tx.Bulk(ctx, "table", …)
				if f, ok := x.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Bulk" && len(x.Args) > 1 {
					if lit, ok := x.Args[1].(*ast.BasicLit); ok {
						out = append(out, tableUse{strings.Trim(lit.Value, `"`), s.dir, s.fset.Position(x.Pos()), true})
					}
				}
			}
			return true
		})
	}
	return out
}

// Caps keep a file short enough to hold in the head. Generated pages are not read.
const (
	fileCap     = 400
	functionCap = 80
)

func TestSizes(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasSuffix(s.file, "_templ.go") || strings.HasSuffix(s.file, "_gen.go") {
			continue
		}
		if s.lines > fileCap {
			t.Errorf("%s has %d lines, cap %d: split it by meaning", s.file, s.lines, fileCap)
		}
		for _, d := range s.tree.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || s.test {
				continue
			}
			n := s.fset.Position(f.End()).Line - s.fset.Position(f.Pos()).Line
			if n > functionCap {
				t.Errorf("%s: %s has %d lines, cap %d", s.fset.Position(f.Pos()), f.Name.Name, n, functionCap)
			}
		}
	}
}

// TestWordsStaySmall: the vocabulary is learnt in one sitting.
func TestWordsStaySmall(t *testing.T) {
	total := 0
	for _, s := range sources(t) {
		if s.dir == "." && !s.test {
			total += s.lines
		}
	}
	if total > 1500 {
		t.Errorf("the words have %d lines, cap 1500", total)
	}
}

// TestServicesLookAlike: the same names everywhere.
func TestServicesLookAlike(t *testing.T) {
	for _, wing := range wings {
		dirs, _ := filepath.Glob(wing + "/*")
		sort.Strings(dirs)
		for _, d := range dirs {
			if st, err := os.Stat(d); err != nil || !st.IsDir() || strings.HasPrefix(filepath.ToSlash(d), "detect/sensor") {
				continue
			}
			if own, _ := filepath.Glob(d + "/*.go"); len(own) == 0 {
				continue // content files came before the service that will own them
			}
			for _, need := range []string{"doc.go", "service.go"} {
				if _, err := os.Stat(filepath.Join(d, need)); err != nil {
					t.Errorf("%s has no %s", d, need)
				}
			}
		}
	}
}

// TestNothingForeignIsNamed: no machine path and no registry host in our files.
func TestNothingForeignIsNamed(t *testing.T) {
	leak := regexp.MustCompile(`registry\.` + `npm|proxy\.` + `golang|deb\.` + `debian`)
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (p == ".git" || p == "build" || filepath.ToSlash(p) == "web/dist") {
			return filepath.SkipDir
		}
		if d.IsDir() || d.Name() == "go.sum" {
			return nil
		}
		return scanLines(p, func(n int, line string) {
			if leak.MatchString(line) {
				t.Errorf("%s:%d names a registry's host", p, n)
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func scanLines(file string, fn func(int, string)) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<24)
	for n := 1; sc.Scan(); n++ {
		fn(n, sc.Text())
	}
	return nil
}
