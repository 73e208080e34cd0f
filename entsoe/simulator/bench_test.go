package simulator

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// sink is a client that takes everything and keeps nothing.
type sink struct{ header http.Header }

func (s sink) Header() http.Header         { return s.header }
func (s sink) Write(p []byte) (int, error) { return len(p), nil }
func (s sink) WriteHeader(int)             {}

// BenchmarkServe answers: how many points does one core serve, as they are and
// in gzip? A collector on the same machine must not wait for the simulator.
func BenchmarkServe(b *testing.B) {
	year := period("2025-10-31T23:00:00Z", "2026-10-31T23:00:00Z")
	questions := []struct{ name, query string }{
		{"load", "documentType=A65&processType=A16&outBiddingZone_Domain=" + nl + "&" + year},
		{"generation", "documentType=A75&processType=A16&in_Domain=" + deLU + "&" + year},
		{"prices", "documentType=A44&contract_MarketAgreement.type=A01&in_Domain=" + deLU + "&out_Domain=" + deLU + "&" + year},
		{"one day of load", "documentType=A65&processType=A16&outBiddingZone_Domain=" + nl + "&" + period("2026-10-30T23:00:00Z", "2026-10-31T23:00:00Z")},
		{"flows", "documentType=A11&in_Domain=" + nl + "&out_Domain=" + deLU + "&" + year},
	}
	for _, question := range questions {
		for _, encoding := range []string{"plain", "gzip"} {
			b.Run(question.name+"/"+encoding, func(b *testing.B) {
				s := standing("2026-11-22T14:00:00Z", Config{Seed: 1, Unlimited: true})
				r := httptest.NewRequest(http.MethodGet, "/api?securityToken=any&"+question.query, nil)
				r.Header.Set("Accept-Encoding", encoding)
				b.ReportAllocs()
				for b.Loop() {
					s.ServeHTTP(sink{make(http.Header)}, r)
				}
				stats := s.Stats()
				b.SetBytes(stats.Bytes / int64(b.N))
				b.ReportMetric(float64(stats.Points)/b.Elapsed().Seconds(), "points/s")
			})
		}
	}
}
