package disclosure

import (
	"strings"
	"testing"

	"ward"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
)

// Nobody but the Centre comes to a case, and a maker to its own alone.
func TestWhoMay(t *testing.T) {
	h := openHouse(t, sqlite(t))
	visitor := h.receive(t)
	own, err := h.ReceiveFrom(ctx, maker, full())
	expect.OK(t, err)
	csirt := ward.Actor{Person: "p6", Org: "t", Country: "AT", Role: ward.RoleCSIRT}
	auditor := ward.Actor{Person: "p7", Org: "a", Role: ward.RoleAuditor}
	operator := ward.Actor{Person: "p8", Org: "o", Role: ward.RoleOperator}
	program := ward.Actor{Person: "p1", Org: "c", Role: ward.RoleCentre, Token: true, Scopes: []ward.Permission{"disclosure.read"}}
	id := visitor.ID
	for name, a := range map[string]ward.Actor{"visitor": {}, "member": member, "csirt": csirt, "auditor": auditor, "operator": operator, "maker": maker} {
		_, _, err := h.List(ctx, a, Filter{All: true})
		expect.Code(t, name+" lists", err, ward.Forbidden)
		_, _, err = h.Get(ctx, a, id)
		expect.Code(t, name+" reads", err, ward.Forbidden)
		_, err = h.Open(ctx, a, id)
		expect.Code(t, name+" opens", err, ward.Forbidden)
		_, _, err = h.Attachment(ctx, a, id, id)
		expect.Code(t, name+" downloads", err, ward.Forbidden)
		expect.Code(t, name+" closes", h.Close(ctx, a, id, "junk", ""), ward.Forbidden)
		expect.Code(t, name+" writes", h.Write(ctx, a, id, "x", false), ward.Forbidden)
		expect.Code(t, name+" summarises", h.Summarise(ctx, a, id, 1, full().Summary), ward.Forbidden)
	}
	_, _, err = h.Get(ctx, program, id)
	expect.Code(t, "a program with disclosure.read reads", err, "")
	_, err = h.Open(ctx, program, id)
	expect.Code(t, "a program with disclosure.read opens", err, ward.Forbidden)

	for name, a := range map[string]ward.Actor{"rival": rival, "member": member, "analyst": analyst} {
		want := ward.Forbidden
		if a.Role == ward.RoleMaker {
			want = ward.NotFound
		}
		_, err := h.Follow(ctx, ByMaker(a, own.ID))
		expect.Code(t, name+" follows the maker's", err, want)
		expect.Code(t, name+" writes in the maker's", h.Say(ctx, ByMaker(a, own.ID), "x", nil, ""), want)
	}
	_, err = h.Follow(ctx, ByMaker(maker, visitor.ID))
	expect.Code(t, "the maker follows a researcher's", err, ward.NotFound)
	_, err = h.ReceiveFrom(ctx, member, full())
	expect.Code(t, "a hospital reports as a maker", err, ward.Forbidden)
	list, err := h.Own(ctx, maker)
	if err != nil || len(list) != 1 || list[0].ID != own.ID {
		t.Errorf("the maker lists %+v (%v)", list, err)
	}
	if list, err := h.Own(ctx, rival); err != nil || len(list) != 0 {
		t.Errorf("the rival lists %+v (%v)", list, err)
	}
}

// Each act and each look at what is confidential is in the audit log, and the
// reporter stays unknown there too.
func TestAudit(t *testing.T) {
	h := openHouse(t, sqlite(t))
	r := h.receive(t)
	o, err := h.Open(ctx, analyst, r.ID)
	expect.OK(t, err)
	_, data, err := h.Attachment(ctx, other, r.ID, o.Files[0].ID)
	if err != nil || string(data) != "BYTES-7f3a" {
		t.Errorf("attachment: %q (%v)", data, err)
	}
	expect.OK(t, h.Write(ctx, analyst, r.ID, "ANSWER-7f3a", false))
	expect.OK(t, h.Say(ctx, BySecret(r.Secret), "WORDS-7f3a", nil, ""))
	expect.OK(t, h.Triage(ctx, other, r.ID, "NOTE-7f3a"))
	want := []string{"reporter of CVD-2026-001 disclosure.follow received", "Ana Analyst disclosure.private confidence.read", "Ben Second disclosure.private file.read",
		"Ana Analyst disclosure.private answered", "reporter of CVD-2026-001 disclosure.follow said", "Ben Second disclosure.write triaged"}
	if got := h.deeds(t); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("audit log:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	_, _, err = h.Attachment(ctx, analyst, h.receive(t).ID, o.Files[0].ID)
	expect.Code(t, "a file under another case", err, ward.NotFound)
}

// TestNothingConfidentialIsReadable looks at every cell of every table: what is
// confidential lies sealed, and the link hashed.
func TestNothingConfidentialIsReadable(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		r := h.receive(t)
		expect.OK(t, h.Write(ctx, analyst, r.ID, "ANSWER-7f3a", true))
		expect.OK(t, h.Say(ctx, BySecret(r.Secret), "WORDS-7f3a", []Upload{{"FILENAME-7f3a.log", []byte("BYTES-7f3a")}}, "192.0.2.1"))
		expect.OK(t, h.Remark(ctx, analyst, r.ID, "NOTE-7f3a"))
		all, tables := database.Texts(t, d)
		if found := holds(all); len(found) > 0 || strings.Contains(all, r.Secret) || strings.Contains(all, "192.0.2") {
			t.Errorf("readable in the database: %v", found)
		}
		if tables < 10 || !strings.Contains(all, "Infusia 500") || !strings.Contains(all, digestOf(r.Secret)) {
			t.Error("the test looked at the wrong place")
		}
	})
}
