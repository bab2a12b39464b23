package app

import (
	"embed"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"ward/base/registry"
)

// demoFiles are our own: devices that hospitals commonly own (public facts:
// maker, product, model and releases), and a few invented advisories.
//
//go:embed demo
var demoFiles embed.FS

// device is one line of demo/devices.csv.
type device struct {
	department, service, zone string
	maker, product, model     string
	versions                  []string
	share                     int // pieces in a hospital of 1,000 beds
}

func demoDevices() ([]device, error) {
	f, err := demoFiles.Open("demo/devices.csv")
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []device
	for _, r := range rows[1:] {
		share, err := strconv.Atoi(r[8])
		if err != nil {
			return nil, fmt.Errorf("demo/devices.csv: %s: %w", r[5], err)
		}
		d := device{department: r[1], service: r[2], zone: r[3], maker: r[4], product: r[5], model: r[6], share: share}
		if r[7] != "" {
			d.versions = strings.Split(r[7], "|")
		}
		out = append(out, d)
	}
	return out, nil
}

// demoTable is a hospital's list as a CSV, with the gaps and habits of real
// ones: brands for makers, versions left out, notes in the version.
func demoTable(r *rand.Rand, devices []device, o registry.NewOrganisation) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Write([]string{"inventory no", "manufacturer", "device", "model", "software version", "serial number", "quantity", "department", "clinical service", "network zone"}) //nolint:errcheck // a Builder
	beds := 200
	if o.Facts.Beds != nil {
		beds = int(*o.Facts.Beds)
	}
	n := 0
	for _, d := range devices {
		pieces := d.share * beds / 1000
		if pieces == 0 && r.IntN(3) > 0 {
			continue // a small house does not own everything
		}
		for range max(1, pieces) {
			n++
			w.Write(demoRow(r, d, n)) //nolint:errcheck // a Builder
		}
	}
	w.Flush()
	return b.String()
}

func demoRow(r *rand.Rand, d device, n int) []string {
	version := ""
	if len(d.versions) > 0 && r.IntN(6) > 0 {
		version = messyVersion(r, d.versions[r.IntN(len(d.versions))])
	}
	maker, product := d.maker, d.product
	switch r.IntN(8) {
	case 0:
		maker = strings.ToUpper(maker)
	case 1:
		maker, product = "", d.maker+" "+d.product
	case 2:
		product = strings.ToLower(product)
	}
	return []string{fmt.Sprintf("INV-%05d", n), maker, product, d.model, version, fmt.Sprintf("%08X", r.Uint32()), "1", d.department, d.service, d.zone}
}

func messyVersion(r *rand.Rand, v string) string {
	switch r.IntN(6) {
	case 0:
		return "SW " + v
	case 1:
		return "V" + strings.TrimLeft(v, "vV")
	case 2:
		return v + " "
	}
	return v
}
