package access_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"ward"
	"ward/kit/web"
	"ward/test/site/house"
)

// kinds says which object a path value names, by the path before it. A route
// with a value that no line knows fails the test: it could be tried nowhere.
var kinds = []struct{ before, kind string }{
	{"/domains/", "domain"}, {"/requests/", "request"}, {"/register/", "receipt"}, {"/receipts/", "receipt"}, {"/listed-groups/", "listed"},
	{"/groups/", "group"}, {"/managers/", "person"}, {"/memberships/", "membership"}, {"/applications/", "application"}, {"/notices/", "notice"},
	{"/deputies/", "deputy"}, {"/api/v1/organisations/", "org"}, {"/organisations/", "org"}, {"/sites/", "site"}, {"/contacts/", "contact"},
	{"/api/v1/people/{id}", "person"}, {"/people/{id}", "person"}, {"/people/", "hat"},
	{"/inventory/imports/", "import"}, {"/inventory/import/", "import"}, {"/inventory/assets/", "asset"}, {"/inventory/", "asset"},
	{"/situation/alerts/", "issue"}, {"/overview/", "issue"}, {"/alerts/channels/", "webhook"}, {"/webhooks/", "webhook"}, {"/alerts/asset/", "asset"}, {"/alerts/", "alert"},
	{"/.well-known/csaf/", "file"}, {"/.well-known/csaf-aggregator/", "copy"},
	{"/advisories/deleted/", "tombstone"}, {"/advisories/", "advisory"}, {"/keys/", "key"}, {"/sources/", "source"}, {"/catalogues/", "catalogue"},
	{"/review/", "review"}, {"/reviews/", "review"}, {"/decisions/", "decision"}, {"/exploited/", "exploited"},
	{"/me/passkeys/", "passkey"}, {"/with/", "issuer"},
	{"/situation/calls/", "alert"}, {"/calls/", "alert"}, {"/ack/", "ack"}, {"/feed/", "ack"}, {"/reach/feeds/", "feed"}, {"/acknowledgements/", "ack"},
	{"/texts/", "lang"}, {"/break-glass/", "sheet"}, {"/centre-alerts/", "bulletin"}, {"/hsc/", "number"},
	{"/disclosures/", "case"}, {"/files/", "attachment"}, {"/maker-reports/", "report"}, {"/report/case/", "caselink"}, {"/api/v1/reports/", "caselink"}, {"/reports/", "report"},
	{"/ransomware/decryptors/", "decryptor"}, {"/ransomware/watches/", "watch"},
	{"/operations/", "job"}, {"/jobs/", "job"}, {"/me/sessions/", "session"}, {"/me/tokens/", "token"}, {"/link/", "link"}, {"/links/", "link"},
}

// kindsOf lists the objects that a path names, in order.
func kindsOf(path string) ([]string, error) {
	var out []string
	for at := strings.Index(path, "{"); at >= 0; {
		end := at + strings.Index(path[at:], "}") + 1
		if path[at:end] != "{$}" {
			kind := ""
			for _, k := range kinds {
				if strings.HasSuffix(path[:at], k.before) || strings.HasSuffix(path[:end], k.before) {
					kind = k.kind
					break
				}
			}
			if kind == "" {
				return nil, fmt.Errorf("no line of kinds knows %s", path[:end])
			}
			out = append(out, kind)
		}
		next := strings.Index(path[end:], "{")
		if next < 0 {
			break
		}
		at = end + next
	}
	return out, nil
}

// inBody are the routes that name their objects in the body.
var inBody = map[string]string{
	"POST /inventory/pick":                         "asset",
	"POST /api/v1/inventory/assets/delete":         "asset",
	"POST /api/v1/inventory/assets/end-of-support": "asset",
	"POST /alerts/respond":                         "alert",
	"POST /api/v1/alerts/respond":                  "alert",
	"POST /api/v1/alerts/match":                    "asset",
	"POST /api/v1/alerts/match/advisories":         "advisory",
}

// owned are the kinds that belong to an organisation.
func owned(kind string) bool {
	switch kind {
	case "org", "site", "contact", "hat", "person", "asset", "import", "webhook", "alert", "domain", "request", "group", "membership",
		"application", "notice", "deputy", "sheet", "watch":
		return true
	}
	return false
}

// variantsOf are the objects of a kind that a door is tried with.
func variantsOf(kind string) []string {
	switch {
	case kind == "":
		return []string{"-"}
	case owned(kind):
		return []string{"own", "near", "far", "none"}
	case kind == "advisory", kind == "file":
		return []string{"clear", "amber", "red", "none"}
	case kind == "session", kind == "token":
		return []string{"own", "other", "none"}
	case kind == "job", kind == "key", kind == "copy", kind == "passkey", kind == "issuer", kind == "feed", kind == "ack": // only a mail has the secret
		return []string{"none"}
	}
	return []string{"any", "none"}
}

// nothing is an id of each kind that nobody has.
func nothing(kind string) string {
	switch kind {
	case "issue", "job":
		return "999999"
	case "alert":
		return "999999-1"
	case "number":
		return "HSC-2000-001"
	case "lang":
		return "xx"
	case "file":
		return "white/2025/none.json"
	case "copy":
		return "aggregator.json"
	case "link", "ack", "receipt", "caselink":
		return strings.Repeat("a", 52)
	case "key":
		return strings.Repeat("A", 40)
	}
	return "00000000-0000-7000-8000-00000000ffff" // that of all zeros is the source of uploads
}

// what a writing route is sent: JSON, a form or bytes, right in every part, so
// that only the right decides. {id} is the object.
type payload struct {
	json string
	form string
	raw  string
}

const person = `{"name":"New person","email":"new-{n}@test.invalid","role":"%s"}`

const asks = "kind=hospital&name=Asking+{n}&country=SI&evidence=Register,+number+4711&person=Ana&email=ask-{n}@test.invalid&lang=en"

// reach is how a person wants to be reached, and a key that somebody could have.
const (
	reach     = `{"every":"daily","hour":7,"weekday":1,"urgent":"both","sms":"never"}`
	reachForm = "every=daily&hour=7&weekday=1&quiet_from=22:00&quiet_until=06:00&urgent=both&sms=never"
	publicKey = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEXgvhABYJKwYBBAHaRw8BAQdAn26oyU5BvDcqxrbnO9JDYnyFbNSaRYRaI/lq\nT6GAHe+0Ik1hbmFnZXIgPG1hbmFnZXJAdHJhaW5pbmcuaW52YWxpZD6IkAQTFggA\nOBYhBHefKplBtxrqEfr1/Xtkc9puSzmzBQJeC+EAAhsDBQsJCAcCBhUKCQgLAgQW\nAgMBAh4BAheAAAoJEHtkc9puSzmzdfkBAOwTkRPt3PZMZUKcAqrOBs+BKqA2aLvi\npy4lgAihV3IsAP9xxOXiiwOheRMAj68TaTXenSE/g9Q4/UqJ+kc5IRjIALg4BF4L\n4QASCisGAQQBl1UBBQEBB0C13fHUhjkoMvTucLoESZwQKP39VHFJ5q2mZLoPZYse\naQMBCAeIeAQYFggAIBYhBHefKplBtxrqEfr1/Xtkc9puSzmzBQJeC+EAAhsMAAoJ\nEHtkc9puSzmzEHQA/3WhLF1YuGOPXmkgz6x5EM2sQcCJZE+e+83NpFvheaq6AQDw\n/LEh2kI1h3qa1VY/2vTRSMJ7IFQjBFDFQmDyZcGYCQ==\n=cbMG\n-----END PGP PUBLIC KEY BLOCK-----\n"
)

// payloads by route; a route that is not here gets an empty form or {}.
var payloads = map[string]payload{
	"POST /ransomware/decryptors":                      {form: "family=Akira+{n}&maker=Maker&source=https://maker.example/&signature=none"},
	"POST /api/v1/ransomware/decryptors":               {json: `{"family":"Akira {n}","maker":"Maker","source":"https://maker.example/","signature":"none"}`},
	"POST /ransomware/decryptors/{id}/withdraw":        {form: "reason=It+harms"},
	"POST /api/v1/ransomware/decryptors/{id}/withdraw": {json: `{"reason":"It harms"}`},
	"POST /ransomware/watches":                         {form: "family=Akira&reference=Case+{n}"},
	"POST /api/v1/ransomware/watches":                  {json: `{"family":"Akira","reference":"API {n}"}`},

	"POST /language":                           {form: "lang=de&back=/"},
	"POST /signin":                             {form: "email=nobody@test.invalid&password=wrong words here"},
	"POST /signin/code":                        {form: "code=000000"},
	"POST /signin/break-glass":                 {form: "code={printed}&who=1&hat={entrant}"},
	"POST /api/v1/session/break-glass":         {json: `{"code":"{printed}","hat":"{entrant}"}`},
	"POST /api/v1/session/break-glass/options": {json: `{"code":"{printed}"}`},
	"POST /break-glass/new":                    {form: "place=Safe&password=nine+yellow+otters"},
	"POST /api/v1/break-glass":                 {json: `{"place":"Safe","password":"eleven grey whales"}`},
	"POST /signin/passkey":                     {form: "ceremony=x&answer={}"},
	"POST /api/v1/session/with/{issuer}/back":  {json: `{"ceremony":"x","state":"x","code":"x"}`},
	"POST /api/v1/me/with/{issuer}/back":       {json: `{"ceremony":"x","state":"x","code":"x"}`},
	"POST /session/hat":                        {form: "hat={hat}"},
	"POST /me/password":                        {form: "password=nine+yellow+otters"},
	"POST /me/tokens/new":                      {form: "name=mine&days=3&scopes={scope}"},
	"POST /me/totp":                            {form: "code=000000"},
	"POST /me/totp/off":                        {form: "password=wrong+words+here"},
	"POST /people/{id}/link":                   {form: "purpose=enter"},
	"POST /organisations/new":                  {form: "kind=hospital&name=New+hospital+{n}&country=HR"},
	"POST /people/{hat}":                       {form: "role={role}&title=Changed"},
	"POST /me/details":                         {form: "name=Me&lang=en"},
	"POST /setup":                              {form: "kind=authority&name=House&country=GR&person=Op&email=operator@training.invalid"},

	"POST /register":                                  {form: asks},
	"POST /requests/{request}/accept":                 {form: "evidence=Register,+4711&reason=Called+them&months=12"},
	"POST /requests/{request}/refuse":                 {form: "refusal=Nobody+knows+of+it"},
	"POST /organisations/{org}/verification":          {form: "evidence=Register,+4711&reason=Called+them&months=12"},
	"POST /org/verification":                          {form: "evidence=Register,+4711&reason=Called+them&months=12"},
	"POST /organisations/{org}/domains":               {form: "domain=d{n}.test-hospital.eu"},
	"POST /org/domains":                               {form: "domain=d{n}.test-hospital.eu"},
	"POST /groups/new":                                {form: "kind=sharing&name=Group+{n}"},
	"POST /groups/join":                               {form: "code={code}"},
	"POST /listed-groups/{group}/apply":               {form: "message-{id}=Let+us+in"},
	"POST /groups/{group}/act":                        {form: "act_for=1"},
	"POST /groups/{group}/managers":                   {form: "hat={colleague}"},
	"POST /memberships/{membership}/remove":           {form: "group=x"},
	"POST /applications/{application}":                {form: "accept=1&group=x"},
	"POST /notices/{notice}":                          {form: "state=outside&remark=By+registered+mail"},
	"POST /me/deputies":                               {form: "hat={colleague}&begins={today}&ends={today}"},
	"POST /api/v1/requests":                           {json: `{"kind":"hospital","name":"Asking {n}","country":"SI","evidence":"Register, number 4711","person":"Ana","email":"ana-{n}@test.invalid"}`},
	"POST /api/v1/requests/{request}/accept":          {json: `{"evidence":"Register, 4711","reason":"Called them","months":12}`},
	"POST /api/v1/requests/{request}/refuse":          {json: `{"reason":"Nobody knows of it"}`},
	"POST /api/v1/organisations/{org}/verifications":  {json: `{"evidence":"Register, 4711","reason":"Called them","months":12}`},
	"POST /api/v1/organisations/{org}/domains":        {json: `{"name":"a{n}.test-hospital.eu"}`},
	"POST /api/v1/groups":                             {json: `{"kind":"sharing","name":"Group {n}"}`},
	"POST /api/v1/invitations/look":                   {json: `{"code":"{code}"}`},
	"POST /api/v1/invitations/join":                   {json: `{"code":"{code}"}`},
	"POST /api/v1/listed-groups/{group}/applications": {json: `{"message":"Let us in"}`},
	"POST /api/v1/applications/{application}":         {json: `{"accept":true}`},
	"PUT /api/v1/groups/{group}/act-for":              {json: `{"act_for":true}`},
	"POST /api/v1/groups/{group}/managers":            {json: `{"hat":"{colleague}"}`},
	"PUT /api/v1/notices/{notice}/state":              {json: `{"state":"not_needed","remark":"Of five people"}`},
	"POST /api/v1/me/deputies":                        {json: `{"hat":"{colleague}","begins":"{today}T00:00:00Z","ends":"{today}T23:59:59Z"}`},

	"POST /organisations/{org}/edit":                {form: "kind={kind}&name={name}&country={country}&version={version}&city=Town+{n}"},
	"POST /org/edit":                                {form: "kind={kind}&name={name}&country={country}&version={version}&city=Town+{n}"},
	"POST /organisations/{org}/sites/new":           {form: "name=New+site"},
	"POST /org/sites/new":                           {form: "name=New+site"},
	"POST /organisations/{org}/sites/{site}":        {form: "name=Changed+site"},
	"POST /org/sites/{site}":                        {form: "name=Changed+site"},
	"POST /organisations/{org}/contacts/new":        {form: "name=New&duty=it&email=x@test.invalid"},
	"POST /org/contacts/new":                        {form: "name=New&duty=it&email=x@test.invalid"},
	"POST /organisations/{org}/contacts/{contact}":  {form: "name=Changed&duty=it&email=x@test.invalid"},
	"POST /org/contacts/{contact}":                  {form: "name=Changed&duty=it&email=x@test.invalid"},
	"POST /organisations/{org}/people/new":          {form: "name=New&email=form-{n}@test.invalid&role={role}"},
	"POST /org/people/new":                          {form: "name=New&email=form-{n}@test.invalid&role={role}"},
	"POST /inventory/pick":                          {form: "id={id}&act=support&end_of_support=2031-01-01"},
	"POST /inventory/new":                           {form: "vendor=Acme&product=Form+pump+{n}&quantity=1"},
	"POST /inventory/import":                        {raw: "multipart:vendor,product\nAcme,Form {n}\n"},
	"POST /inventory/import/{id}/columns":           {form: "column0=vendor&column1=product&column2=version"},
	"POST /inventory/assets/{id}/edit":              {form: "vendor=Acme&product=Changed&quantity=1"},
	"POST /inventory/assets/{id}/sbom":              {raw: "multipart:" + sbom},
	"POST /me/reach":                                {form: reachForm},
	"POST /me/reach/key":                            {form: "key=" + url.QueryEscape(publicKey)},
	"POST /me/reach/feeds":                          {form: "name=Feed+{n}&kind=person&clearance=GREEN"},
	"POST /api/v1/me/reach/feeds":                   {json: `{"name":"Feed {n}","kind":"person","clearance":"GREEN","lang":"en"}`},
	"PUT /api/v1/me/reach":                          {json: reach},
	"POST /api/v1/me/reach/preview":                 {json: reach},
	"PUT /api/v1/me/reach/key":                      {json: fmt.Sprintf(`{"key":%q}`, publicKey)},
	"POST /alerts/respond":                          {form: "alert={id}&bulk_state=acknowledged"},
	"POST /alerts/channels":                         {form: "url=https://192.0.2.77/{n}&clearance=CLEAR"},
	"POST /alerts/channels/{id}/state":              {form: "state=paused"},
	"POST /alerts/{id}/respond":                     {form: "state=acknowledged"},
	"POST /alerts/{id}/assets":                      {form: "asset={asset}&asset_state=in_progress"},
	"POST /alerts/{id}/comment":                     {form: "comment=Seen"},
	"POST /advisories/new":                          {raw: "multipart:{document}"},
	"PUT /api/v1/advisories/{id}/read":              {json: `{"read":true}`},
	"POST /advisories/{id}/delete":                  {form: "reason=Sent+by+mistake"},
	"POST /api/v1/advisories/{id}/delete":           {json: `{"reason":"Sent by mistake"}`},
	"POST /advisories/{id}/notes":                   {form: "note=Seen&path="},
	"POST /sources/new":                             {form: "kind=csaf-url&url=https://192.0.2.9/{n}.json&every=1440&unmarked=CLEAR"},
	"POST /sources/{id}/pause":                      {form: "paused=1"},
	"POST /sources/{id}/keys":                       {form: "fingerprint=AAAA&trusted=1"},
	"POST /review/{key}":                            {form: "answer=different&reason=Another+device"},
	"POST /decisions/{id}/undo":                     {form: "reason=It+was+wrong"},
	"POST /api/v1/session":                          {json: `{"email":"nobody@test.invalid","password":"wrong words here"}`},
	"PUT /api/v1/session/hat":                       {json: `{"hat":"{hat}"}`},
	"POST /api/v1/me/tokens":                        {json: `{"name":"t","days":3,"scopes":["{scope}"]}`},
	"POST /api/v1/me/passkeys/options":              {json: `{"password":"nine yellow otters"}`},
	"PUT /api/v1/me/passkeys/{id}":                  {json: `{"name":"Blue key"}`},
	"PUT /api/v1/me/password":                       {json: `{"current":"nine yellow otters","password":"eleven grey whales"}`},
	"PUT /api/v1/me/totp":                           {json: `{"code":"000000"}`},
	"POST /api/v1/me/totp/off":                      {json: `{"password":"wrong words here"}`},
	"POST /api/v1/people/{id}/links":                {json: `{"purpose":"enter"}`},
	"POST /api/v1/organisations":                    {json: `{"organisations":[{"organisation":{"kind":"hospital","name":"New {n}","country":"HR"}}]}`},
	"PUT /api/v1/organisations/{org}":               {json: `{"kind":"{kind}","name":"{name}","country":"{country}","version":{version},"city":"Town {n}"}`},
	"POST /api/v1/organisations/{org}/sites":        {json: `{"name":"New"}`},
	"PUT /api/v1/organisations/{org}/sites/{id}":    {json: `{"name":"Changed"}`},
	"PUT /api/v1/organisations/{org}/services":      {json: `{"services":[]}`},
	"POST /api/v1/organisations/{org}/contacts":     {json: `{"name":"New","duty":"it","email":"x@test.invalid"}`},
	"PUT /api/v1/organisations/{org}/contacts/{id}": {json: `{"name":"Changed","duty":"it","email":"x@test.invalid"}`},
	"POST /api/v1/organisations/{org}/people":       {json: fmt.Sprintf(person, "{role}")},
	"PUT /api/v1/people/{hat}":                      {json: `{"role":"{role}","title":"Changed"}`},
	"PUT /api/v1/me/details":                        {json: `{"name":"Me","lang":"en"}`},
	"PUT /api/v1/setup":                             {json: `{"kind":"authority","name":"House","country":"GR","person":"Op","email":"operator@training.invalid"}`},
	"POST /api/v1/inventory/assets":                 {json: `{"vendor":"Acme","product":"Pump {n}"}`},
	"PUT /api/v1/inventory/assets/{id}":             {json: `{"vendor":"Acme","product":"Changed"}`},
	"POST /api/v1/inventory/assets/delete":          {json: `{"ids":["{id}"]}`},
	"POST /api/v1/inventory/assets/end-of-support":  {json: `{"ids":["{id}"],"day":"2031-01-01"}`},
	"POST /api/v1/inventory/assets/{id}/sbom":       {raw: sbom},
	"POST /api/v1/inventory/import":                 {raw: "vendor,product\nAcme,Api {n}\n"},
	"POST /api/v1/inventory/imports":                {raw: "vendor,product\nAcme,Api {n}\n"},
	"POST /api/v1/inventory/imports/{id}/columns":   {json: `{"fields":["vendor","product","version"]}`},
	"POST /api/v1/inventory/imports/{id}/confirm":   {json: `{}`},
	"POST /api/v1/alerts/{id}/respond":              {json: `{"state":"done"}`},
	"POST /api/v1/alerts/{id}/assets":               {json: `{"assets":["{asset}"],"state":"in_progress"}`},
	"POST /api/v1/alerts/{id}/comment":              {json: `{"comment":"Seen"}`},
	"POST /situation/calls/{id}":                    {form: "contact=Ana&result=no_answer"},
	"POST /api/v1/calls/{id}":                       {json: `{"contact":"Ana","result":"no_answer"}`},
	"POST /situation/ladder":                        {form: "now_call=2"},
	"PUT /api/v1/ladder":                            {json: `{"rungs":[{"urgency":"now","rung":"call","minutes":120}]}`},
	"POST /api/v1/alerts/respond":                   {json: `{"alerts":["{id}"],"state":"acknowledged"}`},
	"POST /api/v1/alerts/match":                     {json: `{"assets":["{id}"]}`},
	"POST /api/v1/alerts/match/advisories":          {json: `{"advisories":["{id}"]}`},
	"POST /api/v1/webhooks":                         {json: `{"url":"https://192.0.2.78/{n}","clearance":"CLEAR"}`},
	"PATCH /api/v1/webhooks/{id}":                   {json: `{"state":"paused"}`},
	"POST /api/v1/advisories":                       {raw: "{document}"},
	"POST /api/v1/advisories/from-url":              {json: `{"url":"https://192.0.2.9/x.json","unmarked":"CLEAR"}`},
	"POST /api/v1/catalogues/{kind}":                {raw: kev},
	"POST /api/v1/sources":                          {json: `{"kind":"csaf-url","url":"https://192.0.2.10/{n}.json","every_seconds":86400}`},
	"PUT /api/v1/sources/{id}/paused":               {json: `{"paused":true}`},
	"PUT /api/v1/sources/{id}/keys/{fingerprint}":   {json: `{"trusted":true}`},
	"POST /api/v1/decisions":                        {json: `{"kind":"alias","vendor":"Acme","name":"Thing {n}","claim_vendor":"Acme","claim_names":["Other thing {n}"],"same":true,"reason":"Known"}`},
	"POST /api/v1/decisions/{id}/undo":              {json: `{"reason":"It was wrong"}`},
	"POST /report/new":                              {form: "vendor=Acme&product=Pump&title=T&impact=I&exploited=none&source=researcher"},
	"POST /report/case/{secret}/messages":           {form: "text=More"},
	"POST /reports/new":                             {form: "vendor=Acme&product=Pump&title=T&impact=I&exploited=none"},
	"POST /reports/{id}/messages":                   {form: "text=More"},
	"POST /disclosures/{id}/summary":                {form: "edit=1&vendor=Acme&product=Pump&title=T&impact=I&exploited=none&severity=high"},
	"POST /disclosures/{id}/coordinate":             {form: "embargo={soon}"},
	"POST /disclosures/{id}/embargo":                {form: "embargo={soon}&note=Needs+a+week"},
	"POST /disclosures/{id}/close":                  {form: "outcome=duplicate"},
	"POST /disclosures/{id}/messages":               {form: "text=We+read+it"},
	"POST /disclosures/{id}/notes":                  {form: "note=Seen"},
	"POST /centre-alerts/from-case":                 {form: "case={triaged}"},
	"POST /api/v1/centre-alerts/from-case":          {json: `{"case":"{triaged}"}`},
	"POST /api/v1/reports":                          {json: newReport},
	"POST /api/v1/reports/{secret}/messages":        {json: `{"text":"More"}`},
	"POST /api/v1/reports/{secret}/files":           {raw: "some text"},
	"POST /api/v1/maker-reports":                    {json: newReport},
	"POST /api/v1/maker-reports/{id}/messages":      {json: `{"text":"More"}`},
	"POST /api/v1/maker-reports/{id}/files":         {raw: "some text"},
	"PUT /api/v1/disclosures/{id}/summary":          {json: `{"edit":1,"summary":{"vendor":"Acme","product":"Pump","title":"T","impact":"I"}}`},
	"POST /api/v1/disclosures/{id}/coordinate":      {json: `{"embargo":"{soon}T08:00:00Z"}`},
	"POST /api/v1/disclosures/{id}/embargo":         {json: `{"embargo":"{soon}T08:00:00Z","note":"Needs a week"}`},
	"POST /api/v1/disclosures/{id}/close":           {json: `{"outcome":"duplicate"}`},
	"POST /api/v1/disclosures/{id}/messages":        {json: `{"text":"We read it"}`},
	"POST /api/v1/disclosures/{id}/notes":           {json: `{"note":"Seen"}`},
	"POST /centre-alerts":                           {form: "template=device"},
	"POST /centre-alerts/{id}/edit":                 {form: "edit=2&title=T&summary=S&it=I&devices=D&practice=P&severity=high&exploited=none&tlp=clear&countries=MT"},
	"POST /centre-alerts/{id}/texts/{lang}":         {form: "title=T&summary=S&it=I"},
	"POST /centre-alerts/{id}/return":               {form: "comment=Again"},
	"POST /api/v1/centre-alerts":                    {json: `{"template":"phishing"}`},
	"PUT /api/v1/centre-alerts/{id}":                {json: `{"edit":2,"content":{"text":{"title":"T","summary":"S","it":"I","devices":"D","practice":"P"},"severity":"high","tlp":"CLEAR","audience":{"countries":["MT"]}}}`},
	"PUT /api/v1/centre-alerts/{id}/texts/{lang}":   {json: `{"text":{"title":"T","summary":"S","it":"I"}}`},
	"POST /api/v1/centre-alerts/{id}/approve":       {json: `{"edit":1}`},
	"POST /api/v1/centre-alerts/{id}/return":        {json: `{"comment":"Again"}`},
	"POST /api/v1/links/{secret}":                   {json: `{}`},
	"POST /api/v1/csaf/validate":                    {raw: "{document}"},
	"POST /validator":                               {raw: "multipart:{document}"},
}

const newReport = `{"source":"maker","summary":{"vendor":"Acme","product":"Pump","title":"T","impact":"I"},"proof":"P"}`

const sbom = `{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"metadata":{"component":{"type":"device","name":"Pump","version":"1"}},"components":[{"type":"library","name":"zlib","version":"1.2.11"}]}`

const kev = `{"title":"Catalogue","catalogVersion":"2025.01.01","dateReleased":"2025-01-01T00:00:00Z","count":1,"vulnerabilities":[{"cveID":"CVE-2025-0001",
"vendorProject":"Acme","product":"Pump","vulnerabilityName":"A fault","dateAdded":"2025-01-01","shortDescription":"A fault.","requiredAction":"Update.","dueDate":"2025-02-01",
"knownRansomwareCampaignUse":"Unknown","notes":"","cwes":[]}]}`

// fill puts the values of one try into a payload's text.
func fill(text string, values map[string]string) string {
	for k, v := range values {
		text = strings.ReplaceAll(text, "{"+k+"}", v)
	}
	return text
}

// send tries one door.
func send(c *house.Client, r web.Route, path string, p payload, values map[string]string) house.Answer {
	switch {
	case r.Method == http.MethodGet:
		return c.Get(path)
	case strings.HasPrefix(p.raw, "multipart:"):
		kind, body := multipartOf(fill(strings.TrimPrefix(p.raw, "multipart:"), values))
		return c.Do(r.Method, path, kind, body)
	case p.raw != "":
		return c.Do(r.Method, path, "application/octet-stream", []byte(fill(p.raw, values)))
	case r.API:
		text := p.json
		if text == "" && (r.Method == http.MethodPost || r.Method == http.MethodPut) {
			text = "{}"
		}
		return c.Do(r.Method, path, "application/json", []byte(fill(text, values)))
	}
	form, err := url.ParseQuery(fill(p.form, values))
	if err != nil {
		panic(err) // a payload above is mistyped
	}
	return c.Form(path, form)
}

func multipartOf(file string) (kind string, body []byte) {
	const line = "----cut-here"
	head := "--" + line + "\r\nContent-Disposition: form-data; name=\""
	text := head + "kind\"\r\n\r\ncsaf\r\n" + head + "unmarked\"\r\n\r\nCLEAR\r\n" +
		head + "file\"; filename=\"file.txt\"\r\nContent-Type: application/octet-stream\r\n\r\n" + file + "\r\n--" + line + "--\r\n"
	return "multipart/form-data; boundary=" + line, []byte(text)
}

// class is the stable word for an answer.
func class(a house.Answer) string {
	switch {
	case a.Status >= 500:
		return fmt.Sprint("FAULT-", a.Status)
	case a.Status == http.StatusUnauthorized, strings.HasPrefix(a.Location, "/signin?"):
		return "sign-in"
	case a.Status == http.StatusForbidden:
		return "forbidden"
	case a.Status == http.StatusNotFound:
		return "not-found"
	case a.Status < 400:
		return "ok"
	case a.Status == http.StatusConflict:
		return "conflict"
	}
	return "invalid"
}

// placeOf is where an object of a variant belongs, for somebody of a role.
func placeOf(kind, variant string, r ward.Role) house.Place {
	switch variant {
	case "near":
		return house.Near
	case "far":
		return house.Far
	case "any":
		return house.Centre
	case "own":
		if kind == "token" {
			return house.Place(r)
		}
		return house.PlaceOf(r)
	case "other":
		if r == ward.RoleManager {
			return house.Place(ward.RoleMember)
		}
		return house.Place(ward.RoleManager)
	}
	return house.Place(variant)
}
