package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"entsoed/timeseries"
)

// documentRow is a document as it is stored.
type documentRow struct {
	timeseries.Document
	published time.Time
	reasons   []byte
	details   []byte
	parts     []partRow // ordered by content, since the platform's order may change
	digest    []byte
}

// partRow is a part as it is stored.
type partRow struct {
	timeseries.Part
	reasons, details, other []byte
	runs                    []timeseries.Run
	content                 []byte
}

// partColumns are the attributes of a part with a column of their own.
var partColumns = []string{
	timeseries.BusinessType, timeseries.Area, timeseries.CounterArea,
	timeseries.PSRType, timeseries.Resource, timeseries.GenerationUnit,
}

// documentStatus is the status of a document that was sent without docStatus.
const documentStatus = "A05"

// rows prepares the documents for storage, equal ones once.
func (all documents) rows(knownAt time.Time) ([]documentRow, error) {
	var rows []documentRow
	known := map[string]bool{}
	for _, d := range all {
		row, err := newDocumentRow(d, knownAt)
		if err != nil {
			return nil, fmt.Errorf("document %s revision %d: %w", d.MRID, d.Revision, err)
		}
		if key := fmt.Sprint(d.MRID, "\x00", d.Revision, "\x00", row.digest, row.published.UnixNano()); !known[key] {
			known[key] = true
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func newDocumentRow(d timeseries.Document, knownAt time.Time) (row documentRow, err error) {
	row = documentRow{Document: d, published: d.PublishedAt}
	if d.MRID == "" {
		return row, fmt.Errorf("it has no mRID")
	}
	if row.published.IsZero() {
		row.published = knownAt
	}
	if row.Status == "" {
		row.Status = documentStatus
	}
	if row.reasons, err = reasonsJSON(d.Reasons); err != nil {
		return row, err
	}
	if row.details, err = canonical(d.Details); err != nil {
		return row, err
	}
	for _, p := range d.Parts {
		part, err := newPartRow(p)
		if err != nil {
			return row, err
		}
		row.parts = append(row.parts, part)
	}
	slices.SortStableFunc(row.parts, func(a, b partRow) int { return bytes.Compare(a.content, b.content) })
	hash := sha256.New()
	fmt.Fprintf(hash, "%q %q %q %s %s\n%s\n%s\n", row.Type, row.ProcessType, row.Status,
		stamp(d.Period.From), stamp(d.Period.To), row.reasons, row.details)
	for _, p := range row.parts {
		hash.Write(p.content)
	}
	row.digest = hash.Sum(nil)[:16]
	return row, nil
}

func newPartRow(p timeseries.Part) (row partRow, err error) {
	row = partRow{Part: p}
	if row.runs, err = timeseries.JoinRuns(p.Runs); err != nil {
		return row, err
	}
	if row.reasons, err = reasonsJSON(p.Reasons); err != nil {
		return row, err
	}
	if row.details, err = canonical(p.Details); err != nil {
		return row, err
	}
	other := map[string]string{}
	for name, value := range p.Attributes {
		switch name {
		case timeseries.Item, timeseries.DocumentType, timeseries.ProcessType, timeseries.Status, timeseries.UnitName:
		default:
			if !slices.Contains(partColumns, name) {
				other[name] = value
			}
		}
	}
	if row.other, err = json.Marshal(other); err != nil {
		return row, err
	}
	var b bytes.Buffer
	for _, name := range partColumns {
		fmt.Fprintf(&b, "%q ", p.Attributes[name])
	}
	fmt.Fprintf(&b, "%q %q %q %q %v %s %s\n%s\n%s\n%s\n", p.Resources, p.ResourceName, p.UnitName, p.Location, p.NominalMW,
		stamp(p.Starts), stamp(p.Ends), row.other, row.reasons, row.details)
	for _, r := range row.runs {
		fmt.Fprintf(&b, "%d %d %v\n", r.From.Unix(), r.To.Unix(), r.Value)
	}
	row.content = b.Bytes()
	return row, nil
}

// unit names what is unavailable: the smallest thing that the part names.
func (p partRow) unit(mrid string, n int) string {
	for _, name := range []string{timeseries.GenerationUnit, timeseries.Resource} {
		if eic := p.Attributes[name]; eic != "" {
			return eic
		}
	}
	return fmt.Sprintf("%s#%d", mrid, n)
}

func reasonsJSON(reasons []timeseries.Reason) ([]byte, error) {
	list := make([]map[string]string, 0, len(reasons))
	for _, r := range reasons {
		object := map[string]string{}
		if r.Code != "" {
			object["code"] = r.Code
		}
		if text := strings.TrimSpace(r.Text); text != "" {
			object["text"] = text
		}
		list = append(list, object)
	}
	return json.Marshal(list)
}

// canonical returns a JSON object with its names in order.
func canonical(details json.RawMessage) ([]byte, error) {
	if len(details) == 0 {
		return []byte("{}"), nil
	}
	var object map[string]any
	if err := json.Unmarshal(details, &object); err != nil {
		return nil, fmt.Errorf("its details: %w", err)
	}
	return json.Marshal(object)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339Nano)
}
