package client

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// recording is one recorded answer with the request that it answers.
type recording struct {
	File   string // path below the folder of recordings
	Item   string
	Root   string
	Note   string     // of an acknowledgement: status and reason
	Params url.Values // of the request, names in lower case
	Body   []byte
}

// recordings reads those of the index whose request is known and whose root
// element is one of the given.
func recordings(t *testing.T, roots ...string) []recording {
	t.Helper()
	folder := recorded(t)
	index, err := os.Open(filepath.Join(folder, "INDEX.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer index.Close()
	rows, err := csv.NewReader(index).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var found []recording
	for _, row := range rows[1:] {
		field := func(name string) string { return row[slices.Index(rows[0], name)] }
		if field("request") == "" || !slices.Contains(roots, field("root")) {
			continue
		}
		request, err := url.Parse(field("request"))
		if err != nil {
			t.Fatalf("%s: %v", field("file"), err)
		}
		body, err := os.ReadFile(filepath.Join(folder, field("file")))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, recording{
			File: field("file"), Item: field("data_item"), Root: field("root"), Note: field("note"),
			Params: lower(request.Query()), Body: body,
		})
	}
	if len(found) == 0 {
		t.Fatalf("the index names no request for %v", roots)
	}
	return found
}

// lower writes the names of parameters in lower case: recordings mix cases,
// which the platform ignores in names but not in values.
func lower(params url.Values) url.Values {
	same := url.Values{}
	for name, values := range params {
		same[strings.ToLower(name)] = values
	}
	return same
}

// filters are parameters that narrow an answer down. Some recordings have
// them; the catalogue asks for the whole instead.
var filters = []string{
	"psrtype", "offset", "update_dateandortime", "auction.category",
	"classificationsequence_attributeinstancecomponent.position",
}

// asks reports whether a request is the recorded one, but for filters.
func (r recording) asks(params url.Values) bool {
	asked := lower(params)
	for name, values := range asked {
		if !slices.Equal(values, r.Params[name]) && !slices.Contains(filters, name) {
			return false
		}
	}
	for name := range r.Params {
		if !asked.Has(name) && !slices.Contains(filters, name) {
			return false
		}
	}
	return true
}

// request builds the recorded request from the catalogue.
func (r recording) request(t *testing.T) entsoe.Request {
	t.Helper()
	item, ok := entsoe.ItemByName(r.Item)
	if !ok {
		t.Fatalf("%s is not in the catalogue", r.Item)
	}
	window := timeseries.Window{From: r.instant(t, "periodstart"), To: r.instant(t, "periodend")}
	for _, variant := range item.Variants {
		feed := entsoe.Feed{Item: item.Name, Area: r.area(), Variant: variant.Name}
		if item.Domain.Border() {
			feed.CounterArea = r.Params.Get("in_domain")
		}
		request, err := entsoe.NewRequest(feed, window)
		if err != nil {
			t.Fatal(err)
		}
		if r.asks(request.Params) {
			return request
		}
	}
	t.Fatalf("no variant of %s asks for %v", r.Item, r.Params)
	return entsoe.Request{}
}

func (r recording) area() string {
	for _, name := range []string{"outbiddingzone_domain", "out_domain", "in_domain"} {
		if r.Params.Has(name) {
			return r.Params.Get(name)
		}
	}
	return ""
}

func (r recording) instant(t *testing.T, name string) time.Time {
	t.Helper()
	at, err := time.Parse("200601021504", r.Params.Get(name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return at
}

// platform serves a recorded answer for the recorded request and for no other,
// compressed and in chunks as the platform does.
func (r recording) platform(t *testing.T) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		query := request.URL.Query()
		if query.Get("securityToken") != testToken {
			http.Error(w, acknowledging("Authentication failed."), http.StatusUnauthorized)
			return
		}
		query.Del("securityToken")
		if !r.asks(query) {
			http.Error(w, acknowledging("The combination of ["+query.Encode()+"] is not valid"), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		defer packed.Close()
		for part := range slices.Chunk(r.Body, 10_000) {
			if _, err := packed.Write(part); err != nil {
				t.Error(err)
			}
			w.(http.Flusher).Flush()
		}
	}))
}

// What the platform sent once, the client hands on byte for byte, for the
// request that the catalogue builds.
func TestRecordedAnswersArrive(t *testing.T) {
	for _, r := range recordings(t, "GL_MarketDocument", "Publication_MarketDocument") {
		t.Run(r.File, func(t *testing.T) {
			server := r.platform(t)
			defer server.Close()
			answer, err := fetchAll(testClient(server.URL), t.Context(), r.request(t), open)
			if err != nil {
				t.Fatal(err)
			}
			if len(answer.Texts) != 1 || !bytes.Equal(answer.Texts[0], r.Body) {
				t.Errorf("%d documents, or not the recorded bytes", len(answer.Texts))
			}
		})
	}
}

// Recorded acknowledgements are mostly of items that pages and filters were
// tried on, so they are asked for as recorded.
func TestRecordedAcknowledgementsArrive(t *testing.T) {
	for _, r := range recordings(t, "Acknowledgement_MarketDocument") {
		t.Run(r.File, func(t *testing.T) {
			server := r.platform(t)
			defer server.Close()
			_, err := fetchAll(testClient(server.URL), t.Context(), entsoe.Request{Params: r.Params}, open)
			if err == nil || verdictOn(err).Kind != "NoData" {
				t.Fatalf("got %v, want NoDataError", err)
			}
			reply, _ := ReplyOf(err)
			if _, want, _ := strings.Cut(r.Note, "999: "); reply.Reason != want || reply.Status != http.StatusOK {
				t.Errorf("got %d %q, want %q", reply.Status, reply.Reason, want)
			}
		})
	}
}
