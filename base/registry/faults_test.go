package registry

import (
	"testing"
	"time"

	"ward"
	"ward/test/expect"
)

// A form is answered once: with every fault that it has.
func TestEveryFaultOfAForm(t *testing.T) {
	_, err := Asking{Kind: ward.KindCSIRT, Country: "XX", Website: "x", Email: "x", Phone: "x", Lang: "xx"}.tidy()
	expect.Fields(t, "a request", err, "kind name country website evidence person email phone lang")
	below := int64(-1)
	err = Details{Kind: ward.KindHospital, Country: "HR", Legal: "x", Facts: Facts{Beds: &below, Headcount: &below}}.check()
	expect.Fields(t, "an organisation", err, "name legal beds headcount")
	_, err = Invitation{Email: "x", Phone: "x", Duty: "x"}.tidy()
	expect.Fields(t, "an invitation", err, "name email phone duty")
	_, err = tidyContact(ward.Contact{})
	expect.Fields(t, "a contact", err, "duty name email")
	_, err = Group{Kind: "x"}.tidy()
	expect.Fields(t, "a group", err, "kind name")
	expect.Fields(t, "a decision", checkDecision("", "", 0), "evidence reason months")
	expect.Fields(t, "a deputy", checkSpan(time.Time{}, time.Time{}, time.Unix(1, 0)), "begins ends")
}
