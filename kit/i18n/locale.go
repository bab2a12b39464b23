package i18n

import (
	"sync"
	"time"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/bg"
	"github.com/go-playground/locales/cs"
	"github.com/go-playground/locales/da"
	"github.com/go-playground/locales/de"
	"github.com/go-playground/locales/el"
	"github.com/go-playground/locales/en_GB"
	"github.com/go-playground/locales/es"
	"github.com/go-playground/locales/et"
	"github.com/go-playground/locales/fi"
	"github.com/go-playground/locales/fr"
	"github.com/go-playground/locales/ga"
	"github.com/go-playground/locales/hr"
	"github.com/go-playground/locales/hu"
	"github.com/go-playground/locales/it"
	"github.com/go-playground/locales/lt"
	"github.com/go-playground/locales/lv"
	"github.com/go-playground/locales/mt"
	"github.com/go-playground/locales/nl"
	"github.com/go-playground/locales/pl"
	"github.com/go-playground/locales/pt_PT"
	"github.com/go-playground/locales/ro"
	"github.com/go-playground/locales/sk"
	"github.com/go-playground/locales/sl"
	"github.com/go-playground/locales/sv"

	"ward"
)

// localeOf gives the number and date forms of a language (CLDR data). A table
// asks once, when its language is first read.
func localeOf(lang ward.Lang) locales.Translator {
	makers := map[ward.Lang]func() locales.Translator{
		"bg": bg.New, "cs": cs.New, "da": da.New, "de": de.New, "el": el.New, "es": es.New, "et": et.New,
		"fi": fi.New, "fr": fr.New, "ga": ga.New, "hr": hr.New, "hu": hu.New, "it": it.New, "lt": lt.New,
		"lv": lv.New, "mt": mt.New, "nl": nl.New, "pl": pl.New, "pt": pt_PT.New, "ro": ro.New, "sk": sk.New,
		"sl": sl.New, "sv": sv.New,
	}
	if maker := makers[lang]; maker != nil {
		return maker()
	}
	return en_GB.New()
}

// ZoneOf gives the time zone of a Member State's capital, UTC for an unknown
// code or a machine without time-zone data. Islands and overseas territories
// (Azores, Canaries, Guadeloupe) need the site's own zone.
func ZoneOf(c ward.Country) *time.Location {
	city := capitals[c]
	if city == "" {
		return time.UTC
	}
	if z, ok := zones.Load(city); ok {
		return z.(*time.Location)
	}
	zone, err := time.LoadLocation("Europe/" + city)
	if err != nil {
		return time.UTC
	}
	zones.Store(city, zone)
	return zone
}

// zones are those of capitals that were read: each is a file
// and 2 kB, and every page and letter asks.
var zones sync.Map

var capitals = map[ward.Country]string{
	"AT": "Vienna", "BE": "Brussels", "BG": "Sofia", "HR": "Zagreb", "CY": "Nicosia", "CZ": "Prague",
	"DK": "Copenhagen", "EE": "Tallinn", "FI": "Helsinki", "FR": "Paris", "DE": "Berlin", "GR": "Athens",
	"HU": "Budapest", "IE": "Dublin", "IT": "Rome", "LV": "Riga", "LT": "Vilnius", "LU": "Luxembourg",
	"MT": "Malta", "NL": "Amsterdam", "PL": "Warsaw", "PT": "Lisbon", "RO": "Bucharest", "SK": "Bratislava",
	"SI": "Ljubljana", "ES": "Madrid", "SE": "Stockholm",
}
