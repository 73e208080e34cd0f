package dbtest

import (
	"bytes"
	"strings"
	"sync"
)

// Log collects what is written to it, which several may do while it is read.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String returns all of it.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Count returns how often a text occurs in it.
func (l *Log) Count(text string) int { return strings.Count(l.String(), text) }
