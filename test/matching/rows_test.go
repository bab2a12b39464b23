package matching

import (
	"hash/fnv"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ward"
)

// kind of a labelled pair.
type kind string

const (
	kindAffected  kind = "affected"         // the version is inside and readable
	kindNoVersion kind = "no version"       // the product is affected, the row gives no version
	kindFixed     kind = "fixed"            // the product, with a version outside
	kindOther     kind = "other product"    // the same maker's other product
	kindSibling   kind = "other model"      // the same name with another model number
	kindNamesake  kind = "namesake"         // the same name of another maker
	kindStranger  kind = "other everything" // another maker's other product
)

// pair is one row of an inventory, one advisory, and what is true.
type pair struct {
	kind    kind
	mess    string // how the row was written
	ref     ward.ProductRef
	about   ward.AdvisoryID
	heldOut bool
}

// writer makes messy rows out of a leaf; the seed is the advisory and the leaf,
// so every run makes the same rows.
type writer struct{ *rand.Rand }

func writerFor(c ward.Claim) writer {
	h := fnv.New64a()
	h.Write([]byte(string(c.Advisory) + c.Leaf + c.Path))
	return writer{rand.New(rand.NewPCG(h.Sum64(), 7))}
}

// heldOut puts about 30 % of the advisories aside by hash.
func heldOut(id ward.AdvisoryID) bool {
	h := fnv.New32a()
	h.Write([]byte("split" + string(id)))
	return h.Sum32()%10 < 3
}

var bracketed = regexp.MustCompile(`\s*\([^)]*\)?`)

// productName is the leaf's name as a hospital would shorten it: no brackets.
func productName(c ward.Claim) string {
	n := c.Names[len(c.Names)-1]
	if s := strings.TrimSpace(bracketed.ReplaceAllString(n, "")); len(s) > 3 {
		n = s
	}
	return n
}

// brandNames are other names under which hospitals list a maker: facts.
var brandNames = map[string][]string{
	"Becton, Dickinson and Company (BD)": {"BD", "CareFusion", "Becton Dickinson", "BECTON DICKINSON GmbH"},
	"Philips":                            {"Philips Healthcare", "PHILIPS", "Philips Medizin Systeme", "Phillips", "Philps"},
	"GE Healthcare":                      {"GE", "General Electric", "GE Medical Systems", "GEHC"},
	"General Electric (GE)":              {"GE Healthcare", "GE", "Datex-Ohmeda"},
	"Medtronic":                          {"Medtronic GmbH", "Medtronic plc", "MEDTRONIC", "Medtronik"},
	"Siemens":                            {"Siemens AG", "SIEMENS", "Siemens Healthineers", "Simens"},
	"Baxter":                             {"Baxter International", "Baxter Healthcare", "Baxter Deutschland GmbH"},
	"Hillrom":                            {"Hill-Rom", "Baxter", "Welch Allyn"},
	"B. Braun Medical":                   {"B.Braun", "BBraun", "B. Braun Melsungen AG"},
	"B. Braun":                           {"B.Braun", "B Braun Melsungen"},
	"Dräger":                             {"Draeger", "Drager", "Drägerwerk AG & Co. KGaA"},
	"Abbott Laboratories":                {"Abbott", "St. Jude Medical", "ABBOTT GmbH"},
	"Johnson Controls Inc":               {"Johnson Controls", "JOHNSON CONTROLS INC."},
	"Schneider Electric Software, LLC":   {"Schneider Electric", "Schneider"},
	"Mitsubishi Electric Corporation":    {"Mitsubishi Electric", "Mitsubishi"},
	"Rockwell Automation":                {"Rockwell", "Allen-Bradley", "Rockwell Automation Inc."},
	"Roche Diagnostics":                  {"Roche", "Roche Diagnostics GmbH"},
	"Santesoft":                          {"Santesoft Ltd", "SANTESOFT"},
	"Illumina":                           {"Illumina Inc.", "ILLUMINA"},
	"Smiths Medical":                     {"ICU Medical", "Smiths Medical ASD"},
	"Hillrom and ELI, Baxter International Inc.": {"Welch Allyn", "Hillrom", "Baxter"},
	"Silex Technology and GE Healthcare":         {"Silex", "GE Healthcare"},
	"BMC Medical, 3B Medical":                    {"BMC Medical", "3B Medical"},
	"Exacq Technologies, Johnson Controls Inc.":  {"Exacq", "Johnson Controls"},
}

var wordsAround = [][2]string{{"Infusionspumpe ", ""}, {"Moniteur patient ", ""}, {"Gerät ", ""}, {"", " System"}, {"", " (Intensivstation)"},
	{"", " Software"}, {"Système ", ""}, {"Patientenmonitor ", ""}, {"", " Gerät"}, {"Medical device ", ""}}

// maker writes the maker's column.
func (w writer) maker(vendor string) string {
	vendor = strings.TrimSpace(vendor)
	if list := brandNames[vendor]; len(list) > 0 && w.IntN(3) > 0 {
		return list[w.IntN(len(list))]
	}
	switch w.IntN(4) {
	case 0:
		return strings.ToUpper(vendor)
	case 1:
		return strings.NewReplacer(", Inc.", "", " Inc.", "", " GmbH", "", ", LLC", "", " Corporation", "").Replace(vendor)
	case 2:
		return vendor + " GmbH"
	}
	return vendor
}

// name writes the product's column; mess tells how.
func (w writer) name(c ward.Claim, vendor string) (ref ward.ProductRef, mess string) {
	n := productName(c)
	ref.Vendor = w.maker(vendor)
	switch w.IntN(14) {
	case 0:
		ref.Name, mess = strings.ToLower(n), "lower case"
	case 1:
		ref.Name, mess = strings.ToUpper(n), "upper case"
	case 2:
		ref.Name, ref.Vendor, mess = strings.TrimSpace(vendor)+" "+n, "", "maker in name"
	case 3:
		ref.Name, mess = ref.Vendor+" "+n, "maker twice"
	case 4, 5:
		a := wordsAround[w.IntN(len(wordsAround))]
		ref.Name, mess = a[0]+n+a[1], "words around"
	case 6:
		ref.Name, mess = strings.NewReplacer("-", " ", "/", " / ").Replace(n), "no dashes"
	case 7:
		ref.Name, mess = strings.ReplaceAll(n, " ", "  ")+" ®", "blanks and marks"
	case 8:
		ref.Name, mess = w.misspell(n), "typing error"
	case 9:
		if m := modelIn(n); m != "" {
			ref.Model, mess = m, "model only"
			break
		}
		ref.Name, mess = n, "as written"
	case 10:
		first, rest, ok := strings.Cut(n, " ")
		if ok && len(first) > 3 && !strings.ContainsAny(first, "0123456789.") {
			ref.Vendor, ref.Name, mess = first, rest, "brand for maker"
			break
		}
		ref.Name, mess = n, "as written"
	case 11:
		ref.Name, ref.Model, mess = n, strconv.Itoa(10_000+w.IntN(9_990_000)), "article number"
	case 12:
		if m := modelIn(n); m != "" {
			ref.Name, ref.Model, mess = strings.Join(strings.Fields(strings.Replace(n, m, "", 1)), " "), m, "model apart"
			break
		}
		ref.Name, mess = n, "as written"
	default:
		ref.Name, mess = n, "as written"
	}
	return ref, mess
}

var modelWord = regexp.MustCompile(`\b[A-Za-z]{1,4}-?\d{2,5}[A-Za-z]{0,2}\b`)

// modelIn finds a model number in a name; "V13" is a release.
func modelIn(n string) string {
	if m := modelWord.FindString(n); m != "" && m[0] != 'V' && !strings.HasPrefix(m, "IEC") {
		return m
	}
	return ""
}

// misspell swaps two letters inside the longest word without figures.
func (w writer) misspell(n string) string {
	words := strings.Fields(n)
	at := -1
	for i, x := range words {
		if len(x) > 5 && !strings.ContainsAny(x, "0123456789/().-") && (at < 0 || len(x) > len(words[at])) {
			at = i
		}
	}
	if at < 0 {
		return n
	}
	b := []byte(words[at])
	i := 1 + w.IntN(len(b)-3)
	b[i], b[i+1] = b[i+1], b[i]
	words[at] = string(b)
	return strings.Join(words, " ")
}

// release writes the version's column.
func (w writer) release(v string) string {
	switch w.IntN(9) {
	case 0:
		return "V" + v
	case 1:
		return "SW " + v
	case 2:
		return "Version " + v
	case 3:
		return "FW: " + v
	case 4:
		return "v." + v
	case 5:
		return " " + v + " "
	case 6:
		return "Softwarestand " + v
	case 7:
		if strings.Count(v, ".") >= 2 {
			return v + ".0"
		}
	}
	return v
}

// words of a name, for telling whether two products may be one in truth.
func tokens(s string) []string {
	out := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9') })
	return slices.DeleteFunc(out, func(t string) bool { return t == "software" || t == "versions" || t == "version" })
}

// apart reports whether two names are certainly two products: neither contains
// all words of the other, and they share no word with a figure.
func apart(a, b string) bool {
	x, y := tokens(a), tokens(b)
	if strings.Join(x, "") == strings.Join(y, "") {
		return false
	}
	shared := 0
	for _, t := range x {
		if slices.Contains(y, t) {
			shared++
			if strings.ContainsAny(t, "0123456789") {
				return false
			}
		}
	}
	return shared < len(x) && shared < len(y)
}
