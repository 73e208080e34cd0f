package answer

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
	"entsoed/jobs/jobstest"
	"entsoed/timeseries"
)

// An outage is kept with its revision, its unit and what is available when.
func TestReadingOfDocument(t *testing.T) {
	outages := entsoe.Item{Name: "outages", Shape: timeseries.ShapeDocuments, Variants: []entsoe.Variant{{Axis: entsoe.Update}}}
	r := readerOf(t, outages, "10YBE----------2", jobstest.OneDay)
	counted, err := read(t.Context(), r, jobstest.OutageDocument(jobstest.Outage{MRID: "haven", Revision: 3, Status: "A09", From: "2027-01-01T10:00Z", To: "2027-01-02T10:00Z", Available: 100}))
	if err != nil || counted != 1 || len(rowsOf[timeseries.Documents](t, r)) != 1 {
		t.Fatal(counted, len(rowsOf[timeseries.Documents](t, r)), err)
	}
	got := rowsOf[timeseries.Documents](t, r)[0]
	w := jobstest.Window(t, "2027-01-01T10:00Z/2027-01-02T10:00Z")
	if details := string(got.Parts[0].Details); !strings.Contains(details, "HAVEN GT") {
		t.Errorf("details %s", details)
	}
	got.Details, got.Parts[0].Details = nil, nil
	want := timeseries.Document{
		MRID: "haven", Revision: 3, Type: "A80", ProcessType: "A26", Status: "A09", Period: w,
		PublishedAt: time.Date(2026, 6, 3, 6, 0, 0, 0, time.UTC), Reasons: []timeseries.Reason{{Code: "B18", Text: "failure"}},
		Parts: []timeseries.Part{{
			Attributes: timeseries.Attributes{"document_type": "A80", "process_type": "A26", "status": "A09", "business_type": "A54", "area": "10YBE----------2", "psr_type": "B04",
				"resource": "22W20000000000AB", "generation_unit": "22W20000000001AA", "unit_name": "HAVEN"},
			ResourceName: "HAVEN", UnitName: "HAVEN GT", Location: "Gent", NominalMW: 268, Starts: w.From, Ends: w.To,
			Runs: []timeseries.Run{{From: w.From, To: w.To, Value: 100}},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("document (-want, +got)\n%s", diff)
	}
	if diff := cmp.Diff(jobstest.Windows(t, jobstest.OneDay), r.PeriodsOf(0, r.Window)); diff != "" {
		t.Errorf("covers (-want, +got)\n%s", diff)
	}
}

// Asked for by delivery, an outage of another time is no answer; asked for by
// mRID, another outage is none.
func TestReadingOfDocumentRefusesWrongAnswers(t *testing.T) {
	outages := entsoe.Item{Name: "outages", Shape: timeseries.ShapeDocuments}
	later := jobstest.OutageDocument(jobstest.Outage{MRID: "haven", Revision: 1, From: "2027-01-01T10:00Z", To: "2027-01-02T10:00Z", Available: 100})
	var wrong *WrongError
	r := readerOf(t, outages, "10YBE----------2", jobstest.OneDay)
	if _, err := read(t.Context(), r, later); !errors.As(err, &wrong) {
		t.Errorf("an outage of another time: %v", err)
	}
	r.MRID = "port"
	if _, err := read(t.Context(), r, later); !errors.As(err, &wrong) {
		t.Errorf("another outage: %v", err)
	}
	r.MRID = "haven"
	if _, err := read(t.Context(), r, later); err != nil {
		t.Errorf("the outage that was asked for: %v", err)
	}
	var strange *UnknownError
	if _, err := read(t.Context(), r, jobstest.OutageDocument(jobstest.Outage{Revision: 1, From: "2026-06-01T10:00Z", To: "2026-06-01T12:00Z"})); !errors.As(err, &strange) {
		t.Errorf("an outage without mRID: %v", err)
	}
}

// The page of documents is known whatever their order.
func TestPrintOfDocuments(t *testing.T) {
	print := func(outages ...jobstest.Outage) uint64 {
		r := readerOf(t, entsoe.Item{Name: "outages", Shape: timeseries.ShapeDocuments, PageSize: 200}, "10YBE----------2", jobstest.OneDay)
		for _, o := range outages {
			if _, err := read(t.Context(), r, jobstest.OutageDocument(o)); err != nil {
				t.Fatal(err)
			}
		}
		return r.Print
	}
	a, b := jobstest.Outage{MRID: "a", Revision: 1, From: "2026-06-01T10:00Z", To: "2026-06-01T12:00Z"}, jobstest.Outage{MRID: "b", Revision: 1, From: "2026-06-01T10:00Z", To: "2026-06-01T12:00Z"}
	revised := b
	revised.Revision = 2
	if print(a, b) != print(b, a) {
		t.Error("the order of documents tells pages apart")
	}
	if print(a, b) == print(a, revised) {
		t.Error("a revision does not tell pages apart")
	}
}

const messageDocument = `<OtherTransparencyMarketInformation_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-n:otmidocument:1:0">
<mRID>bWVzc2FnZQ==</mRID><revisionNumber>1</revisionNumber><type>B47</type><createdDateTime>2026-06-01T11:34:58Z</createdDateTime>
<docStatus><value>A05</value></docStatus><start_DateAndOrTime.dateTime>2026-06-01T10:00</start_DateAndOrTime.dateTime>
<reason.code>A95</reason.code><reason.text>The line is late</reason.text></OtherTransparencyMarketInformation_MarketDocument>`

// A market message has a reason and no parts, and perhaps no end.
func TestReadingOfMessage(t *testing.T) {
	r := readerOf(t, entsoe.Item{Name: "messages", Shape: timeseries.ShapeDocuments}, "10YBE----------2", "2026-06-04T00:00Z/2026-06-05T00:00Z")
	if _, err := read(t.Context(), r, []byte(messageDocument)); err != nil {
		t.Fatal(err)
	}
	got := rowsOf[timeseries.Documents](t, r)[0]
	if got.MRID != "bWVzc2FnZQ==" || len(got.Parts) != 0 || !got.Period.From.Equal(jobstest.Window(t, "2026-06-01T10:00Z/2026-06-02T00:00Z").From) || !got.Period.To.IsZero() {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff([]timeseries.Reason{{Code: "A95", Text: "The line is late"}}, got.Reasons); diff != "" {
		t.Errorf("reasons (-want, +got)\n%s", diff)
	}
}
