package sensor

import (
	"context"
	"encoding/json"

	"ward"
	"ward/kit/db"
)

// maxSensors bounds the sensors of one organisation: a client that calls itself
// something else each time fills nothing.
const maxSensors = 2000

// putSensor notes that a sensor was heard of and what it sent.
func putSensor(ctx context.Context, tx *db.Tx, x Sensor) error {
	if err := roomFor(ctx, tx, x); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO sensor_sensor (org, id, country, version, first_at, last_at, hits, refused) VALUES ($1, $2, $3, $4, $5, $5, $6, $7)
		ON CONFLICT (org, id) DO UPDATE SET country = excluded.country, version = excluded.version, last_at = excluded.last_at,
			hits = sensor_sensor.hits + excluded.hits, refused = sensor_sensor.refused + excluded.refused`,
		x.Org, x.ID, x.Country, x.Version, db.At(x.Last), x.Hits, x.Refused)
	return err
}

// putHealth notes what a sensor says of itself.
func putHealth(ctx context.Context, tx *db.Tx, x Sensor) error {
	if err := roomFor(ctx, tx, x); err != nil {
		return err
	}
	text, err := json.Marshal(x.Counters)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO sensor_sensor (org, id, country, version, first_at, last_at, counters, health_at) VALUES ($1, $2, $3, $4, $5, $5, $6, $5)
		ON CONFLICT (org, id) DO UPDATE SET country = excluded.country, version = excluded.version, last_at = excluded.last_at,
			counters = excluded.counters, health_at = excluded.health_at`, x.Org, x.ID, x.Country, x.Version, db.At(x.Last), string(text))
	return err
}

func roomFor(ctx context.Context, tx *db.Tx, x Sensor) error {
	var others int64
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM sensor_sensor WHERE org = $1 AND id <> $2`, x.Org, x.ID).Scan(&others)
	if err == nil && others >= maxSensors {
		err = invalid("sensors", "sensor")
	}
	return err
}

func sensors(ctx context.Context, tx *db.Tx, scope ward.Scope) ([]Sensor, error) {
	var args db.Args
	where := args.Scope(scope, "org", "country")
	return db.Rows(ctx, tx, `SELECT org, id, country, version, first_at, last_at, hits, refused, counters, health_at FROM sensor_sensor
		WHERE `+where+` ORDER BY last_at DESC, org, id LIMIT `+args.Add(listLimit), args, func(r db.Row) (x Sensor, err error) {
		var first, last, health db.Time
		var counters string
		if err = r.Scan(&x.Org, &x.ID, &x.Country, &x.Version, &first, &last, &x.Hits, &x.Refused, &counters, &health); err != nil {
			return x, err
		}
		x.First, x.Last, x.Health = first.Time, last.Time, health.Time
		return x, json.Unmarshal([]byte(counters), &x.Counters)
	})
}
