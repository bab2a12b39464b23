package redact

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestText holds single rules, what they take and what they leave.
func TestText(t *testing.T) {
	r := New(Options{})
	for _, row := range []struct{ line, want string }{
		{"Failed password for invalid user anna from 192.0.2.4 port 22 ssh2", "Failed password for invalid user [person] from 192.0.2.4 port 22 ssh2"},
		{"Failed password for root from 192.0.2.4", "Failed password for root from 192.0.2.4"},
		{"sudo:   anna : TTY=pts/0 ; PWD=/home/anna ; USER=root ; COMMAND=/bin/ls", "sudo:   [person] : TTY=pts/0 ; PWD=/home/[person] ; USER=root ; COMMAND=/bin/ls"},
		{"pam: session opened for user anna(uid=1001) by (uid=0)", "pam: session opened for user [person](uid=1001) by (uid=0)"},
		{"Account Name:\t\tanna.muster\r\n\tAccount Domain:\t\tHOSP", "Account Name:\t\t[person]\r\n\tAccount Domain:\t\tHOSP"},
		{`"SubjectUserName":"PC17$","TargetUserName":"HOSP\\anna"`, `"SubjectUserName":"PC17$","TargetUserName":"HOSP\\[person]"`},
		{`User: NT AUTHORITY\SYSTEM`, `User: NT AUTHORITY\SYSTEM`},
		{`C:\Users\Anna Muster\x.docx C:\Users\Public\y`, `C:\Users\[person]\x.docx C:\Users\Public\y`},
		{"from=<anna@hosp.example> to=<info@hosp.example>", "from=<[e-mail]@hosp.example> to=<info@hosp.example>"},
		{"user agent Mozilla/5.0, user is unknown, username='-'", "user agent Mozilla/5.0, user is unknown, username='-'"},
		{"Patient Portal login; Patient: Muster, Anna", "Patient Portal login; Patient: [person]"},
		{"GET /fhir/Patient/4711 /Patient/search", "GET /fhir/Patient/[patient id] /Patient/search"},
		{"call +43 1 234 56 78 or tel. 01/234 56 78", "call [phone] or tel. [phone]"},
		{"2026-11-29T10:00:00+0100 up +12.5 1795946400 4711", "2026-11-29T10:00:00+0100 up +12.5 1795946400 4711"},
		{"guid 54849625-5478-4994-a5ba-3e3b0328c30d sha 8a43602dc67d8c5934fa638c2b066d38 ip 1.2.3.4:5678", "guid 54849625-5478-4994-a5ba-3e3b0328c30d sha 8a43602dc67d8c5934fa638c2b066d38 ip 1.2.3.4:5678"},
		{"Frau Dr. Müller ruft Herrn O'Brien an", "Frau [person] ruft Herrn [person] an"},
		{"geb. 1.2.1980, née le 3 mars 1975", "geb. [date of birth], née le [date of birth]"},
		{"MSH|^~\\&|A|B|C|D|20261129||ADT^A01\rPID|1||4711^^^KH||Muster^Anna||19800201\rPV1|1|I|2^301", "MSH|^~\\&|A|B|C|D|20261129||ADT^A01\rPID|1||[patient id]||[person]||[date of birth]\rPV1|1|I|2^301"},
		{"(0010,0020) LO [4711] # 4,1 PatientID (0008,0060) CS [CT]", "(0010,0020) LO [[patient id]] # 4,1 PatientID (0008,0060) CS [CT]"},
		{"ssn 44051401359 x44051401359 44051401359.5", "ssn [national number] x44051401359 44051401359.5"},
	} {
		if got, _ := r.Text(row.line); got != row.want {
			t.Errorf("%q\n got %q\nwant %q", row.line, got, row.want)
		}
	}
}

// TestKeep: the indicator is why the line is sent.
func TestKeep(t *testing.T) {
	r := New(Options{})
	if got, _ := r.Text("mail from=<boss@evil.example> to=<anna@hosp.example>", "boss@evil.example"); got != "mail from=<boss@evil.example> to=<[e-mail]@hosp.example>" {
		t.Error(got)
	}
	if got, _ := r.Field("cs-username", "anna", "anna"); got != "anna" {
		t.Error(got)
	}
}

func TestField(t *testing.T) {
	r := New(Options{})
	for _, row := range [][3]string{
		{"TargetUserName", "anna", "[person]"}, {"User", `HOSP\anna`, `HOSP\[person]`}, {"UserId", "anna@hosp.example", "[person]@hosp.example"}, {"user", "SYSTEM", "SYSTEM"},
		{"TargetUserName", "PC17$", "PC17$"}, {"auid", "1000", "1000"}, {"SubjectUserName", "-", "-"}, {"SubjectUserName", "", ""}, {"PatientID", "4711", "[patient id]"},
		{"ParticipantObjectIdentification.ParticipantObjectID", "4711", "[patient id]"}, {"CommandLine", `type C:\Users\anna\x`, `type C:\Users\[person]\x`}, {"SRC", "192.0.2.1", "192.0.2.1"},
		{"Security_UserID", "S-1-5-21-1-2-3-1001", "S-1-5-21-1-2-3-1001"},
	} {
		if got, _ := r.Field(row[0], row[1]); got != row[2] {
			t.Errorf("%s = %q: got %q, want %q", row[0], row[1], got, row[2])
		}
	}
}

// TestTags: with a key the same person has the same tag, and another key another.
func TestTags(t *testing.T) {
	a, b := New(Options{Key: []byte("a")}), New(Options{Key: []byte("b")})
	one, _ := a.Text("user=anna")
	two, _ := a.Field("User", "ANNA")
	three, _ := b.Field("User", "anna")
	if !strings.HasPrefix(one, "user=[person ") || strings.TrimPrefix(one, "user=") != two || two == three {
		t.Error(one, two, three)
	}
}

func TestBounds(t *testing.T) {
	r := New(Options{})
	got, _ := r.Text(strings.Repeat("x", maxText) + " user=anna")
	if strings.Contains(got, "anna") || len(got) > maxText+8 {
		t.Errorf("%d bytes", len(got))
	}
	if got, _ := r.Text("a\xffb user=anna"); !utf8.ValidString(got) || strings.Contains(got, "anna") {
		t.Error(got)
	}
}

// TestData: the files are read, and every label that takes a number takes one.
func TestData(t *testing.T) {
	r, err := load()
	if err != nil {
		t.Fatal(err)
	}
	languages := map[Kind]map[string]bool{}
	list, _ := rows("labels.txt", 3)
	clean := New(Options{})
	for _, row := range list {
		kind := Kind(row[0])
		if languages[kind] == nil {
			languages[kind] = map[string]bool{}
		}
		languages[kind][row[1]] = true
		value := map[Kind]string{Patient: "4711-22", Number: "44051401359", Phone: "01 234 56 78", Birth: "01.02.1980", Person: "Muster"}[kind]
		for _, w := range strings.Split(row[2], "|") {
			if got, _ := clean.Text("(" + w + ": " + value + ")"); strings.Contains(got, value) {
				t.Errorf("%s %s: %q leaves %q", row[0], row[1], w, got)
			}
		}
	}
	for kind, has := range languages {
		if len(has) != 24 {
			t.Errorf("%s: labels in %d of 24 languages", kind, len(has))
		}
	}
	if len(r.numbers) == 0 || len(r.system) == 0 || len(r.fields) == 0 {
		t.Error("a file is empty")
	}
}

func ExampleRedactor_Text() {
	r := New(Options{})
	clean, found := r.Text("Accepted password for anna from 203.0.113.66 port 22; patient_id=4711", "203.0.113.66")
	fmt.Println(clean, found[Person], found[Patient])
	// Output: Accepted password for [person] from 203.0.113.66 port 22; patient_id=[patient id] 1 1
}

// FuzzText: what comes out is valid text, no longer than the marks explain, and
// redacting again finds no more than the marks' surroundings allow.
func FuzzText(f *testing.F) {
	f.Add("PID|1||4711||Muster^Anna\rPV1|", "user=anna", "anna")
	f.Add(`<Data Name="User">x</Data> C:\Users\a b\c`, "Patient: 12/34", "")
	f.Fuzz(func(t *testing.T, line, value, keep string) {
		r := New(Options{})
		got, found := r.Text(line, keep)
		n := 0
		for _, k := range found {
			n += k
		}
		if !utf8.ValidString(got) || len(got) > 3*len(line)+32*n+8 {
			t.Errorf("%q became %q", line, got)
		}
		if len(found) == 0 && len(line) <= maxText && got != strings.ToValidUTF8(line, "\uFFFD") {
			t.Errorf("nothing found, and %q became %q", line, got)
		}
		r.Line(line, [][2]string{{"user", value}, {value, keep}}, keep)
		r.Field(value, line, keep)
	})
}
