package ransom

import (
	"slices"
	"strings"
)

// claimed are the signs of who says that he made an attack: whose, what, and what was
// done to it, each with each, since groups change the nouns and verbs of a sentence and
// not the sentence. In the languages that hospitals of the Union are written to.
func claimed() [][]string {
	return slices.Concat(
		each("your", "files file data docum datab serve syste netwo infra machi works compu compa organ envir backu recor virtu",
			"encry locke crypt ciphe compr breac hacke penet infil infec attac stole exfil copie leake taken"),
		each("patie", "data recor files", "stole copie exfil downl leake"),
		each("ihre eure deine", "datei daten serve netzw syste", "versc gesto herun kopie gehac"),
		each("patie", "wurde daten", "herun kopie gesto"),
		each("vos", "fichi serve syste donné dossi", "crypt copié volé"), each("vos", "serve syste", "chiff"),
		each("sus tus", "archi datos servi siste", "cifra encri robad copia"),
		each("vostri tuoi", "file dati serve siste", "cript cifra rubat copia"))
}

// each joins every first word with every second and third one.
func each(first, second, third string) (out [][]string) {
	for _, a := range strings.Fields(first) {
		for _, b := range strings.Fields(second) {
			for _, c := range strings.Fields(third) {
				out = append(out, []string{stem(a), stem(b), stem(c)})
			}
		}
	}
	return out
}
