package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// A hostile answer is one that takes more memory, or more time, than there is, if
// it is read as it is.
type hostile struct {
	name  string
	write func(w io.Writer, q question)
	slow  bool // it goes on until the client has enough
}

// question is what a hostile server is asked.
type question struct {
	area     string
	from, to string // as documents write times
	seconds  int
	head     http.Header // of the answer
	done     <-chan struct{}
}

func hostileQuestion(w http.ResponseWriter, r *http.Request) question {
	q := question{area: parameter(r, "in_Domain"), head: w.Header(), done: r.Context().Done()}
	from, _ := time.Parse("200601021504", parameter(r, "periodStart"))
	to, _ := time.Parse("200601021504", parameter(r, "periodEnd"))
	q.from, q.to, q.seconds = from.Format("2006-01-02T15:04Z"), to.Format("2006-01-02T15:04Z"), int(to.Sub(from)/time.Second)
	return q
}

// parameter returns a parameter of a request, in whatever case it is written.
func parameter(r *http.Request, name string) string {
	for key, values := range r.URL.Query() {
		if strings.EqualFold(key, name) {
			return values[0]
		}
	}
	return ""
}

const hostileHead = `<?xml version="1.0" encoding="UTF-8"?><Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3"><mRID>1</mRID><revisionNumber>1</revisionNumber><type>A44</type><createdDateTime>2026-03-31T12:00:00Z</createdDateTime>`

const hostileEnd = `</Publication_MarketDocument>`

// series writes the beginning of a TimeSeries of prices, up to its Periods.
func (q question) series(n int) string {
	return fmt.Sprintf(`<TimeSeries><mRID>%d</mRID><businessType>A62</businessType><in_Domain.mRID>%s</in_Domain.mRID><out_Domain.mRID>%s</out_Domain.mRID><contract_MarketAgreement.type>A01</contract_MarketAgreement.type><currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name><classificationSequence_AttributeInstanceComponent.position>%d</classificationSequence_AttributeInstanceComponent.position><curveType>A03</curveType>`,
		n, q.area, q.area, n)
}

func (q question) period(resolution, points string) string {
	return `<Period><timeInterval><start>` + q.from + `</start><end>` + q.to + `</end></timeInterval><resolution>` + resolution + `</resolution>` + points + `</Period>`
}

const onePoint = `<Point><position>1</position><price.amount>1</price.amount></Point>`

// repeat writes a text until so many bytes are written, the client has enough or,
// with bytes 0, for ever.
func repeat(w io.Writer, q question, bytes int, text string) {
	piece := []byte(strings.Repeat(text, max(1, 64<<10/len(text))))
	for n := 0; bytes == 0 || n < bytes; n += len(piece) {
		select {
		case <-q.done:
			return
		default:
		}
		if _, err := w.Write(piece); err != nil {
			return
		}
	}
}

// packed is what write writes, compressed.
func packed(w io.Writer, write func(io.Writer)) {
	z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
	write(z)
	z.Close()
}

// unfolding is a small document of hundreds of millions of points.
func unfolding(w io.Writer, q question) {
	io.WriteString(w, hostileHead)
	for n := 1; n <= 3000; n++ {
		io.WriteString(w, q.series(n)+q.period("PT1S", onePoint)+"</TimeSeries>")
	}
	io.WriteString(w, hostileEnd)
}

// hostiles are the kinds of answers that the short form of the test has.
func hostiles() []hostile {
	return []hostile{
		{"unfolds", unfolding, false},
		{"unfolds, in gzip", func(w io.Writer, q question) {
			q.head.Set("Content-Encoding", "gzip")
			packed(w, func(w io.Writer) { unfolding(w, q) })
		}, false},
		{"endless series", func(w io.Writer, q question) {
			io.WriteString(w, hostileHead)
			for n := 1; ; n++ {
				if _, err := io.WriteString(w, q.series(n)+q.period("PT15M", onePoint)+"</TimeSeries>"); err != nil {
					return
				}
			}
		}, true},
		{"endless Points", func(w io.Writer, q question) {
			io.WriteString(w, hostileHead+q.series(1)+strings.TrimSuffix(q.period("PT1S", ""), "</Period>"))
			for n := 1; n < 900_000; n++ {
				if _, err := fmt.Fprintf(w, "<Point><position>%d</position><price.amount>%d</price.amount></Point>", n%max(1, q.seconds)+1, n); err != nil {
					return
				}
			}
			repeat(w, q, 0, "<Point/>")
		}, true},
		{"ZIP of much", func(w io.Writer, q question) {
			z := zip.NewWriter(w)
			entry, err := z.Create("1.xml")
			if err == nil {
				io.WriteString(entry, hostileHead+q.series(1))
				repeat(entry, q, 250<<20, q.period("PT15M", onePoint))
			}
			z.Close()
		}, false},
		{"ZIP that is large", func(w io.Writer, q question) {
			io.WriteString(w, "PK\x03\x04")
			repeat(w, q, 0, "\x00\x01\x02\x03")
		}, true},
		{"gzip of gigabytes", func(w io.Writer, q question) {
			q.head.Set("Content-Encoding", "gzip")
			packed(w, func(w io.Writer) { repeat(w, q, 1<<30, "<!-- nothing -->") })
		}, false},
		{"web page", func(w io.Writer, q question) { io.WriteString(w, "<html>"); repeat(w, q, 0, "<p>away</p>") }, true},
		{"drips", func(w io.Writer, q question) {
			io.WriteString(w, hostileHead)
			tick := time.NewTicker(500 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-q.done:
					return
				case <-tick.C:
					if _, err := io.WriteString(w, " "); err != nil {
						return
					}
					w.(http.Flusher).Flush()
				}
			}
		}, true},
	}
}

// moreHostiles are the kinds that only the long form has.
func moreHostiles() []hostile {
	in := func(write func(w io.Writer, q question)) func(w io.Writer, q question) {
		return func(w io.Writer, q question) {
			io.WriteString(w, hostileHead)
			write(w, q)
		}
	}
	return []hostile{
		{"one text", in(func(w io.Writer, q question) { io.WriteString(w, "<mRID>"); repeat(w, q, 0, "xy") }), true},
		{"one attribute", in(func(w io.Writer, q question) { io.WriteString(w, `<a b="`); repeat(w, q, 0, "xy") }), true},
		{"deep", in(func(w io.Writer, q question) { repeat(w, q, 0, "<a>") }), true},
		{"attributes", in(func(w io.Writer, q question) {
			io.WriteString(w, "<a ")
			for n := 0; ; n++ {
				if _, err := fmt.Fprintf(w, `a%d="1" `, n); err != nil {
					return
				}
			}
		}), true},
		{"long names", in(func(w io.Writer, q question) {
			name := strings.Repeat("n", 30_000)
			for n := 0; ; n++ {
				if _, err := fmt.Fprintf(w, "<%s%d>1</%s%d>", name, n, name, n); err != nil {
					return
				}
			}
		}), true},
		{"names in a Point", in(func(w io.Writer, q question) {
			io.WriteString(w, q.series(1)+strings.TrimSuffix(q.period("PT15M", "<Point><position>1</position>"), "</Period>"))
			for n := 0; ; n++ {
				if _, err := fmt.Fprintf(w, "<a%d><b>1</b></a%d>", n, n); err != nil {
					return
				}
			}
		}), true},
		{"groups in a Point", in(func(w io.Writer, q question) {
			io.WriteString(w, q.series(1)+strings.TrimSuffix(q.period("PT15M", "<Point><position>1</position>"), "</Period>"))
			repeat(w, q, 0, "<Financial_Price><amount>1</amount><direction>A01</direction></Financial_Price>")
		}), true},
		{"falling positions", in(func(w io.Writer, q question) {
			io.WriteString(w, q.series(1)+`<Period><timeInterval><start>2020-01-01T00:00Z</start><end>2020-01-12T00:00Z</end></timeInterval><resolution>PT1S</resolution>`)
			for n := 900_000; n > 0; n-- {
				if _, err := fmt.Fprintf(w, "<Point><position>%d</position><price.amount>1</price.amount></Point>", n); err != nil {
					return
				}
			}
			io.WriteString(w, "</Period></TimeSeries>"+hostileEnd)
		}), false},
		{"Periods that are long", in(func(w io.Writer, q question) {
			for n := 1; n < 1000; n++ {
				io.WriteString(w, q.series(n)+`<Period><timeInterval><start>2020-01-01T00:00Z</start><end>2020-01-12T00:00Z</end></timeInterval><resolution>PT1S</resolution>`+onePoint+"</Period></TimeSeries>")
			}
			io.WriteString(w, hostileEnd)
		}), false},
		{"bad values", in(func(w io.Writer, q question) {
			for n := 1; ; n++ {
				if _, err := io.WriteString(w, q.series(n)+q.period("PT15M", `<Point><position>1</position><price.amount>much</price.amount></Point>`)+"</TimeSeries>"); err != nil {
					return
				}
			}
		}), true},
		{"many entries", func(w io.Writer, q question) {
			z := zip.NewWriter(w)
			for n := range 60_000 {
				z.CreateHeader(&zip.FileHeader{Name: fmt.Sprint(n)}) //nolint:errcheck // as far as it goes
			}
			z.Close()
		}, false},
		{"ZIPs in ZIPs", func(w io.Writer, q question) {
			body := bytes.Repeat([]byte("\x00"), 20<<20)
			for range 3 {
				var packed bytes.Buffer
				z := zip.NewWriter(&packed)
				for n := range 3 {
					if entry, err := z.Create(fmt.Sprint(n)); err == nil {
						entry.Write(append([]byte("PK\x03\x04"), body...))
					}
				}
				z.Close()
				body = packed.Bytes()
			}
			w.Write(body)
		}, false},
		{"acknowledgement", func(w io.Writer, q question) {
			io.WriteString(w, "<Acknowledgement_MarketDocument>")
			repeat(w, q, 0, "<Reason><code>999</code><text>no</text></Reason>")
		}, true},
		{"plain text", func(w io.Writer, q question) { repeat(w, q, 0, "hello ") }, true},
		{"head", func(w io.Writer, q question) {
			for n := range 40_000 {
				q.head.Set(fmt.Sprintf("X-%d", n), "1")
			}
			io.WriteString(w, hostileHead)
		}, false},
		{"drips within a Period", in(func(w io.Writer, q question) {
			io.WriteString(w, q.series(1)+strings.TrimSuffix(q.period("PT1S", ""), "</Period>"))
			for n := 1; n < 60_000; n++ {
				fmt.Fprintf(w, "<Point><position>%d</position><price.amount>%d</price.amount></Point>", n, n)
			}
			w.(http.Flusher).Flush()
			<-q.done
		}), true},
	}
}
