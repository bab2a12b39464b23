package pages

import (
	"errors"
	"net/http"
	"strings"

	"ward"
	"ward/detect/advisory/decision"
	"ward/format/match"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// atOnce is how many cases the page shows: more than a person decides in a sitting.
const atOnce = 50

// queue lists the open cases, the most widely held first.
func (h handler) queue(c *web.Call) error {
	cases, err := h.svc.ReviewQueue(c.Context(), c.Actor, h.reviews)
	if err != nil {
		return err
	}
	more := len(cases) > atOnce
	cases = cases[:min(len(cases), atOnce)]
	var ids []ward.AdvisoryID
	for _, rc := range cases {
		ids = append(ids, rc.Advisory)
	}
	heads, err := h.svc.Heads(c.Context(), ids)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("advisory.review.title"), Lead: c.T("advisory.review.lead"), Crumbs: []ui.Link{{Text: c.T("advisory.crumb.home"), Href: "/"}},
		Actions: ui.ButtonLink(ui.Button{Text: c.T("advisory.decisions.open"), Href: "/decisions", Kind: ui.Secondary})}
	return c.OK(s, queue(c.Printer, caseItems(c.Printer, cases, heads), more))
}

func caseItems(p *i18n.Printer, cases []ward.ReviewCase, heads map[ward.AdvisoryID]ward.AdvisoryHead) []ui.Item {
	out := make([]ui.Item, len(cases))
	for i, rc := range cases {
		head := heads[rc.Advisory]
		out[i] = ui.Item{Title: i18n.Raw(describe(rc.Ref)), Href: "/review/" + rc.Key(), Text: reasonText(p, rc.Finding.Reason),
			Chips: ui.SeverityChip(p, head.Severity), Meta: []ui.Meta{
				{Icon: ui.IconTag, Value: i18n.Raw(head.Tracking)},
				{Icon: ui.IconList, Value: i18n.Raw(rc.Finding.Path)},
				{Icon: ui.IconOrg, Value: p.N("advisory.review.organisations", rc.Organisations)},
				{Icon: ui.IconData, Value: p.N("advisory.review.assets", rc.Assets)}}}
	}
	return out
}

// describe is a product as its owners wrote it, in one line.
func describe(r ward.ProductRef) string {
	var parts []string
	for _, s := range []string{r.Vendor, r.Name, r.Model, r.Version} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " · ")
}

// reasonText is the sentence of a reason, or its word where there is none.
func reasonText(p *i18n.Printer, r ward.Reason) i18n.Text {
	if key := i18n.Key("match.reason." + string(r)); p.Has(key) {
		return p.T(key)
	}
	return i18n.In(ward.English, string(r))
}

// reviewView is one case with its evidence and what was typed.
type reviewView struct {
	ward.ReviewCase
	head   ward.AdvisoryHead
	claims []ward.Claim
	may    bool
	answer string
	reason string
	errors ui.Errors
}

func (h handler) review(c *web.Call) error { return h.reviewPage(c, http.StatusOK, reviewView{}) }

// reviewPage shows one case; v holds what was typed and what is wrong with it.
func (h handler) reviewPage(c *web.Call, status int, v reviewView) error {
	rc, claims, err := h.svc.ReviewCase(c.Context(), c.Actor, h.reviews, c.Path("key"))
	if err != nil {
		return err
	}
	heads, err := h.svc.Heads(c.Context(), []ward.AdvisoryID{rc.Advisory})
	if err != nil {
		return err
	}
	v.ReviewCase, v.claims, v.head, v.may = rc, claims, heads[rc.Advisory], h.svc.MayDecide(c.Actor)
	s := ui.Shell{Title: i18n.Raw(describe(rc.Ref)), Lead: reasonText(c.Printer, rc.Finding.Reason), TLP: &v.head.TLP,
		Crumbs: crumbs(c, "/review", "advisory.review.title"), Errors: v.errors}
	return c.Render(status, s, review(c.Printer, v))
}

// question is what an analyst can settle of a case for everybody.
type question int8

const (
	askHospital question = iota // only the hospital knows: serial, version, condition
	askSame                     // are these the same product?
	askReading                  // does the range mean this version?
)

func questionOf(r ward.Reason) question {
	switch r {
	case match.ReasonNameFuzzy, match.ReasonNamePartial, match.ReasonVendorDiffers, match.ReasonVendorMissing:
		return askSame
	case match.ReasonVersionUnreadable, match.ReasonVersionCoarse, match.ReasonRangeUnreadable, match.ReasonIncomparable,
		match.ReasonBelowFixed, match.ReasonConflict, match.ReasonCondition, match.ReasonInvestigated, match.ReasonStatusMissing:
		return askReading
	}
	return askHospital
}

// decide reads the case again before it decides: it may have been closed by a
// colleague, and the texts decided on are those of now.
func (h handler) decide(c *web.Call) error {
	rc, claims, err := h.svc.ReviewCase(c.Context(), c.Actor, h.reviews, c.Path("key"))
	if err != nil {
		return err
	}
	v := reviewView{answer: c.Form("answer"), reason: c.Form("reason")}
	d, err := decisionOf(rc, claims, v.answer)
	if err == nil {
		d.Reason = v.reason
		_, err = h.svc.Decide(c.Context(), c.Actor, d)
	} else if ward.CodeOf(err) == ward.Invalid {
		err = errors.Join(err, decision.CheckReason(v.reason))
	}
	if code := ward.CodeOf(err); code == ward.Invalid || code == ward.Conflict {
		v.errors = ui.ErrorsOf(c.Printer, err)
		return h.reviewPage(c, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	return c.See("/review", "advisory.review.decided.done")
}

// decisionOf makes the decision that an answer means for a case.
func decisionOf(rc ward.ReviewCase, claims []ward.Claim, answer string) (decision.Decision, error) {
	if len(claims) == 0 {
		return decision.Decision{}, ward.Fail(ward.Conflict, "advisory.review.error.gone")
	}
	claim := claims[0]
	for _, c := range claims {
		if c.Status == ward.StatusAffected {
			claim = c
			break
		}
	}
	d := decision.Decision{Vendor: rc.Ref.Vendor, Name: rc.Ref.Name, Model: rc.Ref.Model, ClaimVendor: claim.Vendor,
		ClaimNames: claim.Names, Advisory: rc.Advisory, Leaf: rc.Finding.Leaf, Path: rc.Finding.Path}
	switch answer {
	case "same", "different":
		d.Kind, d.Same = decision.Alias, answer == "same"
	case "affected", "not_affected":
		d.Kind, d.Range, d.Version = decision.Reading, claim.Range+claim.Version, rc.Ref.Version
		d.Verdict, _ = ward.ParseVerdict(answer)
	default:
		return d, ward.Fail(ward.Invalid, "advisory.review.error.answer").At("answer")
	}
	return d, nil
}

func (v reviewView) sameOptions(p *i18n.Printer) []ui.Option {
	return options(p, v.answer, "same", "advisory.review.same", "different", "advisory.review.different")
}

// readingOptions also offer "another product": a reading is moot then.
func (v reviewView) readingOptions(p *i18n.Printer) []ui.Option {
	return options(p, v.answer, "affected", "advisory.review.affected", "not_affected", "advisory.review.not_affected",
		"different", "advisory.review.different")
}

func refRows(p *i18n.Printer, r ward.ProductRef) []ui.Row {
	return rows(p, "advisory.product.vendor", r.Vendor, "advisory.product.name", r.Name, "advisory.product.model", r.Model,
		"advisory.product.version", r.Version, "advisory.product.serial", r.Serial, "advisory.product.udi", r.UDI)
}

func claimRows(p *i18n.Printer, c ward.Claim) []ui.Row {
	return append(rows(p, "advisory.product.vendor", c.Vendor, "advisory.product.name", strings.Join(c.Names, " / "),
		"advisory.product.model", strings.Join(c.Models, ", "), "advisory.product.version", c.Version,
		"advisory.product.range", c.Range, "advisory.product.serial", strings.Join(c.Serials, ", ")),
		ui.Row{Label: p.T("advisory.product.state"), Value: p.T(i18n.Key("advisory.status." + c.Status.String()))})
}

// rows leaves out what is empty.
func rows(p *i18n.Printer, pairs ...string) []ui.Row {
	var out []ui.Row
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, ui.Row{Label: p.T(i18n.Key(pairs[i])), Value: i18n.Raw(pairs[i+1])})
		}
	}
	return out
}
