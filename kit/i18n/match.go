package i18n

import (
	"net/http"
	"strings"

	"golang.org/x/text/language"

	"ward"
)

// CookieName holds the reader's choice for a year.
const CookieName = "lang"

const yearSeconds = 365 * 24 * 60 * 60

// FromRequest picks the language of a page: ?lang=, cookie, Accept-Language,
// English. An unknown value is passed over, never an error.
func (c *Catalogue) FromRequest(r *http.Request) ward.Lang {
	cookie := ""
	if k, err := r.Cookie(CookieName); err == nil {
		cookie = k.Value
	}
	return c.Match(r.URL.Query().Get("lang"), cookie, r.Header.Get("Accept-Language"))
}

// Match picks the language from a query value, a cookie value and an
// Accept-Language header, in this order; any may be empty.
func (c *Catalogue) Match(query, cookie, accept string) ward.Lang {
	for _, s := range []string{query, cookie} {
		if c.pseudo && strings.EqualFold(s, string(Pseudo)) {
			return Pseudo
		}
		if l, ok := ward.ParseLang(s); ok {
			return l
		}
	}
	// ParseAcceptLanguage bounds hostile headers itself and sorts by weight.
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return ward.English
	}
	for _, tag := range tags {
		if l, ok := ward.ParseLang(tag.String()); ok {
			return l
		}
	}
	return ward.English
}

// Choose is the handler of POST /language: it stores the form value "lang" in
// the cookie and leads back to the form value "back", which must be a path of
// this site. secure says whether the site is served over TLS.
func (c *Catalogue) Choose(secure bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 8<<10)
		http.SetCookie(w, &http.Cookie{Name: CookieName, Value: string(c.Match(r.PostFormValue("lang"), "", "")), Path: "/",
			MaxAge: yearSeconds, HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode})
		http.Redirect(w, r, LocalPath(r.PostFormValue("back")), http.StatusSeeOther)
	})
}

// LocalPath returns s if it is a path on this site and "/" otherwise, so that a
// form cannot send a reader elsewhere ("//host", "/\host", "https:").
func LocalPath(s string) string {
	if len(s) > 2048 || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n\t") {
		return "/"
	}
	return s
}
