package redact

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
)

// people holds made-up names of each language: language, given, family.
var people = [...][3]string{
	{"bg", "Иван Мария Георги Елена Димитър", "Иванов Петрова Георгиев Димитрова Стоянов"}, {"cs", "Jan Petra Jiří Lucie Tomáš", "Novák Svobodová Dvořák Černá Procházka"},
	{"da", "Lars Mette Søren Kirsten Jørgen", "Jensen Nielsen Sørensen Østergaard Kjær"}, {"de", "Anna Jürgen Käthe Björn Sabine", "Müller Größer Schäfer Weiß Oberhuber"},
	{"el", "Γιώργος Μαρία Νίκος Ελένη Κώστας", "Παπαδόπουλος Νικολάου Γεωργίου Δημητρίου Βασιλείου"}, {"en", "Aoife Seán Mary John Siobhán", "O'Brien Murphy Walsh McCarthy Byrne"},
	{"es", "José María Lucía Álvaro Begoña", "García Muñoz Fernández Ibáñez Peña"}, {"et", "Jaan Mari Tõnu Külli Märt", "Tamm Saar Mägi Kõiv Põder"},
	{"fi", "Matti Päivi Jukka Äänis Sanna", "Virtanen Mäkinen Hämäläinen Järvi Koskela"}, {"fr", "Élodie François Chloé Benoît Gérard", "Lefèvre Dupont Béranger Gauthier Noël"},
	{"ga", "Pádraig Máire Ciarán Gráinne Tadhg", "Ó'Súilleabháin Nolan Breathnach Murchú Kenny"}, {"hr", "Ivan Željka Marko Đurđica Šime", "Horvat Kovačević Babić Šarić Đurić"},
	{"hu", "László Erzsébet Gábor Zsófia Ödön", "Nagy Szűcs Tóth Kovács Őri"}, {"it", "Giulia Niccolò Marco Chiara Totò", "Rossi D'Angelo Esposito Ricci Nicolò"},
	{"lt", "Jonas Ona Žydrūnas Eglė Šarūnas", "Kazlauskas Petrauskienė Žukauskas Šimkus Bražinskas"}, {"lv", "Jānis Līga Māris Ērika Ģirts", "Bērziņš Kalniņa Ozols Šmits Ķeniņš"},
	{"mt", "Ġorġ Marija Karm Ċensa Pawlu", "Borg Camilleri Żammit Vella Farrugia"}, {"nl", "Daan Sanne Jeroen Liesbeth Zoë", "Jansen Bakker Visser Mulder Smit"},
	{"pl", "Łukasz Małgorzata Paweł Żaneta Józef", "Kowalski Wiśniewska Wójcik Zając Święcicki"}, {"pt", "João Conceição Inês António Luís", "Gonçalves Araújo Simões Magalhães Brandão"},
	{"ro", "Ștefan Ioana Mihai Țuța Ană", "Popescu Ionescu Dumitrașcu Șerban Țiriac"}, {"sk", "Ján Ľudmila Štefan Zuzana Ľubomír", "Kováč Horváthová Šťastný Žilinský Varga"},
	{"sl", "Janez Špela Matjaž Živa Črt", "Novak Krajnc Žagar Čeh Šuštar"}, {"sv", "Åsa Björn Märta Göran Lars", "Andersson Öberg Sjöström Åkesson Lindqvist"},
}

// patient is made up; every value must be gone after redaction.
type patient struct {
	lang, given, family, account, mrn, national, phone, born, born8, street string
	form                                                                    *number
}

// maker makes patients and lines from a seed.
type maker struct {
	r     *rand.Rand
	rules *rules
}

func newMaker(seed uint64) *maker { return &maker{rand.New(rand.NewPCG(seed, 27)), builtin()} }

func pick[T any](m *maker, list []T) T { return list[m.r.IntN(len(list))] }

func (m *maker) patient() patient {
	who := people[m.r.IntN(len(people))]
	p := patient{lang: who[0], given: pick(m, strings.Fields(who[1])), family: pick(m, strings.Fields(who[2]))}
	p.account = pick(m, []string{strings.ToLower(p.given), strings.ToLower(p.family) + fmt.Sprint(m.r.IntN(90)+10), strings.ToLower(p.given + "." + p.family)})
	p.account = strings.NewReplacer("'", "").Replace(p.account)
	p.mrn = pick(m, []string{fmt.Sprintf("%07d", m.r.IntN(1e7)), fmt.Sprintf("P%06d", m.r.IntN(1e6)), fmt.Sprintf("PAT-%05d", m.r.IntN(1e5)), fmt.Sprintf("%d/%d", 2026, 10000+m.r.IntN(90000))})
	y, mon, d := 1930+m.r.IntN(95), 1+m.r.IntN(12), 1+m.r.IntN(28)
	p.born = pick(m, []string{fmt.Sprintf("%02d.%02d.%d", d, mon, y), fmt.Sprintf("%d-%02d-%02d", y, mon, d), fmt.Sprintf("%02d/%02d/%d", d, mon, y)})
	p.born8 = fmt.Sprintf("%d%02d%02d", y, mon, d)
	p.phone = fmt.Sprintf("+%d %d %d %d", 30+m.r.IntN(20), 100+m.r.IntN(900), 100+m.r.IntN(900), 1000+m.r.IntN(9000))
	p.street = pick(m, []string{"Hauptstraße 12", "Rue de la Paix 4", "Calle Mayor 33", "ul. Długa 7"})
	p.form = &m.rules.numbers[m.r.IntN(len(m.rules.numbers))]
	p.national = m.number(p.form)
	return p
}

// number makes one of a form, by trying until the check holds.
func (m *maker) number(f *number) string {
	for {
		if s := m.sample(f.form.String()); f.fits(s) && standsAlone(s, 0, len(s)) {
			return s
		}
	}
}

// token is a part of an expression with how often it comes.
var token = regexp.MustCompile(`(\\d|\[[^\]]+\]|\(\?:[^)]*\)|\\.|.)(\{\d+(?:,\d+)?\}|\?)?`)

// sample draws a text that fits an expression of the few kinds in numbers.txt.
func (m *maker) sample(expr string) string {
	expr = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(expr, "(?i)(?:"), "(?i:"), ")")
	if depth0 := splitTop(expr); len(depth0) > 1 {
		return m.sample(pick(m, depth0))
	}
	var out strings.Builder
	for _, t := range token.FindAllStringSubmatch(expr, -1) {
		times := 1
		switch {
		case t[2] == "?":
			times = m.r.IntN(2)
		case t[2] != "":
			low, high := 0, 0
			if n, _ := fmt.Sscanf(t[2], "{%d,%d}", &low, &high); n < 2 {
				high = low
			}
			times = low + m.r.IntN(high-low+1)
		}
		for range times {
			out.WriteString(m.atom(t[1]))
		}
	}
	return out.String()
}

// splitTop splits at bars outside of groups.
func splitTop(expr string) []string {
	depth, from := 0, 0
	var out []string
	for i := range len(expr) {
		switch expr[i] {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case '|':
			if depth == 0 {
				out, from = append(out, expr[from:i]), i+1
			}
		}
	}
	return append(out, expr[from:])
}

func (m *maker) atom(a string) string {
	switch {
	case a == `\d`:
		return string(rune('0' + m.r.IntN(10)))
	case strings.HasPrefix(a, "(?:"):
		return m.sample(strings.TrimSuffix(strings.TrimPrefix(a, "(?:"), ")") + " ")[:len(m.last(a))]
	case a[0] == '[':
		return string(m.class(a[1 : len(a)-1]))
	case a[0] == '\\':
		return a[1:]
	}
	return a
}

// last is one way to write a group; all ways of the forms are of one length.
func (m *maker) last(a string) string {
	first := splitTop(strings.TrimSuffix(strings.TrimPrefix(a, "(?:"), ")"))[0]
	return m.sample(first)
}

func (m *maker) class(c string) byte {
	var set []byte
	for i := 0; i < len(c); i++ {
		if i+2 < len(c) && c[i+1] == '-' {
			for b := c[i]; b <= c[i+2]; b++ {
				set = append(set, b)
			}
			i += 2
			continue
		}
		set = append(set, c[i])
	}
	return set[m.r.IntN(len(set))]
}
