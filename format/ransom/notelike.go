package ransom

import (
	"strings"
	"sync"
)

// act is something that ransom notes do in words. Each counts once, however
// often a text does it, so a long text does not become a note by its length. The first
// one claims the attack.
type act struct {
	points int
	signs  [][]string // stems that follow each other within reach
}

// reach is how many words may stand between two stems of a sign.
const reach = 3

// Acts are written from the notes' manner of speaking, in the languages that
// most of them are written in. Stems are cut as stem cuts them.
var acts = sync.OnceValue(func() []act {
	return []act{
		{32, append(claimed(), signs(`your files encry; your file encry; your files locke; your files are encod; your data encry; your data stole; all files encry; all data encry; all data stole; data was stole; data is stole; data are stole; your docum encry;
		your datab encry; your netwo encry; your netwo hacke; your netwo breac; your netwo penet; your netwo locke; your netwo compr; your netwo infec; your compa hacke;
		your compa penet; your compa attac; your syste encry; your syste hacke; your syste locke; your syste compr; your serve encry; your serve hacke; your serve locke; your compu encry;
		your compu locke; your compu infec; your compu hacke; your infra dead; your infra encry; your files compr; your files block; your files crypt; your files unava; your files stole; we encry your; we hacke; have hacke your;
		we stole; have stole your; have downl all; downl your confi; downl your sensi; your perso files encry; your impor files encry; have acces your netwo; files on your encry;
		impor files encry; impor data encry; criti data encry; other impor encry; datab encry; datab locke; your data locke; data has been locke; entir netwo encry; whole netwo encry;
		files prote stron encry; files prote encry; files safel encry; encry your files; all your encry files; been hacke; been penet; netwo penet; penet your netwo; breac your netwo;
		hacke you; stole your data; steal your; took your data; we exfil; have exfil; data exfil your; downl your data; downl your files; downl your priva; downl your docum; downl your criti;
		downl your impor; downl your corpo; downl datab; downl lot; downl huge; downl large; downl terab; uploa your; have uploa many; digit ecosy compr; your data leak; take back your data;
		been infec with; your files under; files encry by; files nicht mehr; ihre datei versc; deine datei versc; alle datei versc; vos fichi chiff; vos fichi crypt; tous fichi crypt; sus archi cifra; tus archi cifra; sus archi encri; tus archi encri;
		archi han sido; tuoi file cript; suoi file cript; pliki zaszy; twoje pliki; ваши файлы; файлы зашиф; все файлы; ваши данны; dosya şifre; seus arqui cript; uw besta versl; dina filer krypt; filer krypt;
		corpo netwo contr; netwo under our contr; left your perim; infil your; under our contr; vous copié dossi; nous avons copié; wir haben kopie; wir haben herun; fell victi; data our hands; now in our hands; backu erase; hosts ciphe; infra cifra; rete compr; red compr; abbia scari; skopi dane; datos pacie desca; dati pazie scari; locke stron; been encry copie`)...)},
		{18, signs(`our decry; buy decry; purch decry; purch key; purch priva; purch our; buy key; buy priva; pay bitco; pay us; pay you; you pay; price depen; we can decry; we decry; decry tool; decry softw; decry progr; decry servi; decry key; only we; priva key; after payme;
		bitco walle; bitco addre; send bitco; btc addre; pay decry; get decry; need decry; monero; amoun ranso; recov tool; unloc key; only metho resto; only metho recov; priva key stor; only copy priva; secre serve; key holde; get price; price your data; ciphe key; decry them; kaufe entsc; paiem bitco; биткоин; расшиф файлы; расшиф; pagar bitco; pagar resca; receive decry; obtai decry; restore your;
		want money; send btc; btc to; zahlu bitco; in bitco; pay in bitco; obten clé; get decry; decry conta; our offer; get the decry; reaso fee; fee grows; unive decod; one copy key; trans bitco; si no paga; per il decry; obtenir la clé; kaufen entsc`)},
		{18, signs(`not renam; dont renam; not modif; not edit; not try decry; dont try; not use third; third party softw; perma data; perma loss; perma lost; data loss; will be publi; will publi; be publi; publi your; lost forev; will be lost; will be delet; will be destr;
		will be sold; will sell; will leak; be leake; leak your; cannot recov; cant recov; impos recov; impos decry; nobod recov; nobod decry; never recov; not shutd; not reset; not hire; not conta polic; recov compa; price doubl; price incre; increas price; price will; only metho; only way; no other way; without our; не пытай; nicht umben; ne renom;
		stay silen; waste your time; waste time; only waste; refus negot; refus coope; refra invol law; not invol law; not call recov; not conta recov; goes our blog; publi cost you; preis verdo; wird veröf; alles veröf; not resta; do not resta hosts; siche gelös; backu delet; delet backu; destr backu; publi cost; publi todo; expec publi; not power off; nie zmien nazw; non riavv; avete ore; tiene horas; will publi every`)},
		{14, signs(`free decry; decry free; for free; test decry; as guara; our guara; what guara; guara; prove that; proof; trust us; we alway; our reput; just busin; fair price; negot; keep our word; not want ruin; déchi gratu; gratu comme preuv; als bewei; decry for free; we keep`)},
		{14, signs(`conta us; conta with us; write us; write to us; write to me; write me; email us; mail us; message us; send email; send mail; send us; send me; write mail; write email; email to; our email; my email; conta email; our conta; conta addre; reach us; chat; our site; our webs; our blog; open link; follow link; schre uns; contac nous; contac con; пиши; напиш; почту; pisz;
		use code; get tor; visit our; our porta; schrei sie an; écriv à; écrivez; schreiben an; our chat; scriv; napis; negot room; write first; spare addre; conta por`)},
		{12, signs(`your id; perso id; your perso; uniqu id; uniqu key; uniqu ident; compa id; clien id; login id; chat id; decry id; your key; machi id; ident key; id number; your login; ваш id; lhre id; ihre id; votre id; su id; key ident; begin id; note id; compa id; with your ident; votre ident; ihre id; use the code; your code; access code; twój ident; suo ident; passw get`)},
	}
})

// others are the words of those who speak about an attack instead of making
// one, and of daily work: reports, warnings, letters, manuals. Each takes points
// away, once.
var others = sync.OnceValue(func() [][]string {
	return signs(`ranso group; ranso gang; ranso opera; the attac; attac said; victi are; victi find; victi who; victi can; threa actor; crimi; affil; mitig; cve; indic compr;
	never pay; do not pay; do not write; urged; servi desk; helpd; csirt; colle the; patie; licen; versi; updat; warra; known limit; betro; patch; sever high; taxes; exami;
	yours since; dear mrs; kind regar; gemel; löseg; täter; attaq; ranço; back up your; backe up; open an issue; pull reque; bugs; thank you for; medic; ward; hospi; patch;
	publi key; sehr geehr; mit freun; madam; monsi; cordi; ticke; appoi; works counc; intra; your doctor; data prote offic; suppo team; help desk; user guide; read more;
	leave your compu; we have been hacke; we were hacke; chang your passw; we are very sorry; the victi; ranso note; ranso famil; ranso varia; ranso strai; ranso incid; the group; group has; group is; gang; malwa; raas; doubl extor; leak site; claim respo; has claim; the opera; the hacke; phish; appen;
	cert; cisa; enisa; fbi warns; tlp; iocs; yara; sigma; siem; edr; mfa; cobal strik; hash; isola; quara; emerg; accor to; secur resea; no more ranso; newsl; subsc; exerc; meeti; facil; claus;
	credi card; paypa; bank trans; sudo; githu; opfer; angre; erpre; anzei; rétab; ataca; vícti; przes; vitti; злоум; вымог; уваже; slach; aanva; пожал`)
})

// signs reads the tables above.
func signs(s string) [][]string {
	var out [][]string
	for _, part := range strings.Split(s, ";") {
		var sign []string
		for _, w := range strings.Fields(part) {
			sign = append(sign, stem(w))
		}
		out = append(out, sign)
	}
	return out
}

// noteLike measures from 0 to 100 how much a text speaks like a ransom note.
func (s *scorer) noteLike(m marks) int {
	stems := make([]string, len(m.words))
	places := map[string][]int{}
	for i, w := range m.words {
		stems[i] = stem(w)
		places[stems[i]] = append(places[stems[i]], i)
	}
	total := 0
	for i, a := range acts() {
		for _, sign := range a.signs {
			if shows(stems, places, sign) {
				total += a.points
				s.claims = s.claims || i == 0
				break
			}
		}
	}
	total += channels(m)
	s.said = total
	about := 0
	for _, sign := range others() {
		if shows(stems, places, sign) {
			about++
		}
	}
	total -= 12 * about
	unknown := s.unknown(places)
	s.about = about
	s.strange = unknown > 50 && about == 0
	total -= min(max(unknown-10, 0)*2, 30)
	return max(0, min(100, total+min(s.nearest/8, 60)))
}

// unknown is the share of words that no note uses, in hundredths: notes are
// written from a small stock of words.
func (s *scorer) unknown(places map[string][]int) int {
	if len(s.m.notes) == 0 {
		return 0 // nothing to compare with
	}
	n := 0
	for w := range places {
		if s.m.spread(hash(w)) == 0 {
			n++
		}
	}
	return 100 * n / max(1, len(places))
}

// channels: hidden services and messengers that need no name are how notes are
// answered; a text that is hardly more than such addresses is a note by itself.
func channels(m marks) int {
	dark, mail := 0, 0
	for _, a := range m.addresses {
		switch a.Kind {
		case "onion", "tox", "session", "wallet":
			dark++
		case "mail", "telegram":
			mail++
		}
	}
	n := min(dark, 1)*14 + min(mail, 1)*6
	if dark > 0 && len(m.words) < 25*(dark+mail) {
		n += 20
	}
	return n
}

// shows reports whether the stems of a sign follow each other within reach.
func shows(stems []string, places map[string][]int, sign []string) bool {
	for _, at := range places[sign[0]] {
		i, ok := at, true
		for _, next := range sign[1:] {
			j := i + 1
			for j < len(stems) && j <= i+1+reach && stems[j] != next {
				j++
			}
			if ok = j < len(stems) && j <= i+1+reach; !ok {
				break
			}
			i = j
		}
		if ok {
			return true
		}
	}
	return false
}
