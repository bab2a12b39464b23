package access_test

import (
	"os"
	"testing"

	"ward/test/site/house"
)

// furniture is one furnished house of which every test opens copies: to furnish
// takes longer than to try a role's doors.
var furniture struct {
	data string
	town *house.Town
}

func TestMain(m *testing.M) {
	code := m.Run()
	if furniture.data != "" {
		os.RemoveAll(furniture.data)
	}
	os.Exit(code)
}

// furnished is the folder of the furnished house, which is closed, and what is in it.
func furnished(t *testing.T) (data string, town *house.Town) {
	t.Helper()
	if furniture.town != nil {
		return furniture.data, furniture.town
	}
	data, err := os.MkdirTemp("", "ward-furnished-")
	if err != nil {
		t.Fatal(err)
	}
	furniture.data = data
	if !t.Run("furnish", func(t *testing.T) { town = house.Open(t, house.Config{Data: data}).Furnish() }) {
		t.FailNow()
	}
	furniture.town = town
	return data, town
}

// open starts a copy of the furnished house.
func open(t *testing.T) (*house.House, *house.Town) {
	t.Helper()
	base, town := furnished(t)
	data := house.Copy(t, base)
	return house.Open(t, house.Config{Data: data, Database: house.DatabaseIn(data), Inhabited: town}), town
}
