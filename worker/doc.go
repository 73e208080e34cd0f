// Package worker is the running process: the River client with its queues and
// periodic jobs, the heartbeat by which other processes notice its death, the
// HTTP listener for health, and an orderly stop. What a job does stands in
// package jobs.
package worker
