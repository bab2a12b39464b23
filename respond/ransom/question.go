package ransom

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/format/pattern"
	"ward/format/plain"
)

// Kind is how a question is answered.
type Kind string

// Kinds.
const (
	Choice  Kind = "choice"
	Line    Kind = "line"
	Text    Kind = "text"
	Time    Kind = "time"
	Amount  Kind = "amount"
	Percent Kind = "percent"
)

// Part is a page of questions on one thing.
type Part string

// Parts in their order.
const (
	Demand   Part = "demand"
	Decision Part = "decision"
	Payment  Part = "payment"
	Outcome  Part = "outcome"
)

// Parts lists them.
func Parts() []Part { return []Part{Demand, Decision, Payment, Outcome} }

// Next is the part after p; false after the last.
func (p Part) Next() (Part, bool) {
	i := slices.Index(Parts(), p) + 1
	if i == 0 || i == len(Parts()) {
		return "", false
	}
	return Parts()[i], true
}

// Question is one of the form. Its title is "ransom.q." and the id, a value's
// word "ransom.value.", the id and the value.
type Question struct {
	ID     string
	Part   Part
	Kind   Kind
	Values []string // of a choice; no answer is "I don't know yet"
}

// The answers of the question "decision", each of them counted.
const (
	Deciding = "under_decision"
	Paid     = "paid"
	NotPaid  = "not_paid"
)

var (
	yesNo      = []string{"yes", "no"}
	currencies = []string{"eur", "usd", "btc", "xmr", "something_else"}
)

// Questions is the whole form (model fields after the Australian Act, Part 3).
func Questions() []Question {
	return []Question{
		{"demanded", Demand, Choice, yesNo},
		{"demanded_at", Demand, Time, nil},
		{"demand_form", Demand, Choice, []string{"money", "crypto", "other_benefit"}},
		{"demand_amount", Demand, Amount, nil},
		{"demand_currency", Demand, Choice, currencies},
		{"demand_until", Demand, Time, nil},
		{"negotiated_amount", Demand, Amount, nil},
		{"leak_threat", Demand, Choice, yesNo},
		{"channel", Demand, Choice, []string{"portal", "mail", "messenger", "phone", "note", "something_else"}},
		{"addresses", Demand, Text, nil},
		{"family", Demand, Line, nil},
		{"weakness", Demand, Line, nil},

		{"decision", Decision, Choice, []string{Deciding, Paid, NotPaid}},
		{"reason", Decision, Text, nil},
		{"decided_by", Decision, Line, nil},
		{"alternatives", Decision, Text, nil},
		{"legal_check", Decision, Choice, yesNo},
		{"sanctions_check", Decision, Choice, yesNo},

		{"paid_share", Payment, Choice, []string{"full", "part"}},
		{"paid_at", Payment, Time, nil},
		{"paid_amount", Payment, Amount, nil},
		{"paid_currency", Payment, Choice, currencies},
		{"payer", Payment, Choice, []string{"self", "insurer", "negotiator", "third_party"}},
		{"payer_name", Payment, Line, nil},
		{"insurer_share", Payment, Percent, nil},
		{"wallet", Payment, Line, nil},
		{"transaction", Payment, Line, nil},

		{"key_worked", Outcome, Choice, []string{"yes", "partly", "no", "not_given"}},
		{"data_deleted", Outcome, Choice, yesNo},
		{"extorted_again", Outcome, Choice, yesNo},
		{"recovery", Outcome, Text, nil},
		{"police", Outcome, Choice, yesNo},
		{"police_reference", Outcome, Line, nil},
		{"communications", Outcome, Text, nil},
	}
}

// Of are the questions of a part; none for an unknown one.
func Of(p Part) []Question {
	return slices.DeleteFunc(Questions(), func(q Question) bool { return q.Part != p })
}

// Answers are those of a record by the id of the question. What is not known yet
// is not in it; times are RFC 3339 in UTC.
type Answers map[string]string

// Time is the answer to a question of Kind Time; zero when there is none.
func (a Answers) Time(id string) time.Time {
	t, _ := time.Parse(time.RFC3339, a[id]) // stored by read
	return t
}

// Bounds of an answer in characters.
const (
	MaxLine = 300
	MaxText = 5000
)

func invalid(key, field string, args ...string) error {
	return ward.Fail(ward.Invalid, "ransom.error."+key, args...).At(field)
}

// number is an amount: 15 digits and 8 decimals hold every currency.
var number = pattern.Of(`^[0-9]{1,15}(\.[0-9]{1,8})?$`)

// thousands are what may be a mark of thousands or of decimals.
var thousands = pattern.Of(`^[1-9][0-9]{0,2}[.,][0-9]{3}$`)

// Read makes an answer of what was typed, times in zone; "" stays "not known
// yet". What cannot be read is an Invalid error at the question.
func (q Question) Read(typed string, zone *time.Location) (string, error) {
	typed = plain.Text(typed)
	if typed == "" {
		return "", nil
	}
	switch q.Kind {
	case Choice:
		if !slices.Contains(q.Values, typed) {
			return "", invalid("choice", q.ID)
		}
	case Time:
		return readTime(q.ID, typed, zone)
	case Amount:
		bare := strings.Join(strings.Fields(strings.ReplaceAll(typed, "\u00a0", " ")), "")
		n := strings.ReplaceAll(bare, ",", ".")
		if thousands().MatchString(bare) || !number().MatchString(n) {
			return "", invalid("amount", q.ID)
		}
		return n, nil
	case Percent:
		n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(typed, "%")))
		if err != nil || n < 0 || n > 100 {
			return "", invalid("percent", q.ID)
		}
		return strconv.Itoa(n), nil
	case Line:
		typed = plain.Line(typed)
	}
	most := MaxLine
	if q.Kind == Text {
		most = MaxText
	}
	if len([]rune(typed)) > most {
		return "", invalid("long", q.ID, "max", strconv.Itoa(most))
	}
	return typed, nil
}

func readTime(id, typed string, zone *time.Location) (string, error) {
	t, err := time.Parse(time.RFC3339, typed)
	if err != nil {
		t, err = time.ParseInLocation("2006-01-02T15:04", typed, zone)
	}
	if err != nil || t.Year() < 2000 || t.Year() > 2200 {
		return "", invalid("time", id)
	}
	return t.UTC().Format(time.RFC3339), nil
}

// Check names answers that exclude each other or lie in the future.
func (a Answers) Check(now time.Time) error {
	asked, paid := a.Time("demanded_at"), a.Time("paid_at")
	given := slices.ContainsFunc(Of(Payment), func(q Question) bool { return a[q.ID] != "" })
	return errors.Join(ward.When(asked.After(now), invalid("future", "demanded_at")), ward.When(paid.After(now), invalid("future", "paid_at")),
		ward.When(!asked.IsZero() && !paid.IsZero() && paid.Before(asked), invalid("before", "paid_at")),
		ward.When(a["demanded"] == "no" && a["decision"] == Paid, invalid("unasked", "decision")),
		ward.When(a["decision"] == NotPaid && given, invalid("not_paid", "decision")))
}
