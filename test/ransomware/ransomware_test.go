package ransomware

import (
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"ward/format/ransom"
	"ward/test/leave"
	"ward/test/shared"
)

// asked is one document and what the engine says of it.
type asked struct {
	Name string        `json:"name"`
	Data string        `json:"data"` // base64
	Want ransom.Result `json:"want"`
}

// runner prints each document of which the script says something else.
const runner = `import {readFileSync} from "fs";
import {load, identify} from "./score.js";
import {show} from "./text.js";
const m = load(JSON.parse(readFileSync("catalogue.json"))), said = (x, name) => [name, x.score, x.confidence, x.reasons.map((r) => [r.kind, r.detail ?? "", r.points]), x.settle];
for (const c of JSON.parse(readFileSync("asked.json"))) {
  const r = identify(m, {name: c.name, data: Uint8Array.from(Buffer.from(c.data, "base64")), tail: null, extension: ""});
  for (const x of r.candidates) for (const y of x.reasons) y.detail = show(y.detail);
  const a = JSON.stringify([r.kind, r.note_like, r.candidates.map((x) => said(x, m.families[x.index].name))]);
  const b = JSON.stringify([c.want.kind, c.want.note_like, c.want.candidates.map((x) => said(x, x.family))]);
  if (a !== b) console.log(c.name + "\n script " + a + "\n engine " + b);
}
`

func TestScriptIsTheEngine(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		leave.Out(t, "node is absent")
	}
	var c ransom.Collector
	root := shared.Path(t, "ransomware/notes")
	var files []asked
	n := 0
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		files = append(files, asked{Name: filepath.Base(p), Data: base64.StdEncoding.EncodeToString(data)})
		if n++; n%5 == 0 { // every fifth note is unknown to the catalogue
			return nil
		}
		_, err = c.Add(filepath.ToSlash(p), data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	m, err := c.Compile()
	if err != nil {
		t.Fatal(err)
	}
	ordinary, err := filepath.Glob(filepath.Join(shared.Root(), "format", "ransom", "testdata", "ordinary", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range ordinary {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, asked{Name: filepath.Base(p), Data: base64.StdEncoding.EncodeToString(data)})
	}
	bare, err := ransom.Compile(ransom.Embedded(), nil) // decides otherwise, as it has no note to compare with
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*ransom.Model{m, bare} {
		for i := range files {
			data, _ := base64.StdEncoding.DecodeString(files[i].Data)
			files[i].Want = m.Identify(ransom.Input{Name: files[i].Name, Data: data})
		}
		compare(t, node, m, files)
	}
}

func compare(t *testing.T, node string, m *ransom.Model, files []asked) {
	t.Helper()
	dir := t.TempDir()
	script, err := m.Script()
	if err != nil {
		t.Fatal(err)
	}
	list, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{"catalogue.json": script, "asked.json": list, "run.js": []byte(runner), "package.json": []byte(`{"type":"module"}`)}
	for _, name := range []string{"text.js", "address.js", "score.js"} {
		if out[name], err = os.ReadFile(filepath.Join(shared.Root(), "web", "src", "ransom", name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range out {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := exec.Command(node, "run.js")
	run.Dir = dir
	said, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if len(said) > 0 {
		t.Errorf("the script answers otherwise:\n%.4000s", said)
	}
	t.Logf("%d documents", len(files))
}
