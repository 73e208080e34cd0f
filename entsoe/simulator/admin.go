package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// The simulator's own tools. They are for tests and for people at the same
// machine and ask for no token.

// toolState is the answer of GET /faults.
type toolState struct {
	Faults []Fault `json:"faults"`
	Held   []Held  `json:"held"`
}

// toolOrder is the body of POST /faults: forget what is in force (clear),
// then add these faults and holds.
type toolOrder struct {
	Clear  bool    `json:"clear"`
	Faults []Fault `json:"faults"`
	Holds  []Hold  `json:"holds"`
}

// releaseOrder is the body of POST /release; no ids means all.
type releaseOrder struct {
	IDs []int `json:"ids"`
}

func (s *Simulator) serveHealth(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintln(w, "ok")
}

func (s *Simulator) serveStats(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.Stats())
}

func (s *Simulator) serveFaults(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, toolState{Faults: s.faults.current(), Held: s.Held()})
}

func (s *Simulator) inject(w http.ResponseWriter, r *http.Request) {
	var order toolOrder
	if !readJSON(w, r, &order) {
		return
	}
	if order.Clear {
		s.Clear()
	}
	if err := s.obey(order); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.serveFaults(w, r)
}

// obey adds the faults and holds of an order up to the first that is wrong.
func (s *Simulator) obey(order toolOrder) error {
	for _, fault := range order.Faults {
		if err := s.Inject(fault); err != nil {
			return err
		}
	}
	for _, hold := range order.Holds {
		if err := s.Hold(hold); err != nil {
			return err
		}
	}
	return nil
}

func (s *Simulator) clear(w http.ResponseWriter, r *http.Request) {
	s.Clear()
	s.serveFaults(w, r)
}

func (s *Simulator) release(w http.ResponseWriter, r *http.Request) {
	var order releaseOrder
	if !readJSON(w, r, &order) {
		return
	}
	writeJSON(w, http.StatusOK, map[string]int{"released": s.Release(order.IDs...)})
}

// readJSON reads a small body; an empty one leaves target as it is.
func readJSON(w http.ResponseWriter, r *http.Request, target any) bool {
	if r.ContentLength == 0 {
		return true
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.Encode(value) // the client went away; there is nobody to tell
}
