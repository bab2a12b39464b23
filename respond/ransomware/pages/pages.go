// Package pages shows ransomware: identification and catalogue for everybody,
// decryptors for the Centre, and what an organisation waits for.
package pages

import (
	"strconv"

	"ward"
	"ward/format/ransom"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/ransomware"
)

type handler struct{ svc *ransomware.Service }

// Routes are the pages; those under /help are open to visitors.
func Routes(svc *ransomware.Service) []web.Page {
	h := handler{svc}
	upload := web.Post("/ransomware/catalogue", "ransomware.curate", h.put)
	upload.MaxBody = ransomware.MaxUpload + 1<<20
	return []web.Page{
		web.Get("/ransomware/catalogue", "ransomware.curate", h.catalogue),
		upload,
		web.Post("/ransomware/catalogue/use", "ransomware.curate", h.take),
		web.Post("/ransomware/catalogue/discard", "ransomware.curate", h.discard),
		web.Get("/help/ransomware", web.Public, h.identify),
		web.Get("/help/ransomware/families", web.Public, h.families),
		web.Get("/ransomware/decryptors", "ransomware.curate", h.decryptors),
		web.Post("/ransomware/decryptors", "ransomware.curate", h.propose),
		web.Post("/ransomware/decryptors/{id}/release", "ransomware.release", h.release),
		web.Get("/ransomware/decryptors/{id}/withdraw", "ransomware.curate", h.askWithdraw),
		web.Post("/ransomware/decryptors/{id}/withdraw", "ransomware.curate", h.withdraw),
		web.Get("/ransomware/watches", "ransomware.watch", h.watches),
		web.Post("/ransomware/watches", "ransomware.watch", h.leave),
		web.Post("/ransomware/watches/{id}/end", "ransomware.watch", h.end),
	}
}

// Menu are the entries of the navigation.
func Menu() []web.MenuItem {
	return []web.MenuItem{
		{Order: 70, Text: "ransomware.menu.identify", Path: "/help/ransomware", Permission: web.SignedIn},
		{Order: 71, Text: "ransomware.menu.decryptors", Path: "/ransomware/decryptors", Permission: "ransomware.curate"},
		{Order: 72, Text: "ransomware.menu.catalogue", Path: "/ransomware/catalogue", Permission: "ransomware.curate"},
	}
}

func home(c *web.Call) []ui.Link { return []ui.Link{{Text: c.T("ransomware.crumb.home"), Href: "/"}} }

func first(c *web.Call) []ui.Link {
	return append(home(c), ui.Link{Text: c.T("ransomware.identify.title"), Href: "/help/ransomware"})
}

// identifyView is the page of visitors: the answers that were sent, if any, and
// what they fit.
type identifyView struct {
	answers ransomware.Answers
	result  ransom.Result
	known   int // families of the catalogue
	watch   bool
}

func (h handler) identify(c *web.Call) error {
	v := identifyView{answers: ransomware.Answers{Note: c.Query("note"), Extension: c.Query("extension"), Address: c.Query("address")},
		known: h.svc.Known(), watch: h.svc.MayWatch(c.Actor)}
	if !v.answers.Empty() {
		v.result = h.svc.Identify(v.answers)
	}
	s := ui.Shell{Title: c.T("ransomware.identify.title"), Lead: c.T("ransomware.identify.lead"), Crumbs: home(c), Suspect: true}
	return c.OK(s, identifyBody(c.Printer, v))
}

// perPage is how many families stand on one page.
const perPage = 50

type familiesView struct {
	words   string
	list    []ransom.Family
	offered map[string][]ransomware.Decryptor // by the family's key
	pages   ui.Pages
	watch   bool
}

func (h handler) families(c *web.Call) error {
	skip, err := strconv.Atoi(c.Query("skip"))
	if err != nil || skip < 0 || skip > ransom.FamiliesLimit {
		skip = 0
	}
	v := familiesView{words: c.Query("q"), offered: map[string][]ransomware.Decryptor{}, watch: h.svc.MayWatch(c.Actor)}
	var more bool
	v.list, more = h.svc.Families(v.words, skip, perPage)
	offered, err := h.svc.Offered(c.Context(), "")
	if err != nil {
		return err
	}
	for _, d := range offered {
		k := ransom.Key(d.Family)
		v.offered[k] = append(v.offered[k], d)
	}
	v.pages.Shown = len(v.list)
	if more {
		v.pages.Next = familiesPath(v.words, skip+perPage)
	}
	if skip > 0 {
		v.pages.Previous = familiesPath(v.words, max(0, skip-perPage))
	}
	return c.OK(ui.Shell{Title: c.T("ransomware.families.title"), Lead: c.T("ransomware.families.lead"), Crumbs: first(c)}, familiesBody(c.Printer, v))
}

// decryptorsView is the Centre's list with the form of a new one.
type decryptorsView struct {
	list       []ransomware.Decryptor
	mayRelease map[string]bool
	draft      ransomware.Draft
	errors     ui.Errors
}

func (h handler) decryptors(c *web.Call) error {
	return h.showDecryptors(c, nil, ransomware.Draft{Signature: ransomware.SignatureUnknown})
}

func (h handler) showDecryptors(c *web.Call, fault error, draft ransomware.Draft) error {
	list, err := h.svc.Decryptors(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := decryptorsView{list: list, mayRelease: map[string]bool{}, draft: draft}
	for _, d := range list {
		v.mayRelease[d.ID] = h.svc.MayRelease(c.Actor, d)
	}
	s := ui.Shell{Title: c.T("ransomware.decryptors.title"), Lead: c.T("ransomware.decryptors.lead"), Crumbs: home(c)}
	if fault == nil {
		return c.OK(s, decryptorsBody(c.Printer, v))
	}
	v.errors = ui.ErrorsOf(c.Printer, fault)
	s.Errors = v.errors
	return c.Fault(fault, s, decryptorsBody(c.Printer, v))
}

func (h handler) propose(c *web.Call) error {
	d := ransomware.Draft{Family: c.Form("family"), Maker: c.Form("maker"), Conditions: c.Form("conditions"), Source: c.Form("source"),
		SHA256: c.Form("sha256"), Signature: ransomware.Signature(c.Form("signature"))}
	if _, err := h.svc.Propose(c.Context(), c.Actor, d); err != nil {
		if ward.CodeOf(err) == ward.Invalid {
			return h.showDecryptors(c, err, d)
		}
		return err
	}
	return c.See("/ransomware/decryptors", "ransomware.flash.proposed")
}

func (h handler) release(c *web.Call) error {
	if err := h.svc.Release(c.Context(), c.Actor, c.Path("id")); err != nil {
		return err
	}
	return c.See("/ransomware/decryptors", "ransomware.flash.released")
}

func (h handler) askWithdraw(c *web.Call) error { return h.showWithdraw(c, nil) }

func (h handler) showWithdraw(c *web.Call, fault error) error {
	list, err := h.svc.Decryptors(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	for _, d := range list {
		if d.ID != c.Path("id") {
			continue
		}
		s := ui.Shell{Title: c.T("ransomware.withdraw.title", "family", d.Family), Lead: c.T("ransomware.withdraw.lead"),
			Crumbs: append(home(c), ui.Link{Text: c.T("ransomware.decryptors.title"), Href: "/ransomware/decryptors"})}
		if fault == nil {
			return c.OK(s, withdrawBody(c.Printer, d, nil))
		}
		s.Errors = ui.ErrorsOf(c.Printer, fault)
		return c.Fault(fault, s, withdrawBody(c.Printer, d, s.Errors))
	}
	return ward.Fail(ward.NotFound, "")
}

func (h handler) withdraw(c *web.Call) error {
	err := h.svc.Withdraw(c.Context(), c.Actor, c.Path("id"), c.Form("reason"))
	if ward.CodeOf(err) == ward.Invalid {
		return h.showWithdraw(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/ransomware/decryptors", "ransomware.flash.withdrawn")
}

// watchesView is what the organisation waits for, with the form of a new wait.
type watchesView struct {
	list              []ransomware.Watch
	family, reference string
	errors            ui.Errors
}

func (h handler) watches(c *web.Call) error {
	return h.showWatches(c, nil, watchesView{family: c.Query("family")})
}

func (h handler) showWatches(c *web.Call, fault error, v watchesView) (err error) {
	if v.list, err = h.svc.Watches(c.Context(), c.Actor); err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("ransomware.watches.title"), Lead: c.T("ransomware.watches.lead"), Crumbs: first(c)}
	if fault == nil {
		return c.OK(s, watchesBody(c.Printer, v))
	}
	v.errors = ui.ErrorsOf(c.Printer, fault)
	s.Errors = v.errors
	return c.Fault(fault, s, watchesBody(c.Printer, v))
}

func (h handler) leave(c *web.Call) error {
	v := watchesView{family: c.Form("family"), reference: c.Form("reference")}
	_, err := h.svc.Leave(c.Context(), c.Actor, v.family, v.reference)
	if code := ward.CodeOf(err); code == ward.Invalid || code == ward.Conflict {
		return h.showWatches(c, err, v)
	}
	if err != nil {
		return err
	}
	return c.See("/ransomware/watches", "ransomware.flash.left")
}

func (h handler) end(c *web.Call) error {
	if err := h.svc.End(c.Context(), c.Actor, c.Path("id")); err != nil {
		return err
	}
	return c.See("/ransomware/watches", "ransomware.flash.ended")
}

// word is a message whose key ends with a value.
func word(p *i18n.Printer, prefix, value string) i18n.Text {
	return p.T(i18n.Key("ransomware." + prefix + "." + value))
}
