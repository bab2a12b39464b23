package ransom

import "strings"

// address gives points for an address that is known, or that carries a name.
func (s *scorer) address(a Address) {
	if commonHosts[a.Value] {
		return
	}
	s.all(a.Kind+":"+a.Value, "address", a.Value, 930)
	switch a.Kind {
	case "onion":
		if len(a.Value) >= vanity {
			s.all("vanity:"+a.Value[:vanity], "vanity", a.Value, 800)
		}
		s.prefix(a.Value, a.Value, 5, 800)
	case "host":
		for _, label := range strings.Split(a.Value, ".") {
			s.prefix(label, a.Value, 4, 500)
		}
	case "mail":
		at := strings.IndexByte(a.Value, '@')
		for _, w := range words(strings.NewReplacer("_", " ", ".", " ", "-", " ").Replace(a.Value[:at])) {
			s.prefix(w, a.Value, 4, 450)
			if len(w) >= 4 && !s.ordinary(w) && !plainEndings[w] {
				s.all("ending:"+w, "extension", a.Value, 500)
			}
		}
		s.prefix(strings.Split(a.Value[at+1:], ".")[0], a.Value, 5, 400)
	}
}

// prefix gives points to families whose name a label begins with; the longest
// name counts.
func (s *scorer) prefix(label, detail string, least, points int) {
	for n := len(label); n >= least; n-- {
		if len(s.m.clues[clueKey("name:"+label[:n])]) > 0 && !s.ordinary(label[:n]) {
			s.all("name:"+label[:n], "name", detail, points)
			return
		}
	}
}

// ordinary: a word that notes of three families use is no name in them.
func (s *scorer) ordinary(word string) bool {
	return ordinaryName[word] || ordinaryWord[word] || len(s.m.clues[clueKey("word:"+word)]) >= 3
}

// near are words that stand beside a name when a group speaks of itself.
var near = set(`ransomware ransom locker team group project decryptor decrypter blog strain encryptor virus crypter leaks gang by`)

// comparing stands before a family that the text says it is not.
var comparing = set(`like unlike than not no`)

// names looks for families that name themselves. In the beginning, at the end
// and beside certain words a name tells more than in the middle of a text; a
// word of daily language is a name only beside them.
func (s *scorer) names(words []string) {
	for i := range words {
		for n := 3; n >= 1; n-- {
			if i+n > len(words) {
				continue
			}
			spelt := strings.Join(words[i:i+n], "")
			name := key(spelt)
			if strings.IndexByte(spelt, '~') >= 0 || len(name) < 3 || len(s.m.clues[clueKey("name:"+name)]) == 0 {
				continue
			}
			if i > 0 && comparing[words[i-1]] {
				continue
			}
			beside := i > 0 && near[words[i-1]] || i+n < len(words) && near[words[i+n]] || len(spelt) > len(name)
			points := 350
			switch {
			case beside, !everyday(words[i:i+n]) && (i < 12 || i+n > len(words)-4):
				points = 750
			case everyday(words[i : i+n]):
				points = 100
			}
			s.all("name:"+name, "name", strings.Join(words[i:i+n], " "), points*s.rarity(name, n)/100)
		}
	}
}

// everyday reports words of which none is invented.
func everyday(words []string) bool {
	for _, w := range words {
		if !ordinaryWord[w] && !ordinaryName[w] {
			return false
		}
	}
	return true
}

// rarity is a name's worth in hundredths: a word that several families' notes
// use is a word first.
func (s *scorer) rarity(name string, n int) int {
	if n == 1 && ordinaryName[name] {
		return 0
	}
	worth := 100
	switch len(s.m.clues[clueKey("word:"+name)]) {
	case 0, 1:
	case 2:
		worth = 60
	case 3:
		worth = 35
	default:
		worth = 10
	}
	if len(name) < 4 {
		worth /= 2
	}
	return worth
}

// phrases looks for the few words that a catalogue lists.
func (s *scorer) phrases(words []string) {
	for i := range words {
		for n := 2; n <= phraseMost && i+n <= len(words); n++ {
			p := strings.Join(words[i:i+n], " ")
			if len(s.m.clues[clueKey("phrase:"+p)]) > 0 {
				s.all("phrase:"+p, "phrase", p, 750)
			}
		}
	}
}

// file gives points for the name of a file that may be a note.
func (s *scorer) file(name string) {
	if name == "" {
		return
	}
	s.noteName(name, 1000)
	for _, w := range words(strings.NewReplacer("_", " ", ".", " ", "-", " ", "+", " ").Replace(name)) {
		if len(w) >= 4 && !s.ordinary(w) {
			s.all("name:"+w, "name", name, 600)
		}
	}
}

// noteName compares with the names that notes are found under; share is how
// much of a pattern's worth counts, in thousandths.
func (s *scorer) noteName(name string, share int) {
	if len(name) > 120 {
		return
	}
	var fits []int
	worth := 0
	for i := range s.m.Families {
		for _, p := range s.m.Families[i].NoteNames {
			if match(p, name) {
				fits = append(fits, i)
				worth = max(worth, telling(p, ordinaryName))
				break
			}
		}
	}
	for _, f := range fits {
		s.add(f, "file", name, worth*share/1000*2/(len(fits)+1))
	}
}

// extensions reads the ending of an encrypted file's name, and one that a
// person gave.
func (s *scorer) extensions(name, given string) {
	if name != "" {
		s.endings(name, "extension", 1000)
	}
	s.extension(given)
}

// extension takes one that a person gave, with or without its dot.
func (s *scorer) extension(given string) {
	if given = lowerASCII(strings.TrimSpace(given)); given == "" || len(given) > 120 {
		return
	}
	if given[0] != '.' {
		given = "." + given
	}
	s.endings(given, "extension", 1000)
}

// endings gives points to families that add what a name ends with.
func (s *scorer) endings(name, kind string, share int) {
	if len(name) > 200 {
		return
	}
	var fits []int
	worth := 0
	for i := range s.m.Families {
		for _, p := range s.m.Families[i].Extensions {
			if p != s.usual && (name == p || endsWith(name, p)) {
				fits = append(fits, i)
				worth = max(worth, telling(p, plainEndings))
				break
			}
		}
	}
	for _, f := range fits {
		s.add(f, kind, name, worth*share/1000*2/(len(fits)+1))
	}
}

// endsWith reports whether a name ends with an extension's pattern.
func endsWith(name, p string) bool {
	if strings.IndexByte(p, '*') < 0 {
		return strings.HasSuffix(name, p)
	}
	for i := 0; i < len(name); i++ {
		if name[i] == p[0] || p[0] == '*' {
			if match(p, name[i:]) {
				return true
			}
		}
	}
	return false
}

// sample looks at an encrypted file: its ending, and marks at either end.
func (s *scorer) sample(name string, in Input) {
	head, tail := in.Data[:min(len(in.Data), edge)], in.Data[max(0, len(in.Data)-edge):]
	if len(in.Tail) > 0 {
		tail = in.Tail
	}
	marked := false
	for i, f := range s.m.Families {
		for _, mark := range f.Markers {
			if mark.in(head, tail) {
				s.add(i, "marker", mark.Note, 900)
				marked = true
			}
		}
	}
	if !marked && ownHeader(head) && in.Extension == "" {
		return // it opens as it is: not encrypted, whatever its name says
	}
	s.usual = usualEnding(name)
	s.endings(name, "extension", 1000)
	s.usual = ""
	s.extension(in.Extension)
}

// usualEnding gives the ending of a name that documents and programs have anyway
// ("song.mp3"), with its dot: some family adds it too. Empty where another such
// ending stands before it ("scan.pdf.mp3"): then somebody added it.
func usualEnding(name string) string {
	parts := strings.Split(name, ".")
	n := len(parts)
	if n < 2 || !everydayEndings[parts[n-1]] || n > 2 && everydayEndings[parts[n-2]] {
		return ""
	}
	return "." + parts[n-1]
}

// settle says what is missing to be sure.
func settle(list []Candidate, kind Kind) {
	for i := range list {
		has := map[string]bool{}
		for _, r := range list[i].Reasons {
			has[r.Kind] = true
		}
		list[i].Settle = []Step{}
		add := func(missing bool, step Step) {
			if missing {
				list[i].Settle = append(list[i].Settle, step)
			}
		}
		add(kind != KindNote, StepNote)
		add(kind == KindNote && !has["address"], StepAddress)
		add(!has["extension"], StepExtension)
		add(!has["marker"] && kind != KindSample, StepSample)
		rival := i == 0 && len(list) > 1 && list[1].Score > list[0].Score-15 || i > 0 && list[0].Score < list[i].Score+15
		add(rival, StepExpert)
	}
}
