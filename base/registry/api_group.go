package registry

import (
	"context"
	"time"

	"ward"
	"ward/kit/web"
)

// groupOperations is the table of groups, the notices of them and deputies.
func (s *Service) groupOperations() []web.Operation {
	return []web.Operation{
		web.Op("GET", "/api/v1/groups", "org.read", "List the groups of your organisation, those it could ask to join, and what it asked for", s.apiGroups),
		web.Op("POST", "/api/v1/groups", "org.write", "Found a group", s.apiNewGroup),
		web.Op("GET", "/api/v1/groups/{group}", "org.read", "Show a group to its members", s.apiGroup),
		web.Op("POST", "/api/v1/groups/{group}/invitations", "org.read", "Make a code that lets an organisation in", s.apiInviteGroup),
		web.Op("POST", "/api/v1/invitations/look", "org.write", "Show what a code invites to, without using it up", s.apiLookAtGroup),
		web.Op("POST", "/api/v1/invitations/join", "org.write", "Join a group by a code", s.apiJoin),
		web.Op("POST", "/api/v1/listed-groups/{group}/applications", "org.write", "Ask to join a listed group", s.apiApply),
		web.Do("POST", "/api/v1/applications/{application}", "org.read", "Let an organisation in or refuse it", s.apiDecideApplication),
		web.Do("PUT", "/api/v1/groups/{group}/act-for", "org.write", "Let the group's managers act for you, or not", s.apiActFor),
		web.Do("POST", "/api/v1/groups/{group}/leave", "org.write", "Leave a group", s.apiLeave),
		web.Do("DELETE", "/api/v1/memberships/{membership}", "org.read", "Take an organisation out of a group", s.apiRemoveMember),
		web.Do("POST", "/api/v1/groups/{group}/managers", "org.read", "Make a colleague a manager of the group", s.apiAddDeputy),
		web.Do("DELETE", "/api/v1/groups/{group}/managers/{person}", "org.read", "Take a manager of the group away", s.apiRemoveDeputy),
		web.Op("GET", "/api/v1/notices", "org.read", "List the notices of joining and leaving: your own, and those handed to you as authority", s.apiNotices),
		web.Op("GET", "/api/v1/notices/{notice}", "org.read", "Show a notice", s.apiNotice),
		web.Do("PUT", "/api/v1/notices/{notice}/state", "org.write", "Hand a notice to the authority, or tell what became of it", s.apiSettleNotice),
		web.Do("POST", "/api/v1/notices/{notice}/receive", "notice.receive", "Confirm that the authority has a notice", s.apiReceiveNotice),
		web.Op("GET", "/api/v1/organisations/{org}/deputies", "person.read", "List who acts for whom, now and later", s.apiDeputies),
		web.Op("POST", "/api/v1/me/deputies", web.SignedIn, "Let a colleague act for you in a span", s.apiNameDeputy),
		web.Do("DELETE", "/api/v1/me/deputies/{deputy}", web.SignedIn, "End such a span", s.apiEndDeputy),
		web.Do("POST", "/api/v1/me/leave", web.SignedIn, "Leave the organisation that you act for", s.apiLeaveOrganisation),
	}
}

type groupWire struct {
	ID      string `json:"id" readOnly:"true" required:"false"`
	Kind    string `json:"kind" enum:"owner,sharing,network"`
	Name    string `json:"name" maxLength:"100"`
	Purpose string `json:"purpose" maxLength:"500" required:"false"`
	Listed  bool   `json:"listed" doc:"others see name and purpose and may ask to join" required:"false"`
}

func wireGroup(g Group) groupWire {
	return groupWire{g.ID, string(g.Kind), g.Name, g.Purpose, g.Listed}
}

type membershipWire struct {
	ID     string    `json:"id"`
	Group  groupWire `json:"group"`
	Org    string    `json:"organisation"`
	Name   string    `json:"name"`
	Person string    `json:"person" doc:"name of who stands for it"`
	Email  string    `json:"email"`
	ActFor bool      `json:"act_for" doc:"the group's managers act for it"`
	Joined time.Time `json:"joined"`
	Left   time.Time `json:"left,omitzero"`
}

func wireMembership(m Membership) membershipWire {
	return membershipWire{m.ID, wireGroup(m.Group), string(m.Org), m.OrgName, m.Person.Name, m.Person.Email, m.ActFor, m.Joined, m.Left}
}

type applicationWire struct {
	ID           string    `json:"id"`
	Group        groupWire `json:"group"`
	Organisation string    `json:"organisation"`
	Name         string    `json:"name"`
	Person       string    `json:"person"`
	Email        string    `json:"email"`
	Message      string    `json:"message"`
	State        string    `json:"state" enum:"open,accepted,refused"`
	Created      time.Time `json:"created"`
	Reason       string    `json:"reason,omitempty"`
}

func wireApplication(x Application) applicationWire {
	return applicationWire{x.ID, wireGroup(x.Group), string(x.Org), x.OrgName, x.Person.Name, x.Person.Email, x.Message, string(x.State), x.Created, x.Reason}
}

type groupsOut struct {
	Groups       []membershipWire  `json:"groups"`
	Listed       []groupWire       `json:"listed"`
	Applications []applicationWire `json:"applications"`
}

func (s *Service) apiGroups(ctx context.Context, a ward.Actor, _ *struct{}) (*groupsOut, error) {
	list, err := s.Groups(ctx, a)
	if err != nil {
		return nil, err
	}
	listed, err := s.ListedGroups(ctx, a)
	if err != nil {
		return nil, err
	}
	asked, err := s.Applications(ctx, a)
	return &groupsOut{web.Each(list, wireMembership), web.Each(listed, wireGroup), web.Each(asked, wireApplication)}, err
}

type applyIn struct {
	Group string `path:"group"`
	Body  struct {
		Message string `json:"message" maxLength:"1000" required:"false"`
	}
}

func (s *Service) apiApply(ctx context.Context, a ward.Actor, in *applyIn) (*applicationWire, error) {
	x, err := s.Apply(ctx, a, in.Group, in.Body.Message)
	w := wireApplication(x)
	return &w, err
}

type decideApplicationIn struct {
	Application string `path:"application"`
	Body        struct {
		Accept bool   `json:"accept"`
		Reason string `json:"reason" maxLength:"1000" required:"false"`
	}
}

func (s *Service) apiDecideApplication(ctx context.Context, a ward.Actor, in *decideApplicationIn) error {
	return s.DecideApplication(ctx, a, in.Application, in.Body.Accept, in.Body.Reason)
}

type newGroupIn struct{ Body groupWire }

func (s *Service) apiNewGroup(ctx context.Context, a ward.Actor, in *newGroupIn) (*groupWire, error) {
	g, err := s.NewGroup(ctx, a, Group{Kind: GroupKind(in.Body.Kind), Name: in.Body.Name, Purpose: in.Body.Purpose, Listed: in.Body.Listed})
	w := wireGroup(g)
	return &w, err
}

type groupIn struct {
	Group string `path:"group"`
}

type managerWire struct {
	Person string `json:"person"`
	Name   string `json:"name"`
}

type groupOut struct {
	Group    groupWire         `json:"group"`
	Members  []membershipWire  `json:"members"`
	Managers []managerWire     `json:"managers"`
	Asking   []applicationWire `json:"asking" doc:"that wait for a manager's word; for managers only"`
	Manage   bool              `json:"manage" doc:"you are one of the managers"`
}

func (s *Service) apiGroup(ctx context.Context, a ward.Actor, in *groupIn) (*groupOut, error) {
	v, err := s.Group(ctx, a, in.Group)
	return &groupOut{wireGroup(v.Group), web.Each(v.Members, wireMembership),
		web.Each(v.Managers, func(p ward.Person) managerWire { return managerWire{string(p.ID), p.Name} }), web.Each(v.Asking, wireApplication), v.Manage}, err
}

type codeOut struct {
	Code string `json:"code" doc:"shown once; lets one organisation in within seven days"`
}

func (s *Service) apiInviteGroup(ctx context.Context, a ward.Actor, in *groupIn) (*codeOut, error) {
	code, err := s.InviteToGroup(ctx, a, in.Group)
	return &codeOut{code}, err
}

type joinIn struct {
	Body struct {
		Code   string `json:"code" maxLength:"100"`
		ActFor bool   `json:"act_for" required:"false"`
	}
}

type lookIn struct {
	Body struct {
		Code string `json:"code" maxLength:"100"`
	}
}

func (s *Service) apiLookAtGroup(ctx context.Context, a ward.Actor, in *lookIn) (*groupWire, error) {
	g, err := s.LookAtGroup(ctx, a, in.Body.Code)
	w := wireGroup(g)
	return &w, err
}

func (s *Service) apiJoin(ctx context.Context, a ward.Actor, in *joinIn) (*groupWire, error) {
	g, err := s.JoinGroup(ctx, a, in.Body.Code, in.Body.ActFor)
	w := wireGroup(g)
	return &w, err
}

type actForIn struct {
	Group string `path:"group"`
	Body  struct {
		ActFor bool `json:"act_for"`
	}
}

func (s *Service) apiActFor(ctx context.Context, a ward.Actor, in *actForIn) error {
	return s.SetActFor(ctx, a, in.Group, in.Body.ActFor)
}

func (s *Service) apiLeave(ctx context.Context, a ward.Actor, in *groupIn) error {
	return s.LeaveGroup(ctx, a, in.Group)
}

type memberIn struct {
	Membership string `path:"membership"`
}

func (s *Service) apiRemoveMember(ctx context.Context, a ward.Actor, in *memberIn) error {
	return s.RemoveFromGroup(ctx, a, in.Membership)
}

type addDeputyIn struct {
	Group string `path:"group"`
	Body  struct {
		Hat string `json:"hat" doc:"affiliation of a person of your organisation"`
	}
}

func (s *Service) apiAddDeputy(ctx context.Context, a ward.Actor, in *addDeputyIn) error {
	return s.AddDeputy(ctx, a, in.Group, in.Body.Hat)
}

type removeDeputyIn struct {
	Group  string `path:"group"`
	Person string `path:"person"`
}

func (s *Service) apiRemoveDeputy(ctx context.Context, a ward.Actor, in *removeDeputyIn) error {
	return s.RemoveDeputy(ctx, a, in.Group, ward.PersonID(in.Person))
}
