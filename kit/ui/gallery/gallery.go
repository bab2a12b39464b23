// Package gallery shows every component of kit/ui in its states, as the pages
// of services will combine them. Browser tests look at it; no server mounts it.
// Its words are fixtures and need no translation.
package gallery

import (
	"time"

	"github.com/a-h/templ"

	"ward"
	"ward/kit/i18n"
	"ward/kit/ui"
)

// Page is one page of the gallery.
type Page struct {
	Name  string
	Shell func(p *i18n.Printer) ui.Shell
	Body  func(p *i18n.Printer) templ.Component
}

// Pages lists the gallery in the order of a visit.
func Pages() []Page {
	return []Page{
		{"home", homeShell, home},
		{"alerts", alertsShell, alerts},
		{"alert", alertShell, alert},
		{"question", questionShell, question},
		{"form", formShell, form},
		{"error", errorFormShell, errorForm},
		{"inventory", inventoryShell, inventory},
		{"empty", emptyShell, empty},
		{"parts", partsShell, parts},
		{"long", longShell, long},
	}
}

// Component is the whole document of a page.
func (g Page) Component(p *i18n.Printer) templ.Component { return ui.Page(g.Shell(p), g.Body(p)) }

// raw is short for fixture words.
func raw(s string) i18n.Text { return i18n.Raw(s) }

// at is a fixed moment, minutes after 03:04 in Zagreb on a November night.
func at(minutes int) time.Time {
	return time.Date(2026, time.November, 22, 2, 4, 0, 0, time.UTC).Add(time.Duration(minutes) * time.Minute)
}

// shell is the frame that all pages share.
func shell(p *i18n.Printer, title, current string) ui.Shell {
	s := ui.Shell{Printer: p, Title: raw(title), Path: "/gallery", User: &ui.UserMenu{
		Name: "Marija Kovač", Hat: "Klinički bolnički centar Rijeka, manager",
		Hats:  []ui.Hat{{ID: "1", Text: "Klinički bolnički centar Rijeka, manager", Current: true}, {ID: "2", Text: "Opća bolnica Pula, member"}},
		Links: []ui.Link{{Text: raw("Your account"), Href: "/account"}, {Text: raw("Your organisation"), Href: "/organisation"}},
	}}
	for _, n := range []string{"Home", "Alerts", "Inventory", "Advisories", "Situation"} {
		s.Nav = append(s.Nav, ui.NavItem{Text: raw(n), Href: "/gallery/" + n, Current: n == current})
	}
	return s
}

func homeShell(p *i18n.Printer) ui.Shell {
	s := shell(p, "Good night, Marija Kovač", "Home")
	s.Lead, s.Band, s.Training = raw("Is something wrong right now?"), true, true
	s.Actions = homeActions()
	return s
}

func alertsShell(p *i18n.Printer) ui.Shell {
	s := shell(p, "Alerts", "Alerts")
	s.Lead = raw("Early warnings for what you own. The most urgent come first.")
	s.Crumbs = []ui.Link{{Text: raw("Home"), Href: "/"}}
	s.Live = true
	return s
}

func alertShell(p *i18n.Printer) ui.Shell {
	s := shell(p, "Infusion pump takes commands from anyone on the network", "Alerts")
	s.Title = i18n.In(ward.English, "Infusion pump takes commands from anyone on the network")
	s.Crumbs = []ui.Link{{Text: raw("Home"), Href: "/"}, {Text: raw("Alerts"), Href: "/alerts"}}
	s.Lead = raw("6 of your devices are affected. Cut them off the guest network by 23 November, 12:00.")
	t := ward.TLPAmber
	s.TLP, s.Above, s.Actions = &t, ratingChips(p), alertActions(p)
	s.Flash = &ui.Notice{Tone: ui.Success, Title: raw("Acknowledged"), Text: raw("CERT.hr sees that you have read this alert.")}
	return s
}

func questionShell(p *i18n.Printer) ui.Shell {
	s := shell(p, "Is patient care affected?", "")
	s.OwnH1 = true
	s.Errors = ui.Errors{{Field: "care", Text: raw("Select whether patient care is affected")}}
	return s
}

func formShell(p *i18n.Printer) ui.Shell {
	s := shell(p, "Add a device", "Inventory")
	s.Crumbs = []ui.Link{{Text: raw("Home"), Href: "/"}, {Text: raw("Inventory"), Href: "/inventory"}}
	return s
}

func errorFormShell(p *i18n.Printer) ui.Shell {
	s := formShell(p)
	s.Errors = formErrors()
	return s
}

func formErrors() ui.Errors {
	return ui.Errors{
		{Field: "name", Text: raw("Enter the name of the device")},
		{Field: "quantity", Text: raw("Enter a whole number above 0")},
		{Field: "zone", Text: raw("Choose a network zone")},
		{Field: "network", Text: raw("Say how the device is connected")},
		{Field: "notes", Text: raw("Shorten the note to 500 characters")},
		{Field: "file", Text: raw("The file is larger than 20 MB. Split it, or remove columns that are not needed.")},
		{Field: "agree", Text: raw("Confirm that you may enter this device")},
	}
}

func inventoryShell(p *i18n.Printer) ui.Shell {
	s := shell(p, "Inventory", "Inventory")
	s.Lead = raw("1,204 devices and programs at 3 sites.")
	s.Crumbs = []ui.Link{{Text: raw("Home"), Href: "/"}}
	s.Actions = inventoryActions()
	return s
}

func emptyShell(p *i18n.Printer) ui.Shell {
	s := shell(p, "Alerts", "Alerts")
	s.User = nil
	return s
}

func partsShell(p *i18n.Printer) ui.Shell { return shell(p, "All parts", "Situation") }

func longShell(p *i18n.Printer) ui.Shell {
	s := shell(p, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft meldet: Arzneimittelausgabeautomatensteuerungssoftware betroffen", "Alerts")
	s.User.Name = "Wolfeschlegelsteinhausenbergerdorff-Papadimitrakopoulou, Konstantina-Aikaterini"
	s.User.Hat = "Gemeinnützige Krankenhausbetriebsgesellschaft Oberösterreich-Niederbayern mbH & Co. KG, manager"
	s.Crumbs = []ui.Link{{Text: raw("Home"), Href: "/"}, {Text: raw("Alerts"), Href: "/alerts"}}
	t := ward.TLPAmberStrict
	s.TLP, s.Above, s.Training = &t, ratingChips(p), true
	s.Flash = &ui.Notice{Tone: ui.Warning, Title: raw(longWord), Text: raw(longWord + " " + longWord)}
	return s
}

const longWord = "Medizinproduktebetreiberverordnungskonformitätserklärungsverfahren"
