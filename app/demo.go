package app

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ward"
	"ward/base/account"
	"ward/base/registry"
	"ward/detect/advisory"
	"ward/kit/db"
	"ward/kit/job"
	"ward/prevent/inventory"
)

// DemoLink lets somebody in as one role of the training house.
type DemoLink struct {
	Role ward.Role
	URL  string
}

// demoSeed makes every demonstration the same.
const demoSeed = 20250115

// Demo fills an empty training house and gives a link for each role. Called
// again it only makes links. Advisories and the alerts of them come in by jobs,
// while the first page is open already.
func (a *App) Demo(ctx context.Context) ([]DemoLink, error) {
	if !a.cfg.Demo {
		return nil, ward.Fail(ward.Forbidden, "error.forbidden")
	}
	cast, err := a.demoCast(ctx)
	if err != nil {
		return nil, ward.Wrap("demonstration", err)
	}
	var out []DemoLink
	for _, c := range cast {
		link, err := a.TrainingLink(ctx, c.person)
		if err != nil {
			return nil, ward.Wrap("demonstration", err)
		}
		out = append(out, DemoLink{Role: c.role, URL: link})
	}
	return out, nil
}

// TrainingLink lets a person of a training house in again and again; older
// links of the person are void. Forbidden in any other house.
func (a *App) TrainingLink(ctx context.Context, person ward.PersonID) (string, error) {
	l, err := a.rooms.account.MakeLink(ctx, system, person, account.LinkRequest{Purpose: account.Enter, Reusable: true})
	return a.cfg.URL + l.Path, err
}

// player is one person of the demonstration.
type player struct {
	role   ward.Role
	person ward.PersonID
}

// demoSource is the register that the training organisations come from: their
// presence says that the house was filled.
const demoSource = "demonstration"

func (a *App) demoCast(ctx context.Context) ([]player, error) {
	orgs, done, err := a.demoRegister(ctx)
	if err != nil {
		return nil, err
	}
	cast, err := a.demoPeople(ctx, orgs, done.IDs)
	if err != nil || done.New == 0 {
		return cast, err
	}
	return cast, a.db.Write(ctx, func(tx *db.Tx) error { return a.queue.EnqueueOnce(ctx, tx, fillJob{}) })
}

// demoRegister registers the organisations, or finds those that are there.
func (a *App) demoRegister(ctx context.Context) ([]registry.NewOrganisation, registry.Registered, error) {
	orgs := demoOrganisations(a.cfg.Hospitals)
	done, err := a.rooms.registry.Register(ctx, system, orgs)
	if err == nil && len(done.Faults) > 0 {
		err = fmt.Errorf("organisation %q: %w", orgs[done.Faults[0].Row].Name, done.Faults[0].Err)
	}
	return orgs, done, err
}

// fillJob brings the devices and the advisories into a new training house,
// while the first page is open already.
type fillJob struct{}

// Kind implements job.Args.
func (fillJob) Kind() string { return "demonstration.fill" }

// fillTime bounds one try: a hundred real advisories take seconds, on a slow
// disk with other work beside it a minute.
const fillTime = 10 * time.Minute

// filling is safe to run twice: what is there already stays as it is.
func (a *App) filling() job.Worker {
	return job.Handle(job.Options{Queue: job.Slow, Timeout: fillTime}, func(ctx context.Context, _ fillJob) error {
		orgs, done, err := a.demoRegister(ctx)
		if err != nil {
			return ward.Wrap("fill the demonstration", err)
		}
		if err := a.demoInventories(ctx, orgs, done.IDs); err != nil {
			return ward.Wrap("fill the demonstration", err)
		}
		if err := a.demoBulletins(ctx); err != nil {
			return ward.Wrap("fill the demonstration", err)
		}
		if err := a.demoDisclosures(ctx); err != nil {
			return ward.Wrap("fill the demonstration", err)
		}
		if err := a.demoAdvisories(ctx); err != nil {
			return ward.Wrap("fill the demonstration", err)
		}
		if err := a.demoDetection(ctx, orgs, done.IDs); err != nil {
			return ward.Wrap("fill the demonstration", err)
		}
		if err := a.demoExploited(ctx); err != nil {
			return ward.Wrap("fill the demonstration", err)
		}
		if err := a.demoIncidents(ctx, orgs, done.IDs); err != nil {
			return ward.Wrap("fill the demonstration", err)
		}
		return ward.Wrap("fill the demonstration", a.demoHistory(ctx))
	})
}

// demoPeople invites one person for each role; hospital and national team are of
// one country, so that what the one sends is what the other sees.
func (a *App) demoPeople(ctx context.Context, orgs []registry.NewOrganisation, ids []ward.OrgID) ([]player, error) {
	var cast []player
	first := map[ward.Role]bool{}
	for i, o := range orgs {
		role, title := demoRole(o.Kind)
		if first[role] || role == ward.RoleManager && o.Country != demoCountries[0] {
			continue
		}
		first[role] = true
		email := fmt.Sprintf("%s@%s.invalid", strings.ReplaceAll(string(role), "_", "-"), "training")
		p, err := a.demoPerson(ctx, ids[i], registry.Invitation{Name: demoNames[role], Email: email, Lang: ward.English, Role: role,
			Title: title, Duty: ward.DutyIT, Phone: "+385 1 0000 000"})
		if err != nil {
			return nil, err
		}
		cast = append(cast, player{role, p})
	}
	return cast, nil
}

// demoPerson invites somebody unless he is there already.
func (a *App) demoPerson(ctx context.Context, org ward.OrgID, in registry.Invitation) (ward.PersonID, error) {
	if p, err := a.rooms.registry.PersonByEmail(ctx, in.Email); err == nil {
		return p.ID, nil
	}
	f, err := a.rooms.registry.Invite(ctx, system, org, in)
	return f.Person.ID, err
}

func demoRole(k ward.OrgKind) (ward.Role, string) {
	switch k {
	case ward.KindCSIRT:
		return ward.RoleCSIRT, "Analyst on duty"
	case ward.KindCentre:
		return ward.RoleCentre, "Analyst"
	case ward.KindOther:
		return ward.RoleOperator, "Operator"
	}
	return ward.RoleManager, "Head of IT"
}

var demoNames = map[ward.Role]string{ward.RoleManager: "Ana Kovač", ward.RoleCSIRT: "Marko Horvat", ward.RoleCentre: "Elena Rossi",
	ward.RoleOperator: "Jan de Vries"}

// demoInventories gives every hospital devices by its size, written as its own
// people would write them.
func (a *App) demoInventories(ctx context.Context, orgs []registry.NewOrganisation, ids []ward.OrgID) error {
	devices, err := demoDevices()
	if err != nil {
		return err
	}
	for i, o := range orgs {
		if !o.Kind.CareProvider() {
			continue
		}
		r := rand.New(rand.NewPCG(demoSeed, uint64(i)))
		table := demoTable(r, devices, o)
		actor := system
		actor.Org, actor.Country = ids[i], o.Country
		if _, err := a.rooms.inventory.ImportNow(ctx, actor, inventory.ImportIn{File: "devices.csv", Body: strings.NewReader(table)}); err != nil {
			return fmt.Errorf("inventory of %s: %w", o.Name, err)
		}
	}
	return nil
}

// demoAdvisories loads the folder of real advisories, or our own few.
func (a *App) demoAdvisories(ctx context.Context) error {
	public := ward.TLPClear
	if a.cfg.Advisories == "" {
		own, err := demoFiles.ReadDir("demo/advisories")
		if err != nil {
			return err
		}
		for _, f := range own {
			b, err := demoFiles.Open("demo/advisories/" + f.Name())
			if err != nil {
				return err
			}
			_, err = a.rooms.advisory.Accept(ctx, system, advisory.Delivery{Name: f.Name(), Body: b, Unmarked: &public})
			if err != nil {
				return err
			}
		}
		return nil
	}
	return a.AcceptFolder(ctx, a.cfg.Advisories, &public)
}

// Issue takes in a CSAF document as one that the house itself publishes: for
// training houses and tests, which have no approval to wait for.
func (a *App) Issue(ctx context.Context, name string, body []byte) error {
	out, err := a.rooms.advisory.Accept(ctx, system, advisory.Delivery{Source: advisory.CentreSource, Name: name, Body: bytes.NewReader(body)})
	if err == nil && out.Refused > 0 {
		err = fmt.Errorf("%s was refused: %+v", name, out.Refusals)
	}
	return ward.Wrap("issue "+name, err)
}

// AcceptFolder takes in every file below a folder, or one file or archive.
func (a *App) AcceptFolder(ctx context.Context, folder string, unmarked *ward.TLP) error {
	return filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !strings.HasSuffix(path, ".json") {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close() //nolint:errcheck // read only
		_, err = a.rooms.advisory.Accept(ctx, system, advisory.Delivery{Name: filepath.Base(path), Body: f, Unmarked: unmarked})
		return err
	})
}
