package sigma

import (
	"slices"
	"strings"
	"sync"
)

// Options say how rules are compiled. The zero value is ready.
type Options struct {
	// Placeholders are the values of %name% in rules with the modifier expand;
	// a rule with another placeholder is refused.
	Placeholders map[string][]string
	// Skip are statuses whose rules are left out: "deprecated", "unsupported".
	Skip []string
	// AnySource tests events whose log source is not known against all rules.
	// Otherwise they are counted and not looked at.
	AnySource bool

	programs *int // instructions that regular expressions may still have
}

// Engine is a compiled set of rules. It is safe for concurrent use; the tables
// of a log source are built when its first event comes.
type Engine struct {
	rules    []*Rule
	compiled []*expression
	names    *names
	mapping  *mapping
	decider  *decider
	groups   []*lazyGroup // one for each log source that rules state
	sources  []*Source    // by line of sources.txt
	all      *Source      // every rule, if Options.AnySource
	lazy     sync.Mutex
	stated   map[LogSource]*Source
	chains   []*chained // correlations
	quiet    []bool     // rule -> speaks through correlations only
	filters  int
	times    []int32 // numbers of names that hold an event's time, best first
}

// lazyGroup holds the rules that state one log source; its tables are built
// when the first event of such a source comes.
type lazyGroup struct {
	stated LogSource
	rules  []int32
	once   sync.Once
	group  *group
}

func (l *lazyGroup) build(e *Engine) {
	l.once.Do(func() { l.group = e.newGroup(l.rules) })
}

// Source is a log source as an engine knows it. Ask Engine.Source for it once
// per log, not per event.
type Source struct {
	engine *Engine
	of     source
	groups []*lazyGroup
	rules  int
	once   sync.Once
	parts  []part
}

// part is a group with the names that its fields have in a log source.
type part struct {
	*group
	fieldsAt  []int32 // number of a name -> start of its fields in fieldList
	fieldList []int32
}

// Rules counts the rules that look at this log source.
func (s *Source) Rules() int { return s.rules }

func (s *Source) tables() []part {
	s.once.Do(func() {
		for _, l := range s.groups {
			l.build(s.engine)
			s.parts = append(s.parts, s.engine.number(l.group, s.engine.mapping.fields[s.of.fields]))
		}
	})
	return s.parts
}

// Warm builds the tables of all log sources now, for programs that would rather
// wait at their start, and gives the bytes of the automata.
func (e *Engine) Warm() int {
	for _, s := range e.sources {
		s.tables()
	}
	size := 0
	for _, l := range e.groups {
		if l.group != nil {
			size += l.group.bytes
		}
	}
	return size
}

// maxStates bounds the literals of a whole pack, in bytes; SigmaHQ's 3,718
// rules have about 700,000.
const maxStates = 8 << 20

// Compile makes an engine of rules, correlations and filters. Rules that
// cannot be used are named; the rest works without them. The order of the
// rules decides the order of matches.
func Compile(rules []*Rule, opts Options) (*Engine, []Refused) {
	e := &Engine{mapping: builtin(), stated: map[LogSource]*Source{}}
	e.names = newNames(e.mapping)
	var refused []Refused
	programs := maxPrograms
	opts.programs = &programs
	filters, bad := compileFilters(rules, opts)
	e.filters = len(filters)
	refused = append(refused, bad...)
	size := 0
	for _, r := range rules {
		if r.Filter != nil || r.Correlation != nil {
			continue
		}
		x, err := compileRule(r, opts)
		if err == nil {
			if size += literals(x); size > maxStates {
				err = faultf(r.Line, TooLarge, "the rules before it fill the tables")
			}
		}
		if err != nil {
			refused = append(refused, r.refuse(err))
			continue
		}
		for _, f := range filters {
			if f.rule.covers(r) {
				x = join(opAnd, []*expression{x, f.keep})
			}
		}
		e.rules, e.compiled = append(e.rules, r), append(e.compiled, x)
	}
	refused = append(refused, e.chain(rules)...)
	e.prepare(opts)
	return e, refused
}

// AnySource tells whether all rules are asked of events of no known log source.
func (e *Engine) AnySource() bool { return e.all != nil }

// Rules gives the rules that are used, in order; correlations are not among them.
func (e *Engine) Rules() []*Rule { return e.rules }

// Used counts what is used of the documents: rules, correlations and filters.
func (e *Engine) Used() int { return len(e.rules) + len(e.chains) + e.filters }

// Bounds of what rules become, beside that of their texts. SigmaHQ's largest rule asks
// some 1,300 questions, and the regular expressions of all have some 60,000 instructions.
const (
	maxQuestions = 100_000   // of one rule, those of a search as often as its condition names it
	maxPrograms  = 1_000_000 // instructions of the regular expressions of a pack
)

// compileRule makes the expression of a detection rule.
func compileRule(r *Rule, opts Options) (*expression, error) {
	if slices.Contains(opts.Skip, r.Status) {
		return nil, faultf(r.Line, Deprecated, "status %s is left out", r.Status)
	}
	f := filler{rule: r, opts: opts, named: map[string]*expression{}, size: map[string]int{}, left: maxQuestions}
	var names []string
	for _, s := range r.searches {
		names = append(names, s.name)
	}
	var alternatives []*expression
	for _, c := range r.condition {
		cond, err := parseCondition(c, names)
		if err != nil {
			return nil, err
		}
		x, err := f.fill(cond)
		if err != nil {
			return nil, err
		}
		alternatives = append(alternatives, x)
	}
	return join(opOr, alternatives), nil
}

// filler puts the searches of a rule into its conditions.
type filler struct {
	rule  *Rule
	opts  Options
	named map[string]*expression
	size  map[string]int // questions of each
	left  int            // that the rule may still ask
}

// fill gives the expression of a condition. A search that the condition does
// not name is not compiled, as it cannot matter.
func (f *filler) fill(c *condition) (*expression, error) {
	if c.op == opLeaf {
		return f.search(c.name)
	}
	var kids []*expression
	for _, k := range c.kids {
		x, err := f.fill(k)
		if err != nil {
			return nil, err
		}
		kids = append(kids, x)
	}
	if c.op == opNot {
		return negate(kids[0]), nil
	}
	return join(c.op, kids), nil
}

// search gives the expression of a search, within the bound of the whole.
func (f *filler) search(name string) (*expression, error) {
	x := f.named[name]
	if x == nil {
		i := slices.IndexFunc(f.rule.searches, func(s search) bool { return s.name == name })
		var err error
		if x, err = f.rule.searches[i].body.expression(f.opts); err != nil {
			return nil, err
		}
		f.named[name] = x
		x.leaves(func(*predicate) { f.size[name]++ })
	}
	if f.left -= f.size[name]; f.left < 0 {
		return nil, faultf(f.rule.Line, TooLarge, "a rule that asks more than %d questions", maxQuestions)
	}
	return x, nil
}

func (b *body) expression(opts Options) (*expression, error) {
	if b.item != nil {
		return b.item.expression(opts)
	}
	var kids []*expression
	for _, k := range b.kids {
		x, err := k.expression(opts)
		if err != nil {
			return nil, err
		}
		kids = append(kids, x)
	}
	op := opOr
	if b.all {
		op = opAnd
	}
	return join(op, kids), nil
}

func literals(x *expression) int {
	n := 0
	x.leaves(func(p *predicate) {
		list, _ := literalsOf(p)
		for _, l := range list {
			n += len(l.text)
		}
	})
	return n
}

type compiledFilter struct {
	rule *Rule
	keep *expression
}

func compileFilters(rules []*Rule, opts Options) ([]compiledFilter, []Refused) {
	var out []compiledFilter
	var refused []Refused
	for _, r := range rules {
		if r.Filter == nil {
			continue
		}
		x, err := compileRule(r, opts)
		if err != nil {
			refused = append(refused, r.refuse(err))
			continue
		}
		out = append(out, compiledFilter{r, kept(x)})
	}
	return out, refused
}

// timeNames are where events say when they happened, best first.
var timeNames = []string{"UtcTime", "TimeCreated.#attributes.SystemTime", "TimeCreated.@SystemTime", "TimeCreated.SystemTime", "TimeCreated",
	"@timestamp", "timestamp", "ts", "time", "eventTime", "EventTime", "TimeGenerated", "date"}

// prepare numbers all names and divides the rules by log source.
func (e *Engine) prepare(opts Options) {
	for _, x := range e.compiled {
		x.leaves(func(p *predicate) {
			for _, name := range []string{p.field, p.ref} {
				if name != "" {
					e.numbers(name)
				}
			}
		})
	}
	for _, fields := range e.mapping.fields {
		for _, list := range fields {
			for _, n := range list {
				e.names.want(n)
			}
		}
	}
	for _, t := range timeNames {
		e.times = append(e.times, e.names.want(t))
	}
	e.decider = newDecider(e.mapping, e.names)
	at := map[LogSource]*lazyGroup{}
	for i, r := range e.rules {
		l := at[r.Source]
		if l == nil {
			l = &lazyGroup{stated: r.Source}
			at[r.Source] = l
			e.groups = append(e.groups, l)
		}
		l.rules = append(l.rules, int32(i))
	}
	for _, s := range e.mapping.sources {
		e.sources = append(e.sources, e.source(s))
	}
	if opts.AnySource {
		e.all = &Source{engine: e, groups: e.groups, rules: len(e.rules)}
	}
}

// numbers numbers a field and its other names; its own comes first.
func (e *Engine) numbers(name string) []int32 {
	out := []int32{e.names.want(name)}
	for _, n := range e.mapping.aliases[name] {
		out = append(out, e.names.want(n))
	}
	return out
}

func (e *Engine) source(of source) *Source {
	s := &Source{engine: e, of: of}
	for _, l := range e.groups {
		if of.takes(l.stated) {
			s.groups = append(s.groups, l)
			s.rules += len(l.rules)
		}
	}
	return s
}

// Source gives the log source of a log of which the caller knows what it is.
// Parts that are not known stay empty; rules that ask for them do not match.
func (e *Engine) Source(l LogSource) *Source {
	e.lazy.Lock()
	defer e.lazy.Unlock()
	if s := e.stated[l]; s != nil {
		return s
	}
	list := func(s string) []string {
		if s == "" {
			return nil
		}
		return []string{strings.ToLower(s)}
	}
	of := source{products: list(l.Product), categories: list(l.Category), services: list(l.Service)}
	of.services = append(of.services, e.mapping.also[LogSource{Product: l.Product, Service: l.Service}]...)
	s := e.source(of)
	e.stated[l] = s
	return s
}
