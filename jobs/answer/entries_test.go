package answer

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
	"entsoed/entsoe/document"
	"entsoed/jobs/jobstest"
	"entsoed/timeseries"
)

// readerOf returns a reader of the answer to a window. The item need not be
// that of the catalogue.
func readerOf(t *testing.T, item entsoe.Item, area, asked string) *Reader {
	t.Helper()
	if item.Variants == nil {
		item.Variants = []entsoe.Variant{{}}
	}
	feed := entsoe.Feed{Item: item.Name, Area: area}
	return NewReader(Question{Feed: feed, Item: item, Window: jobstest.Window(t, asked), Zone: entsoe.Brussels()})
}

// rowsOf returns the rows of what was read, which are of a certain form.
func rowsOf[R timeseries.Rows](t *testing.T, r *Reader) R {
	t.Helper()
	answer, err := r.Answer()
	if err != nil {
		t.Fatal(err)
	}
	return answer.Rows.(R)
}

func procured() entsoe.Item {
	return entsoe.Item{Name: "procured", Shape: timeseries.ShapeList, PageSize: 100}
}

const quarter = "2026-05-31T22:00Z/2026-05-31T22:15Z"

// Each interval of each bid is a row, with the values of its Point. Equal bids
// are several rows.
func TestReadingOfList(t *testing.T) {
	r := readerOf(t, procured(), "10YBE----------2", "2026-05-31T22:00Z/2026-06-01T02:00Z")
	one := jobstest.Bid{From: jobstest.June1, To: "2026-05-31T22:30Z", Quantity: 5, Price: 1.27}
	counted, err := read(t.Context(), r, jobstest.Bids(one, one))
	if err != nil || counted != 2 {
		t.Fatal(counted, err)
	}
	attributes := timeseries.Attributes{
		"item": "procured", "document_type": "A15", "process_type": "A46", "business_type": "B95", "area": "10YBE----------2",
		"agreement_type": "A01", "psr_type": "A03", "direction": "A02", "unit": "MAW", "currency": "EUR", "price_unit": "MWH", "resolution": "PT15M",
	}
	values := map[string]float64{"quantity": 5, "procurement_Price.amount": 1.27}
	row := func(window string) timeseries.Entry {
		w := jobstest.Window(t, window)
		return timeseries.Entry{Attributes: attributes, From: w.From, To: w.To, Values: values, Details: []byte(`{"auction.mRID":"BID","decided_at":"2026-05-31T07:00:00Z"}`)}
	}
	first, second := row(quarter), row("2026-05-31T22:15Z/2026-05-31T22:30Z")
	if diff := cmp.Diff([]timeseries.Entry{first, second, first, second}, rowsOf[timeseries.Entries](t, r).All); diff != "" {
		t.Errorf("rows (-want, +got)\n%s", diff)
	}
	if r.Points != 4 || r.Empty() || rowsOf[timeseries.Entries](t, r).Whole {
		t.Errorf("%d rows, empty %v, whole %v", r.Points, r.Empty(), rowsOf[timeseries.Entries](t, r).Whole)
	}
	if diff := cmp.Diff(jobstest.Windows(t, "2026-05-31T22:00Z/2026-05-31T22:30Z"), rowsOf[timeseries.Entries](t, r).Replaces); diff != "" {
		t.Errorf("replaces (-want, +got)\n%s", diff)
	}
	if diff := cmp.Diff(jobstest.Windows(t, "2026-05-31T22:00Z/2026-05-31T22:30Z"), timeseries.Union(r.PeriodsOf(0, r.Window))); diff != "" {
		t.Errorf("covers (-want, +got)\n%s", diff)
	}
}

// A Point without one of its values is a row without it.
func TestReadingOfListLacksValues(t *testing.T) {
	r := readerOf(t, procured(), "10YBE----------2", "2026-05-31T22:00Z/2026-06-01T02:00Z")
	o := jobstest.Bid{From: jobstest.June1, To: "2026-05-31T22:45Z", Quantity: 5, Price: 1, FollowingTwo: `<Point><position>2</position></Point><Point><position>3</position><quantity>7</quantity></Point>`}
	if _, err := read(t.Context(), r, jobstest.Bids(o)); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rowsOf[timeseries.Entries](t, r).All {
		got = append(got, fmt.Sprintf("%s %v", row.From.Format("15:04"), row.Values))
	}
	want := []string{"22:00 map[procurement_Price.amount:1 quantity:5]", "22:30 map[quantity:7]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want, +got)\n%s", diff)
	}
}

// Rows of another time are no answer, rows of the market day around it are.
func TestReadingOfListRefusesWrongAnswers(t *testing.T) {
	r := readerOf(t, procured(), "10YBE----------2", "2026-05-31T23:00Z/2026-06-01T00:00Z")
	if _, err := read(t.Context(), r, jobstest.Bids(jobstest.Bid{From: jobstest.June1, To: "2026-05-31T22:15Z"})); err != nil {
		t.Errorf("an hour before within the day: %v", err)
	}
	if got := rowsOf[timeseries.Entries](t, r).Replaces; got != nil {
		t.Errorf("it replaces %v", got)
	}
	var wrong *WrongError
	if _, err := read(t.Context(), r, jobstest.Bids(jobstest.Bid{From: jobstest.June2, To: jobstest.June3})); !errors.As(err, &wrong) {
		t.Errorf("the next day: %v", err)
	}
}

// A page of a list is known by its rows, how often each occurs included.
func TestPrintOfList(t *testing.T) {
	print := func(bids ...jobstest.Bid) uint64 {
		r := readerOf(t, procured(), "10YBE----------2", "2026-05-31T22:00Z/2026-06-01T02:00Z")
		if _, err := read(t.Context(), r, jobstest.Bids(bids...)); err != nil {
			t.Fatal(err)
		}
		return r.Print
	}
	a, b := jobstest.Bid{From: jobstest.June1, To: "2026-05-31T22:15Z", Quantity: 1}, jobstest.Bid{From: jobstest.June1, To: "2026-05-31T22:15Z", Quantity: 2}
	if print(a, b) != print(b, a) {
		t.Error("the order of bids tells pages apart")
	}
	if print(a, b) == print(a, a, b) {
		t.Error("a bid more does not tell pages apart")
	}
}

const hvdcDocument = `<HVDCLink_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-8:hvdclinkdocument:1:1">
<mRID>1</mRID><revisionNumber>1</revisionNumber><type>A99</type><process.processType>A63</process.processType><createdDateTime>2026-06-01T12:00:00Z</createdDateTime>
<docStatus><value>A05</value></docStatus><domain.mRID codingScheme="A01">10YDOM-REGION-1V</domain.mRID>
<TimeSeries><mRID>1</mRID><businessType>B06</businessType><product>8716867000016</product>
<connectingLine_RegisteredResource.mRID codingScheme="A01">10T-DK-NL-000012</connectingLine_RegisteredResource.mRID>
<out_Domain.mRID codingScheme="A01">10YNL----------L</out_Domain.mRID><in_Domain.mRID codingScheme="A01">10YDK-1--------W</in_Domain.mRID>
<measurement_Unit.name>MAW</measurement_Unit.name><maximumExchange_Quantity.quantity>700</maximumExchange_Quantity.quantity>
<start_DateAndOrTime.dateTime>%s</start_DateAndOrTime.dateTime>%s<Reason><code>B62</code></Reason></TimeSeries></HVDCLink_MarketDocument>`

// A TimeSeries without Periods is one row from its start to its end.
func TestReadingWithoutPoints(t *testing.T) {
	limits := entsoe.Item{Name: "limits", Shape: timeseries.ShapeList}
	r := readerOf(t, limits, "10YNL----------L", jobstest.OneDay)
	if _, err := read(t.Context(), r, fmt.Appendf(nil, hvdcDocument, "2021-06-23T22:00:00Z", "")); err != nil {
		t.Fatal(err)
	}
	if len(rowsOf[timeseries.Entries](t, r).All) != 1 {
		t.Fatalf("%d rows", len(rowsOf[timeseries.Entries](t, r).All))
	}
	row := rowsOf[timeseries.Entries](t, r).All[0]
	if row.From.Format("2006-01-02T15:04Z") != "2021-06-23T22:00Z" || !row.To.IsZero() {
		t.Errorf("from %s to %s", row.From, row.To)
	}
	if diff := cmp.Diff(map[string]float64{"maximumExchange_Quantity.quantity": 700}, row.Values); diff != "" {
		t.Errorf("values (-want, +got)\n%s", diff)
	}
	if row.Attributes[timeseries.Resource] != "10T-DK-NL-000012" || row.Attributes[timeseries.CounterArea] != "10YDK-1--------W" || row.Attributes[timeseries.Status] != "A05" {
		t.Errorf("attributes %v", row.Attributes)
	}
	if !strings.Contains(string(row.Details), `"Reason":[{"code":"B62"}]`) {
		t.Errorf("details %s", row.Details)
	}
	if diff := cmp.Diff(jobstest.Windows(t, jobstest.OneDay), rowsOf[timeseries.Entries](t, r).Replaces); diff != "" {
		t.Errorf("replaces (-want, +got)\n%s", diff)
	}
	if diff := cmp.Diff(jobstest.Windows(t, jobstest.OneDay), r.PeriodsOf(0, r.Window)); diff != "" {
		t.Errorf("covers (-want, +got)\n%s", diff)
	}
	r = readerOf(t, limits, "10YNL----------L", jobstest.OneDay)
	var wrong *WrongError
	ended := `<end_DateAndOrTime.dateTime>2022-06-23T22:00:00Z</end_DateAndOrTime.dateTime>`
	if _, err := read(t.Context(), r, fmt.Appendf(nil, hvdcDocument, "2021-06-23T22:00:00Z", ended)); !errors.As(err, &wrong) {
		t.Errorf("a limit that ended years before: %v", err)
	}
	var strange *UnknownError
	if _, err := read(t.Context(), r, fmt.Appendf(nil, hvdcDocument, "soon", "")); !errors.As(err, &strange) || !strings.Contains(err.Error(), `"soon" is no time`) {
		t.Errorf("a start that is no time: %v", err)
	}
}

// A register is the whole set, whatever day was asked for.
func TestReadingOfRegister(t *testing.T) {
	r := readerOf(t, entsoe.Item{Name: "units", Shape: timeseries.ShapeRegister}, "10YBE----------2", "2017-01-01T00:00Z/2017-01-02T00:00Z")
	if _, err := read(t.Context(), r, []byte(jobstest.UnitsDocument)); err != nil {
		t.Fatal(err)
	}
	if len(rowsOf[timeseries.Entries](t, r).All) != 1 || !rowsOf[timeseries.Entries](t, r).Whole || rowsOf[timeseries.Entries](t, r).Replaces != nil {
		t.Fatalf("%d rows, whole %v, replaces %v", len(rowsOf[timeseries.Entries](t, r).All), rowsOf[timeseries.Entries](t, r).Whole, rowsOf[timeseries.Entries](t, r).Replaces)
	}
	row := rowsOf[timeseries.Entries](t, r).All[0]
	if got := row.From.Format("2006-01-02T15:04Z"); got != "2021-05-18T22:00Z" || !row.To.IsZero() {
		t.Errorf("from %s to %s", got, row.To)
	}
	if diff := cmp.Diff(map[string]float64{"MktPSRType/nominalIP_PowerSystemResources.nominalP": 385}, row.Values); diff != "" {
		t.Errorf("values (-want, +got)\n%s", diff)
	}
	if !strings.Contains(string(row.Details), "HAVEN GT") {
		t.Errorf("details %s", row.Details)
	}
	if diff := cmp.Diff(jobstest.Windows(t, jobstest.OneDay), r.PeriodsOf(0, jobstest.Window(t, jobstest.OneDay))); diff != "" {
		t.Errorf("covers (-want, +got)\n%s", diff)
	}
}

const flowBasedDocument = `<CriticalNetworkElement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-n:criticalnetworkelementdocument:1:1">
<mRID>1</mRID><revisionNumber>1</revisionNumber><type>B11</type><process.processType>A01</process.processType><createdDateTime>2026-06-01T12:00:00Z</createdDateTime>
<time_Period.timeInterval><start>2026-05-31T22:00Z</start><end>2026-06-01T00:00Z</end></time_Period.timeInterval><domain.mRID>10YDOM-REGION-1V</domain.mRID>
<TimeSeries><mRID>1</mRID><businessType>B39</businessType><curveType>A01</curveType>
<Period><timeInterval><start>2026-05-31T22:00Z</start><end>2026-06-01T00:00Z</end></timeInterval><resolution>PT60M</resolution>%s</Period></TimeSeries></CriticalNetworkElement_MarketDocument>`

func constraint(id string, margin, belgium, france float64) string {
	return fmt.Sprintf(`<Constraint_TimeSeries><mRID>%s</mRID><businessType>B09</businessType><quantity_Measurement_Unit.name>MAW</quantity_Measurement_Unit.name>
<Monitored_RegisteredResource><flowBasedStudy_Domain.mRID>10YDOM-REGION-1V</flowBasedStudy_Domain.mRID>
<flowBasedStudy_Domain.flowBasedMargin_Quantity.quantity>%g</flowBasedStudy_Domain.flowBasedMargin_Quantity.quantity>
<PTDF_Domain><mRID>10YBE----------2</mRID><pTDF_Quantity.quantity>%g</pTDF_Quantity.quantity></PTDF_Domain>
<PTDF_Domain><mRID>10YFR-RTE------C</mRID><pTDF_Quantity.quantity>%g</pTDF_Quantity.quantity></PTDF_Domain>
</Monitored_RegisteredResource></Constraint_TimeSeries>`, id, margin, belgium, france)
}

// Each constraint of each hour is a row with the factors of all zones.
func TestReadingOfConstraints(t *testing.T) {
	r := readerOf(t, entsoe.Item{Name: "flow_based", Shape: timeseries.ShapeList}, "10YDOM-REGION-1V", jobstest.OneDay)
	points := "<Point><position>1</position>" + constraint("11", 888, 0.1, -0.2) + constraint("12", 395, 0.3, 0.4) + "</Point>" +
		"<Point><position>2</position>" + constraint("12", 390, 0.5, 0.6) + "</Point>"
	if _, err := read(t.Context(), r, fmt.Appendf(nil, flowBasedDocument, points)); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rowsOf[timeseries.Entries](t, r).All {
		got = append(got, fmt.Sprintf("%s-%s %s", row.From.Format("15:04"), row.To.Format("15:04"), row.Attributes[timeseries.Constraint]))
		if row.Attributes[timeseries.PTDFArea] != "" || len(row.Values) != 3 {
			t.Errorf("row %v %v", row.Attributes, row.Values)
		}
	}
	if diff := cmp.Diff([]string{"22:00-23:00 11", "22:00-23:00 12", "23:00-00:00 12"}, got); diff != "" {
		t.Errorf("rows (-want, +got)\n%s", diff)
	}
	for path, value := range rowsOf[timeseries.Entries](t, r).All[2].Values {
		want := map[bool]float64{true: 0.5}[strings.HasSuffix(path, "/10YBE----------2")]
		if strings.HasSuffix(path, "/10YFR-RTE------C") {
			want = 0.6
		}
		if strings.HasSuffix(path, "flowBasedMargin_Quantity.quantity") {
			want = 390
		}
		if value != want {
			t.Errorf("%s is %v, want %v", path, value, want)
		}
	}
}

// What a Point says of one of its values alone is an attribute of its row; the
// values of which it says nothing stand in the first.
func TestPointReader(t *testing.T) {
	category := func(c string) timeseries.Attributes { return timeseries.Attributes{timeseries.PriceCategory: c} }
	w := jobstest.Window(t, "2026-03-28T23:00Z/2026-03-30T22:00Z")
	c := &document.Curve{
		Resolution: timeseries.Step{Days: 1}, Period: w, Zone: entsoe.Brussels(),
		Elements: []document.Element{
			{Path: "quantity", Unit: "MAW"}, {Path: "price", Unit: "MWH", Currency: "EUR", Attributes: category("A06")},
			{Path: "price", Unit: "MWH", Currency: "EUR", Attributes: category("A07")}, {Path: "secondaryQuantity", Unit: "MAW"},
		},
	}
	p := newPointReader(timeseries.Attributes{}, c)
	at := w.From.Unix()
	rows := p.point([]document.Value{{At: at, Element: 0, Value: 1}, {At: at, Element: 1, Value: 2}, {At: at, Element: 2, Value: 3}, {At: at, Element: 3, Value: 4}}, nil)
	var got []string
	for _, row := range rows {
		got = append(got, fmt.Sprintf("%s %s %s %s %v", row.Attributes[timeseries.PriceCategory], row.Attributes[timeseries.Unit],
			row.Attributes[attributePriceUnit], row.To.Format("01-02T15:04"), row.Values))
	}
	want := []string{"A06 MAW MWH 03-29T22:00 map[price:2 quantity:1 secondaryQuantity:4]", "A07 MAW MWH 03-29T22:00 map[price:3]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want, +got)\n%s", diff)
	}
}

func TestQuantities(t *testing.T) {
	details := document.Details{
		{Name: "nominalP", Text: "12.5"}, {Name: "position", Text: "3"}, {Name: "repeated.amount", Text: "1"}, {Name: "repeated.amount", Text: "2"},
		{Name: "Group", Children: document.Details{{Name: "x.quantity", Text: "4"}}},
		{Name: "Unit", Children: document.Details{{Name: "mRID", Text: "A"}, {Name: "nominalP", Text: "5"}}},
	}
	got, err := quantities(details)
	if diff := cmp.Diff(map[string]float64{"nominalP": 12.5, "Group/x.quantity": 4}, got); err != nil || diff != "" {
		t.Errorf("%v (-want, +got)\n%s", err, diff)
	}
	for _, wrong := range []string{"much", "NaN", "Infinity", "0x1p4", "1e400"} {
		if _, err := quantities(document.Details{{Name: "nominalP", Text: wrong}}); err == nil {
			t.Errorf("%q passes for a number", wrong)
		}
	}
}
