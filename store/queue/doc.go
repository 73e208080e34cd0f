// Package queue is the one door to River's table of jobs: all SQL that inserts,
// lists, moves, fences or takes over jobs is here. River's own client works them.
package queue
