package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// AlarmKind says what is wrong, as entsoe.alarms has it.
type AlarmKind string

// The kinds of alarms.
const (
	AlarmBan      AlarmKind = "ban"       // the platform bans the token; no subject
	AlarmToken    AlarmKind = "token"     // the platform does not accept the token; no subject
	AlarmPlatform AlarmKind = "platform"  // the platform is away; the subject is the channel
	AlarmFault    AlarmKind = "fault"     // answers hold something that cannot be right; the subject is the feed
	AlarmSetAside AlarmKind = "set aside" // a job that kills its process; the subject is the job
	AlarmStalled  AlarmKind = "stalled"   // work is due and nobody does it; the subject is the lane
	AlarmWebhook  AlarmKind = "webhook"   // a webhook takes no changes; the subject is "webhook" and its number

	// AlarmLostChanges says that changes were deleted before a webhook had taken them;
	// the subject is likewise.
	AlarmLostChanges AlarmKind = "lost changes"
)

// Alarm is something that somebody should look at.
type Alarm struct {
	Kind    AlarmKind
	Subject string // what it is about; empty where there is only one
	Cause   string // why, in words
}

// OpenAlarm opens an alarm at a time, and reports whether it is new. One that is
// open already takes over the cause and keeps the time at which it was opened.
func OpenAlarm(ctx context.Context, q Execer, a Alarm, at time.Time) (opened bool, err error) {
	tag, err := q.Exec(ctx, `
insert into entsoe.alarms (kind, subject, cause, opened) values ($1, $2, $3, $4)
on conflict (kind, subject) where closed is null do nothing`, a.Kind, a.Subject, a.Cause, at)
	if err == nil && tag.RowsAffected() == 0 {
		_, err = q.Exec(ctx, `
update entsoe.alarms set cause = $3
where kind = $1 and subject = $2 and closed is null and cause <> $3`, a.Kind, a.Subject, a.Cause)
	}
	if err != nil {
		return false, fmt.Errorf("open alarm %s %q: %w", a.Kind, a.Subject, err)
	}
	return tag.RowsAffected() == 1, nil
}

// CloseAlarm closes an alarm at a time, if it is open, and reports whether it was.
func CloseAlarm(ctx context.Context, q Execer, kind AlarmKind, subject string, at time.Time) (closed bool, err error) {
	tag, err := q.Exec(ctx, `
update entsoe.alarms set closed = greatest($3, opened)
where kind = $1 and subject = $2 and closed is null`, kind, subject, at)
	if err != nil {
		return false, fmt.Errorf("close alarm %s %q: %w", kind, subject, err)
	}
	return tag.RowsAffected() == 1, nil
}

// CloseSendAlarms closes the alarms of a ban and of a refused token, if an answer
// came to a request that was sent after they were opened. While there are none it
// writes nothing.
func (db *DB) CloseSendAlarms(ctx context.Context, sent, now time.Time) error {
	_, err := db.Pool.Exec(ctx, `
update entsoe.alarms set closed = greatest($4, opened)
where kind in ($1, $2) and subject = '' and closed is null and opened < $3`, AlarmBan, AlarmToken, sent, now)
	if err != nil {
		return fmt.Errorf("close the alarms of a ban and of a refused token: %w", err)
	}
	return nil
}

// Notice is an alarm that is open, for those who ask how a process does.
type Notice struct {
	Kind    string    `json:"kind"`
	Subject string    `json:"subject,omitempty"`
	Cause   string    `json:"cause"`
	Opened  time.Time `json:"opened"`
}

// mostNotices is how many are shown; there may be an alarm for each feed.
const mostNotices = 20

// Notices returns the newest open alarms.
func (db *DB) Notices(ctx context.Context) ([]Notice, error) {
	rows, err := db.Pool.Query(ctx, `
select kind, subject, cause, opened from entsoe.alarms where closed is null order by opened desc, id desc limit $1`, mostNotices)
	if err != nil {
		return nil, fmt.Errorf("open alarms: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Notice])
	if err != nil {
		return nil, fmt.Errorf("open alarms: %w", err)
	}
	return all, nil
}

// OpenSubjects returns what the open alarms of a kind are about.
func OpenSubjects(ctx context.Context, db *DB, kind AlarmKind) ([]string, error) {
	rows, err := db.Pool.Query(ctx, `select subject from entsoe.alarms where kind = $1 and closed is null order by subject`, kind)
	if err != nil {
		return nil, fmt.Errorf("open alarms %s: %w", kind, err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("open alarms %s: %w", kind, err)
	}
	return all, nil
}
