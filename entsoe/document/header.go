package document

import (
	"fmt"
	"math"
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
	fieldFrom       = "from" // of a market message, in whose schema it need not have a zone
	fieldTo         = "to"
	fieldReasonCode = "Reason/code"
	fieldReasonText = "Reason/text"
	fieldFlatCode   = "reason.code"
	fieldFlatText   = "reason.text"
)

// Fields of a header that name the area of its TimeSeries, if they do not.
const (
	fieldAreaDomain        = "area_Domain.mRID"
	fieldControlAreaDomain = "controlArea_Domain.mRID"
	fieldBiddingZoneDomain = "biddingZone_Domain.mRID"
	fieldDomain            = "domain.mRID"
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

	fieldAreaDomain:        fieldAreaDomain,
	fieldControlAreaDomain: fieldControlAreaDomain,
	fieldBiddingZoneDomain: fieldBiddingZoneDomain,
	fieldDomain:            fieldDomain,

	"time_Period.timeInterval":                      group,
	"time_Period.timeInterval/start":                fieldStart,
	"time_Period.timeInterval/end":                  fieldEnd,
	"time_Period.timeInterval.start":                fieldStart,
	"time_Period.timeInterval.end":                  fieldEnd,
	"period.timeInterval":                           group,
	"period.timeInterval/start":                     fieldStart,
	"period.timeInterval/end":                       fieldEnd,
	"unavailability_Time_Period.timeInterval":       group,
	"unavailability_Time_Period.timeInterval/start": fieldStart,
	"unavailability_Time_Period.timeInterval/end":   fieldEnd,
	"reserveBid_Period.timeInterval":                group,
	"reserveBid_Period.timeInterval/start":          fieldStart,
	"reserveBid_Period.timeInterval/end":            fieldEnd,
	"capacity_Period.timeInterval":                  group,
	"capacity_Period.timeInterval/start":            fieldStart,
	"capacity_Period.timeInterval/end":              fieldEnd,
	"schedule_Period.timeInterval":                  group,
	"schedule_Period.timeInterval/start":            fieldStart,
	"schedule_Period.timeInterval/end":              fieldEnd,
	"start_DateAndOrTime.dateTime":                  fieldFrom,
	"end_DateAndOrTime.dateTime":                    fieldTo,

	"Reason":      group,
	"Reason/code": fieldReasonCode,
	"Reason/text": fieldReasonText,
	"reason.code": fieldFlatCode,
	"reason.text": fieldFlatText,
}

// alsoDetails are header fields that are kept in its Details as well: not every
// TimeSeries is about the area of its document, and times need not have a zone.
var alsoDetails = map[string]string{
	fieldAreaDomain: fieldAreaDomain, fieldControlAreaDomain: fieldControlAreaDomain,
	fieldBiddingZoneDomain: fieldBiddingZoneDomain, fieldDomain: fieldDomain,
	fieldFrom: "start_DateAndOrTime.dateTime", fieldTo: "end_DateAndOrTime.dateTime",
}

// idleHeader are header fields without which the values of a document can be
// used.
var idleHeader = map[string]bool{
	"mRID": true, "revisionNumber": true, "createdDateTime": true, "time_Period.timeInterval": true, "period.timeInterval": true,
	"time_Period.timeInterval.start": true, "time_Period.timeInterval.end": true,
}

// headerElement reads one element above the TimeSeries.
func (d *decoder) headerElement() error {
	idle, depth := idleHeader[string(d.s.name)], d.s.open.depth()-1
	err := d.element(headerPaths, d.setHeader, nil)
	if err == nil || !idle {
		return err
	}
	var wrong *DecodeError
	if err := d.spare(err, depth, &wrong); err != nil {
		return err
	}
	return d.report(&Fault{Scope: ScopeDocument, Harmless: true, Err: wrong})
}

// setHeader keeps one element of the header.
func (d *decoder) setHeader(name, text string) error {
	switch name {
	case "Reason":
		return d.addReason(Reason{})
	case fieldFlatCode:
		return d.addReason(Reason{Code: text})
	case fieldReasonCode:
		d.reason().Code = text
		return nil
	case fieldReasonText:
		d.reason().Text = text
		return nil
	case fieldFlatText:
		return d.setFlatText(text)
	}
	if text == "" {
		return nil
	}
	if d.above[name] != "" {
		return d.s.errorf("%s stands twice", d.path)
	}
	d.above[name] = text
	if as := alsoDetails[name]; as != "" {
		if err := d.keep(&d.header.Details, Detail{Name: as, Text: text}); err != nil {
			return err
		}
	}
	return d.setHeaderOnce(name, text)
}

// maxReasons bounds the memory that the reasons of a document take.
const maxReasons = 1000

func (d *decoder) addReason(reason Reason) error {
	if len(d.header.Reasons) == maxReasons {
		return d.s.errorf("more than %d reasons", maxReasons)
	}
	d.header.Reasons = append(d.header.Reasons, reason)
	return nil
}

func (d *decoder) reason() *Reason { return &d.header.Reasons[len(d.header.Reasons)-1] }

// setFlatText keeps the text of the reason whose code stood before it.
func (d *decoder) setFlatText(text string) error {
	if len(d.header.Reasons) == 0 || d.reason().Text != "" {
		return d.addReason(Reason{Text: text})
	}
	d.reason().Text = text
	return nil
}

func (d *decoder) setHeaderOnce(name, text string) (err error) {
	h := &d.header
	switch name {
	case fieldMRID:
		h.MRID = text
	case fieldRevision:
		revision, err := strconv.ParseInt(text, 10, 32)
		if err != nil || revision < 0 {
			return d.s.errorf("revisionNumber %q is no number from 0 to %d", text, math.MaxInt32)
		}
		h.Revision = int(revision)
	case fieldCreated:
		h.CreatedAt, err = d.instant(text)
	case fieldStart:
		h.Period.From, err = d.instant(text)
	case fieldEnd:
		h.Period.To, err = d.instant(text)
	case fieldFrom:
		h.Period.From, err = d.looseInstant(text)
	case fieldTo:
		h.Period.To, err = d.looseInstant(text)
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

// instant reads a time that names its zone.
func (d *decoder) instant(text string) (time.Time, error) {
	t, ok := zonedTime(text)
	if !ok {
		return t, d.s.errorf("%q is no time with a zone, such as 2024-09-01T22:00Z", text)
	}
	return t, nil
}

// looseInstant reads a time as ParseTime does.
func (d *decoder) looseInstant(text string) (time.Time, error) {
	t, err := ParseTime(text)
	if err != nil {
		return t, d.s.errorf("%v", err)
	}
	return t, nil
}

// ParseTime reads a time as the platform writes it. One that names no zone, as
// in market messages, is of UTC: "2024-09-18T10:00".
func ParseTime(text string) (time.Time, error) {
	for _, zone := range []string{"", "Z"} {
		if t, ok := zonedTime(text + zone); ok {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time, such as 2024-09-01T22:00Z", text)
}

// zonedTime reads a time with or without seconds: "2024-09-01T22:00Z",
// "2022-12-31T23:00:00Z", "2024-09-02T20:41:27.337Z".
func zonedTime(text string) (time.Time, bool) {
	const minutes = "2006-01-02T15:04"
	if len(text) > len(minutes) && text[10] == 'T' && text[13] == ':' {
		for _, layout := range []string{minutes + "Z07:00", time.RFC3339} {
			if t, err := time.Parse(layout, text); err == nil {
				return t.UTC(), true
			}
		}
	}
	return time.Time{}, false
}
