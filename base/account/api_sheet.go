package account

import (
	"context"
	"time"

	"ward"
	"ward/kit/web"
)

// sheetOperations are those of printed codes.
func (s *Service) sheetOperations() []web.Operation {
	return []web.Operation{
		web.Op("POST", "/api/v1/session/break-glass/options", web.Public, "Show who may enter with a printed code; uses nothing up", s.apiAskGlass),
		web.Op("POST", "/api/v1/session/break-glass", web.Public, "Sign in with a printed code; the answer sets the session cookie", s.apiEnterGlass),
		web.Op("GET", "/api/v1/break-glass", permGlass, "List sheets of printed codes and what was used", s.apiGlass),
		web.Op("POST", "/api/v1/break-glass", permGlassMake, "Make a sheet of printed codes; they are shown once", s.apiMakeSheet),
		web.Do("DELETE", "/api/v1/break-glass/{sheet}", permGlassMake, "Revoke a sheet and end the sessions that it opened", s.apiRevokeSheet),
	}
}

type askGlassIn struct {
	from
	Body struct {
		Code string `json:"code" maxLength:"64" doc:"as printed, in any case, with or without dashes"`
	}
}

type seatWire struct {
	Hat  string `json:"hat" doc:"send it with the code to sign in"`
	Name string `json:"name"`
	Role string `json:"role"`
}

type askGlassOut struct {
	Organisation string     `json:"organisation"`
	People       []seatWire `json:"people"`
}

func (s *Service) apiAskGlass(ctx context.Context, _ ward.Actor, in *askGlassIn) (*askGlassOut, error) {
	x, err := s.AskGlass(ctx, GlassEntry{Code: in.Body.Code, Client: s.ClientOf(in.r)})
	if err != nil {
		return nil, err
	}
	out := &askGlassOut{Organisation: x.OrgName, People: []seatWire{}}
	for _, h := range x.Seats {
		out.People = append(out.People, seatWire{h.Hat, h.Name, string(h.Role)})
	}
	return out, nil
}

type enterGlassIn struct {
	from
	Body struct {
		Code string `json:"code" maxLength:"64"`
		Hat  string `json:"hat" maxLength:"64" doc:"of the person who enters"`
	}
}

func (s *Service) apiEnterGlass(ctx context.Context, _ ward.Actor, in *enterGlassIn) (*entryOut, error) {
	e, err := s.EnterGlass(ctx, GlassEntry{Code: in.Body.Code, Hat: in.Body.Hat, Client: s.ClientOf(in.r)})
	return s.entered(in.from, e, err)
}

type sheetWire struct {
	ID      string    `json:"id"`
	Place   string    `json:"place" doc:"where the paper lies"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	Revoked time.Time `json:"revoked,omitzero"`
	Codes   int       `json:"codes"`
	Left    int       `json:"left" doc:"codes that were not used"`
}

func wireSheet(x Sheet) sheetWire {
	return sheetWire{x.ID, x.Place, x.Created, x.Expires, x.Revoked, x.Total, x.Left}
}

type useWire struct {
	Sheet        string    `json:"sheet"`
	Number       int       `json:"number" doc:"of the code, as printed"`
	Organisation string    `json:"organisation"`
	Name         string    `json:"name" doc:"of the organisation"`
	Person       string    `json:"person" doc:"who said to be entering"`
	Address      string    `json:"address"`
	At           time.Time `json:"at"`
}

type glassOut struct {
	Sheets []sheetWire `json:"sheets"`
	Uses   []useWire   `json:"uses"`
}

func (s *Service) apiGlass(ctx context.Context, a ward.Actor, _ *struct{}) (*glassOut, error) {
	g, err := s.BreakGlass(ctx, a)
	out := &glassOut{Sheets: []sheetWire{}, Uses: []useWire{}}
	for _, x := range g.Sheets {
		out.Sheets = append(out.Sheets, wireSheet(x))
	}
	for _, u := range g.Uses {
		out.Uses = append(out.Uses, useWire{u.Sheet, u.Number, string(u.Org), u.OrgName, u.Person.Name, u.Address, u.At})
	}
	return out, err
}

type makeSheetIn struct {
	Body struct {
		Place    string `json:"place" maxLength:"100" doc:"where the paper will lie"`
		Password string `json:"password" required:"false" maxLength:"512" doc:"your own, where you have one"`
	}
}

type madeSheetOut struct {
	Sheet sheetWire `json:"sheet"`
	Codes []string  `json:"codes" doc:"shown once"`
}

func (s *Service) apiMakeSheet(ctx context.Context, a ward.Actor, in *makeSheetIn) (*madeSheetOut, error) {
	p, err := s.MakeSheet(ctx, a, SheetRequest{Place: in.Body.Place, Password: in.Body.Password})
	return &madeSheetOut{wireSheet(p.Sheet), p.Codes}, err
}

type sheetIn struct {
	Sheet string `path:"sheet"`
}

func (s *Service) apiRevokeSheet(ctx context.Context, a ward.Actor, in *sheetIn) error {
	return s.RevokeSheet(ctx, a, in.Sheet)
}
