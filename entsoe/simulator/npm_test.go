package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entsoed/entsoe"
)

// npmQuestion is one call of entsoe-api-client, and the same question in the
// platform's words.
type npmQuestion struct {
	Query  string            `json:"query"`
	Token  string            `json:"token"`
	Params map[string]string `json:"params"`

	name  string
	feed  entsoe.Feed
	plain string // the platform's words, where no feed asks so
	error string // what the client throws
}

// npmAnswer is what the client made of an answer.
type npmAnswer struct {
	Error  string
	Curves []struct {
		Business, PSR, In, Out, Contract, Sequence, Currency string
		Points                                               map[string]*float64
	}
}

// npmQuestions ask for every kind of document that the client reads: it knows
// no steps of weeks, months and years.
func npmQuestions(ntc entsoe.Feed) []npmQuestion {
	days := func(params map[string]string) map[string]string {
		params["startDateTime"], params["endDateTime"] = "2026-09-30T22:00:00Z", "2026-10-02T22:00:00Z"
		return params
	}
	return []npmQuestion{
		{name: "prices as in its README", Query: "QueryPublication", feed: entsoe.Feed{Item: "day_ahead_prices", Area: fr},
			Params: days(map[string]string{"documentType": "A44", "processType": "A01", "inDomain": fr, "outDomain": fr, "contractMarketAgreementType": "A01"})},
		{name: "prices of two auctions", Query: "QueryPublication", feed: entsoe.Feed{Item: "day_ahead_prices", Area: deLU},
			Params: days(map[string]string{"documentType": "A44", "inDomain": deLU, "outDomain": deLU, "contractMarketAgreementType": "A01"})},
		{name: "load", Query: "QueryGL", feed: entsoe.Feed{Item: "actual_total_load", Area: nl},
			Params: days(map[string]string{"documentType": "A65", "processType": "A16", "outBiddingZoneDomain": nl})},
		{name: "lowest and highest load", Query: "QueryGL", feed: entsoe.Feed{Item: "week_ahead_total_load_forecast", Area: fr},
			Params: days(map[string]string{"documentType": "A65", "processType": "A31", "outBiddingZoneDomain": fr})},
		{name: "generation", Query: "QueryGL", feed: entsoe.Feed{Item: "actual_generation_per_production_type", Area: deLU},
			Params: days(map[string]string{"documentType": "A75", "processType": "A16", "inDomain": deLU})},
		{name: "wind and solar forecast", Query: "QueryGL", feed: entsoe.Feed{Item: "wind_solar_forecast_day_ahead", Area: deLU},
			Params: days(map[string]string{"documentType": "A69", "processType": "A01", "inDomain": deLU})},
		{name: "flows", Query: "QueryPublication", feed: entsoe.Feed{Item: "cross_border_physical_flows", Area: fr, CounterArea: deLU},
			Params: days(map[string]string{"documentType": "A11", "inDomain": deLU, "outDomain": fr})},
		{name: "schedules of both contracts", Query: "QueryPublication", plain: "documentType=A09&in_Domain=" + deLU + "&out_Domain=" + fr,
			Params: days(map[string]string{"documentType": "A09", "inDomain": deLU, "outDomain": fr})},
		{name: "transfer capacity", Query: "QueryPublication", feed: ntc,
			Params: days(map[string]string{"documentType": "A61", "inDomain": ntc.CounterArea, "outDomain": ntc.Area, "contractMarketAgreementType": "A01"})},
		{name: "no data", Query: "QueryGL", error: "Request failed. Code '999', Reason 'No matching data found for Data item WATER_RESERVOIRS_AND_HYDRO_STORAGE_PLANTS [16.1.D] (" + nl + ")",
			Params: days(map[string]string{"documentType": "A72", "processType": "A16", "inDomain": nl})},
		{name: "a combination that does not exist", Query: "QueryGL", error: "Reason 'The combination of [DOCUMENT_TYPE=A65, PROCESS_TYPE=A18] is not valid",
			Params: days(map[string]string{"documentType": "A65", "processType": "A18", "outBiddingZoneDomain": nl})},
		{name: "a wrong token", Token: "wrong", Query: "QueryGL", error: "401 Unauthorized. Missing or invalid security token.",
			Params: days(map[string]string{"documentType": "A65", "processType": "A16", "outBiddingZoneDomain": nl})},
	}
}

// entsoe-api-client (npm) reads the simulator's documents and finds the values
// that the simulator means.
func TestClientOfOthers(t *testing.T) {
	s, base := served(t, Config{Seed: 1, Tokens: []string{"right"}})
	folder := installClient(t)
	questions := npmQuestions(anyBorder(t, s, "forecasted_transfer_capacities", "day"))
	for i := range questions {
		if questions[i].Token == "" {
			questions[i].Token = "right"
		}
	}
	for i, answer := range askClient(t, folder, base, questions) {
		q := questions[i]
		if q.error != "" || answer.Error != "" {
			if q.error == "" || !strings.Contains(answer.Error, q.error) {
				t.Errorf("%s: error %q, want %q", q.name, answer.Error, q.error)
			}
			continue
		}
		compareCurves(t, q.name, answer, meant(t, s, q))
	}
	if err := s.Inject(Fault{Kind: FaultZip}); err != nil {
		t.Fatal(err)
	}
	zipped := questions[:1]
	compareCurves(t, "zipped", askClient(t, folder, base, zipped)[0], meant(t, s, zipped[0]))
}

// installClient installs the pinned client into a folder of the test's own.
func installClient(t *testing.T) string {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			missing(t, "%s is needed to ask through entsoe-api-client", program)
		}
	}
	folder := t.TempDir()
	for _, name := range []string{"package.json", "ask.mjs"} {
		content, err := os.ReadFile(filepath.Join("testdata", "npm", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	install := exec.CommandContext(t.Context(), "npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
	install.Dir = folder
	if said, err := install.CombinedOutput(); err != nil {
		missing(t, "npm cannot install entsoe-api-client: %v\n%s", err, said)
	}
	return folder
}

// askClient runs the client on the questions.
func askClient(t *testing.T, folder, base string, questions []npmQuestion) []npmAnswer {
	t.Helper()
	asked, err := json.Marshal(questions)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "ask.mjs")
	node.Dir = folder
	node.Env = append(os.Environ(), "SIMULATOR="+base+"/api")
	node.Stdin = bytes.NewReader(asked)
	var said, complained bytes.Buffer
	node.Stdout, node.Stderr = &said, &complained
	if err := node.Run(); err != nil {
		t.Fatalf("node: %v\n%s", err, complained.String())
	}
	var answers []npmAnswer
	if err := json.Unmarshal(said.Bytes(), &answers); err != nil || len(answers) != len(questions) {
		t.Fatalf("%d answers, %v: %.500s", len(answers), err, said.String())
	}
	return answers
}

// meant returns the values of a question as the simulator computes them,
// without XML: curve and instant to value.
func meant(t *testing.T, s *Simulator, q npmQuestion) map[string]float64 {
	t.Helper()
	from, to := at(q.Params["startDateTime"]), at(q.Params["endDateTime"])
	query := q.plain + "&" + period(from.Format(time.RFC3339), to.Format(time.RFC3339))
	if q.plain == "" {
		query = queryOf(t, q.feed, from, to)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	params, _ := readParameters(values)
	reply, wrong := s.compose(&exchange{params: params, now: s.config.Now()}, match(params))
	if wrong != nil {
		t.Fatalf("%s: %s", q.name, wrong.text)
	}
	all := make(map[string]float64)
	for _, series := range reply.papers[0].(*document).series {
		value := series.quantity
		if series.price != nil {
			value = series.price
		}
		for _, span := range series.spans {
			for at := span.From.Unix(); at < span.To.Unix(); at = series.grid.Next(at) {
				all[series.curve()+" "+time.Unix(at, 0).UTC().Format(time.RFC3339)] = float64(value(at)) / 100
			}
		}
	}
	return all
}

// curve tells a series by the attributes that the client reads.
func (s series) curve() string {
	value := make(map[string]string)
	for _, f := range s.fields {
		value[f.name] = f.value
	}
	return fmt.Sprint(value["businessType"], "|", s.psr, "|", value["in_Domain.mRID"]+value[generates], "|", value["out_Domain.mRID"]+value[consumes],
		"|", value["contract_MarketAgreement.type"], "|", s.sequence(), "|", value["currency_Unit.name"])
}

// compareCurves compares instants and values. The client takes 0 for missing
// and fills what is left out after it with the value before, so of instants
// where the simulator means 0 only those that the client has are looked at.
func compareCurves(t *testing.T, name string, got npmAnswer, want map[string]float64) {
	t.Helper()
	has := make(map[string]float64)
	for _, c := range got.Curves {
		curve := strings.Join([]string{c.Business, c.PSR, c.In, c.Out, c.Contract, c.Sequence, c.Currency}, "|")
		for instant, value := range c.Points {
			key := curve + " " + strings.Replace(instant, ".000Z", "Z", 1)
			if _, ok := want[key]; !ok {
				t.Errorf("%s: the client has %s, which the simulator did not send", name, key)
			}
			if value != nil {
				has[key] = *value
			}
		}
	}
	compared := 0
	for key, means := range want {
		if means == 0 {
			continue
		}
		compared++
		if value, ok := has[key]; !ok || value != means {
			t.Errorf("%s: %s is %v (there: %v), want %v", name, key, value, ok, means)
		}
	}
	if compared < 4 {
		t.Errorf("%s: only %d values to compare", name, compared)
	}
}

// anyBorder finds a border that publishes an item.
func anyBorder(t *testing.T, s *Simulator, item, variant string) entsoe.Feed {
	t.Helper()
	for _, border := range entsoe.Borders() {
		feed := entsoe.Feed{Item: item, Area: border.From.EIC, CounterArea: border.To.EIC, Variant: variant}
		both := border.From.ValidUntil == "" && border.To.ValidUntil == "" && border.From.EIC != feed.CounterArea
		if _, wrong := s.compose(&exchange{params: paramsOf(t, feed), now: s.config.Now()}, match(paramsOf(t, feed))); both && wrong == nil {
			return feed
		}
	}
	t.Fatalf("no border publishes %s", item)
	return entsoe.Feed{}
}

func paramsOf(t *testing.T, feed entsoe.Feed) parameters {
	t.Helper()
	values, err := url.ParseQuery(queryOf(t, feed, at("2026-09-30T22:00:00Z"), at("2026-10-02T22:00:00Z")))
	if err != nil {
		t.Fatal(err)
	}
	params, wrong := readParameters(values)
	if wrong != nil {
		t.Fatal(wrong)
	}
	return params
}
