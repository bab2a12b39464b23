package registry

import (
	"context"
	"time"

	"ward"
	"ward/base/registry/directory"
	"ward/base/registry/sight"
	"ward/kit/web"
)

type noticeWire struct {
	ID           string    `json:"id"`
	Organisation string    `json:"organisation"`
	Name         string    `json:"name"`
	Country      string    `json:"country"`
	Group        groupWire `json:"group"`
	Leaving      bool      `json:"leaving"`
	State        string    `json:"state" enum:"due,handed,received,outside,not_needed"`
	Effect       time.Time `json:"effect"`
	Handed       time.Time `json:"handed,omitzero"`
	HandedBy     string    `json:"handed_by,omitempty"`
	Remark       string    `json:"remark,omitempty"`
	Received     time.Time `json:"received,omitzero"`
	ReceivedBy   string    `json:"received_by,omitempty"`
}

func wireNotice(n Notice) noticeWire {
	m := n.Membership
	return noticeWire{n.ID, string(m.Org), m.OrgName, string(m.Country), wireGroup(m.Group), n.Leaving, string(n.State), n.Effect,
		n.Handed, n.HandedBy, n.Remark, n.Received, n.ReceivedBy}
}

type noticesOut struct {
	Own      []noticeWire `json:"own"`
	Received []noticeWire `json:"received" doc:"handed to you as the authority of your country"`
}

func (s *Service) apiNotices(ctx context.Context, a ward.Actor, _ *struct{}) (*noticesOut, error) {
	own, err := s.Notices(ctx, a)
	if err != nil {
		return nil, err
	}
	in, err := s.NoticesIn(ctx, a)
	return &noticesOut{web.Each(own, wireNotice), web.Each(in, wireNotice)}, err
}

type noticeIn struct {
	Notice string `path:"notice"`
}

func (s *Service) apiNotice(ctx context.Context, a ward.Actor, in *noticeIn) (*noticeWire, error) {
	n, err := s.Notice(ctx, a, in.Notice)
	w := wireNotice(n)
	return &w, err
}

type settleIn struct {
	Notice string `path:"notice"`
	Body   struct {
		State  string `json:"state" enum:"handed,outside,not_needed"`
		Remark string `json:"remark" maxLength:"1000" doc:"needed unless it is handed over here" required:"false"`
	}
}

func (s *Service) apiSettleNotice(ctx context.Context, a ward.Actor, in *settleIn) error {
	return s.SettleNotice(ctx, a, in.Notice, NoticeState(in.Body.State), in.Body.Remark)
}

func (s *Service) apiReceiveNotice(ctx context.Context, a ward.Actor, in *noticeIn) error {
	return s.ReceiveNotice(ctx, a, in.Notice)
}

type deputyWire struct {
	ID     string    `json:"id"`
	Person string    `json:"person" doc:"name of who acts"`
	For    string    `json:"for" doc:"name of whom is acted for"`
	Role   string    `json:"role"`
	Begins time.Time `json:"begins"`
	Ends   time.Time `json:"ends" doc:"the first moment after it"`
}

func wireDeputy(d Deputy) deputyWire {
	return deputyWire{d.ID, d.Person.Name, d.For.Name, string(d.Role), d.Begins, d.Ends}
}

type deputiesOut struct {
	Deputies []deputyWire `json:"deputies"`
}

func (s *Service) apiDeputies(ctx context.Context, a ward.Actor, in *orgIn) (*deputiesOut, error) {
	list, err := s.DeputiesIn(ctx, a, ward.OrgID(in.Org))
	return &deputiesOut{web.Each(list, wireDeputy)}, err
}

type nameDeputyIn struct {
	Body struct {
		Hat    string    `json:"hat" doc:"affiliation of a colleague"`
		Begins time.Time `json:"begins"`
		Ends   time.Time `json:"ends" doc:"the first moment after it, at most 180 days later"`
	}
}

func (s *Service) apiNameDeputy(ctx context.Context, a ward.Actor, in *nameDeputyIn) (*deputyWire, error) {
	d, err := s.NameDeputy(ctx, a, in.Body.Hat, in.Body.Begins, in.Body.Ends)
	w := wireDeputy(d)
	return &w, err
}

type deputyIn struct {
	Deputy string `path:"deputy"`
}

func (s *Service) apiEndDeputy(ctx context.Context, a ward.Actor, in *deputyIn) error {
	return s.EndDeputy(ctx, a, in.Deputy)
}

func (s *Service) apiLeaveOrganisation(ctx context.Context, a ward.Actor, _ *struct{}) error {
	return s.Leave(ctx, a)
}

type viewingWire struct {
	Who    string `json:"who"`
	Policy string `json:"policy"`
}

type sightWire struct {
	What string        `json:"what" doc:"permission"`
	Who  []viewingWire `json:"who"`
}

type visibilityOut struct {
	Sights []sightWire      `json:"sights"`
	Groups []membershipWire `json:"groups"`
}

func (s *Service) apiVisibility(ctx context.Context, a ward.Actor, _ *struct{}) (*visibilityOut, error) {
	v, err := s.Visible(ctx, a)
	return &visibilityOut{web.Each(v.Sights, func(x sight.Act) sightWire {
		return sightWire{string(x.What), web.Each(x.Who, func(y sight.Viewing) viewingWire { return viewingWire{string(y.Who), y.Policy} })}
	}),

		web.Each(v.Groups, wireMembership)}, err
}

// apiDirectory gives the file as it is: its shape is the API's.
func (s *Service) apiDirectory(context.Context, ward.Actor, *struct{}) (*directory.Directory, error) {
	d := s.directory
	return &d, nil
}
