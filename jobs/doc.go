// Package jobs says what a job of entsoed does: plan (which feeds of a data
// item are due) and collect (ask, decode and store one feed). It is the one
// bridge between the platform (package entsoe) and the database (package
// store), which do not know each other; package worker runs it.
package jobs
