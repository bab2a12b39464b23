package ransom

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ordinary is one document that no family may be named for.
type ordinary struct{ name, text string }

// ordinaryDocuments are the plain texts of testdata/ordinary and what a seeded
// generator makes of the sentences below: n in all.
func ordinaryDocuments(t testing.TB, n int, names []string) []ordinary {
	t.Helper()
	files, err := filepath.Glob("testdata/ordinary/*")
	if err != nil || len(files) == 0 {
		t.Fatal("no plain texts", err)
	}
	var out []ordinary
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, ordinary{filepath.Base(f), string(b)})
	}
	g := generator{rand.New(rand.NewPCG(2026, 11)), names}
	for i := 0; len(out) < n; i++ {
		out = append(out, g.document(i))
	}
	return out
}

type generator struct {
	r     *rand.Rand
	names []string // of families, to be spoken about
}

func (g generator) one(list ...string) string { return list[g.r.IntN(len(list))] }

func (g generator) some(list []string, least, most int) string {
	var out []string
	for _, i := range g.r.Perm(len(list))[:min(least+g.r.IntN(most-least+1), len(list))] {
		out = append(out, g.fill(list[i]))
	}
	return strings.Join(out, g.one(" ", "\n", "\n\n"))
}

// fill puts words into the places of a sentence.
func (g generator) fill(s string) string {
	onion := make([]byte, 56)
	for i := range onion {
		onion[i] = "abcdefghijklmnopqrstuvwxyz234567"[g.r.IntN(32)]
	}
	return strings.NewReplacer(
		"{family}", g.names[g.r.IntN(len(g.names))], "{family2}", g.names[g.r.IntN(len(g.names))],
		"{day}", fmt.Sprintf("%d.%d.2026", 1+g.r.IntN(28), 1+g.r.IntN(12)), "{n}", fmt.Sprint(g.r.IntN(900)+10),
		"{cve}", fmt.Sprintf("CVE-202%d-%d", g.r.IntN(6), 1000+g.r.IntN(50000)), "{onion}", string(onion)+".onion",
		"{mail}", g.one("info", "support", "it", "office", "backup", "helpdesk")+"@"+g.one("klinik.example", "hopital.example", "example.org"),
		"{ward}", g.one("cardiology", "radiology", "the laboratory", "ward 4", "the pharmacy"),
	).Replace(s)
}

func (g generator) document(i int) ordinary {
	kinds := []struct {
		names, lines []string
		least, most  int
	}{
		{[]string{"letter.txt", "Info.txt", "brief.rtf"}, letters, 4, 9},
		{[]string{"brief.txt", "lettre.txt"}, foreign, 4, 9},
		{[]string{"message.txt", "mail.txt", "ATTENTION.txt"}, mails, 4, 9},
		{[]string{"manual.txt", "HOW_TO_INSTALL.txt", "HOW_TO_RESTORE.txt"}, manuals, 5, 10},
		{[]string{"advisory.txt", "warning.html", "bulletin.txt"}, advisories, 5, 12},
		{[]string{"README.txt", "README.md", "readme.txt", "ReadMe.txt"}, readmes, 4, 9},
		{[]string{"changelog.txt", "CHANGES.txt", "info.txt"}, changes, 5, 12},
	}
	k := kinds[i%len(kinds)]
	text := g.some(k.lines, k.least, k.most)
	if g.r.IntN(4) == 0 { // mixed: a mail about a manual, a letter about an advisory
		text += "\n" + g.some(kinds[g.r.IntN(len(kinds))].lines, 2, 4)
	}
	name := g.one(k.names...)
	if strings.HasSuffix(name, ".html") {
		text = "<html><body><p>" + strings.ReplaceAll(text, "\n", "</p><p>") + "</p></body></html>"
	}
	return ordinary{name, text}
}

var letters = strings.Split(`Dear colleague, thank you for referring this patient, who was seen in {ward} on {day}.
The patient is {n} years old in our records; please check the date of birth, since the data could not be restored from the old system.
Your files have been sent to the practice by post and by encrypted e-mail.
We recommend that you do not stop the medication without contacting us.
The CT of the chest showed no sign of metastases; the files are encrypted on the enclosed disc, the password follows by phone.
If you have any questions, contact us by e-mail at {mail} within 24 hours.
Blood tests: haemoglobin {n}, creatinine normal, no sign of infection.
You can pay the fee of {n} euros at the cash desk or by bank transfer; payment is due within 14 days.
Please bring all your documents, photos and databases of earlier examinations on a disc.
Your network of relatives and carers is important: please tell us whom we may call.
To get your data, write to the records office and state your personal ID; the first copy is free of charge.
Yours sincerely, the team of {ward}.
All of your examinations are complete and nothing else is necessary at the moment.
We have downloaded your earlier images from the archive and compared them.`, "\n")

var foreign = strings.Split(`Sehr geehrte Frau Kollegin, wir berichten über den stationären Aufenthalt vom {day}.
Alle Ihre Dateien liegen verschlüsselt auf dem beigefügten Datenträger; das Kennwort erhalten Sie telefonisch.
Bitte setzen Sie das Medikament nicht ohne Rücksprache ab und kontaktieren Sie uns unter {mail}.
Bei Fragen wenden Sie sich an das Sekretariat; die Rechnung über {n} Euro ist binnen 14 Tagen zu zahlen.
Das Netzwerk der Klinik war wegen einer Störung nicht erreichbar, Ihre Daten wurden wiederhergestellt.
Madame, Monsieur, nous vous informons que vos fichiers ont été transmis au médecin traitant.
Toutes vos données sont chiffrées et hébergées par un prestataire agréé.
Pour récupérer votre dossier, contactez-nous à {mail} dans un délai de 48 heures.
Le paiement de {n} euros peut être effectué en ligne; gardez votre identifiant personnel.
Ne modifiez pas le traitement sans avis médical.
L'attaque informatique du {day}, revendiquée par {family}, n'a pas touché les dossiers des patients.
Estimado paciente, sus archivos están cifrados y guardados en un lugar seguro; no tiene que pagar nada.
Gentile paziente, i suoi file sono stati criptati e salvati; per recuperarli ci contatti a {mail}.`, "\n")

var mails = strings.Split(`Hello, the file server will be down on {day} from 18:00; save your files before.
Attention: your password expires in 3 days. Change it in the portal; we never ask for it by e-mail.
Your network drive is full. Please delete old files or they will be moved to the archive.
Do not open attachments of unknown senders. Ransomware such as {family} spreads this way.
If your files cannot be opened or have a strange extension, do not restart the computer and call {n}.
We have restored the folder of {ward} from the backup of {day}; please check whether anything is missing.
The criminals behind {family} say that they have stolen data of the supplier; we have no evidence that our data is published.
Please do not contact the attackers and do not pay; the police are informed.
All files on the share were encrypted last night, as planned, with the new key of the house.
Download the new client from the intranet, install it and follow the instructions on the screen.
If you need help contact us: {mail}.
Guarantee: for this notebook we have extended the warranty by a year; the price depends on the model.
Best regards, IT service desk.`, "\n")

var manuals = strings.Split(`1. Download the installer from the maker's web site and check its signature.
2. Do not rename the files in the folder data; the program does not find them otherwise.
3. Enter your ID and the licence key that you received after payment.
4. To decrypt an archive choose Tools, Decrypt, and select your private key.
5. If a file is damaged use the recovery tool; third party software may cause permanent data loss.
6. Warning: do not turn off the device while files are being encrypted.
Encrypted files have the extension .enc, .locked or .gpg.
A test restore of one file is free; full recovery needs the paid edition.
Contact support with your serial number; we will send you a key within 24 hours.
Install Tor Browser from https://www.torproject.org if your hotline is blocked in your country.
The database can be restored from shadow copies; see chapter {n}.
The system uses RSA-2048 and AES-256; without the private key nobody can decrypt the data.
For questions write to {mail}.
Do not delete the file readme.txt: it holds the settings.`, "\n")

var advisories = strings.Split(`{family} ransomware: warning to operators of essential services, {day}.
The group {family} attacks hospitals through {cve} in remote access gateways.
Victims find a ransom note that tells them to download Tor Browser and to open http://{onion}/.
The note threatens to publish stolen data if the ransom is not paid within 72 hours.
Files are encrypted with ChaCha20 and an RSA-4096 key; the extension differs for each victim.
Indicators of compromise: {onion}, decryptor-{family}@proton.me, recovery@onionmail.org, .{family}.
{family} is believed to be a rebrand of {family2}; the code of the encryptor is similar.
The note reads: "Your files are encrypted. Do not rename them."
Affiliates delete shadow copies, stop backup services and disable antivirus software before they encrypt.
Apply the update of the maker, restrict RDP and keep offline backups.
Do not pay: payment does not guarantee that data is restored, and it funds crime.
Report to your CSIRT within 24 hours, and keep the encrypted files: keys may become available later.
A free decryptor for {family2} is offered by No More Ransom; it needs one encrypted file and the ransom note.
Threat actors contact victims by e-mail, Tox or Session and offer to decrypt two files for free as proof.
Severity: high. Traffic light: TLP:CLEAR.`, "\n")

var readmes = strings.Split(`# {family} reader
A tool of {n} lines that reads configuration files of medical devices.
Install it with go install, then run it with the name of a file.
Please read this file before you do anything.
Your data stays on your machine; nothing is sent.
If you want to decrypt a backup you need the key file; we cannot help you without it.
Contact: {mail}. Bugs: open an issue.
Files with the extension .locked belong to a running process and must not be deleted.
License: MIT. No warranty, use at your own risk.
Donations in bitcoin are welcome: 1BoatSLRHtKNngkdXEeobR76b53LETtpyT
What happened to version {n}? It was withdrawn because of a fault in the encryption.
How to recover: stop the service, copy your files back, start the service.
This project was called {family} before; the old name is kept as an alias.`, "\n")

var changes = strings.Split(`- decrypt: keys of version {n} are read again
- fix: files larger than 2 GB were not encrypted completely
- recover: do not rename or move existing files
- warning when the network is not reachable
- {family}: detection rule added
- docs: how to restore files when the private key is lost
- security: {cve} in a dependency
- mail: contact address changed to {mail}
- the personal ID is no longer shown in logs
- {family2}: false alarm on README.txt removed
- price list updated, payment by card
- tor: support for onion addresses of version 3`, "\n")

func TestNoFamilyForOrdinaryDocuments(t *testing.T) {
	families, notes := sharedSet(t)
	m, err := Compile(append(Embedded(), families...), notes)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range m.Families {
		names = append(names, f.Name)
	}
	docs := ordinaryDocuments(t, 400, names)
	for _, d := range docs {
		if res := m.Identify(Input{Name: d.name, Data: []byte(d.text)}); len(res.Candidates) > 0 {
			t.Errorf("%s (like a note: %d) names %s %d %v\n%s", d.name, res.NoteLike, res.Candidates[0].Family, res.Candidates[0].Score, res.Candidates[0].Reasons, first(d.text, 300))
		}
	}
	t.Logf("no family named for %d of %d ordinary documents", len(docs), len(docs))
}
