package worker

import (
	"strings"
	"testing"
)

// A worker ends, and says why, when a newer one migrates the database under it.
func TestNewerSchemaEndsTheProcess(t *testing.T) {
	s := newScene(t)
	s.Deps.pace = realPace()
	r := s.run()
	query[int](s, `with newer as (insert into entsoe.migrations (version_id, is_applied) values (9999, true) returning 1) select 1`)
	err := <-r.Done
	close(r.Done)
	if err == nil || !strings.Contains(err.Error(), "schema 9999") || !strings.Contains(err.Error(), s.Deps.Schema.String()) {
		t.Errorf("it ended with %v", err)
	}
}
