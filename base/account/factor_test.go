package account

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"ward"
	"ward/base/account/throttle"
)

// enrol turns ana's second factor on and gives its secret.
func (w *world) enrol(t testing.TB, a ward.Actor) string {
	t.Helper()
	e, err := w.StartTOTP(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(e.URI, "otpauth://totp/Ward:ana") || len(strings.Fields(e.Secret)) != 8 {
		t.Errorf("enrolment %+v", e)
	}
	plain := strings.ReplaceAll(e.Secret, " ", "")
	if err := w.ConfirmTOTP(context.Background(), a, w.code(t, plain)); err != nil {
		t.Fatal(err)
	}
	w.now.Advance(totpPeriod)
	return plain
}

func (w *world) code(t testing.TB, plain string) string {
	t.Helper()
	c, err := totp.GenerateCode(plain, w.now.Now())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		a := w.in(t)
		plain := w.enrol(t, a)
		e, err := w.SignIn(ctx, Credentials{Email: anaMail, Password: goodWords, Next: "/alerts", Client: here})
		if err != nil || e.Session != "" || e.Challenge == "" {
			t.Fatalf("the password alone opens %+v, %v", e, err)
		}
		if got := actor(t, w.Service, e.Challenge); !got.Nobody() {
			t.Errorf("a challenge is a session of %+v", got)
		}
		_, err = w.SecondStep(ctx, e.Challenge, "000000", here)
		wantKey(t, err, "account.error.code")
		code := w.code(t, plain)
		in, err := w.SecondStep(ctx, e.Challenge, code[:3]+" "+code[3:], here)
		if err != nil || in.Next != "/alerts" {
			t.Fatalf("got %+v, %v", in, err)
		}
		if got := actor(t, w.Service, in.Session); !got.MFA {
			t.Error("the session does not say that a second factor was given")
		}
		_, err = w.SecondStep(ctx, e.Challenge, w.code(t, plain), here)
		if ward.CodeOf(err) != ward.NotFound {
			t.Errorf("a challenge was answered twice: %v", err)
		}
		_, err = w.SignIn(ctx, Credentials{Email: anaMail, Password: goodWords, Code: code, Client: here})
		wantKey(t, err, "account.error.replay")
		w.now.Advance(totpPeriod)
		if _, err = w.SignIn(ctx, Credentials{Email: anaMail, Password: goodWords, Code: w.code(t, plain), Client: here}); err != nil {
			t.Errorf("both at once: %v", err)
		}
		w.now.Advance(-3 * totpPeriod)
		_, err = w.SignIn(ctx, Credentials{Email: anaMail, Password: goodWords, Code: w.code(t, plain), Client: here})
		wantKey(t, err, "account.error.replay") // an older step is used up as well
	})
}

func TestCodesAreThrottled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		plain := w.enrol(t, w.in(t))
		e, err := w.SignIn(ctx, Credentials{Email: anaMail, Password: goodWords, Client: here})
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			_, err := w.SecondStep(ctx, e.Challenge, "000000", here)
			wantKey(t, err, "account.error.code")
		}
		_, err = w.SecondStep(ctx, e.Challenge, w.code(t, plain), here)
		wantKey(t, err, throttle.Key)
		// A fresh challenge and another address do not help the guesser.
		e, err = w.SignIn(ctx, Credentials{Email: anaMail, Password: goodWords, Client: Client{Address: "198.51.100.1"}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.SecondStep(ctx, e.Challenge, w.code(t, plain), Client{Address: "198.51.100.1"})
		wantKey(t, err, throttle.Key)
		w.now.Advance(challengeLife + time.Second)
		_, err = w.SecondStep(ctx, e.Challenge, w.code(t, plain), here)
		if ward.CodeOf(err) != ward.NotFound {
			t.Errorf("an old challenge: %v", err)
		}
	})
}

func TestDropSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		a := w.in(t)
		w.enrol(t, a)
		wantKey(t, w.DropTOTP(ctx, a, "wrong wrong wrong"), "account.error.current")
		_, err := w.StartTOTP(ctx, a)
		wantKey(t, err, "account.error.totp_on")
		if e, err := w.TOTP(ctx, a); err != nil || !e.On || e.Secret != "" {
			t.Errorf("a secret in use is shown: %+v, %v", e, err)
		}
		if err := w.DropTOTP(ctx, a, goodWords); err != nil {
			t.Fatal(err)
		}
		if e, err := w.signIn(t, anaMail, goodWords); err != nil || e.Session == "" {
			t.Errorf("got %+v, %v", e, err)
		}
	})
}

func TestChangePassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		a := w.in(t)
		other, err := w.signIn(t, anaMail, goodWords)
		if err != nil {
			t.Fatal(err)
		}
		wantKey(t, w.ChangePassword(ctx, a, "wrong wrong wrong", "nine yellow otters"), "account.error.current")
		wantKey(t, w.ChangePassword(ctx, a, goodWords, "ana horvat 2026"), "account.error.personal")
		if err := w.ChangePassword(ctx, a, goodWords, "nine yellow otters"); err != nil {
			t.Fatal(err)
		}
		if got := actor(t, w.Service, other.Session); !got.Nobody() {
			t.Error("another session outlived the old password")
		}
		_, err = w.signIn(t, anaMail, goodWords)
		wantKey(t, err, "account.error.credentials")
		if _, err = w.signIn(t, anaMail, "nine yellow otters"); err != nil {
			t.Error(err)
		}
	})
}

func TestDevice(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0":                              "Firefox, Windows",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36":                          "Chrome, Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605.1 Version/17.0 Safari/605.1":                      "Safari, macOS",
		"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0.0.0": "Edge, Windows",
		"curl/8.5.0": "curl", "": "",
	} {
		if got := device(agent); got != want {
			t.Errorf("%q: got %q, want %q", agent, got, want)
		}
	}
}
