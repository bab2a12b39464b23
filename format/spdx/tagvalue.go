package spdx

import (
	"bytes"
	"fmt"
	"strings"

	"ward/format/problem"
	"ward/format/problem/jsontree"
)

// tree is a document in the form of its JSON; lines says for tag-value where a
// pointer's value stands, and is nil for JSON.
type tree struct {
	root  *jsontree.Node
	lines map[string]int
	out   problem.List // what the tag-value syntax itself got wrong
}

// place turns a pointer into "line:1" where the document has lines.
func (t *tree) place(pointer string) string {
	for p := pointer; t.lines != nil; {
		if line, ok := t.lines[p]; ok {
			return fmt.Sprintf("%d:1", line)
		}
		cut := strings.LastIndexByte(p, '/')
		if cut < 0 {
			return "1:1"
		}
		p = p[:cut]
	}
	return pointer
}

// tag is what one tag-value line means: the member of the section it belongs to.
type tag struct {
	section string // "", "packages", "files", …
	member  string
	form    string // "text", "list", "bool", "checksum", "ref", "creation", "relation", "code", "skip"
	starts  bool   // begins a new element of the section
}

// tags reads the table below once.
var tags = func() map[string]tag {
	out := map[string]tag{}
	for line := range strings.Lines(tagTable) {
		f := strings.Fields(line)
		if len(f) < 4 {
			continue
		}
		section := strings.TrimSuffix(f[0], "+")
		if section == "-" {
			section = ""
		}
		out[f[1]] = tag{section: section, member: f[2], form: f[3], starts: strings.HasSuffix(f[0], "+")}
	}
	return out
}()

// tagTable: section (+ begins one), tag, JSON member, form; SPDX 2.3 clauses 6 to 13.
const tagTable = `
- SPDXVersion spdxVersion text
- DataLicense dataLicense text
- DocumentName name text
- DocumentNamespace documentNamespace text
- DocumentComment comment text
- ExternalDocumentRef externalDocumentRefs skip
- LicenseListVersion licenseListVersion creation
- Creator creators creation
- Created created creation
- CreatorComment comment creation
- Relationship relationships relation
- RelationshipComment comment skip
packages+ PackageName name text
packages PackageVersion versionInfo text
packages PackageFileName packageFileName text
packages PackageSupplier supplier text
packages PackageOriginator originator text
packages PackageDownloadLocation downloadLocation text
packages FilesAnalyzed filesAnalyzed bool
packages PackageVerificationCode packageVerificationCode code
packages PackageChecksum checksums checksum
packages PackageHomePage homepage text
packages PackageSourceInfo sourceInfo text
packages PackageLicenseConcluded licenseConcluded text
packages PackageLicenseInfoFromFiles licenseInfoFromFiles list
packages PackageLicenseDeclared licenseDeclared text
packages PackageLicenseComments licenseComments text
packages PackageCopyrightText copyrightText text
packages PackageSummary summary text
packages PackageDescription description text
packages PackageComment comment text
packages ExternalRef externalRefs ref
packages ExternalRefComment comment skip
packages PackageAttributionText attributionTexts list
packages PrimaryPackagePurpose primaryPackagePurpose text
packages BuiltDate builtDate text
packages ReleaseDate releaseDate text
packages ValidUntilDate validUntilDate text
files+ FileName fileName text
files FileType fileTypes list
files FileChecksum checksums checksum
files LicenseConcluded licenseConcluded text
files LicenseInfoInFile licenseInfoInFiles list
files LicenseComments licenseComments text
files FileCopyrightText copyrightText text
files FileComment comment text
files FileNotice noticeText text
files FileContributor fileContributors list
files FileAttributionText attributionTexts list
files FileDependency fileDependencies list
files ArtifactOfProjectName artifactOf skip
files ArtifactOfProjectHomePage artifactOf skip
files ArtifactOfProjectURI artifactOf skip
snippets+ SnippetSPDXID SPDXID text
snippets+ SnippetSPDXIdentifier SPDXID text
snippets SnippetFromFileSPDXID snippetFromFile text
snippets SnippetByteRange ranges skip
snippets SnippetLineRange ranges skip
snippets SnippetLicenseConcluded licenseConcluded text
snippets LicenseInfoInSnippet licenseInfoInSnippets list
snippets SnippetLicenseComments licenseComments text
snippets SnippetCopyrightText copyrightText text
snippets SnippetComment comment text
snippets SnippetName name text
snippets SnippetAttributionText attributionTexts list
hasExtractedLicensingInfos+ LicenseID licenseId text
hasExtractedLicensingInfos ExtractedText extractedText text
hasExtractedLicensingInfos LicenseName name text
hasExtractedLicensingInfos LicenseCrossReference seeAlsos list
hasExtractedLicensingInfos LicenseComment comment text
revieweds+ Reviewer reviewer text
revieweds ReviewDate reviewDate text
revieweds ReviewComment comment text
annotations+ Annotator annotator text
annotations AnnotationDate annotationDate text
annotations AnnotationType annotationType text
annotations AnnotationComment comment text
annotations SPDXREF spdxElement text
`

// parseTagValue reads "Tag: value" lines into the tree of the JSON form. It goes on
// when the list of faults is full: the packages behind them are good.
func parseTagValue(data []byte) *tree {
	t := &tree{root: &jsontree.Node{Kind: jsontree.Object}, lines: map[string]int{}}
	b := tagBuilder{tree: t, open: map[string]cursor{"": {t.root, ""}}, current: cursor{t.root, ""}}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	for number := 1; len(data) > 0; number++ {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		data = rest
		text := strings.TrimSpace(string(line))
		if text == "" || text[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(text, ":")
		if !ok {
			t.out.Add(fmt.Sprintf("%d:1", number), "syntax", "no tag: "+problem.Clip(text))
			continue
		}
		value = strings.TrimSpace(value)
		begun := number
		if rest, ok := strings.CutPrefix(value, "<text>"); ok {
			var more int
			value, data, more, ok = longText(rest, data)
			if !ok {
				t.out.Add(fmt.Sprintf("%d:1", begun), "syntax", "<text> is never closed")
			}
			number += more
		}
		b.add(name, value, begun)
	}
	return t
}

// longText reads on to "</text>" and says how many further lines it took.
func longText(first string, data []byte) (value string, rest []byte, more int, ok bool) {
	if v, _, found := strings.Cut(first, "</text>"); found {
		return v, data, 0, true
	}
	body, rest, ok := bytes.Cut(data, []byte("</text>"))
	if _, after, found := bytes.Cut(rest, []byte("\n")); found {
		rest = after
		more = 1
	} else {
		rest = nil
	}
	return first + "\n" + string(body), rest, more + bytes.Count(body, []byte("\n")), ok
}

// cursor is an element and its pointer.
type cursor struct {
	node    *jsontree.Node
	pointer string
}

// tagBuilder puts lines where they belong. SPDX says by order alone which
// package a line is about: the last one begun.
type tagBuilder struct {
	tree    *tree
	open    map[string]cursor // the last element of each section
	current cursor
}

// add takes one line. SPDXID is the only tag that several sections share.
func (b *tagBuilder) add(name, value string, line int) {
	if name == "SPDXID" {
		b.set(b.current, "SPDXID", text(value), line)
		return
	}
	t, ok := tags[name]
	if !ok {
		b.tree.out.Add(fmt.Sprintf("%d:1", line), "unknown", "tag "+problem.Clip(name))
		return
	}
	if t.starts {
		b.current = b.push(b.tree.root, "", t.section, &jsontree.Node{Kind: jsontree.Object}, line)
		b.open[t.section] = b.current
	}
	at, ok := b.open[t.section]
	if !ok {
		b.tree.out.Add(fmt.Sprintf("%d:1", line), "order", name+" before anything it can belong to")
		return
	}
	b.value(t, at, value, line)
}

// value turns the text of one line into the member's form in JSON.
func (b *tagBuilder) value(t tag, at cursor, value string, line int) {
	switch t.form {
	case "text":
		b.set(at, t.member, text(value), line)
	case "bool":
		b.set(at, t.member, &jsontree.Node{Kind: jsontree.Bool, Text: strings.ToLower(value)}, line)
	case "code":
		code, _, _ := strings.Cut(value, " ")
		b.set(at, t.member, object("packageVerificationCodeValue", code), line)
	case "list":
		b.push(at.node, at.pointer, t.member, text(value), line)
	case "creation":
		info := b.tree.root.Get("creationInfo")
		if info == nil {
			info = &jsontree.Node{Kind: jsontree.Object}
			b.set(cursor{b.tree.root, ""}, "creationInfo", info, line)
		}
		if t.member == "creators" {
			b.push(info, "/creationInfo", t.member, text(value), line)
			return
		}
		b.set(cursor{info, "/creationInfo"}, t.member, text(value), line)
	case "checksum":
		algorithm, sum, _ := strings.Cut(value, ":")
		b.push(at.node, at.pointer, t.member, object("algorithm", strings.TrimSpace(algorithm), "checksumValue", strings.TrimSpace(sum)), line)
	case "ref", "relation":
		b.triple(t, at, value, line)
	}
}

// triple reads the forms of three words.
func (b *tagBuilder) triple(t tag, at cursor, value string, line int) {
	f := strings.Fields(value)
	if len(f) != 3 {
		b.tree.out.Add(fmt.Sprintf("%d:1", line), "syntax", "three words are wanted: "+problem.Clip(value))
		return
	}
	n := object("referenceCategory", f[0], "referenceType", f[1], "referenceLocator", f[2])
	if t.form == "relation" {
		n = object("spdxElementId", f[0], "relationshipType", f[1], "relatedSpdxElement", f[2])
	}
	b.push(at.node, at.pointer, t.member, n, line)
}

// set gives a member its value; a tag given twice keeps the first and is told.
func (b *tagBuilder) set(at cursor, member string, value *jsontree.Node, line int) {
	if at.node.Get(member) != nil {
		if !(at.node == b.open["snippets"].node && member == "SPDXID") {
			b.tree.out.Add(fmt.Sprintf("%d:1", line), "twice", member+" is given twice")
		}
		return
	}
	at.node.Names = append(at.node.Names, member)
	at.node.Items = append(at.node.Items, value)
	b.tree.lines[jsontree.Child(at.pointer, member)] = line
}

// push appends to a list, making it if need be.
func (b *tagBuilder) push(to *jsontree.Node, pointer, member string, value *jsontree.Node, line int) cursor {
	list := to.Get(member)
	if list == nil {
		list = &jsontree.Node{Kind: jsontree.Array}
		to.Names, to.Items = append(to.Names, member), append(to.Items, list)
	}
	list.Items = append(list.Items, value)
	at := jsontree.Index(jsontree.Child(pointer, member), len(list.Items)-1)
	b.tree.lines[at] = line
	return cursor{value, at}
}

// text makes a string node.
func text(s string) *jsontree.Node { return &jsontree.Node{Kind: jsontree.String, Text: s} }

// object makes a node of name, value pairs.
func object(pairs ...string) *jsontree.Node {
	n := &jsontree.Node{Kind: jsontree.Object}
	for i := 0; i+1 < len(pairs); i += 2 {
		n.Names = append(n.Names, pairs[i])
		n.Items = append(n.Items, text(pairs[i+1]))
	}
	return n
}
