package answer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"entsoed/jobs/jobstest"
)

// endless is a document that goes on for ever.
type endless struct {
	begin string
	piece func(n int) string
	n     int
	rest  string
}

func (e *endless) Read(p []byte) (int, error) {
	if e.rest == "" && e.n == 0 {
		e.rest = e.begin
	}
	for len(e.rest) < len(p) {
		e.n++
		e.rest += e.piece(e.n)
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// However a document grows, what is held of it is counted: the reading ends at the
// bound, and what is held by then is not much more than was asked for.
func TestReadingIsBounded(t *testing.T) {
	const bound = 16 << 20
	const head = `<Publication_MarketDocument><mRID>1</mRID><type>A44</type>`
	series := func(n int, points string) string {
		return fmt.Sprintf(`<TimeSeries><businessType>A62</businessType><in_Domain.mRID>10YAT-APG------L</in_Domain.mRID><out_Domain.mRID>10YAT-APG------L</out_Domain.mRID><contract_MarketAgreement.type>A01</contract_MarketAgreement.type><classificationSequence_AttributeInstanceComponent.position>%d</classificationSequence_AttributeInstanceComponent.position><curveType>A03</curveType><Period><timeInterval><start>%s</start><end>%s</end></timeInterval><resolution>PT1S</resolution>%s`,
			n, jobstest.June1, jobstest.June2, points)
	}
	const point = `<Point><position>1</position><price.amount>1</price.amount></Point>`
	const end = `</Period></TimeSeries>`
	for name, document := range map[string]*endless{
		"points that unfold": {begin: head, piece: func(n int) string { return series(1, point) + end }},
		"series":             {begin: head, piece: func(n int) string { return strings.Replace(series(n, point), "PT1S", "P1D", 1) + end }},
		"Periods":            {begin: head, piece: func(n int) string { return strings.Replace(series(1, point), "PT1S", "P1D", 1) + end }},
		"faults":             {begin: head, piece: func(n int) string { return series(n, strings.Replace(point, ">1</price", ">much</price", 1)) + end }},
		"kinds of values": {begin: head + series(1, `<Point><position>1</position>`), piece: func(n int) string {
			return fmt.Sprintf(`<Financial_Price><amount>1</amount><direction>%040d</direction></Financial_Price>`, n)
		}},
		"long texts": {begin: head, piece: func(n int) string { return "<Reason><text>" + strings.Repeat("x", 60_000) + "</text></Reason>" }},
	} {
		t.Run(name, func(t *testing.T) {
			r := pricesOf(t, jobstest.OneDay)
			full := errors.New("full")
			held := int64(0)
			before, after := heap(), int64(0)
			r.Grow = func(_ context.Context, bytes int64) error {
				if held+bytes > bound {
					after = heap()
					return full
				}
				held += bytes
				return nil
			}
			_, err := r.Read(t.Context(), io.LimitReader(document, 1<<30))
			switch {
			case !errors.Is(err, full) && (err == nil || after != 0):
				t.Errorf("error %v", err)
			case after-before > 3*bound/2:
				t.Errorf("%d MiB are held where %d were asked for", (after-before)>>20, held>>20)
			}
			t.Logf("%d KiB held, %d KiB asked for: %v", (after-before)>>10, held>>10, err)
		})
	}
}

// heap returns what is in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
