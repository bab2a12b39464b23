package xliff

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
)

// Write writes d, indented, so that two exports can be compared line by line.
func Write(w io.Writer, d *Document) error {
	if err := d.Check(); err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s<xliff xmlns=\"%s0\" version=\"2.0\" srcLang=\"%s\" trgLang=\"%s\">\n", xml.Header, namespace,
		escape(d.Source), escape(d.Target))
	for _, f := range d.Files {
		fmt.Fprintf(&b, "  <file id=\"%s\" xml:space=\"preserve\">\n", escape(f.ID))
		for _, u := range f.Units {
			writeUnit(&b, u)
		}
		b.WriteString("  </file>\n")
	}
	b.WriteString("</xliff>\n")
	_, err := w.Write(b.Bytes())
	return err
}

func writeUnit(b *bytes.Buffer, u Unit) {
	fmt.Fprintf(b, "    <unit id=\"%s\">\n", escape(u.ID))
	if len(u.Notes) > 0 {
		b.WriteString("      <notes>\n")
		for _, n := range u.Notes {
			fmt.Fprintf(b, "        <note category=\"%s\">%s</note>\n", escape(n.Category), escape(n.Text))
		}
		b.WriteString("      </notes>\n")
	}
	data := newData(u)
	if len(data.all) > 0 {
		b.WriteString("      <originalData>\n")
		for i, p := range data.all {
			fmt.Fprintf(b, "        <data id=\"d%d\">%s</data>\n", i+1, escape(p))
		}
		b.WriteString("      </originalData>\n")
	}
	state := u.State
	if state == "" {
		state = Initial
	}
	fmt.Fprintf(b, "      <segment state=\"%s\">\n        <source>%s</source>\n", state, data.inline(u.Source))
	if u.Target != "" {
		fmt.Fprintf(b, "        <target>%s</target>\n", data.inline(u.Target))
	}
	b.WriteString("      </segment>\n    </unit>\n")
}

// data numbers the placeholders of a unit: d1 is the first of all.
type data struct {
	all []string
	at  map[string]int
}

func newData(u Unit) data {
	d := data{at: map[string]int{}}
	for _, p := range placeholder().FindAllString(u.Source+u.Target, -1) {
		if d.at[p] == 0 {
			d.all = append(d.all, p)
			d.at[p] = len(d.all)
		}
	}
	return d
}

// inline writes a text with its placeholders as elements. An id is that of the
// same element in source and target; a second one in the same text gets its own.
func (d data) inline(s string) string {
	var b bytes.Buffer
	from, used := 0, map[int]int{}
	for _, m := range placeholder().FindAllStringIndex(s, -1) {
		b.WriteString(escape(s[from:m[0]]))
		n := d.at[s[m[0]:m[1]]]
		id := fmt.Sprint(n)
		if used[n]++; used[n] > 1 {
			id = fmt.Sprintf("%d-%d", n, used[n])
		}
		fmt.Fprintf(&b, "<ph id=\"%s\" dataRef=\"d%d\" disp=\"%s\"/>", id, n, escape(s[m[0]:m[1]]))
		from = m[1]
	}
	b.WriteString(escape(s[from:]))
	return b.String()
}

func escape(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) //nolint:errcheck // a buffer takes everything
	return b.String()
}
