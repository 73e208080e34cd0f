// Package queue is the one door to River's table of jobs: what inserts, lists,
// moves, fences and takes over jobs by SQL is here. River's own client works
// them.
package queue
