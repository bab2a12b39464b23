package texts

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"ward"
	"ward/kit/i18n"
)

// Tree is the messages of a source tree.
type Tree struct {
	root  string
	rooms []room // sorted by folder
}

// room is one folder with a text/ of its own: "detect/alert".
type room struct {
	folder  string
	english []i18n.Message // in the order of the file
}

// Open reads the English messages of the source tree at root.
func Open(root string) (*Tree, error) {
	t := &Tree{root: root}
	files, err := filepath.Glob(filepath.Join(root, "*", "*", "text", "active.en.toml"))
	if err != nil || len(files) == 0 {
		return nil, errors.Join(err, fmt.Errorf("%s is no source tree of Ward: there is no */*/text/active.en.toml", root))
	}
	sort.Strings(files)
	for _, file := range files {
		folder, err := filepath.Rel(root, filepath.Dir(filepath.Dir(file)))
		if err != nil {
			return nil, err
		}
		r := room{folder: filepath.ToSlash(folder)}
		if r.english, err = readFile(file); err != nil {
			return nil, err
		}
		t.rooms = append(t.rooms, r)
	}
	return t, nil
}

func readFile(file string) ([]i18n.Message, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return i18n.ReadMessages(text, file)
}

func (t *Tree) file(r room, lang ward.Lang) string {
	return filepath.Join(t.root, filepath.FromSlash(r.folder), "text", "active."+string(lang)+".toml")
}

// translated are the messages of a room in lang, by key; none without a file.
func (t *Tree) translated(r room, lang ward.Lang) (map[i18n.Key]i18n.Message, error) {
	out := map[i18n.Key]i18n.Message{}
	all, err := readFile(t.file(r, lang))
	if errors.Is(err, os.ErrNotExist) {
		return out, nil
	}
	for _, m := range all {
		out[m.Key] = m
	}
	return out, err
}

func (t *Tree) reviewFile(lang ward.Lang) string {
	return filepath.Join(t.root, filepath.FromSlash(i18n.ReviewFile(lang)))
}

func (t *Tree) review(lang ward.Lang) (i18n.Review, error) {
	text, err := os.ReadFile(t.reviewFile(lang))
	if errors.Is(err, os.ErrNotExist) {
		return i18n.Review{}, nil
	}
	if err != nil {
		return nil, err
	}
	return i18n.ReadReview(string(text))
}

// write writes one room's file, in the order of the English one. What English
// does not have any more is left out.
func (t *Tree) write(r room, lang ward.Lang, have map[i18n.Key]i18n.Message) error {
	name := t.file(r, lang)
	head := ""
	if text, err := os.ReadFile(name); err == nil { // the words on top are somebody's own
		for _, line := range strings.SplitAfter(string(text), "\n") {
			if !strings.HasPrefix(line, "#") {
				break
			}
			head += line
		}
	}
	return os.WriteFile(name, []byte(head+layout(r.english, have)), 0o644)
}

// layout is the TOML of the messages that have holds. A table is written once,
// its plain messages before those with forms: TOML allows no return to it.
func layout(english []i18n.Message, have map[i18n.Key]i18n.Message) string {
	var order []string
	plain, plural := map[string][]string{}, map[string][]string{}
	for _, e := range english {
		m, ok := have[e.Key]
		if !ok {
			continue
		}
		table, name := "", string(e.Key)
		if i := strings.LastIndexByte(name, '.'); i >= 0 {
			table, name = name[:i], name[i+1:]
		}
		if slices.Contains(forms(), name) {
			table, name = "", string(e.Key) // in a table of others it would be read as a plural form
		}
		if plain[table] == nil && plural[table] == nil {
			order = append(order, table)
		}
		if !m.Plural() {
			plain[table] = append(plain[table], bare(name)+" = "+quote(m.Forms["other"])+"\n")
			continue
		}
		text := "[" + dotted(string(e.Key)) + "]\n"
		for _, form := range forms() {
			if s := m.Forms[form]; s != "" {
				text += form + " = " + quote(s) + "\n"
			}
		}
		plural[table] = append(plural[table], text)
	}
	return tables(order, plain, plural)
}

// forms are the names that a plural form can have.
func forms() []string { return []string{"zero", "one", "two", "few", "many", "other"} }

func tables(order []string, plain, plural map[string][]string) string {
	slices.SortStableFunc(order, func(a, b string) int { return min(len(a), 1) - min(len(b), 1) }) // keys of no table come first
	var blocks []string
	for _, table := range order {
		if len(plain[table]) > 0 {
			head := ""
			if table != "" {
				head = "[" + dotted(table) + "]\n"
			}
			blocks = append(blocks, head+strings.Join(plain[table], ""))
		}
		blocks = append(blocks, plural[table]...)
	}
	return strings.Join(blocks, "\n")
}

func dotted(key string) string {
	parts := strings.Split(key, ".")
	for i, p := range parts {
		parts[i] = bare(p)
	}
	return strings.Join(parts, ".")
}

// bare quotes a part of a key that TOML would not take as it is.
func bare(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == "" {
		return s
	}
	return quote(s)
}

// quote writes a basic string of TOML 1.0: letters of all languages stay as they are.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r < 0x20 || r == 0x7f:
			b.WriteString(`\u` + strings.ToUpper(strconv.FormatInt(int64(r)+0x10000, 16)[1:]))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
