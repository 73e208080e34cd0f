package simulator

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"entsoed/entsoe/simulator/world"
)

// Kinds of misbehaviour. Those with a value take it from Fault.Value.
const (
	FaultUnavailable = "unavailable" // 503 with an empty body, as in an outage
	FaultMaintenance = "maintenance" // 503 with the maintenance page
	FaultNotFound    = "notfound"    // 404 "page not found" of the gateway, as text
	FaultBan         = "ban"         // 429 and a ban of ten minutes
	FaultHTML        = "html"        // 200 with a web page instead of a document
	FaultEmpty       = "empty"       // 200 without a body
	FaultRedirect    = "redirect"    // 302 to another path of the simulator
	FaultReset       = "reset"       // the connection is reset before an answer
	FaultCut         = "cut"         // the connection ends in the middle of the body
	FaultTruncated   = "truncated"   // half of the body (of the gzip stream where asked for) in a complete answer
	FaultDelay       = "delay"       // the answer comes late; value: how late ("2s")
	FaultSlow        = "slow"        // the body is spread over a time; value: how long ("5s")
	FaultRoot        = "root"        // a root element that nobody knows
	FaultZip         = "zip"         // the document in a ZIP, where the platform sends XML
	FaultXML         = "xml"         // the document as XML, where the platform sends a ZIP; several stay a ZIP
	FaultGzip        = "gzip"        // value "off": no gzip even when asked for
	FaultLimit       = "limit"       // another longest period of a request; value: "P1M"
	FaultInstances   = "instances"   // another largest number of TimeSeries or documents; value: "50"
)

// Fault is misbehaviour of the simulator. Without Next, Every and Chance it
// hits every request that it fits.
type Fault struct {
	Kind   string  `json:"kind"`
	Value  string  `json:"value,omitempty"`
	Item   string  `json:"item,omitempty"`   // only requests for this data item
	Next   int     `json:"next,omitempty"`   // the next so many requests, then never again
	Every  int     `json:"every,omitempty"`  // every so manieth request
	Chance float64 `json:"chance,omitempty"` // a request with this probability, by the seed

	From  time.Time `json:"from,omitzero"`  // only from then on, by the simulator's clock
	Until time.Time `json:"until,omitzero"` // only before then, likewise; forgotten afterwards
}

// valueCheck says what a kind of fault accepts as its value.
var valueCheck = map[string]func(string) bool{
	FaultUnavailable: isEmpty, FaultMaintenance: isEmpty, FaultNotFound: isEmpty,
	FaultBan:  func(v string) bool { return v == "" || v == "old" },
	FaultHTML: isEmpty, FaultEmpty: isEmpty, FaultRedirect: isEmpty, FaultReset: isEmpty,
	FaultCut: isEmpty, FaultTruncated: isEmpty, FaultRoot: isEmpty, FaultZip: isEmpty, FaultXML: isEmpty,
	FaultDelay: isDuration, FaultSlow: isDuration,
	FaultGzip:  func(v string) bool { return v == "on" || v == "off" },
	FaultLimit: func(v string) bool { _, err := world.ParseLimit(v); return err == nil },
	FaultInstances: func(v string) bool {
		n, err := strconv.Atoi(v)
		return err == nil && n > 0
	},
}

func isEmpty(v string) bool { return v == "" }

func isDuration(v string) bool {
	d, err := time.ParseDuration(v)
	return err == nil && d >= 0
}

// Check reports what is wrong with a fault.
func (f Fault) Check() error {
	check, ok := valueCheck[f.Kind]
	if !ok {
		return fmt.Errorf("unknown fault %q; there are %s", f.Kind, strings.Join(FaultKinds(), ", "))
	}
	if !check(f.Value) {
		return fmt.Errorf("fault %s: value %q is not allowed", f.Kind, f.Value)
	}
	if f.Next < 0 || f.Every < 0 || !(f.Chance >= 0 && f.Chance <= 1) { // NaN is neither
		return fmt.Errorf("fault %s: next and every are at least 0, chance is between 0 and 1", f.Kind)
	}
	if !f.Until.IsZero() && !f.From.Before(f.Until) {
		return fmt.Errorf("fault %s: it ends before it begins", f.Kind)
	}
	return nil
}

// FaultKinds returns all kinds of faults, sorted.
func FaultKinds() []string { return slices.Sorted(maps.Keys(valueCheck)) }

// ParseFault reads
// KIND[=VALUE][,next=N][,every=N][,chance=P][,item=NAME][,from=TIME][,until=TIME],
// as the flag --fault takes it: "unavailable,every=50", "delay=2s,chance=0.1",
// "unavailable,from=2026-08-30T00:00:00Z,until=2026-09-08T00:00:00Z".
func ParseFault(text string) (Fault, error) {
	parts := strings.Split(text, ",")
	var f Fault
	f.Kind, f.Value, _ = strings.Cut(parts[0], "=")
	for _, part := range parts[1:] {
		name, value, _ := strings.Cut(part, "=")
		if err := f.set(name, value); err != nil {
			return Fault{}, fmt.Errorf("fault %q: %w", text, err)
		}
	}
	return f, f.Check()
}

func (f *Fault) set(name, value string) (err error) {
	switch name {
	case "item":
		f.Item = value
	case "next":
		f.Next, err = strconv.Atoi(value)
	case "every":
		f.Every, err = strconv.Atoi(value)
	case "chance":
		f.Chance, err = strconv.ParseFloat(value, 64)
	case "from":
		f.From, err = time.Parse(time.RFC3339, value)
	case "until":
		f.Until, err = time.Parse(time.RFC3339, value)
	default:
		err = fmt.Errorf("%q is none of next, every, chance, item, from, until", name)
	}
	return err
}

// faults are the misbehaviours in force, in the order in which they came.
type faults struct {
	seed uint64

	mu   sync.Mutex
	list []*armed
}

// armed is a fault and how often it was asked for and has hit.
type armed struct {
	Fault
	seen, hits int
}

func newFaults(seed uint64, list []Fault) *faults {
	f := &faults{seed: seed}
	for _, fault := range list {
		if fault.Check() == nil {
			f.add(fault)
		}
	}
	return f
}

func (f *faults) add(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, &armed{Fault: fault})
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = nil
}

// hit returns the faults that a request for the item meets at a time, by kind. A
// fault that has hit its last time, or whose time is over, is forgotten.
func (f *faults) hit(item string, now time.Time) map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.list) == 0 {
		return nil
	}
	met := make(map[string]string)
	for _, a := range f.list {
		if a.Item != "" && a.Item != item || now.Before(a.From) || a.over(now) {
			continue
		}
		if a.strikes(f.seed) {
			met[a.Kind] = a.Value
		}
	}
	f.list = slices.DeleteFunc(f.list, func(a *armed) bool { return a.Next > 0 && a.hits >= a.Next || a.over(now) })
	return met
}

// over reports whether the time of a fault is over.
func (f Fault) over(now time.Time) bool { return !f.Until.IsZero() && !now.Before(f.Until) }

// strikes counts a request and tells whether the fault hits it.
func (a *armed) strikes(seed uint64) bool {
	a.seen++
	if a.Every > 0 && a.seen%a.Every != 0 {
		return false
	}
	if a.Chance > 0 && world.Fraction(world.Mix(seed^world.Salt(a.Kind, a.Item)+uint64(a.seen))) >= a.Chance {
		return false
	}
	a.hits++
	return true
}

func (f *faults) current() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := make([]Fault, 0, len(f.list))
	for _, a := range f.list {
		fault := a.Fault
		if fault.Next > 0 {
			fault.Next -= a.hits
		}
		list = append(list, fault)
	}
	return list
}

// Inject adds a fault.
func (s *Simulator) Inject(f Fault) error {
	if err := f.Check(); err != nil {
		return err
	}
	s.faults.add(f)
	return nil
}

// Clear forgets all faults and holds and lets all held requests go.
func (s *Simulator) Clear() {
	s.faults.clear()
	s.holds.clear()
}
