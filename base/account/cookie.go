package account

import (
	"net/http"
	"time"

	"ward/kit/web"
)

// ChallengeCookie holds the secret of a challenge between the two steps of
// signing in. It goes to the sign-in page only.
const ChallengeCookie = "signin"

// WayCookie ties what an issuer sends back to the browser that was sent there.
const WayCookie = "way"

// SetWay keeps the way to an issuer; it comes back with a plain link from there.
func (s *Service) SetWay(w http.ResponseWriter, x Way) {
	http.SetCookie(w, s.cookie(WayCookie, x.Text, "/signin/with/", x.Expires.Sub(s.cfg.Clock())))
}

// ClearWay takes it away: it counts once.
func (s *Service) ClearWay(w http.ResponseWriter) {
	http.SetCookie(w, s.cookie(WayCookie, "", "/signin/with/", 0))
}

// SetCookies gives a browser what e opened. The session cookie ends with the
// session; the server decides, the cookie only follows.
func (s *Service) SetCookies(w http.ResponseWriter, e Entry) {
	left := e.Expires.Sub(s.cfg.Clock())
	if e.Challenge != "" {
		http.SetCookie(w, s.cookie(ChallengeCookie, e.Challenge, "/signin", left))
		return
	}
	http.SetCookie(w, s.cookie(web.SessionCookie, e.Session, "/", left))
	http.SetCookie(w, s.cookie(ChallengeCookie, "", "/signin", 0))
}

// ClearCookies takes both away.
func (s *Service) ClearCookies(w http.ResponseWriter) {
	http.SetCookie(w, s.cookie(web.SessionCookie, "", "/", 0))
	http.SetCookie(w, s.cookie(ChallengeCookie, "", "/signin", 0))
}

// cookie is closed to scripts and to forms of other sites; an empty value or no
// time left takes it away.
func (s *Service) cookie(name, value, path string, left time.Duration) *http.Cookie {
	k := &http.Cookie{Name: name, Value: value, Path: path, HttpOnly: true, Secure: s.cfg.Secure,
		SameSite: http.SameSiteLaxMode, MaxAge: int(left / time.Second)}
	if value == "" || k.MaxAge <= 0 {
		k.MaxAge = -1
	}
	return k
}
