package incident

import (
	"context"

	"ward"
	"ward/kit/web"
)

// outsideOperations are what becomes of reports that came in without an account.
func (s *Service) outsideOperations() []web.Operation {
	const own, team = "/api/v1/incidents/{id}", "/api/v1/incident-queue/{id}"
	return []web.Operation{
		web.Do("POST", own+"/adopt", permWrite, "Say that an unconfirmed report is your hospital's", func(ctx context.Context, a ward.Actor, in *idIn) error {
			return s.Adopt(ctx, a, in.ID)
		}),
		web.Do("POST", own+"/disown", permWrite, "Say that an unconfirmed report is not your hospital's", func(ctx context.Context, a ward.Actor, in *idIn) error {
			return s.Disown(ctx, a, in.ID)
		}),
		web.Op("GET", team+"/hospitals", permHandle, "Find the hospital of an unconfirmed report, with the numbers of the registry", s.apiCandidates),
		web.Do("POST", team+"/confirm", permHandle, "Confirm a report after a call to a number of the registry", s.apiConfirm),
		web.Do("POST", team+"/refute", permHandle, "Close an unconfirmed report as no hospital's", func(ctx context.Context, a ward.Actor, in *idIn) error {
			return s.Refute(ctx, a, in.ID)
		}),
	}
}

type candidatesIn struct {
	ID    string `path:"id"`
	Words string `query:"q" maxLength:"200" doc:"of name, city or region"`
}

type numberWire struct {
	Name  string    `json:"name"`
	Phone string    `json:"phone"`
	Duty  ward.Duty `json:"duty"`
}

type hospitalWire struct {
	ID      ward.OrgID   `json:"id"`
	Name    string       `json:"name"`
	Numbers []numberWire `json:"numbers"`
}

type candidatesOut struct {
	Hospitals []hospitalWire `json:"hospitals"`
}

func (s *Service) apiCandidates(ctx context.Context, a ward.Actor, in *candidatesIn) (*candidatesOut, error) {
	r, err := s.Receive(ctx, a, in.ID)
	if err != nil {
		return nil, err
	}
	list, err := s.Candidates(ctx, a, r.Report, in.Words)
	return &candidatesOut{web.Each(list, func(h Hospital) hospitalWire {
		w := hospitalWire{h.ID, h.Name, []numberWire{}}
		for _, c := range h.Contacts {
			if c.Phone != "" {
				w.Numbers = append(w.Numbers, numberWire{c.Name, c.Phone, c.Duty})
			}
		}
		return w
	})}, err
}

type confirmReportIn struct {
	ID   string `path:"id"`
	Body struct {
		Org ward.OrgID `json:"organisation,omitempty" doc:"of a report without a card"`
	}
}

func (s *Service) apiConfirm(ctx context.Context, a ward.Actor, in *confirmReportIn) error {
	return s.Confirm(ctx, a, in.ID, in.Body.Org)
}
