package notice

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// pointing are beginnings of words that point to one of the six choices, in
// English, German, French, Italian, Spanish and Polish. They are matched in lower case
// at the beginning of a word.
var pointing = map[See][]string{
	Files: {"ransom", "encrypt", "decrypt", "verschlüssel", "entschlüssel", "lösegeld", "erpress", "rançon", "chiffr", "déchiffr", "cifrat", "riscatto", "cifrad", "rescate", "zaszyfrow", "okup"},
	Intruder: {"intru", "unauthori", "hacked", "hacker", "backdoor", "attacker", "eindring", "unbefugt", "angreifer", "hintertür", "compromis", "non autorisé", "porte dérobée", "non autorizz",
		"no autorizad", "włamani"},
	Down: {"outage", "offline", "unavailable", "unreachable", "is down", "are down", "went down", "ausfall", "ausgefallen", "nicht erreichbar", "nicht verfügbar", "panne", "indisponible", "hors service",
		"fuori servizio", "non raggiungibil", "caído", "awari", "niedostępn"},
	Mail:   {"phish", "suspicious mail", "suspicious e-mail", "suspicious email", "suspicious sign-in", "suspicious login", "verdächtige mail", "verdächtige e-mail", "verdächtige anmeldung", "hameçonn", "courriel suspect", "connexion suspecte", "correo sospechos"},
	Leak:   {"leak", "exfiltrat", "stolen", "data breach", "datenabfluss", "datenleck", "datenpanne", "gestohlen", "abgeflossen", "fuite", "données volées", "exfiltr", "furto di dati", "fuga de datos", "wyciek"},
	Unsure: {"do not know what", "don't know what", "unclear", "unklar", "wissen nicht", "ne savons pas", "on ne sait pas"},
}

// order is that of the page: of choices that as many words point to, the one that
// needs help most comes first.
var order = [...]See{Files, Intruder, Down, Mail, Leak, Unsure}

// sees are the choices that words point to, those of most words first.
func sees(lines []string) []See {
	count := map[See]int{}
	for _, line := range lines {
		line = strings.ToLower(line)
		for see, words := range pointing {
			for _, w := range words {
				if begins(line, w) {
					count[see]++
				}
			}
		}
	}
	var out []See
	for _, s := range order {
		if count[s] > 0 {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b See) int { return cmp.Compare(count[b], count[a]) })
	return out
}

// begins reports whether a word of line begins as w does.
func begins(line, w string) bool {
	for from := 0; ; {
		at := strings.Index(line[from:], w)
		if at < 0 {
			return false
		}
		at += from
		if at == 0 || !letterBefore(line[:at]) {
			return true
		}
		from = at + len(w)
	}
}

func letterBefore(s string) bool {
	var last rune
	for _, r := range s[max(0, len(s)-4):] {
		last = r
	}
	return unicode.IsLetter(last)
}

// family asks for names in the lines that speak of ransomware and in those beside
// them: elsewhere "Play" and "Royal" are common words. A name is written with a
// capital or a digit.
func family(lines []string, named func(string) string) string {
	asked := 0
	for i := range lines {
		if !slices.ContainsFunc(lines[max(0, i-1):min(len(lines), i+2)], speaksOfRansom) {
			continue
		}
		words := strings.FieldsFunc(lines[i], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '-' })
		for from := range words {
			for size := min(3, len(words)-from); size > 0; size-- { // "LockBit 3.0" before "LockBit"
				if first := []rune(words[from])[0]; !unicode.IsUpper(first) && !unicode.IsDigit(first) {
					break
				}
				folded := Fold(strings.Join(words[from:from+size], ""))
				if len(folded) < 3 {
					continue
				}
				if asked++; asked > maxAsked {
					return ""
				}
				if name := named(folded); name != "" {
					return name
				}
			}
		}
	}
	return ""
}

func speaksOfRansom(line string) bool {
	line = strings.ToLower(line)
	return slices.ContainsFunc(pointing[Files], func(w string) bool { return begins(line, w) })
}
