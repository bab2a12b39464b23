package app

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"ward"
	"ward/base/registry"
)

// perCountry hospitals are taken of each of these countries, so that the
// pictures have neighbours and differences of size.
const perCountry = 5

var demoCountries = []ward.Country{"HR", "AT", "DE", "FR", "IT", "ES"}

// demoOrganisations are the Centre, a machine room, national teams and some
// thirty hospitals: real names of the open register where it is at hand,
// invented ones elsewhere. All mail addresses are invalid by construction.
func demoOrganisations(folder string) []registry.NewOrganisation {
	out := []registry.NewOrganisation{
		demoOrg(ward.KindCentre, "Support Centre (training)", "", "Athens", "centre"),
		demoOrg(ward.KindOther, "Machine room (training)", "GR", "Athens", "operator"),
	}
	for _, c := range demoCountries {
		out = append(out, demoOrg(ward.KindCSIRT, "CSIRT "+string(c)+" (training)", c, "", "csirt-"+string(c)))
	}
	hospitals, err := registerOfHospitals(folder)
	if err != nil || len(hospitals) == 0 {
		hospitals = inventedHospitals()
	}
	return append(out, hospitals...)
}

func demoOrg(k ward.OrgKind, name string, c ward.Country, city, key string) registry.NewOrganisation {
	return registry.NewOrganisation{Source: demoSource, SourceKey: key,
		Details: registry.Details{Kind: k, Name: name, Country: c, City: city}}
}

// registerOfHospitals reads the first hospitals with beds of each country from
// the register (Eurostat GISCO, healthcare services).
func registerOfHospitals(folder string) ([]registry.NewOrganisation, error) {
	if folder == "" {
		return nil, nil
	}
	f, err := os.Open(filepath.Join(folder, "gisco-healthcare-services.csv.gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	rows := csv.NewReader(io.LimitReader(z, 64<<20))
	rows.FieldsPerRecord = -1
	header, err := rows.Read()
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, h := range header {
		at[h] = i
	}
	return pickHospitals(rows, at)
}

func pickHospitals(rows *csv.Reader, at map[string]int) ([]registry.NewOrganisation, error) {
	count := map[ward.Country]int{}
	seen := map[string]bool{}
	var out []registry.NewOrganisation
	for len(out) < perCountry*len(demoCountries) {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		cell := func(name string) string {
			if i, ok := at[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		c, ok := ward.ParseCountry(cell("cc"))
		name := cell("hospital_name")
		if !ok || count[c] >= perCountry || !isDemoCountry(c) || seen[name] || len([]rune(name)) < 8 || cell("city") == "" {
			continue
		}
		seen[name] = true
		count[c]++
		o := demoOrg(ward.KindHospital, title(name), c, title(cell("city")), "gisco-"+cell("id"))
		o.Facts.Beds = bedsOf(cell("cap_beds"), count[c])
		o.Contacts = []ward.Contact{{Name: "IT service desk", Email: fmt.Sprintf("it-%d@%s.training.invalid", count[c], strings.ToLower(string(c))), Duty: ward.DutyIT, Lang: demoLang(c)}}
		out = append(out, o)
	}
	return out, nil
}

func isDemoCountry(c ward.Country) bool {
	for _, d := range demoCountries {
		if c == d {
			return true
		}
	}
	return false
}

func demoLang(c ward.Country) ward.Lang {
	switch c {
	case "DE", "AT":
		return "de"
	case "FR":
		return "fr"
	}
	return ward.English
}

// title writes a name that the register has in capitals as people write it.
func title(s string) string {
	if s != strings.ToUpper(s) {
		return s
	}
	words := strings.Fields(strings.ToLower(s))
	for i, w := range words {
		r := []rune(w)
		words[i] = strings.ToUpper(string(r[:1])) + string(r[1:])
	}
	return strings.Join(words, " ")
}

// bedsOf is the register's number, or sizes in turn where it has none.
func bedsOf(s string, n int) *int64 {
	beds, err := strconv.ParseInt(s, 10, 64)
	if err != nil || beds <= 0 {
		beds = []int64{60, 120, 280, 540, 900}[n%5]
	}
	return &beds
}

// inventedHospitals stand in where the register is not at hand.
func inventedHospitals() []registry.NewOrganisation {
	var out []registry.NewOrganisation
	for _, c := range demoCountries {
		for n := 1; n <= perCountry; n++ {
			o := demoOrg(ward.KindHospital, fmt.Sprintf("Training hospital %s %d", c, n), c, "Training", fmt.Sprintf("own-%s-%d", c, n))
			o.Facts.Beds = bedsOf("", n)
			o.Contacts = []ward.Contact{{Name: "IT service desk", Email: fmt.Sprintf("it-%d@%s.training.invalid", n, strings.ToLower(string(c))), Duty: ward.DutyIT, Lang: demoLang(c)}}
			out = append(out, o)
		}
	}
	return out
}
