package simulator

import (
	"errors"
	"net/http"
)

type place struct{}

func (s *Simulator) settle() {}

func (s *Simulator) serveAPI(w http.ResponseWriter, r *http.Request) {
	http.Error(w, "not built yet", http.StatusNotImplemented)
}

func parseLimit(v string) (int, error) {
	if v == "" {
		return 0, errors.New("empty")
	}
	return 0, nil
}
