package entsoe

import (
	"strconv"
	"time"

	"entsoed/timeseries"
)

// Names of header fields that are no attributes of a series.
const (
	fieldMRID       = "mRID"
	fieldRevision   = "revisionNumber"
	fieldCreated    = "createdDateTime"
	fieldStart      = "start"
	fieldEnd        = "end"
	fieldReasonCode = "Reason/code"
	fieldReasonText = "Reason/text"
)

// headerPaths are the elements above the TimeSeries that are read. The period
// of a document has a name of its own in each schema; A71/A33 answers write it
// flat.
var headerPaths = map[string]string{
	"mRID":                fieldMRID,
	"revisionNumber":      fieldRevision,
	"type":                timeseries.DocumentType,
	"process.processType": timeseries.ProcessType,
	"createdDateTime":     fieldCreated,
	"docStatus":           group,
	"docStatus/value":     timeseries.Status,

	"time_Period.timeInterval":       group,
	"time_Period.timeInterval/start": fieldStart,
	"time_Period.timeInterval/end":   fieldEnd,
	"time_Period.timeInterval.start": fieldStart,
	"time_Period.timeInterval.end":   fieldEnd,
	"period.timeInterval":            group,
	"period.timeInterval/start":      fieldStart,
	"period.timeInterval/end":        fieldEnd,

	"Reason":      group,
	"Reason/code": fieldReasonCode,
	"Reason/text": fieldReasonText,
}

// maxReasons bounds what a document is kept of.
const maxReasons = 1000

// setHeader keeps one element of the header.
func (d *decoder) setHeader(name, text string) error {
	switch name {
	case "Reason":
		if len(d.header.Reasons) == maxReasons {
			return d.s.errorf("more than %d reasons", maxReasons)
		}
		d.header.Reasons = append(d.header.Reasons, Reason{})
		return nil
	case fieldReasonCode:
		d.reason().Code = text
		return nil
	case fieldReasonText:
		d.reason().Text = text
		return nil
	}
	if text == "" {
		return nil
	}
	if d.above[name] {
		return d.s.errorf("%s stands twice", d.path)
	}
	d.above[name] = true
	return d.setHeaderOnce(name, text)
}

func (d *decoder) reason() *Reason { return &d.header.Reasons[len(d.header.Reasons)-1] }

func (d *decoder) setHeaderOnce(name, text string) (err error) {
	h := &d.header
	switch name {
	case fieldMRID:
		h.MRID = text
	case fieldRevision:
		if h.Revision, err = strconv.Atoi(text); err != nil {
			return d.s.errorf("revisionNumber %q is no number", text)
		}
	case fieldCreated:
		h.CreatedAt, err = d.instant(text)
	case fieldStart:
		h.Period.From, err = d.instant(text)
	case fieldEnd:
		h.Period.To, err = d.instant(text)
	default:
		return d.setDescription(name, text)
	}
	return err
}

// setDescription keeps a header element that is an attribute of every series
// of the document, and therefore must stand above them.
func (d *decoder) setDescription(name, text string) error {
	if d.header.Series > 0 {
		return d.s.errorf("%s stands after a TimeSeries", d.path)
	}
	switch name {
	case timeseries.DocumentType:
		d.header.Type = text
	case timeseries.ProcessType:
		d.header.ProcessType = text
	case timeseries.Status:
		d.header.Status = text
	}
	return nil
}

// instant reads a time with or without seconds: "2024-09-01T22:00Z",
// "2022-12-31T23:00:00Z", "2024-09-02T20:41:27.337Z".
func (d *decoder) instant(text string) (time.Time, error) {
	const minutes = "2006-01-02T15:04"
	if len(text) > len(minutes) && text[10] == 'T' && text[13] == ':' {
		for _, layout := range []string{minutes + "Z07:00", time.RFC3339} {
			if t, err := time.Parse(layout, text); err == nil {
				return t.UTC(), nil
			}
		}
	}
	return time.Time{}, d.s.errorf("%q is no time with a zone, such as 2024-09-01T22:00Z", text)
}
