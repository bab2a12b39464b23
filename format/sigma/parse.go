package sigma

import (
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Parse reads a file of one or more rules. File and line of a rule are kept;
// what is no rule or past a bound comes back as refused, the rest is used.
func Parse(r io.Reader, file string) ([]*Rule, []Refused) {
	docs, bad, err := documents(r)
	if err != nil {
		return nil, []Refused{{File: file, Reason: NotYAML, Detail: err.Error()}}
	}
	var refused []Refused
	for _, f := range bad {
		refused = append(refused, Refused{File: file, Line: f.line, Reason: f.reason, Detail: f.detail})
	}
	var rules []*Rule
	var a actions
	for _, d := range docs {
		root, _ := a.take(d.root)
		if root == nil {
			continue
		}
		rule, f := read(root, d.line)
		rule.File = file
		if f != nil {
			if f.line > 0 {
				f.line += d.line
			}
			refused = append(refused, rule.refuse(f))
			continue
		}
		rules = append(rules, rule)
	}
	return rules, refused
}

// read makes a rule of a document. The rule is never nil, so that a refusal
// can name it. Lines in faults count from the document's start.
func read(root *yaml.Node, offset int) (*Rule, *fault) {
	rule := &Rule{Line: offset + 1}
	if root.Kind != yaml.MappingNode {
		return rule, faultf(root.Line, NotRule, "the document is no map")
	}
	rule.Line = offset + root.Line
	rule.ID, rule.Name, rule.Title = text(get(root, "id")), text(get(root, "name")), text(get(root, "title"))
	rule.Status, rule.Author, rule.Date = text(get(root, "status")), text(get(root, "author")), text(get(root, "date"))
	rule.Level = Level(strings.ToLower(text(get(root, "level"))))
	rule.Tags, rule.References = texts(get(root, "tags")), texts(get(root, "references"))
	rule.Source = readSource(get(root, "logsource"))
	switch {
	case get(root, "correlation") != nil:
		if f := readCorrelation(rule, get(root, "correlation"), offset); f != nil {
			return rule, f
		}
		return rule, rule.Correlation.readGenerate(get(root, "generate"), get(get(root, "correlation"), "generate"))
	case get(root, "filter") != nil:
		return rule, readFilter(rule, get(root, "filter"), offset)
	}
	detection := get(root, "detection")
	if detection == nil || detection.Kind != yaml.MappingNode {
		return rule, faultf(root.Line, NotRule, "no detection")
	}
	if s := get(root, "logsource"); s == nil || s.Kind != yaml.MappingNode {
		return rule, faultf(root.Line, NotRule, "no logsource")
	}
	return rule, readDetection(rule, detection, offset, "timeframe")
}

func readSource(n *yaml.Node) LogSource {
	part := func(key string) string { return strings.ToLower(strings.TrimSpace(text(get(n, key)))) }
	return LogSource{Product: part("product"), Category: part("category"), Service: part("service")}
}

// readDetection takes the searches and the condition of a detection or filter;
// keys of skip are no searches.
func readDetection(rule *Rule, n *yaml.Node, offset int, skip ...string) *fault {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i].Value, resolve(n.Content[i+1])
		if key == "condition" || contains(skip, key) {
			continue
		}
		body, f := readBody(value, 0)
		if f != nil {
			return f
		}
		rule.searches = append(rule.searches, search{name: key, body: shift(body, offset), line: n.Content[i].Line + offset})
	}
	rule.condition = texts(get(n, "condition"))
	if len(rule.condition) == 0 {
		return faultf(n.Line, NotRule, "no condition")
	}
	if len(rule.searches) == 0 {
		return faultf(n.Line, NotRule, "nothing to look for")
	}
	return nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
