package jobs

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
	"entsoed/store"
	"entsoed/timeseries"
)

// outage is a revision of an outage of a Belgian unit of 268 MW.
type outage struct {
	MRID      string
	Revision  int
	Status    string // docStatus; empty: not sent
	From, To  string // yyyy-mm-ddThh:mmZ
	Available float64
}

func outageDocument(o outage) []byte {
	split := func(t string) (date, clock string) {
		date, clock, _ = strings.Cut(strings.TrimSuffix(t, "Z"), "T")
		return date, clock + ":00Z"
	}
	startDate, startTime := split(o.From)
	endDate, endTime := split(o.To)
	status := ""
	if o.Status != "" {
		status = "<docStatus><value>" + o.Status + "</value></docStatus>"
	}
	return fmt.Appendf(nil, `<Unavailability_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-6:outagedocument:4:0">
<mRID>%s</mRID><revisionNumber>%d</revisionNumber><type>A80</type><process.processType>A26</process.processType><createdDateTime>2026-06-0%dT06:00:00Z</createdDateTime>
<unavailability_Time_Period.timeInterval><start>%s</start><end>%s</end></unavailability_Time_Period.timeInterval>%s
<TimeSeries><mRID>1</mRID><businessType>A54</businessType><biddingZone_Domain.mRID codingScheme="A01">10YBE----------2</biddingZone_Domain.mRID>
<start_DateAndOrTime.date>%s</start_DateAndOrTime.date><start_DateAndOrTime.time>%s</start_DateAndOrTime.time>
<end_DateAndOrTime.date>%s</end_DateAndOrTime.date><end_DateAndOrTime.time>%s</end_DateAndOrTime.time>
<quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name><curveType>A03</curveType>
<production_RegisteredResource.mRID codingScheme="A01">22W20000000000AB</production_RegisteredResource.mRID>
<production_RegisteredResource.name>HAVEN</production_RegisteredResource.name><production_RegisteredResource.location.name>Gent</production_RegisteredResource.location.name>
<production_RegisteredResource.pSRType.psrType>B04</production_RegisteredResource.pSRType.psrType>
<production_RegisteredResource.pSRType.powerSystemResources.mRID codingScheme="A01">22W20000000001AA</production_RegisteredResource.pSRType.powerSystemResources.mRID>
<production_RegisteredResource.pSRType.powerSystemResources.name>HAVEN GT</production_RegisteredResource.pSRType.powerSystemResources.name>
<production_RegisteredResource.pSRType.powerSystemResources.nominalP unit="MAW">268</production_RegisteredResource.pSRType.powerSystemResources.nominalP>
<Available_Period><timeInterval><start>%s</start><end>%s</end></timeInterval><resolution>PT1M</resolution><Point><position>1</position><quantity>%g</quantity></Point></Available_Period>
</TimeSeries><Reason><code>B18</code><text>failure</text></Reason></Unavailability_MarketDocument>`,
		o.MRID, o.Revision, o.Revision, o.From, o.To, status, startDate, startTime, endDate, endTime, o.From, o.To, o.Available)
}

// An outage is kept with its revision, its unit and what is available when.
func TestReadingOfDocument(t *testing.T) {
	outages := entsoe.Item{Name: "outages", Shape: entsoe.Documents, Variants: []entsoe.Variant{{Axis: entsoe.Update}}}
	r := readingOf(t, outages, "10YBE----------2", oneDay)
	counted, err := r.document(outageDocument(outage{"haven", 3, "A09", "2027-01-01T10:00Z", "2027-01-02T10:00Z", 100}))
	if err != nil || counted != 1 || len(r.documents) != 1 {
		t.Fatal(counted, len(r.documents), err)
	}
	got := r.documents[0]
	w := span(t, "2027-01-01T10:00Z/2027-01-02T10:00Z")
	if details := string(got.Parts[0].Details); !strings.Contains(details, "HAVEN GT") {
		t.Errorf("details %s", details)
	}
	got.Details, got.Parts[0].Details = nil, nil
	want := store.Document{
		MRID: "haven", Revision: 3, Type: "A80", ProcessType: "A26", Status: "A09", Period: w,
		PublishedAt: time.Date(2026, 6, 3, 6, 0, 0, 0, time.UTC), Reasons: []store.DocumentReason{{Code: "B18", Text: "failure"}},
		Parts: []store.DocumentPart{{
			Attributes: timeseries.Attributes{"document_type": "A80", "process_type": "A26", "status": "A09", "business_type": "A54", "area": "10YBE----------2", "psr_type": "B04",
				"resource": "22W20000000000AB", "generation_unit": "22W20000000001AA", "unit_name": "HAVEN"},
			ResourceName: "HAVEN", UnitName: "HAVEN GT", Location: "Gent", NominalMW: 268, Starts: w.From, Ends: w.To,
			Runs: []store.DocumentRun{{From: w.From, To: w.To, Value: 100}},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("document (-want, +got)\n%s", diff)
	}
	if diff := cmp.Diff(spans(t, oneDay), r.periodsOf(0, r.Asked)); diff != "" {
		t.Errorf("covers (-want, +got)\n%s", diff)
	}
}

// Asked for by delivery, an outage of another time is no answer; asked for by
// mRID, another outage is none.
func TestReadingOfDocumentRefusesWrongAnswers(t *testing.T) {
	outages := entsoe.Item{Name: "outages", Shape: entsoe.Documents}
	later := outageDocument(outage{"haven", 1, "", "2027-01-01T10:00Z", "2027-01-02T10:00Z", 100})
	var wrong *wrongAnswerError
	r := readingOf(t, outages, "10YBE----------2", oneDay)
	if _, err := r.document(later); !errors.As(err, &wrong) {
		t.Errorf("an outage of another time: %v", err)
	}
	r.MRID = "port"
	if _, err := r.document(later); !errors.As(err, &wrong) {
		t.Errorf("another outage: %v", err)
	}
	r.MRID = "haven"
	if _, err := r.document(later); err != nil {
		t.Errorf("the outage that was asked for: %v", err)
	}
	var strange *strangeError
	if _, err := r.document(outageDocument(outage{"", 1, "", "2026-06-01T10:00Z", "2026-06-01T12:00Z", 0})); !errors.As(err, &strange) {
		t.Errorf("an outage without mRID: %v", err)
	}
}

// The page of documents is known whatever their order.
func TestPrintOfDocuments(t *testing.T) {
	print := func(outages ...outage) uint64 {
		r := readingOf(t, entsoe.Item{Name: "outages", Shape: entsoe.Documents, PageSize: 200}, "10YBE----------2", oneDay)
		for _, o := range outages {
			if _, err := r.document(outageDocument(o)); err != nil {
				t.Fatal(err)
			}
		}
		return r.Print
	}
	a, b := outage{"a", 1, "", "2026-06-01T10:00Z", "2026-06-01T12:00Z", 0}, outage{"b", 1, "", "2026-06-01T10:00Z", "2026-06-01T12:00Z", 0}
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
	r := readingOf(t, entsoe.Item{Name: "messages", Shape: entsoe.Documents}, "10YBE----------2", "2026-06-04T00:00Z/2026-06-05T00:00Z")
	if _, err := r.document([]byte(messageDocument)); err != nil {
		t.Fatal(err)
	}
	got := r.documents[0]
	if got.MRID != "bWVzc2FnZQ==" || len(got.Parts) != 0 || !got.Period.From.Equal(span(t, "2026-06-01T10:00Z/2026-06-02T00:00Z").From) || !got.Period.To.IsZero() {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff([]store.DocumentReason{{Code: "A95", Text: "The line is late"}}, got.Reasons); diff != "" {
		t.Errorf("reasons (-want, +got)\n%s", diff)
	}
}
