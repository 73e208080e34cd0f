// Package jobs says what a job of entsoed does: plan finds the feeds of a data
// item that are due, collect asks for one feed and saves the answer, drive hands
// out backfills, and heal puts into the queue what is due again. It is the one
// bridge between the platform (package entsoe) and the database (package store),
// which do not know each other. Package worker runs it.
//
// A collect job is a chain of values: a task (task.go) says what is asked, the
// agenda (package agenda) which window comes next, an asker (ask.go) returns the
// reply to it, and what the reply changes (learned.go) is written by package
// commit. run.go leads from one to the next.
package jobs
