package sensor

import (
	"slices"
	"strings"
	"testing"

	"ward"
	"ward/format/detection"
	"ward/format/sigma"
	"ward/test/expect"
)

func TestContent(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		c, err := h.Create(ctx, csirt, head(ward.TLPAmber))
		expect.OK(t, err)
		look, err := h.Look(ctx, csirt, c, Indicator, "list.txt", []byte(list))
		expect.OK(t, err)
		if look.Found != 2 || look.Taken != 0 || look.RefusedTotal != 1 || look.Refused[0].Line != 3 {
			t.Errorf("looked: %+v", look)
		}
		if v, err := h.Get(ctx, csirt, c, 0); err != nil || v.Indicators != 0 {
			t.Errorf("a look kept %+v, %v", v, err)
		}
		for _, want := range []int{2, 0} { // the second time all of it is there
			got, err := h.Add(ctx, csirt, c, Indicator, "list.txt", []byte(list))
			expect.OK(t, err)
			if got.Taken != want {
				t.Errorf("took %d, want %d", got.Taken, want)
			}
		}
		rules, err := h.Add(ctx, csirt, c, Rule, "rules.yml", []byte(rule+"---\ntitle: none\n---\n"+strings.Replace(rule, "0f1e2d3c", "0f1e2d3d", 1)))
		expect.OK(t, err)
		if rules.Taken != 2 || rules.RefusedTotal != 1 {
			t.Errorf("rules: %+v", rules)
		}
		bad, err := h.Add(ctx, csirt, c, Rule, "rules.yml", []byte(strings.Replace(rule, "condition: selection", "condition: other", 1)))
		expect.OK(t, err)
		if bad.Found != 0 || bad.RefusedTotal != 1 {
			t.Errorf("a rule that does not compile: %+v", bad)
		}
		v, err := h.Get(ctx, csirt, c, 0)
		expect.OK(t, err)
		if v.Indicators != 2 || v.Rules != 2 || v.Items[0].Kind != Rule || v.Items[0].Level != "critical" {
			t.Errorf("kept %+v", v)
		}
		_, err = h.RemoveItem(ctx, csirt2, v.Items[0].ID)
		expect.Code(t, "another CSIRT removes", err, ward.NotFound)
		_, err = h.RemoveItem(ctx, csirt, v.Items[0].ID)
		expect.OK(t, err)
		_, err = h.RemoveItem(ctx, csirt, v.Items[0].ID)
		expect.Code(t, "removed twice", err, ward.NotFound)
		expect.OK(t, h.Publish(ctx, csirt, c, 0)) // a CSIRT's analyst alone
		_, err = h.Add(ctx, csirt, c, Indicator, "more.txt", []byte("203.0.113.10"))
		expect.Code(t, "a published one is changed", err, ward.Conflict)
	})
}

// TestRulesOfOneFile: what "action: global" and "repeat" say holds for the rules behind it, as
// in a scan with the file; rules that share an id go out together.
func TestRulesOfOneFile(t *testing.T) {
	h := openHouse(t, sqlite(t))
	c, err := h.Create(ctx, csirt, head(ward.TLPGreen))
	expect.OK(t, err)
	const file = "action: global\ntitle: Old\nid: 0f1e2d3c-1111-4222-8333-444455556600\nlevel: high\ndetection: {condition: s}\n---\n" +
		"logsource: {product: windows, category: process_creation}\ndetection: {s: {Image|endswith: x.exe}}\n---\n" +
		"logsource: {product: windows, service: security}\ndetection: {s: {NewProcessName|endswith: x.exe}}\n---\n" +
		"action: reset\n---\n" + rule + "---\naction: repeat\nid: 0f1e2d3c-1111-4222-8333-444455556601\n"
	got, err := h.Add(ctx, csirt, c, Rule, "old.yml", []byte(file))
	expect.OK(t, err)
	if got.Taken != 3 || got.RefusedTotal != 0 {
		t.Errorf("%+v", got)
	}
	v, err := h.Get(ctx, csirt, c, 0)
	expect.OK(t, err)
	want, _ := sigma.Parse(strings.NewReader(file), "")
	var texts []string
	for _, i := range v.Items {
		texts = append(texts, i.YAML)
	}
	rules, refused := sigma.Parse(strings.NewReader(strings.Join(texts, "\n---\n")), "")
	if engine, more := sigma.Compile(rules, sigma.Options{}); len(want) != 4 || len(refused)+len(more) != 0 || engine.Used() != 4 {
		t.Errorf("%d of %d rules, %v %v: %q", len(rules), len(want), refused, more, texts)
	}
}

func TestBenignValuesAreTold(t *testing.T) {
	h := openHouse(t, sqlite(t))
	c, err := h.Create(ctx, csirt, head(ward.TLPGreen))
	expect.OK(t, err)
	_, err = h.Add(ctx, csirt, c, Harmless, "ours.txt", []byte("evil.example\n10.0.0.0/8\n"))
	expect.OK(t, err)
	expect.OK(t, h.Publish(ctx, csirt, c, 0))
	other, err := h.Create(ctx, csirt, head(ward.TLPGreen))
	expect.OK(t, err)
	got, err := h.Look(ctx, csirt, other, Indicator, "list.txt", []byte(list))
	expect.OK(t, err)
	if got.BenignTotal != 1 || got.Benign[0].Value != "evil.example" {
		t.Errorf("benign: %+v", got)
	}
	b := h.bundleOf(t, hospital("h1", "AT"))
	if len(b.WarningLists) != 2 {
		t.Errorf("warning lists: %+v", b.WarningLists)
	}
}

// TestNoContentSpoilsTheBundle: what a sensor would refuse the bundle for is refused when it
// is added, and what stands there already is left out.
func TestNoContentSpoilsTheBundle(t *testing.T) {
	h := openHouse(t, sqlite(t))
	c, err := h.Create(ctx, csirt, head(ward.TLPGreen))
	expect.OK(t, err)
	for name, bad := range map[string]string{
		"blanks in the id": strings.Replace(rule, "0f1e2d3c-1111-4222-8333-444455556666", "HSC 2026 014", 1),
		"too long a file":  rule + "#" + strings.Repeat("x", detection.MaxRule),
	} {
		got, err := h.Add(ctx, csirt, c, Rule, "rules.yml", []byte(bad))
		expect.OK(t, err)
		if got.Taken != 0 || got.RefusedTotal != 1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	many := make([]Item, detection.MaxIndicators+10)
	for i := range many {
		many[i] = Item{ID: "01HZ3V8K2M9QA4TR0VB3C7D5EF", Kind: Indicator, Type: "url", Value: "http://evil.example/" + strings.Repeat("&", 20)}
	}
	b := detection.Bundle{Version: detection.Version, ID: "x", Issued: h.Now(), Expires: h.Now().Add(lasts), Centre: "x"}
	f := filling{bundle: &b, tlp: ward.TLPClear, rules: map[string]bool{}, left: map[string]int{}}
	f.take(View{Collection: Collection{ID: "c1", Head: head(ward.TLPGreen)}, Items: append([]Item{{Kind: Rule, Value: "HSC 2026 014", YAML: rule}, {Kind: Rule, Value: "r-1", YAML: rule}}, many...)})
	b.TLP = f.tlp.String()
	h.bundle.by = map[string]Signed{"a": {left: f.left}, "b": {}}
	if n := h.bundle.left("c1"); n != f.out || h.bundle.left("c2") != 0 {
		t.Errorf("%d left out of the collection, want %d", n, f.out)
	}
	if _, err := b.Encode(); err != nil || len(b.Rules) != 1 || len(b.Indicators) < 100_000 || f.out != 1+len(many)-len(b.Indicators) {
		t.Errorf("%v; %d rules, %d indicators, %d left out", err, len(b.Rules), len(b.Indicators), f.out)
	}
}

// TestSecondPerson: in the Centre nobody who wrote on a collection publishes it.
func TestSecondPerson(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		c, err := h.Create(ctx, ana, head(ward.TLPGreen))
		expect.OK(t, err)
		_, err = h.Add(ctx, ana, c, Indicator, "list.txt", []byte(list))
		expect.OK(t, err)
		expect.Code(t, "the author publishes a draft", h.Publish(ctx, ana, c, 0), ward.Forbidden)
		expect.OK(t, h.Submit(ctx, ana, c))
		expect.Code(t, "the author publishes", h.Publish(ctx, ana, c, 0), ward.Forbidden)
		expect.OK(t, h.Return(ctx, ben, c, "One is wrong"))
		v, err := h.Get(ctx, ben, c, 0)
		expect.OK(t, err)
		expect.OK(t, h.Save(ctx, ben, c, v.Edit, head(ward.TLPClear)))
		expect.Code(t, "by an old copy", h.Save(ctx, ben, c, v.Edit, head(ward.TLPClear)), ward.Conflict)
		expect.OK(t, h.Submit(ctx, ben, c))
		expect.Code(t, "whoever wrote last", h.Publish(ctx, ben, c, 0), ward.Forbidden)
		third := ben
		third.Person = "p9"
		expect.Code(t, "read before a change", h.Publish(ctx, third, c, v.Edit), ward.Conflict)
		expect.OK(t, h.Publish(ctx, third, c, 0))
		expect.OK(t, h.Withdraw(ctx, ana, c, "It was wrong"))
		expect.Code(t, "withdrawn twice", h.Withdraw(ctx, ana, c, "It was wrong"), ward.Conflict)
	})
}

// TestWhoKeepsContent: a CSIRT its own, the Centre its own, a hospital none.
func TestWhoKeepsContent(t *testing.T) {
	h := openHouse(t, sqlite(t))
	at := h.given(t, csirt, ward.TLPAmber)
	all := h.given(t, ana, ward.TLPAmber)
	draft, err := h.Create(ctx, csirt, head(ward.TLPAmber))
	expect.OK(t, err)
	member := hospital("h1", "AT")
	_, err = h.Create(ctx, member, head(ward.TLPAmber))
	expect.Code(t, "a hospital writes", err, ward.Forbidden)
	expect.Code(t, "another CSIRT withdraws", h.Withdraw(ctx, csirt2, at, "no"), ward.NotFound)
	expect.Code(t, "the Centre withdraws a CSIRT's", h.Withdraw(ctx, ana, at, "no"), ward.Forbidden)
	expect.Code(t, "a CSIRT withdraws the Centre's", h.Withdraw(ctx, csirt, all, "no"), ward.Forbidden)
	for name, x := range map[string]struct {
		a    ward.Actor
		want []string
	}{"hospital": {member, []string{at, all}}, "hospital elsewhere": {hospital("h2", "SI"), []string{all}}, "its CSIRT": {csirt, []string{draft, at, all}},
		"another CSIRT": {csirt2, []string{all}}, "Centre": {ana, []string{at, all}}} {
		got, err := h.List(ctx, x.a)
		expect.OK(t, err)
		var ids []string
		for _, c := range got {
			ids = append(ids, c.ID)
		}
		slices.Sort(ids)
		slices.Sort(x.want)
		if !slices.Equal(ids, x.want) {
			t.Errorf("%s sees %v, want %v", name, ids, x.want)
		}
	}
	_, err = h.Get(ctx, member, draft, 0)
	expect.Code(t, "a draft is shown", err, ward.NotFound)
	_, err = h.List(ctx, ward.Actor{Person: "m", Org: "maker", Role: ward.RoleMaker})
	expect.Code(t, "a maker lists", err, ward.Forbidden)
}

func (h *house) bundleOf(t testing.TB, a ward.Actor) *detection.Bundle {
	t.Helper()
	s, err := h.Bundle(ctx, sensorOf(a))
	expect.OK(t, err)
	k, _ := h.Key()
	public, err := detection.ParseKey(k.Key)
	expect.OK(t, err)
	expect.OK(t, detection.Verify(public, s.Signature, s.Body))
	b, err := detection.DecodeBundle(s.Body)
	expect.OK(t, err)
	return b
}

// TestBundleByMarking: what a bundle holds follows country and marking, and the
// same content is the same bytes.
func TestBundleByMarking(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		member, far := hospital("h1", "AT"), hospital("h2", "SI")
		if b := h.bundleOf(t, member); len(b.Indicators) != 0 || b.TLP != "CLEAR" {
			t.Errorf("an empty house gives %+v", b)
		}
		h.given(t, csirt, ward.TLPAmberStrict) // for the CSIRT's own eyes
		h.given(t, csirt, ward.TLPAmber)
		c, err := h.Create(ctx, ana, head(ward.TLPClear))
		expect.OK(t, err)
		_, err = h.Add(ctx, ana, c, Indicator, "x", []byte("198.51.100.7"))
		expect.OK(t, err)
		expect.OK(t, h.Submit(ctx, ana, c))
		if b := h.bundleOf(t, member); len(b.Indicators) != 2 || len(b.Rules) != 1 || b.TLP != "AMBER" {
			t.Errorf("before the second person: %+v", b)
		}
		expect.OK(t, h.Publish(ctx, ben, c, 0))
		if b := h.bundleOf(t, member); len(b.Indicators) != 3 || b.Indicators[0].TLP != "AMBER" && b.Indicators[2].TLP != "AMBER" {
			t.Errorf("own country: %+v", b)
		}
		if b := h.bundleOf(t, far); len(b.Indicators) != 1 || b.TLP != "CLEAR" || b.Indicators[0].Value != "198.51.100.7" {
			t.Errorf("another country: %+v", b)
		}
		one, err := h.Bundle(ctx, sensorOf(member))
		expect.OK(t, err)
		again, err := h.makeBundle(ctx, reader(member))
		expect.OK(t, err)
		if string(one.Body) != string(again.Body) {
			t.Error("the same content has other bytes")
		}
		expect.OK(t, h.Withdraw(ctx, ana, c, "wrong"))
		if b := h.bundleOf(t, far); len(b.Indicators) != 0 {
			t.Errorf("after the withdrawal: %+v", b)
		}
		_, err = h.Bundle(ctx, ward.Actor{Person: "x", Org: "maker", Role: ward.RoleMaker})
		expect.Code(t, "a maker", err, ward.Forbidden)
		token := member
		token.Token, token.Scopes = true, []ward.Permission{permRead}
		_, err = h.Bundle(ctx, token)
		expect.Code(t, "a token of another scope", err, ward.Forbidden)
	})
}
