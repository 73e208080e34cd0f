package simulator

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator/world"
)

// Config says what a simulator answers and how. The zero value is a simulator
// of seed 0 on the machine's clock, with all limits and without faults.
type Config struct {
	Seed      uint64           // two simulators of one seed have the same values
	Now       func() time.Time // what time it is on the platform; nil: the machine's clock (see Clock)
	Unlimited bool             // no limit of 400 requests a minute; they are still counted
	Tokens    []string         // tokens that are accepted; empty: any
	Faults    []Fault          // misbehaviour from the start
	Restless  bool             // some values are corrected, withdrawn or late, as on the platform
	Log       *slog.Logger     // one line per request at level DEBUG; nil: none
}

// Simulator is an http.Handler that answers like the platform on /api and
// serves its own tools beside it: /healthz, /stats, /faults and /release.
// All methods may be called while requests are served.
type Simulator struct {
	config  Config
	mux     *http.ServeMux
	limits  *limiter
	tally   *tally
	faults  *faults
	holds   *holds
	places  map[string]*world.Place // by EIC
	borders map[[2]string]bool      // directed pairs of EICs that are neighbours
	items   map[string]entsoe.Item
	gzips   sync.Pool     // of *gzip.Writer, which are large
	answers atomic.Uint64 // numbers the answers, for mRIDs and for the order of TimeSeries
}

// New makes a simulator. A fault of the configuration that is not valid is
// ignored here; ParseFault and Inject say what is wrong with it.
func New(c Config) *Simulator {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	s := &Simulator{
		config: c,
		limits: newLimiter(c.Unlimited),
		tally:  newTally(),
		faults: newFaults(c.Seed, c.Faults),
		holds:  newHolds(),
		items:  make(map[string]entsoe.Item),
	}
	s.gzips.New = newGzip
	s.settle()
	s.mux = http.NewServeMux()
	s.mux.HandleFunc("GET /api", s.serveAPI)
	s.mux.HandleFunc("GET /healthz", s.serveHealth)
	s.mux.HandleFunc("GET /stats", s.serveStats)
	s.mux.HandleFunc("GET /faults", s.serveFaults)
	s.mux.HandleFunc("POST /faults", s.inject)
	s.mux.HandleFunc("DELETE /faults", s.clear)
	s.mux.HandleFunc("POST /release", s.release)
	return s
}

// ServeHTTP answers one request. Every answer names the simulator and its
// seed in the header Entsoed-Simulator, so that nobody takes it for real.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Entsoed-Simulator", strconv.FormatUint(s.config.Seed, 10))
	s.mux.ServeHTTP(w, r)
}

// maxSpeed of a clock, at which the longest time.Duration passes in a day.
const maxSpeed = 100_000

// CheckSpeed reports what is wrong with the speed of a Clock.
func CheckSpeed(speed float64) error {
	if !(speed >= 0 && speed <= maxSpeed) { // NaN is neither
		return fmt.Errorf("must be 0 to %d", maxSpeed)
	}
	return nil
}

// Clock returns a clock that starts at start when it is made and runs speed
// times as fast as the machine's. A zero start is the present, a speed of 0
// stands still.
func Clock(start time.Time, speed float64) func() time.Time {
	begun := time.Now()
	if start.IsZero() {
		start = begun
	}
	return func() time.Time {
		return start.Add(time.Duration(float64(time.Since(begun)) * speed)).UTC()
	}
}

// settle makes the places, borders and items of the catalogue.
func (s *Simulator) settle() {
	s.places = world.Places(s.config.Seed)
	s.borders = make(map[[2]string]bool)
	for _, border := range entsoe.Borders() {
		s.borders[[2]string{border.From.EIC, border.To.EIC}] = true
	}
	for _, item := range entsoe.Items() {
		s.items[item.Name] = item
	}
}
