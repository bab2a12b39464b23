package app

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"ward/base/account"
	accountpages "ward/base/account/pages"
	"ward/base/home"
	homepages "ward/base/home/pages"
	"ward/base/registry"
	registrypages "ward/base/registry/pages"
	"ward/detect/advisory"
	advisorypages "ward/detect/advisory/pages"
	"ward/detect/alert"
	alertapi "ward/detect/alert/api"
	alertpages "ward/detect/alert/pages"
	"ward/detect/bulletin"
	bulletinpages "ward/detect/bulletin/pages"
	"ward/detect/disclosure"
	disclosurepages "ward/detect/disclosure/pages"
	"ward/detect/exploited"
	exploitedpages "ward/detect/exploited/pages"
	"ward/detect/picture"
	picturepages "ward/detect/picture/pages"
	"ward/detect/provider"
	providerpages "ward/detect/provider/pages"
	"ward/detect/sensor"
	sensorpages "ward/detect/sensor/pages"
	"ward/detect/validator"
	validatorpages "ward/detect/validator/pages"
	"ward/kit/conf"
	"ward/kit/fetch"
	"ward/kit/i18n"
	"ward/kit/module"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/prevent/inventory"
	inventorypages "ward/prevent/inventory/pages"
	"ward/respond/incident"
	"ward/respond/incident/attachment"
	"ward/respond/incident/authority"
	"ward/respond/incident/due"
	"ward/respond/incident/forward"
	"ward/respond/incident/intake"
	incidentpages "ward/respond/incident/pages"
	"ward/respond/incident/receiver"
	"ward/respond/incident/urgent"
	"ward/respond/ransom"
	ransompages "ward/respond/ransom/pages"
	"ward/respond/ransomware"
	ransomwarepages "ward/respond/ransomware/pages"
)

// rooms are the services that app itself calls.
type rooms struct {
	registry   *registry.Service
	account    *account.Service
	disclosure *disclosure.Service
	bulletin   *bulletin.Service
	advisory   *advisory.Service
	inventory  *inventory.Service
	sensor     *sensor.Service
	provider   *provider.Service
	alert      *alert.Service
	exploited  *exploited.Service
	validator  *validator.Service
	home       *home.Service

	ransomware *ransomware.Service
	incident   *incident.Service
	ransom     *ransom.Service
	picture    *picture.Service
	urgent     *urgent.Service
	due        *due.Service
	receiver   *receiver.Service
	authority  *authority.Service
	files      *attachment.Service
	intake     *intake.Service
	forward    *forward.Service
}

// build makes every service, answerers before askers: the order of reading is
// the order of who asks whom.
func build(k *kitchen, cfg Config) (r rooms, parts []module.Parts, err error) {
	key, err := sealKey(filepath.Join(cfg.Data, "account.key"))
	if err != nil {
		return r, nil, err
	}
	for _, floor := range []func(*kitchen, Config, []byte) error{r.people, r.warning, r.response, r.porch} {
		if err := floor(k, cfg, key); err != nil {
			return r, nil, err
		}
	}
	return r, r.parts(k, cfg), nil
}

// people makes who is who, and who may come in.
func (r *rooms) people(k *kitchen, cfg Config, key []byte) (err error) {
	if r.registry, err = registry.New(registry.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Guard: k.guard, Bus: k.bus, Log: k.log, Audit: k.audit,
		Fetch: k.fetch, Training: cfg.Demo, Client: clientOf(cfg.Proxies), Enqueue: k.queue.EnqueueOnce, Mail: k.mail,
		Printer: k.printer, URL: cfg.URL}); err != nil {
		return err
	}
	if r.account, err = account.New(account.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Guard: k.guard, Audit: k.audit,
		People: r.registry, Hats: r.registry, Houses: r.registry, Bus: k.bus, Key: key, Training: cfg.Demo, Secure: secure(cfg), Origin: cfg.URL, Log: k.log,
		Issuers: issuers(cfg), Fetch: k.fetch, Inside: fetch.New(inside(cfg, issuerURLs(cfg)...)),
		Client: clientOf(cfg.Proxies)}); err != nil {
		return err
	}
	return nil
}

// warning makes the way from what a maker says to the alert at a hospital.
func (r *rooms) warning(k *kitchen, cfg Config, key []byte) (err error) {
	if r.disclosure, err = disclosure.New(disclosure.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Guard: k.guard, Queue: k.queue, Audit: k.audit, Log: k.log,
		Registry: r.registry, Mail: k.mail, Printer: k.printer, URL: cfg.URL, Key: key,
		Client: r.registry.ClientOf}); err != nil {
		return err
	}
	if r.bulletin, err = bulletin.New(bulletin.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Guard: k.guard, Bus: k.bus, Queue: k.queue,
		Audit: k.audit, Log: k.log, Registry: r.registry, Cases: r.disclosure, Publisher: author(cfg).Name, Namespace: author(cfg).Namespace, URL: cfg.URL,
		Canonical: provider.Canonical(provider.Publisher(publisher(cfg)), cfg.URL)}); err != nil {
		return err
	}
	if r.advisory, err = advisory.New(advisory.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Guard: k.guard, Bus: k.bus,
		Enqueue: k.queue.EnqueueOnce, Live: k.hub, Log: k.log, Fetch: k.fetch, Audit: k.audit,
		Bulletins: r.bulletin, Namespace: author(cfg).Namespace}); err != nil {
		return err
	}
	if r.provider, err = provider.New(provider.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Guard: k.guard, Audit: k.audit, Log: k.log,
		Enqueue: k.queue.EnqueueOnce, Advisories: r.advisory, Publisher: provider.Publisher(publisher(cfg)), URL: cfg.URL, Secret: key}); err != nil {
		return err
	}
	if r.inventory, err = inventory.New(inventory.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Guard: k.guard, Bus: k.bus,
		Queue: k.queue, Live: k.hub, Audit: k.audit, Log: k.log, Decider: r.advisory}); err != nil {
		return err
	}
	if r.sensor, err = sensor.New(sensor.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Guard: k.guard, Bus: k.bus, Audit: k.audit, Log: k.log,
		Registry: r.registry, Centre: author(cfg).Name, Key: key}); err != nil {
		return err
	}
	if r.alert, err = alert.New(alert.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Guard: k.guard, Bus: k.bus, Queue: k.queue,
		Live: k.hub, Audit: k.audit, Log: k.log, Advisories: r.advisory, Inventory: r.inventory, Registry: r.registry, Hats: r.registry, Bulletins: r.bulletin, Sightings: r.sensor, Teams: r.registry,
		Printer: k.printer,
		Mail:    k.mail, MailKey: k.mailKey, SMS: k.sms, Fetch: hooks(k, cfg), URL: cfg.URL, Key: key, PlainHooks: cfg.Fetch.AllowLoopback,
		Client: clientOf(cfg.Proxies)}); err != nil {
		return err
	}
	if r.exploited, err = exploited.New(exploited.Config{DB: k.db, Clock: k.clock, Guard: k.guard, Log: k.log, Advisories: r.advisory,
		Inventory: r.inventory, Registry: r.registry, Enqueue: k.queue.EnqueueOnce, URL: cfg.URL}); err != nil {
		return err
	}
	if r.validator, err = validator.New(validator.Config{Clock: k.clock, Client: func(q *http.Request) string { return r.account.ClientOf(q).Address }}); err != nil {
		return err
	}
	return nil
}

// response makes what helps when it has happened, and the picture of all of it.
func (r *rooms) response(k *kitchen, cfg Config, key []byte) (err error) {
	if r.ransomware, err = ransomware.New(ransomware.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Guard: k.guard, Audit: k.audit, Queue: k.queue,
		Mail: k.mail, Log: k.log, Registry: r.registry, Printer: k.printer, URL: cfg.URL,
		Catalogue: families(cfg.Data)}); err != nil {
		return err
	}
	if r.receiver, err = receiver.New(receiver.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Guard: k.guard, Audit: k.audit}); err != nil {
		return err
	}
	if r.incident, err = incident.New(incident.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Guard: k.guard, Bus: k.bus, Queue: k.queue, Audit: k.audit, Log: k.log,
		Registry: r.registry, Mail: k.mail, Printer: k.printer, URL: cfg.URL, Keys: r.receiver, Key: key}); err != nil {
		return err
	}
	if r.files, err = attachment.New(attachment.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Log: k.log, Reports: r.incident, Key: key}); err != nil {
		return err
	}
	if r.ransom, err = ransom.New(ransom.Config{DB: k.db, Clock: k.clock, Guard: k.guard, Audit: k.audit, Bus: k.bus, Incidents: r.incident, Registry: r.registry, Key: key}); err != nil {
		return err
	}
	if r.picture, err = picture.New(picture.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Guard: k.guard, Audit: k.audit, Live: k.hub, Log: k.log,
		Families: r.ransomware, Alerts: r.alert, Printer: k.printer, Key: key}); err != nil {
		return err
	}
	if r.urgent, err = urgent.New(urgent.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Guard: k.guard, Audit: k.audit, Reports: r.incident, Desk: r.registry.Desk,
		Client: r.registry.ClientOf, URL: cfg.URL, Key: key}); err != nil {
		return err
	}
	if r.due, err = due.New(due.Config{DB: k.db, Clock: k.clock, Guard: k.guard, Audit: k.audit, Printer: k.printer,
		URL: cfg.URL, Key: key}); err != nil {
		return err
	}
	if r.forward, err = forward.New(forward.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Guard: k.guard, Audit: k.audit, Queue: k.queue, Reports: r.incident, Registry: r.registry,
		Sharing: r.picture, Key: key}); err != nil {
		return err
	}
	if r.intake, err = intake.New(intake.Config{DB: k.db, Clock: k.clock, IDs: k.ids, Reports: r.incident, Registry: r.registry, Families: r.ransomware, Key: key}); err != nil {
		return err
	}
	if r.authority, err = authority.New(authority.Config{DB: k.db, Clock: k.clock, Reports: r.incident}); err != nil {
		return err
	}
	return nil
}

// porch makes what everybody sees first.
func (r *rooms) porch(k *kitchen, cfg Config, _ []byte) (err error) {
	if r.home, err = home.New(home.Config{DB: k.db, Guard: k.guard, Queue: k.queue, Audit: k.audit,
		Contact: cfg.Contact, Clock: k.clock, TLS: k.door.look, Desk: r.registry.Desk}); err != nil {
		return err
	}
	return nil
}

// TrainingNamespace marks what a training house publishes itself.
const TrainingNamespace = "https://centre.training.invalid"

// families is the catalogue that "ward ransomware import" left in the data
// folder; nil where there is none.
func families(data string) []byte {
	b, err := os.ReadFile(filepath.Join(data, "ransomware.json"))
	if err != nil {
		return nil
	}
	return b
}

// publisher is the house as one; a training house has an invented name, so that
// its feeds can be looked at.
func publisher(cfg Config) conf.CSAF {
	if cfg.Demo && cfg.CSAF == (conf.CSAF{}) {
		return conf.CSAF{Name: "Training Centre", Namespace: TrainingNamespace, Contact: "mailto:report@training.invalid"}
	}
	return cfg.CSAF
}

// author is the house as the writer of its own alerts, also where nothing is
// named that it should provide to others.
func author(cfg Config) conf.CSAF {
	own := publisher(cfg)
	own.Name, own.Namespace = orElse(own.Name, "Cybersecurity Support Centre"), orElse(own.Namespace, cfg.URL)
	return own
}

// issuers sign nobody in to a training house: nothing leaves it.
func issuers(cfg Config) []conf.Issuer {
	if cfg.Demo {
		return nil
	}
	return cfg.SignIn.Issuers
}

// hooks is who calls webhooks. A training house promises that nothing leaves the
// machine: there no port of another machine is open to it.
func hooks(k *kitchen, cfg Config) *fetch.Client {
	if !cfg.Demo {
		return k.fetch
	}
	return fetch.New(fetch.Config{AllowLoopback: cfg.Fetch.AllowLoopback, Ports: []uint16{0}, Agent: "Ward/" + cfg.Version})
}

// parts are the services with their pages, in the order of the house.
func (r rooms) parts(k *kitchen, cfg Config) []module.Parts {
	advisories := r.advisory.Parts()
	advisories.API = append(advisories.API, r.advisory.ReviewOperations(r.alert)...)
	alerts := r.alert.Parts()
	alerts.API = alertapi.Operations(r.alert)
	all := []module.Parts{
		with(r.registry.Parts(), registrypages.Routes(r.registry), registrypages.Menu(), registrypages.Cards(r.registry)),
		with(r.account.Parts(), accountpages.Routes(r.account), nil, accountpages.Cards(r.account)),
		with(r.disclosure.Parts(), disclosurepages.Routes(r.disclosure), disclosurepages.Menu(), disclosurepages.Cards(r.disclosure)),
		with(r.bulletin.Parts(r.inventory), bulletinpages.Routes(r.bulletin, r.inventory, r.alert, r.registry), bulletinpages.Menu(), bulletinpages.Cards(r.bulletin)),
		with(advisories, advisorypages.Routes(r.advisory, r.alert), advisorypages.Menu(), advisorypages.Cards(r.advisory, r.alert)),
		with(r.provider.Parts(), providerpages.Routes(r.provider, cfg.URL), providerpages.Menu(), nil),
		with(r.inventory.Parts(), inventorypages.Routes(r.inventory), inventorypages.Menu(), inventorypages.Cards(r.inventory)),
		with(r.sensor.Parts(), sensorpages.Routes(r.sensor), sensorpages.Menu(), sensorpages.Cards(r.sensor)),
		with(alerts, alertpages.Routes(r.alert, k.hub), alertpages.Menu(), alertpages.Cards(r.alert)),
		with(r.exploited.Parts(), exploitedpages.Routes(r.exploited), exploitedpages.Menu(), nil),
		with(r.validator.Parts(), validatorpages.Routes(r.validator), validatorpages.Menu(), nil),
	}
	all = append(all, with(r.ransomware.Parts(), ransomwarepages.Routes(r.ransomware), ransomwarepages.Menu(), nil))
	all = append(all, with(r.reports(), incidentpages.Routes(r.incident, r.ransom), incidentpages.Menu(), incidentpages.Cards(r.incident)))
	all = append(all, with(r.ransom.Parts(), ransompages.Routes(r.ransom), ransompages.Menu(), nil))
	all = append(all, with(r.picture.Parts(), picturepages.Routes(r.picture, k.hub), picturepages.Menu(), nil))
	var cards []module.Card
	for _, p := range all {
		cards = append(cards, p.Cards...)
	}
	return append(all, with(r.home.Parts(), homepages.Routes(r.home, k.guard, cards), homepages.Menu(), nil))
}

// reports are the incident reports with what stands beside them: files, reports without
// an account, the calendar of deadlines, and what a team does with many at once.
func (r rooms) reports() module.Parts {
	p := r.incident.Parts()
	p.API = slices.Concat(p.API, r.urgent.Operations(), r.due.Operations(), r.receiver.Operations(), r.authority.Operations(), r.files.Operations(), r.intake.Operations(), r.forward.Operations())
	p.Pages = slices.Concat(incidentpages.OutsideRoutes(r.incident, r.urgent), incidentpages.CalendarRoutes(r.incident, r.due), incidentpages.ReceiverRoutes(r.incident, r.receiver),
		incidentpages.AuthorityRoutes(r.incident, r.authority), incidentpages.FileRoutes(r.incident, r.files),
		incidentpages.IntakeRoutes(r.incident, r.intake), incidentpages.ForwardRoutes(r.incident, r.forward))
	return p
}

// Parts are the services as they handed themselves over, in the order of the
// house: for the tables that are printed from them.
func (a *App) Parts() []module.Parts { return a.parts }

func with(p module.Parts, pages []web.Page, menu []web.MenuItem, cards []module.Card) module.Parts {
	p.Pages, p.Menu, p.Cards = append(p.Pages, pages...), append(p.Menu, menu...), append(p.Cards, cards...)
	return p
}

// catalogue gathers the messages of the kit and of all services.
func catalogue(parts []module.Parts, pseudo bool) (*i18n.Catalogue, error) {
	texts := []fs.FS{ui.Texts(), web.Texts()}
	for _, p := range parts {
		if p.Texts != nil {
			texts = append(texts, p.Texts)
		}
	}
	return i18n.New(i18n.Config{Texts: texts, Pseudo: pseudo})
}

// certificates are sealed with the key of second factors, which every replica has.
func certificates(k *kitchen, cfg Config) (*home.Certificates, error) {
	key, err := sealKey(filepath.Join(cfg.Data, "account.key"))
	if err != nil {
		return nil, err
	}
	return home.NewCertificates(k.db, key, k.clock)
}

func (a *App) newServer(k *kitchen) (*web.Server, error) {
	figures := prometheus.NewRegistry()
	if err := a.door.register(figures); err != nil {
		return nil, err
	}
	cfg := web.Config{Log: k.log, Clock: k.clock, Texts: k.texts, Guard: k.guard, IDs: k.ids, Version: a.cfg.Version, Training: a.cfg.Demo,
		Secure: secure(a.cfg), Metrics: figures, Authenticate: a.rooms.account.Authenticate, Ready: a.ready,
		UserMenu: userMenu(accountpages.UserMenu(a.rooms.account))}
	for _, p := range a.parts {
		cfg.Pages, cfg.API, cfg.Menu = append(cfg.Pages, p.Pages...), append(cfg.API, p.API...), append(cfg.Menu, p.Menu...)
	}
	return web.New(cfg)
}

// userMenu adds the settings that other rooms keep for a person.
func userMenu(own func(*web.Call) *ui.UserMenu) func(*web.Call) *ui.UserMenu {
	return func(c *web.Call) *ui.UserMenu {
		m := own(c)
		if c.Actor.Emergency.IsZero() {
			m.Links = append(m.Links, ui.Link{Text: c.T("alert.wish.title"), Href: "/me/reach"})
		}
		return m
	}
}

func secure(cfg Config) bool { return len(cfg.URL) > 8 && cfg.URL[:8] == "https://" }

// sealKey reads the key that seals second factors and secrets of webhooks, or makes it.
func sealKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if err == nil && len(key) == 32 {
		return key, nil
	}
	if err == nil {
		return nil, errors.New("the key file " + path + " is damaged")
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key = make([]byte, 32)
	rand.Read(key) // never fails (crypto/rand)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) { // another process was faster
		return sealKey(path)
	}
	if err != nil {
		return nil, err
	}
	_, err = f.Write(key)
	return key, errors.Join(err, f.Sync(), f.Close())
}

// clientOf reads the client's address from X-Forwarded-For when the connection
// comes from one of the proxies; nil when there are none.
func clientOf(proxies []string) func(*http.Request) string {
	if len(proxies) == 0 {
		return nil
	}
	return newProxies(proxies).client
}
