package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// DataChannel is the channel on which every commit that changes data is announced:
// LISTEN entsoe_data.
const DataChannel = "entsoe_data"

// Changed is what a commit announces on DataChannel.
type Changed struct {
	Item      string    `json:"item"`
	Area      string    `json:"area"` // "DE_LU", or "DE_LU>FR"
	Variant   string    `json:"variant,omitempty"`
	Feed      int64     `json:"feed"`
	From      time.Time `json:"from"` // of the first interval that changed, or that changed documents cover
	To        time.Time `json:"to"`   // exclusive: not before the end of the last interval
	Inserted  int64     `json:"inserted"`
	Changed   int64     `json:"changed"`
	Retracted int64     `json:"retracted"`
}

// tell announces to listeners what a save has changed, once its transaction
// commits. If nothing has changed it is silent.
func tell(ctx context.Context, tx pgx.Tx, a Answer, s Saved) error {
	if s.Inserted+s.Changed+s.Retracted == 0 {
		return nil
	}
	c := Changed{Feed: a.FeedID, Inserted: s.Inserted, Changed: s.Changed, Retracted: s.Retracted}
	w := s.window(a)
	c.From, c.To = w.From.UTC(), w.To.UTC()
	err := tx.QueryRow(ctx, `select item, name, variant from entsoe.feeds where id = $1`, a.FeedID).Scan(&c.Item, &c.Area, &c.Variant)
	if err != nil {
		return err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `select pg_notify($1, $2)`, DataChannel, string(text)); err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	return nil
}
