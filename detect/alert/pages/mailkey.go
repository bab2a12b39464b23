package pages

import (
	"strings"
	"time"

	"ward/detect/alert/wkd"
	"ward/kit/mail"
	"ward/kit/web"
)

// MailKeyPath is the stable address of the key that signs the house's mails.
const MailKeyPath = "/mail-key.asc"

// mailKeyRoutes publish the signing key: at a stable address for people, and as a
// Web Key Directory in both of its forms for programs, which ask the domain of the
// sender's address (draft-koch-openpgp-webkey-service, section 3.1).
func mailKeyRoutes(k mail.House) []web.Page {
	local, domain, ok := strings.Cut(k.Address, "@")
	if !ok || k.Fingerprint == "" {
		return nil
	}
	key := func(kind string, body []byte) func(*web.Call) error {
		return func(c *web.Call) error {
			c.W.Header().Set("Access-Control-Allow-Origin", "*") // programs in browsers look too; it is public
			return c.Content(kind, time.Time{}, body)
		}
	}
	root, hash := "/.well-known/openpgpkey", wkd.Hash(local)
	return []web.Page{
		web.Get(MailKeyPath, web.Public, key("application/pgp-keys", []byte(k.Armored))),
		web.Get(root+"/hu/"+hash, web.Public, key("application/octet-stream", k.Public)),
		web.Get(root+"/policy", web.Public, key("text/plain; charset=utf-8", []byte("# no own rules\n"))),
		web.Get(root+"/"+strings.ToLower(domain)+"/hu/"+hash, web.Public, key("application/octet-stream", k.Public)),
		web.Get(root+"/"+strings.ToLower(domain)+"/policy", web.Public, key("text/plain; charset=utf-8", []byte("# no own rules\n"))),
	}
}
