package version

// neutral are words before a number that say only that a number follows.
// English, German, French, Spanish, Italian, Dutch, Polish, Swedish spellings
// of inventories; single letters count only directly before a digit.
var neutral = map[string]bool{
	"version": true, "versions": true, "ver": true, "vers": true, "v": true, "vv": true, "r": true,
	"sw": true, "software": true, "firmware": true, "fw": true, "fv": true, "sv": false, "s": false, "f": false,
	"release": true, "releases": true, "rel": true, "bios": true, "os": true, "main": true, "product": true,
	"softwarestand": true, "softwareversion": true, "firmwareversion": true, "stand": true, "ausgabe": true,
	"logiciel": true, "logicielle": true, "versione": true, "versie": true, "wersja": true, "versao": true,
	"programversion": true, "ver.": true, "issue": true, "level": true, "no": true, "nr": true, "number": true,
	"microprogramme": true, "micrologiciel": true, "microprogramma": true, "programm": true, "programma": true, "programme": true, "programa": true, "program": true,
	"fw-version": true, "installed": true, "installiert": true, "de": true, "du": true, "del": true, "di": true, "do": true,
	"oprogramowanie": true, "oprogramowania": true, "wer": true, "mjukvara": true, "programvara": true, "programvare": true, "fastprogramvara": true,
	"ohjelmisto": true, "ohjelmistoversio": true, "versio": true, "laiteohjelmisto": true, "verzió": true, "szoftver": true, "szoftververzió": true,
	"softver": true, "softvér": true, "verzija": true, "inačica": true, "različica": true, "versija": true, "programmatūra": true, "versioon": true, "tarkvara": true,
	"λογισμικό": true, "версия:": true, "софтуер": true, "фърмуер": true, "leagan": true, "verżjoni": true, "udgave": true, "versjon": true, "utgåva": true,
	"versión": true, "versão": true, "verze": true, "verzia": true, "versiune": true, "έκδοση": true, "версия": true,
}

// settled are words behind a version that say only how it was found or that it
// is in use: "2.1 (installiert)". Any other word is a condition.
var settled = map[string]bool{"installed": true, "installiert": true, "installierte": true, "installé": true, "installée": true, "instalado": true, "instalada": true,
	"installato": true, "installata": true, "geïnstalleerd": true, "zainstalowana": true, "zainstalowany": true, "nainstalováno": true, "installerad": true, "installeret": true,
	"aktuell": true, "actuel": true, "actuelle": true, "actual": true, "attuale": true, "current": true, "currently": true, "running": true, "in": true, "use": true,
	"geprüft": true, "checked": true, "verified": true, "vérifié": true, "ok": true, "laut": true, "typenschild": true, "aufkleber": true, "label": true, "software": true,
	"firmware": true, "sw": true, "fw": true, "version": true, "stand": true}

// dayWords begin a day that stands behind a version.
var dayWords = map[string]bool{"vom": true, "datum": true, "date": true, "dated": true, "du": true, "dal": true, "van": true}

// qualifiers maps words to the qualifier that a number after them counts.
var qualifiers = map[string]int{
	"sp": qualPack, "servicepack": qualPack, "mp": qualPack, "mr": qualPack, "fp": qualPack, "featurepack": qualPack,
	"sr": qualRelease, "r": qualRelease,
	"update": qualUpdate, "upd": qualUpdate, "u": qualUpdate, "cu": qualUpdate, "up": qualUpdate, "ud": qualUpdate,
	"hf": qualFix, "hotfix": qualFix, "hotfixrev": qualFix, "uc": qualFix, "kit": qualFix,
	"patch": qualPatch, "p": qualPatch, "pl": qualPatch, "patchlevel": qualPatch, "plus": qualPatch,
	"build": qualBuild, "bld": qualBuild,
}

// twoWords joins words that make one qualifier.
var twoWords = map[[2]string]string{
	{"service", "pack"}: "sp", {"hot", "fix"}: "hf", {"feature", "pack"}: "fp", {"maintenance", "release"}: "mr",
	{"service", "release"}: "sr", {"patch", "level"}: "p", {"cumulative", "update"}: "cu",
}

// preReleases are the stages before a release, in order.
var preReleases = map[string]uint32{"alpha": 1, "beta": 2, "rc": 3, "preview": 1, "pre": 1}

// noLabel are short words that never belong to the number behind them.
var noLabel = map[string]bool{"and": true, "or": true, "to": true, "on": true, "of": true, "for": true, "the": true,
	"with": true, "than": true, "cve": true, "in": true, "und": true, "et": true, "by": true, "from": true, "at": true,
	"is": true, "if": true, "up": true, "only": true, "all": true, "any": true, "mlfb": true, "model": true, "part": true}

// revisions are words that make a letter or number a revision of its own kind.
var revisions = map[string]bool{"rev": true, "revision": true, "rév": true, "révision": true, "edition": true, "index": true}

var months = map[string]int{
	"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
	"september": 9, "october": 10, "november": 11, "december": 12,
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
	"januar": 1, "februar": 2, "märz": 3, "mai": 5, "juni": 6, "juli": 7, "oktober": 10, "dezember": 12,
	"janvier": 1, "février": 2, "mars": 3, "avril": 4, "juin": 6, "juillet": 7, "août": 8, "septembre": 9,
	"octobre": 10, "novembre": 11, "décembre": 12,
}
