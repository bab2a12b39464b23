package sheet

import (
	"fmt"
	"strings"
	"testing"
)

// TestGuess reads headers as they come out of hospitals' systems; want names
// the field of each column, "-" for none.
func TestGuess(t *testing.T) {
	for _, c := range []struct{ name, header, want string }{
		{"own", "row_id,vendor,product,model,version,serial,quantity,department", "row_id,vendor,product,model,version,serial,quantity,department"},
		{"own with service and the rest", "row_id,vendor,product,site,service,zone,owner,udi,end_of_support,notes", "row_id,vendor,product,site,service,zone,owner,udi,end_of_support,notes"},
		{"English CMMS", "Asset Tag,Manufacturer,Device Description,Model No.,Serial Number,SW Version,Ward,Building", "row_id,vendor,product,model,serial,version,department,site"},
		{"English short", "Make,Model,S/N,Firmware,Qty,Dept", "vendor,model,serial,version,quantity,department"},
		{"German", "Inventarnr.;Hersteller;Gerätebezeichnung;Typ;Seriennummer;Softwarestand;Anzahl;Abteilung;Standort;Lieferdatum", "row_id,vendor,product,model,serial,version,quantity,department,site,-"},
		{"German with brackets", "Hersteller (Marke);Modell / Typ;Firmware-Version;Station", "vendor,model,version,department"},
		{"German service", "Hersteller;Produkt;Fachbereich;Netzzone;Verantwortlicher;Supportende;Bemerkung", "vendor,product,service,zone,owner,end_of_support,notes"},
		{"French", "N° d'inventaire;Fabricant;Désignation;Modèle;N° de série;Version logicielle;Service;Quantité;Établissement", "row_id,vendor,product,model,serial,version,department,quantity,site"},
		{"French mark", "Marque;Référence;Micrologiciel;Unité fonctionnelle", "vendor,model,version,department"},
		{"Spanish", "Nº inventario;Fabricante;Equipo;Modelo;Nº de serie;Versión de software;Servicio;Cantidad", "row_id,vendor,product,model,serial,version,service,quantity"},
		{"Italian", "N. inventario;Produttore;Apparecchiatura;Modello;Matricola;Versione software;Reparto;Quantità", "row_id,vendor,product,model,serial,version,department,quantity"},
		{"Dutch", "Inventarisnummer;Merk;Omschrijving;Type;Serienummer;Softwareversie;Afdeling;Aantal", "row_id,vendor,product,model,serial,version,department,quantity"},
		{"Polish", "Nr inwentarzowy;Producent;Nazwa urządzenia;Model;Nr seryjny;Wersja oprogramowania;Oddział;Ilość", "row_id,vendor,product,model,serial,version,department,quantity"},
		{"Portuguese", "Fabricante;Equipamento;Modelo;Número de série;Versão de software;Serviço;Quantidade", "vendor,product,model,serial,version,service,quantity"},
		{"Czech", "Inventární číslo;Výrobce;Název;Typ;Sériové číslo;Verze softwaru;Oddělení", "row_id,vendor,product,model,serial,version,department"},
		{"Bulgarian", "Производител;Наименование;Модел;Сериен номер;Версия;Отделение", "vendor,product,model,serial,version,department"},
		{"Greek", "Κατασκευαστής;Συσκευή;Μοντέλο;Σειριακός αριθμός;Έκδοση;Τμήμα", "vendor,product,model,serial,version,department"},
		{"Swedish", "Tillverkare;Benämning;Modell;Serienummer;Programversion;Avdelning", "vendor,product,model,serial,version,department"},
		{"directory export", "Name;DNSHostName;OperatingSystem;OperatingSystemVersion;ManagedBy", "-,row_id,product,version,owner"},
		{"DHCP export", "IP Address,Host Name,Vendor Class,Scope", "notes,row_id,vendor,zone"},
		{"programs", "Software;Version;Verantwortlich", "product,version,owner"},
		{"devices with their program's version", "Hersteller;Gerät;Software", "vendor,product,version"},
		{"nothing", "Lieferdatum;Preis;foo", "-,-,-"},
	} {
		sep := ","
		if strings.Contains(c.header, ";") {
			sep = ";"
		}
		var got []string
		for _, col := range Guess(strings.Split(c.header, sep), nil) {
			f := string(col.Field)
			if f == "" {
				f = "-"
			}
			got = append(got, f)
		}
		if g := strings.Join(got, ","); g != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, g, c.want)
		}
	}
}

func TestGuessByContent(t *testing.T) {
	sample := [][]string{
		{"04006381333931", "X1234567", "2.51", "x"},
		{"4006381333931", "X1234568", "V2.52", "y"},
		{"04006381333931", "X1234569", "2.51.3", "x"},
	}
	m := Guess([]string{"Spalte A", "Spalte B", "Spalte C", "Spalte D"}, sample)
	for i, want := range []Field{UDI, Serial, Version, ""} {
		if m[i].Field != want || m[i].Confidence > 0.8 {
			t.Errorf("column %d: got %+v, want %q at 0.8 at most", i, m[i], want)
		}
	}
}

func TestValidGTIN(t *testing.T) {
	for s, want := range map[string]bool{"04006381333931": true, "4006381333931": true, "04006381333932": false,
		"00000000000000": false, "0400638133393": false, "x4006381333931": false} {
		if got := ValidGTIN(s); got != want {
			t.Errorf("ValidGTIN(%q): got %v, want %v", s, got, want)
		}
	}
}

// TestWordsAreReachable fails on a synonym that folding changes, since no
// header could ever equal it, and on a field that does not exist.
func TestWordsAreReachable(t *testing.T) {
	known := map[Field]bool{}
	for _, f := range Fields() {
		known[f] = true
	}
	for _, w := range words() {
		if w.text == "" || fold(w.text) != w.text || !known[w.field] || w.weight <= 0 || w.weight > 1 {
			t.Errorf("got %+v, want a folded name of a known field with a weight in (0,1]", w)
		}
	}
}

func ExampleGuess() {
	for _, c := range Guess([]string{"Fabricant", "Modèle", "N° de série", "Service"}, nil) {
		fmt.Printf("%s: %s %.2f\n", c.Header, c.Field, c.Confidence)
	}
	// Output:
	// Fabricant: vendor 0.93
	// Modèle: model 0.93
	// N° de série: serial 0.93
	// Service: department 0.93
}
