package pages

import (
	"cmp"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"ward"
	"ward/detect/advisory"
	"ward/detect/advisory/decision"
	"ward/detect/advisory/harvest"
	"ward/detect/advisory/signal"
	"ward/format/csaf"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// showView is one advisory for its page.
type showView struct {
	*advisory.View
	id       string
	mayNote  bool
	mayDrop  bool
	products []*branch
	remedies []csaf.Remedy
	summary  csaf.Summary
	errors   ui.Errors
	note     string
}

func (h handler) show(c *web.Call) error { return h.showWith(c, nil, "", 200) }

func (h handler) showWith(c *web.Call, errs ui.Errors, note string, status int) error {
	v, err := h.svc.Read(c.Context(), c.Actor, ward.AdvisoryID(c.Path("id")), c.Query("revision"))
	if err != nil {
		return err
	}
	view := showView{View: v, id: c.Path("id"), mayNote: h.svc.MayDecide(c.Actor), mayDrop: h.svc.MayDelete(c.Actor), products: treeOf(v.Document),
		remedies: v.Document.Remedies(""), summary: v.Document.Summary(), errors: errs, note: note}
	tlp := v.Shown.TLP
	a := &v.Advisory
	s := ui.Shell{Title: said(a.Lang, v.Document.Title), Lead: i18n.Raw(a.Publisher + " · " + a.Tracking), Above: headChips(c.Printer, a),
		Crumbs: crumbs(c, "/advisories", "advisory.list.title"), TLP: &tlp, Errors: errs}
	s.Actions = readButton(c.Printer, view.id, a.Read)
	return c.Render(status, s, show(c.Printer, view))
}

// note keeps a remark; the page comes back with what was typed if it cannot.
func (h handler) note(c *web.Call) error {
	id := c.Path("id")
	note := c.Form("note")
	_, err := h.svc.Decide(c.Context(), c.Actor, decision.Decision{Kind: decision.Note, Advisory: ward.AdvisoryID(id),
		Path: c.Form("path"), Reason: note})
	if ward.CodeOf(err) == ward.Invalid {
		return h.showWith(c, renamed(ui.ErrorsOf(c.Printer, err), "reason", "note"), note, 422)
	}
	if err != nil {
		return err
	}
	return c.See("/advisories/"+id, "advisory.note.done")
}

// markRead is the reader's own mark on the newest revision.
func (h handler) markRead(c *web.Call) error {
	id, read := c.Path("id"), c.Form("read") == "1"
	if err := h.svc.MarkRead(c.Context(), c.Actor, ward.AdvisoryID(id), read); err != nil {
		return err
	}
	if read {
		return c.See("/advisories", "advisory.mark.read.done")
	}
	return c.See("/advisories/"+id, "advisory.mark.unread.done")
}

// renamed gives faults the names that the fields have on the page.
func renamed(errs ui.Errors, from, to string) ui.Errors {
	for i := range errs {
		if errs[i].Field == from {
			errs[i].Field = to
		}
	}
	return errs
}

// document downloads a revision as it came. It is an attachment: a browser must
// not show a publisher's bytes under our own origin.
func (h handler) document(c *web.Call) error {
	rev, body, err := h.svc.Original(c.Context(), c.Actor, ward.AdvisoryID(c.Path("id")), c.Query("revision"))
	if err != nil {
		return err
	}
	hd := c.W.Header()
	hd.Set("Content-Type", "application/json")
	hd.Set("Content-Disposition", `attachment; filename="`+rev.ID+`.json"`)
	hd.Set("Cache-Control", "private, no-store")
	_, err = c.W.Write(body)
	return err
}

// changes is marked as the narrower of the two revisions.
func (h handler) changes(c *web.Call) error {
	d, err := h.svc.Compare(c.Context(), c.Actor, ward.AdvisoryID(c.Path("id")), c.Query("from"), c.Query("to"))
	if err != nil {
		return err
	}
	tlp := min(d.Old.TLP, d.New.TLP)
	s := ui.Shell{Title: c.T("advisory.changes.title", "old", d.Old.Version, "new", d.New.Version), TLP: &tlp,
		Crumbs: append(crumbs(c, "/advisories", "advisory.list.title"), ui.Link{Text: c.T("advisory.changes.back"), Href: "/advisories/" + c.Path("id")})}
	return c.OK(s, changes(c.Printer, d))
}

// branch is one step of the product tree as it is shown.
type branch struct {
	name   string
	kids   []*branch
	states []ward.ProductStatus // of a leaf
	leaf   bool
}

// shownProducts bounds the tree of the page; the document holds all.
const shownProducts = 600

// treeOf folds the products' paths into a tree, in the order of the document.
func treeOf(d *csaf.Document) []*branch {
	root := &branch{}
	for i := range d.Products[:min(len(d.Products), shownProducts)] {
		p := &d.Products[i]
		at := root
		for _, step := range steps(p) {
			at = at.kid(step)
		}
		at.leaf = true
		for s := range d.States(p.ID) {
			at.states = append(at.states, s)
		}
		slices.SortFunc(at.states, func(a, b ward.ProductStatus) int { return cmp.Compare(a, b) })
	}
	return root.kids
}

// steps are the names from root to leaf; products outside of the tree have one.
func steps(p *csaf.Product) []string {
	var out []string
	for _, b := range p.Branches() {
		out = append(out, b.Name)
	}
	if len(out) == 0 {
		return []string{p.Name}
	}
	return out
}

func (b *branch) kid(name string) *branch {
	for _, k := range b.kids {
		if k.name == name {
			return k
		}
	}
	k := &branch{name: name}
	b.kids = append(b.kids, k)
	return k
}

func stateTone(s ward.ProductStatus) ui.Tone {
	switch s {
	case ward.StatusAffected:
		return ui.Bad
	case ward.StatusFixed, ward.StatusNotAffected:
		return ui.Success
	case ward.StatusInvestigated:
		return ui.Warning
	}
	return ui.Neutral
}

// howBad are the rows on severity.
func (v showView) howBad(p *i18n.Printer) []ui.Row {
	a := &v.Advisory
	rows := []ui.Row{{Label: p.T("advisory.show.severity"), Value: ui.SeverityChip(p, a.Severity)}}
	if a.Score > 0 {
		rows = append(rows, ui.Row{Label: p.T("advisory.show.score"), Value: i18n.Raw(p.Decimal(a.Score, 1))},
			ui.Row{Label: p.T("advisory.show.vector"), Value: ui.Code(a.Vector)})
	}
	if a.EPSS > 0 {
		rows = append(rows, ui.Row{Label: p.T("advisory.show.epss"), Value: i18n.Raw(p.Percent(a.EPSS))})
	}
	return append(rows, ui.Row{Label: p.T("advisory.show.exploited"), Value: p.T(i18n.Key("advisory.exploited." + string(a.Exploited)))})
}

// told are the lines of the catalogues' history.
func (v showView) told(p *i18n.Printer) []ui.Entry {
	var out []ui.Entry
	for _, t := range v.History {
		out = append(out, ui.Entry{At: t.At, Who: p.T(i18n.Key("advisory.catalogue." + string(t.Kind))),
			What: p.T(i18n.Key("advisory.told."+t.What), "cve", t.CVE)})
	}
	return out
}

// weaknessTable has a row for each vulnerability of the document in its order.
func (v showView) weaknessTable(p *i18n.Printer) ui.Table {
	t := ui.Table{Caption: p.T("advisory.show.weaknesses"), Hide: true, Columns: []ui.Column{{Head: p.T("advisory.cve.number")},
		{Head: p.T("advisory.cve.what")}, {Head: p.T("advisory.show.score"), Numeric: true},
		{Head: p.T("advisory.show.epss"), Numeric: true}, {Head: p.T("advisory.show.exploited")}},
		Empty: ui.EmptyState{Title: p.T("advisory.show.no_weakness")}}
	by := map[string]*signal.Weakness{}
	for i := range v.Weaknesses {
		by[v.Weaknesses[i].CVE] = &v.Weaknesses[i]
	}
	for i := range v.Document.Vulnerabilities {
		vuln := &v.Document.Vulnerabilities[i]
		w := by[vuln.CVE]
		if w == nil {
			w = &signal.Weakness{}
		}
		t.Rows = append(t.Rows, []templ.Component{ui.Code(vuln.Name()), v.weaknessText(p, vuln, w), scoreText(p, vuln, w),
			percentOr(p, w.EPSS), signalText(p, w)})
	}
	return t
}

func (v showView) weaknessText(p *i18n.Printer, vuln *csaf.Vulnerability, w *signal.Weakness) i18n.Text {
	if w.Rejected {
		return p.T("advisory.cve.rejected")
	}
	for _, text := range []string{vuln.Title, w.Title} {
		if text != "" && text != vuln.CVE {
			return said(v.Document.Lang, text)
		}
	}
	if len(vuln.CWEs) > 0 {
		return said("en", vuln.CWEs[0].ID+" "+vuln.CWEs[0].Name)
	}
	return i18n.Text{}
}

// scoreText prefers the document's own score, as the lists do.
func scoreText(p *i18n.Printer, vuln *csaf.Vulnerability, w *signal.Weakness) i18n.Text {
	if s := vuln.Rate(); s.Version != "" {
		return i18n.Raw(p.Decimal(s.Value, 1))
	}
	if w.Score > 0 {
		return i18n.Raw(p.Decimal(w.Score, 1))
	}
	return i18n.Text{}
}

func percentOr(p *i18n.Printer, share float64) i18n.Text {
	if share == 0 {
		return i18n.Text{}
	}
	return i18n.Raw(p.Percent(share))
}

// signalText says what the catalogues say of one CVE, withdrawals among it.
func signalText(p *i18n.Printer, w *signal.Weakness) templ.Component {
	var parts []i18n.Text
	for _, s := range w.Signals {
		name := p.T(i18n.Key("advisory.catalogue." + string(s.Kind))).String()
		if s.Withdrawn.IsZero() {
			parts = append(parts, p.T("advisory.cve.listed", "date", p.Date(s.Listed), "by", name))
		} else {
			parts = append(parts, p.T("advisory.cve.withdrawn", "date", p.Date(s.Listed), "until", p.Date(s.Withdrawn), "by", name))
		}
	}
	return textLines(parts)
}

// revisionTable lists all arrivals, the latest first.
func (v showView) revisionTable(p *i18n.Printer) ui.Table {
	t := ui.Table{Caption: p.T("advisory.show.revisions"), Hide: true, Columns: []ui.Column{{Head: p.T("advisory.revision.version")},
		{Head: p.T("advisory.revision.released")}, {Head: p.T("advisory.revision.stored")}, {Head: p.T("advisory.revision.origin")},
		{Head: p.T("advisory.revision.acts"), Quiet: true}}}
	for i := range v.Revisions {
		r := &v.Revisions[i]
		t.Rows = append(t.Rows, []templ.Component{revisionName(p, r), ui.Day(p, r.Published), ui.Moment(p, r.StoredAt),
			revisionOrigin(p, v, r), revisionActs(p, v, r)})
	}
	return t
}

// sourceName is the name of a source, or that a person brought it.
func (v showView) sourceName(p *i18n.Printer, id string) i18n.Text {
	src, ok := v.Sources[id]
	if !ok || src.Kind == harvest.Upload || src.Name == "" {
		return p.T("advisory.source.kind.upload")
	}
	return i18n.Raw(src.Name)
}

// diffs are the differences in the words of the page.
func diffs(p *i18n.Printer, d *advisory.Difference) []ui.Diff {
	var out []ui.Diff
	for _, c := range d.Changes.Items {
		kind := ui.Changed
		switch {
		case strings.HasSuffix(string(c.Kind), "_added"):
			kind = ui.Added
		case strings.HasSuffix(string(c.Kind), "_removed"):
			kind = ui.Removed
		}
		label := p.T(i18n.Key("advisory.change." + string(c.Kind)))
		if where := strings.Join(append(slices.Clone(c.CVEs), c.Paths...), "; "); where != "" {
			label = p.T("advisory.changes.of", "what", label.String(), "where", where)
		}
		out = append(out, ui.Diff{Kind: kind, Label: label, Before: i18n.Raw(c.Old), After: i18n.Raw(c.New)})
	}
	return out
}

// remedyKey is the heading of a remediation; unknown categories have one too.
func remedyKey(category string) i18n.Key {
	switch category {
	case "mitigation", "no_fix_planned", "none_available", "vendor_fix", "workaround", "fix_planned", "optional_patch":
		return i18n.Key("advisory.remedy." + category)
	}
	return "advisory.remedy.unknown"
}

func referenceText(lang string, r csaf.Reference) i18n.Text {
	if r.Summary != "" {
		return said(lang, r.Summary)
	}
	return i18n.Raw(r.URL)
}

func noteEntries(notes []decision.Decision) []ui.Entry {
	var out []ui.Entry
	for _, n := range notes {
		out = append(out, ui.Entry{At: n.At, Who: i18n.Raw(n.AuthorName), What: i18n.Raw(n.Reason), Note: i18n.Raw(n.Path)})
	}
	return out
}
