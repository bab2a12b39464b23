package redact

import (
	"strings"

	"ward/format/pattern"
)

// pairForm is a name and a value as logs join them: user=anna, "user":"anna",
// Account Name:<tab>anna, ?PatientID=4711&. Group 1 is the name, the others the
// value with or without quotes.
var pairForm = pattern.Of(`([\pL\pN_][\pL\pN_.-]{0,40}(?: (?:Name|ID))?)\\?["']?(?:=|[ \t]{0,3}:[ \t]{0,6}|\s=\s)(?:"((?:[^"\\]|\\.){1,256})"|\\"([^"\\]{1,256})\\"|'([^']{1,256})'|([^\s,;&"'|)\]}<>][^\s,;&"|)\]}<>]{0,255}))`)

// pairs finds values by the names that logs give them.
func (r *rules) pairs(s string) []span {
	var out []span
	for at := 0; at < len(s); {
		m := pairForm().FindStringSubmatchIndex(s[at:])
		if m == nil {
			break
		}
		value, from := "", 0
		for g := 4; g <= 10; g += 2 {
			if m[g] >= 0 {
				value, from = s[at+m[g]:at+m[g+1]], at+m[g]
			}
		}
		kind, telling := r.fields[foldName(s[at+m[2]:at+m[3]])]
		if !telling {
			at += m[3] // the value may itself be a pair
			continue
		}
		out = append(out, r.named(value, from, kind)...)
		at += m[1]
	}
	for _, m := range resourceForm().FindAllStringSubmatchIndex(s, -1) {
		kind := Person
		if s[m[2]:m[3]] == "value" {
			kind = Patient
		}
		out = append(out, r.named(s[m[4]:m[5]], m[4], kind)...)
	}
	for _, m := range elementForm().FindAllStringSubmatchIndex(s, -1) {
		name := m[2]
		end := m[3]
		if name < 0 {
			name, end = m[4], m[5]
		}
		if kind, telling := r.fields[foldName(s[name:end])]; telling {
			out = append(out, r.named(s[m[6]:m[7]], m[6], kind)...)
		}
	}
	return out
}

// elementForm is an XML element with a text: <Data Name="TargetUserName">anna<,
// <ParticipantObjectName>Muster^Anna<.
var elementForm = pattern.Of(`<(?:Data Name=\\?["']([^"'\\]{1,64})\\?["']|(?:[\w-]+:)?([\w-]{1,64}))>([^<]{1,256})<`)

// resourceForm is an element of FHIR in XML that may name somebody, such as
// <altId value="anna"/>: the elements of names, identifiers and references (FHIR R4,
// AuditEvent). Words for codes are displayed by the same element, and go with it.
var resourceForm = pattern.Of(`<(name|display|altId|family|given|text|value)\s+value=\\?["']([^"'\\<>]{1,256})`)

// references are those of FHIR to somebody: Patient/4711 (R4, section 2.3).
var references = pattern.Of(`(?:^|["'\s=>(])(?:Patient|Practitioner|PractitionerRole|RelatedPerson|Person|Encounter|EpisodeOfCare)/([A-Za-z0-9.-]{1,64})`)

// named gives the part of a value that names somebody: no system accounts, no
// domain, nothing for "unknown".
func (r *rules) named(value string, from int, kind Kind) []span {
	value = strings.TrimRight(value, ".:'")
	if strings.Trim(value, "-?*.()") == "" || strings.HasPrefix(value, "[") {
		return nil
	}
	if kind != Person {
		if digitsIn(value) == 0 && kind != Address {
			return nil
		}
		return []span{{from, from + len(value), kind}}
	}
	a, b := account(value)
	if a >= b || r.nobody(value[a:b]) {
		return nil
	}
	return []span{{from + a, from + b, Person}}
}

func (r *rules) nobody(name string) bool {
	return r.system[strings.ToLower(name)] || strings.HasSuffix(name, "$") || stop[strings.ToLower(name)]
}

// phraseForms are how common programs put an account into a sentence: sshd,
// PAM, sudo, su, databases, web applications. Group 1 is the account.
var phraseForms = [...]pattern.Pattern{
	pattern.Of(`(?i)\buser(?:name)?[ :]+["'\[(<]?([\pL\pN][\pL\pN._@\\+-]{0,63})`),
	pattern.Of(`(?i)\bfor (?:invalid user |illegal user |user |account )?["'\[(<]?([\pL\pN][\pL\pN._@\\+-]{0,63})["'\])>]? (?:from|by|on|via|port)\b`),
	pattern.Of(`(?i)\bby ([\pL\pN][\pL\pN._@\\+-]{0,63})\(uid=`),
	pattern.Of(`\bsudo(?:\[\d+\])?:\s+([\pL\pN][\pL\pN._@\\+-]{0,63}) : `),
	pattern.Of(`(?i)\blog(?:ged|in|on)? ?(?:in|on)? (?:as|by) ["'\[(<]?([\pL\pN][\pL\pN._@\\+-]{0,63})`),
	pattern.Of(`(?i)\b(?:benutzer|utilisateur|usuario|utente|utilizador|gebruiker|bruger|användare|käyttäjä|użytkownik|uživatel|používateľ|uporabnik|korisnik|felhasználó|utilizator|потребител|χρήστης|kasutaja|lietotājs|naudotojas|utent|úsáideoir)[ :=]+["'\[(<„«]?([\pL\pN][\pL\pN._@\\+-]{0,63})`),
}

// stop are words that follow "user" in sentences and are no account.
var stop = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`agent agents is not was has had have id ids name names logged login logon logout unknown from and or in on at to for of the a an mode space session sessions account accounts process interface data profile authentication authenticated auth database table group groups role roles does did do with by who that which will can cannot could failed failure error invalid disabled locked enabled created deleted added removed found exists input output defined experience manual guide level type list password request requested requests accept accepted denied rejected true false null none nil yes no mit ist nicht hat wurde der die das avec est pas con es è non nt ipv4 ipv6 inet inet6 unix netlink in6`) {
		out[w] = true
	}
	return out
}()

// phrases finds accounts in sentences.
func (r *rules) phrases(s string) []span {
	var out []span
	for _, phrase := range phraseForms {
		for _, m := range phrase().FindAllStringSubmatchIndex(s, -1) {
			name := strings.TrimRight(s[m[2]:m[3]], ".-")
			if !isIP(name) {
				out = append(out, r.named(name, m[2], Person)...)
			}
		}
	}
	return out
}

func isIP(s string) bool { return strings.Count(s, ".") == 3 && strings.Trim(s, "0123456789.") == "" }

// homes are folders that bear the name of their owner; hospital applications
// put patients into paths as well.
var (
	homes    = pattern.Of(`(?i)(?:[a-z]:(?:\\+|/)(?:users|documents and settings)(?:\\+|/)|(?:^|[\s"'=(:>,;])(?:/[\pL\pN._+-]+){0,8}/(?:home|users)/)(?:([^\\/"'<>|:*?\r\n\t=&]{1,64})(?:\\|/)|([^\\/\s"'<>|:*?=&,;]{1,64}))`)
	subjects = pattern.Of(`(?i)[/?&](?:patients?|pat|mrn|encounters?|persons?|pacientes?|patienten|fall|faelle|casos?|kranke|subject)(?:/|%2F|%3D|=)(?:(?:id|mrn)[/=])?([\pL\pN][\pL\pN_.~^-]{1,64})`)
)

// shares are folders beside the homes that nobody owns.
var shares = map[string]bool{"public": true, "default": true, "all users": true, "default user": true, "shared": true, "defaultapppool": true, "lost+found": true, "me": true, "self": true, "current": true, "search": true}

func (r *rules) paths(s string) []span {
	var out []span
	for _, m := range homes().FindAllStringSubmatchIndex(s, -1) {
		g := 2
		if m[g] < 0 {
			g = 4
		}
		name := strings.ToLower(s[m[g]:m[g+1]])
		if !shares[name] && !r.system[name] && !strings.HasPrefix(name, "[") && !strings.HasPrefix(name, "%") {
			out = append(out, span{m[g], m[g+1], Person})
		}
	}
	for _, m := range references().FindAllStringSubmatchIndex(s, -1) {
		out = append(out, span{m[2], m[3], Patient})
	}
	for _, m := range subjects().FindAllStringSubmatchIndex(s, -1) {
		if id := s[m[2]:m[3]]; digitsIn(id) > 0 {
			out = append(out, span{m[2], m[3], Patient})
		} else if strings.Contains(id, "^") {
			out = append(out, span{m[2], m[3], Person})
		}
	}
	return out
}
