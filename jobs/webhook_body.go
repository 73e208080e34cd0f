package jobs

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"entsoed/store"
	"entsoed/webhook"
)

// Origin tells whoever takes changes where they come from.
type Origin struct {
	Source       string // platform or simulated
	Installation string // tells a database from others
}

const (
	// mostChanges and mostBytes bound a post; a single change may be larger.
	mostChanges = 500
	mostBytes   = 256 << 10
)

// The types of posts.
const (
	typeChanges = "changes"
	typeLost    = "changes_lost"
)

// batch is what one post says.
type batch struct {
	Origin
	Type        string
	First, Last int64 // numbers of the changes that it has, or that are lost
	Count       int   // of changes
	Body        []byte
}

// Empty reports whether there is nothing to say.
func (b batch) Empty() bool { return b.Type == "" }

// batch returns a post with the first of the changes that fit; with none after trying,
// if that is not 0, so that a post that failed is the same again.
func (o Origin) batch(changes []store.Change, trying int64) batch {
	if len(changes) == 0 {
		return batch{}
	}
	b := batch{Origin: o, Type: typeChanges, First: changes[0].Number}
	var rows bytes.Buffer
	for _, c := range changes {
		if b.Count > 0 && (rows.Len()+len(c.Row) > mostBytes || trying > 0 && c.Number > trying) {
			break
		}
		if b.Count > 0 {
			rows.WriteString(",\n")
		}
		rows.Write(c.Row)
		b.Last = c.Number
		b.Count++
	}
	b.Body = fmt.Appendf(nil, "{%s,\"changes\":[\n%s\n]}", b.head(), rows.Bytes())
	return b
}

// lost returns a post that says so.
func (o Origin) lost(e *store.LostChangesError) batch {
	b := batch{Origin: o, Type: typeLost, First: e.First, Last: e.Last}
	b.Body = fmt.Appendf(nil, "{%s}", b.head())
	return b
}

// head writes the fields that posts of both types have.
func (b batch) head() string {
	source, _ := json.Marshal(b.Source) // a string always can be
	return fmt.Sprintf(`"type":%q,"source":%s,"first":%d,"last":%d`, b.Type, source, b.First, b.Last)
}

// message returns the post as the next attempt sends it. Its id follows from what it
// says and to whom, so a later attempt has the same.
func (b batch) message(w store.Webhook) webhook.Message {
	hash := sha256.New()
	fmt.Fprintf(hash, "%s %d ", b.Installation, w.Number)
	hash.Write(b.Body)
	return webhook.Message{ID: b.Type + "_" + hex.EncodeToString(hash.Sum(nil)[:16]), Attempt: w.Failures + 1, Body: b.Body}
}
