package csaf

import "testing"

// TestLanguageTags holds 6.1.12 to the registry of IANA: what only looks like a
// code, or is one elsewhere (ISO 3166, ISO 639-2, M.49), is none of BCP 47.
func TestLanguageTags(t *testing.T) {
	for tag, want := range map[string]bool{
		"de": true, "EN": true, "de-AT": true, "es-419": true, "mt": true, "cnr": true, "sr-Latn-RS": true, "zh-Hant-HK": true, "tl": true, "fil": true,
		"zh-cmn": true, "zh-cmn-Hans-CN": true, "sgn-ase": true, "de-CH-1996": true, "sl-rozaj-biske-1994": true, "en-GB-oxendict": true,
		"de-u-co-phonebk": true, "ja-t-it": true, "de-u-co-phonebk-x-own": true, "en-x-own": true, "x-own": true, "i-default": true, "I-Mingo": true,
		"art-lojban": true, "zh-min-nan": true, "qaa": true, "qtz-Qaaa-QM": true, "en-XK": true, "und": true, "sh": true, "de-DD": true,
		"EZ": false, "xy": false, "en-UK": false, "en-USA": false, "en-840": false, "de-276": false, "ger": false, "eng": false, "ven": false, "tgl": false,
		"de-cmn": false, "en-yue": false, "zh-cmn-yue": false, "de-Abcd": false, "de-1997": false, "de-1996-1996": false, "de-AT-Latn": false, "de-AT-CH": false,
		"en-a-bbb": false, "de-u-co-phonebk-u-nu-latn": false, "de-u": false, "de-x": false, "x": false, "": false, "de-": false, "de--AT": false,
		"qua-x": false, "i-klingonian": false, "german": false, "de-Qaby": false,
	} {
		if got := assigned(tag); got != want {
			t.Errorf("%q: got %v, want %v", tag, got, want)
		}
	}
}
