package store

type knownSeries struct{}
