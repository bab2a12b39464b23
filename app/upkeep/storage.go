package upkeep

// What doctor says of the data folder, the keys in it and the database.

import (
	"fmt"
	"path/filepath"
)

// spaceFloor is room for a backup's snapshot and a day's growth on a small house.
const spaceFloor = 1 << 30

// databaseFirst is what to do where a database that does not answer may be empty,
// or only a name that is wrong: a restore would be bad advice.
const databaseFirst = "mend the database, then ward doctor again"

func (j *judge) folder() {
	d, data := j.facts.Data, j.cfg.Data
	switch {
	case d.Missing && j.facts.Database.Empty:
		j.say("data folder", Notice, "ward serve --data "+data, "%s does not exist; the first start makes it", data)
		return
	case d.Missing && j.facts.Database.Fault != "":
		j.say("data folder", Broken, databaseFirst, "%s does not exist; whether a database needs what was in it is not known", data)
		return
	case d.Missing:
		j.say("data folder", Broken, "ward serve --data "+data, "%s does not exist; there is a database, but its keys are not where the settings say", data)
		return
	case d.Fault != "":
		j.say("data folder", Broken, "chown -R ward "+data, "%s cannot be written: %s", data, d.Fault)
	case d.Open:
		j.say("data folder", Notice, "chmod 0700 "+data, "%s is open to other users of this machine", data)
	default:
		j.say("data folder", Good, "", "%s is ours and can be written", data)
	}
	need := uint64(max(spaceFloor, 2*j.facts.Database.Size))
	switch {
	case d.Free == 0:
		j.say("free space", Skipped, "", "unknown on this system")
	case d.Free < need/4:
		j.say("free space", Broken, "df -h "+data, "%s free; writing will stop soon", bytesText(d.Free))
	case d.Free < need:
		j.say("free space", Notice, "df -h "+data, "%s free, less than a backup beside the database needs (%s)", bytesText(d.Free), bytesText(need))
	default:
		j.say("free space", Good, "", "%s free", bytesText(d.Free))
	}
	if d.Mark {
		j.say("restore", Broken, "ward restore FILE", "a restore was interrupted; the same command begins it anew")
	}
}

func bytesText(n uint64) string {
	if n < 10<<30 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d GiB", n>>30)
}

func (j *judge) keys() {
	for _, k := range j.facts.Keys {
		check := "key " + k.Name
		switch {
		case k.Missing && j.facts.Database.Empty:
			j.say(check, Notice, "ward serve", "is made at the first start")
		case k.Missing && j.facts.Database.Fault != "":
			j.say(check, Broken, databaseFirst, "is missing; whether a database needs it is not known")
		case k.Missing:
			j.say(check, Broken, "ward restore FILE", "is missing beside a database that needs it: bring it back from a backup before the next start, which would make another one")
		case k.Fault != "":
			j.say(check, Broken, "ward restore FILE", "is damaged: %s", k.Fault)
		case k.Open:
			j.say(check, Broken, "chmod 0600 "+filepath.Join(j.cfg.Data, k.Name), "can be read by other users of this machine")
		default:
			j.say(check, Good, "", "is there and only its owner can read it")
		}
	}
}

func (j *judge) store() {
	s := j.facts.Database
	switch {
	case s.Fault != "":
		j.say("database", Broken, "database in the settings, or ward doctor --database URL", "cannot be used: %s", s.Fault)
	case s.Unfinished != "":
		j.say("database", Broken, "ward migrate-database, or ward restore, again", "is half filled from %s", s.Unfinished)
	case s.Held != "":
		j.say("database", Broken, "database in the settings, then restart the service; or ward migrate-database again, or with --release to stay",
			"is held and refuses every write: the house moved to %s, or was about to", s.Held)
	case s.Empty:
		j.say("database", Notice, "ward serve", "is empty; the first start makes the house")
	default:
		j.say("database", Good, "", "%s answers", s.Version)
	}
}

// usable says that there is a house whose state can be judged.
func (j *judge) usable() bool {
	s := j.facts.Database
	return s.Fault == "" && s.Unfinished == "" && !s.Empty
}

func (j *judge) migrations() {
	s := j.facts.Database
	switch {
	case !j.usable():
		j.say("migrations", Skipped, "", "no house to look at")
	case s.Newer != "":
		j.say("migrations", Broken, "install the version of ward that was used last", "%s", s.Newer)
	case s.Pending > 0:
		j.say("migrations", Notice, "ward backup FILE, then restart the service", "%d not applied yet; the next start does", s.Pending)
	default:
		j.say("migrations", Good, "", "all applied")
	}
}
