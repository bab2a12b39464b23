package redact

import (
	"fmt"
	"strings"
	"testing"
)

// sample is one line, what of it must be gone and what must stay.
type sample struct {
	line   string
	fields [][2]string
	secret map[Kind][]string
	stays  []string
}

// label draws a label of a kind in a language, as data/labels.txt has them.
func (m *maker) label(kind Kind, lang string) string {
	list, _ := rows("labels.txt", 3)
	for _, row := range list {
		if Kind(row[0]) == kind && row[1] == lang {
			return pick(m, strings.Split(row[2], "|"))
		}
	}
	return ""
}

func upperFirst(s string) string {
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// lines are the shapes of logs in which personal data stands.
func (m *maker) lines(p patient) []sample {
	ip, host, hash := fmt.Sprintf("10.%d.%d.%d", m.r.IntN(256), m.r.IntN(256), 1+m.r.IntN(254)), fmt.Sprintf("pc%03d.hospital.example", m.r.IntN(1000)), fmt.Sprintf("%016x%016x", m.r.Uint64(), m.r.Uint64())
	stamp := "2026-11-29T10:00:00.123Z"
	one := func(line string, secret map[Kind][]string, stays ...string) sample {
		return sample{line: line, secret: secret, stays: stays}
	}
	who := func(v ...string) map[Kind][]string { return map[Kind][]string{Person: v} }
	is := func(k Kind, v string) map[Kind][]string { return map[Kind][]string{k: {v}} }
	return []sample{
		one(fmt.Sprintf("Nov 29 10:00:00 %s sshd[4711]: Accepted password for %s from %s port 51515 ssh2", host, p.account, ip), who(p.account), host, ip, "4711", "51515"),
		one(fmt.Sprintf("Nov 29 10:00:00 %s sshd[1]: pam_unix(sshd:session): session opened for user %s(uid=1001) by (uid=0)", host, p.account), who(p.account), host, "1001"),
		one(fmt.Sprintf(`{"EventID":4624,"TargetUserName":"%s","TargetDomainName":"HOSP","IpAddress":"%s","Computer":"%s"}`, p.account, ip, host), who(p.account), ip, host, "HOSP", "4624"),
		one(fmt.Sprintf(`<EventData><Data Name="TargetUserName">%s</Data><Data Name="WorkstationName">PC17</Data></EventData>`, p.account), who(p.account), "PC17"),
		one(fmt.Sprintf(`%s Image="C:\Users\%s\AppData\Local\Temp\x.exe" Hashes=MD5=%s`, stamp, p.account, hash), who(p.account), hash, "AppData", "x.exe", stamp),
		{line: fmt.Sprintf(`1795946400.075 180 %s TCP_MISS/200 411 GET http://ris.example/patients/%s/images %s DIRECT/192.0.2.9 -`, ip, strings.ReplaceAll(p.mrn, "/", "-"), p.account),
			fields: [][2]string{{"c-ip", ip}, {"cs-username", p.account}}, secret: map[Kind][]string{Person: {p.account}, Patient: {strings.ReplaceAll(p.mrn, "/", "-")}}, stays: []string{ip, "ris.example", "1795946400.075", "192.0.2.9"}},
		{line: fmt.Sprintf(`%s - %s [29/Nov/2026:10:00:00 +0100] "GET /fhir/Patient?family=%s&birthdate=%s HTTP/1.1" 200 17`, ip, p.account, p.family, p.born),
			fields: [][2]string{{"cs-username", p.account}}, secret: map[Kind][]string{Person: {p.account}, Birth: {p.born}}, stays: []string{ip, "29/Nov/2026:10:00:00 +0100"}},
		one(fmt.Sprintf(`2026-11-29 10:00:00 INFO hl7 received MSH|^~\&|HIS|KH|RIS|KH|202611291000||ADT^A01|4711|P|2.5\rPID|1||%s^^^KH^MR||%s^%s||%s|F|||%s^^1010 Wien||%s|||||||%s\rPV1|1|I|2^301^1||||4711^%s^%s`,
			p.mrn, p.family, p.given, p.born8, p.street, p.phone, p.national, p.family, p.given),
			map[Kind][]string{Patient: {p.mrn}, Person: {p.family, p.given}, Birth: {p.born8}, Phone: {p.phone}, Address: {p.street}, Number: {p.national}}, "HIS", "RIS", "202611291000", "ADT^A01"),
		one(fmt.Sprintf("I: C-STORE-RQ from CT1@%s PatientName=%s^%s PatientID=%s Modality=CT StudyInstanceUID=1.2.840.113619.2.55.3", ip, p.family, p.given, p.mrn),
			map[Kind][]string{Person: {p.family, p.given}, Patient: {p.mrn}}, ip, "1.2.840.113619.2.55.3", "Modality=CT"),
		one(fmt.Sprintf("(0010,0010) PN [%s^%s] # 12, 1 PatientName (0010,0030) DA [%s] # 8, 1", p.family, p.given, p.born8), map[Kind][]string{Person: {p.family, p.given}, Birth: {p.born8}}),
		one(fmt.Sprintf(`<ParticipantObjectIdentification ParticipantObjectID="%s" ParticipantObjectTypeCode="1"><ParticipantObjectName>%s %s</ParticipantObjectName></ParticipantObjectIdentification><AuditSourceIdentification AuditSourceID="%s"/>`, p.mrn, p.given, p.family, host),
			map[Kind][]string{Patient: {p.mrn}, Person: {p.family, p.given}}, host),
		one(fmt.Sprintf("%s mail from=<%s.%s@hospital.example> to=<x@evil.example> size=4711", stamp, strings.ToLower(p.given), strings.ToLower(p.family)), map[Kind][]string{Mail: {strings.ToLower(p.given), strings.ToLower(p.family)}}, "hospital.example", "evil.example", "4711"),
		one(fmt.Sprintf("UPDATE failed: SELECT id FROM adt WHERE patient_id='%s' AND last_name='%s'", p.mrn, p.family), map[Kind][]string{Patient: {p.mrn}, Person: {p.family}}),
		one(fmt.Sprintf("%s %s: %s (%s)", stamp, m.label(Patient, p.lang), p.mrn, host), is(Patient, p.mrn), stamp, host),
		one(fmt.Sprintf("%s %s: %s", stamp, m.label(Number, p.lang), p.national), is(Number, p.national), stamp),
		one(fmt.Sprintf("%s %s %s %s (%s)", stamp, upperFirst(m.label(Person, p.lang)), p.given, p.family, host), who(p.family, p.given), stamp, host),
		one(fmt.Sprintf("%s: %s, %s: %s", m.label(Phone, p.lang), strings.TrimPrefix(p.phone, "+"), m.label(Birth, p.lang), p.born), map[Kind][]string{Phone: {strings.TrimPrefix(p.phone, "+")}, Birth: {p.born}}),
		one(fmt.Sprintf("%s lookup %s took 12 ms on %s", stamp, m.number(m.strong()), host), nil, stamp, host),
	}
}

// strong draws a form that needs no label.
func (m *maker) strong() *number {
	for {
		if f := &m.rules.numbers[m.r.IntN(len(m.rules.numbers))]; f.alone {
			return f
		}
	}
}

// TestRecall redacts made-up lines of 150 patients and states how much of each
// kind is gone, and how much of what should stay was taken.
func TestRecall(t *testing.T) {
	m, r := newMaker(2026), New(Options{})
	gone, all, taken, stays := map[Kind]int{}, map[Kind]int{}, 0, 0
	missed := map[string]int{}
	for range 150 {
		p := m.patient()
		for i, s := range m.lines(p) {
			got, _ := r.Line(s.line, s.fields)
			for kind, values := range s.secret {
				for _, v := range values {
					all[kind]++
					if !strings.Contains(got, v) {
						gone[kind]++
					} else if missed[fmt.Sprint(i, kind)]++; missed[fmt.Sprint(i, kind)] <= 2 {
						t.Logf("missed %s %q in %s\n\t%s", kind, v, s.line, got)
					}
				}
			}
			for _, v := range s.stays {
				if stays++; !strings.Contains(got, v) {
					if taken++; taken <= 10 {
						t.Logf("took %q of %s\n\t%s", v, s.line, got)
					}
				}
			}
		}
	}
	kinds := []Kind{Person, Patient, Number, Mail, Phone, Birth, Address}
	for _, k := range kinds {
		t.Logf("recall of %-16s %6d of %6d = %.2f %%", k, gone[k], all[k], 100*float64(gone[k])/float64(all[k]))
		if float64(gone[k]) < 0.98*float64(all[k]) {
			t.Errorf("recall of %s is below 98 %%", k)
		}
	}
	t.Logf("taken of what should stay: %d of %d = %.3f %%", taken, stays, 100*float64(taken)/float64(stays))
	if taken*200 > stays {
		t.Error("more than 0.5 % of what should stay is gone")
	}
}

// TestNumbersAlone: a number that stands without a label is found where its form
// is strong enough, for each Member State.
func TestNumbersAlone(t *testing.T) {
	m, r := newMaker(1), New(Options{})
	countries := map[string]bool{}
	for i := range m.rules.numbers {
		f := &m.rules.numbers[i]
		countries[f.country] = true
		found := 0
		for range 50 {
			s := m.number(f)
			line := "lookup " + s + " took 12 ms"
			if !f.alone {
				line = "NIF " + s + " took 12 ms"
			}
			if got, _ := r.Text(line); !strings.Contains(got, s) {
				found++
			} else if found == 0 {
				t.Logf("%s %s: %s", f.country, f.name, got)
			}
		}
		if found < 40 {
			t.Errorf("%s %s: %d of 50 found", f.country, f.name, found)
		}
	}
	if len(countries) != 28 { // the 27 and the European card
		t.Errorf("%d countries", len(countries))
	}
}
