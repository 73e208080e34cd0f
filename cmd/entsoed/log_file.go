package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/DeRuina/timberjack"
	"github.com/gofrs/flock"
)

// Bounds of a log file and of what rotation leaves of it.
const (
	logFileMegabytes = 20
	logFilesKept     = 5
	logFileDays      = 30
)

// mostLogFiles bounds the search for a log file that no other process writes.
const mostLogFiles = 1000

// logFile is the log file of one process.
type logFile struct {
	io.WriteCloser
	Name string
	lock io.Closer // nil: what is written to is no regular file
}

// openLogFile opens the first of NAME.log, NAME-2.log, NAME-3.log ... that no
// other living process writes: replicas that share a folder would take each
// other's lines away when they rotate. The system drops the lock of a process
// that ends, however it ends, so a single worker always writes NAME.log, and
// there are never more files than there were processes at once.
func openLogFile(name string) (*logFile, error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return nil, err
	}
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return openPlain(name) // such as /dev/null
	}
	for n := 1; n <= mostLogFiles; n++ {
		file, err := tryLogFile(numbered(name, n))
		if file != nil || err != nil {
			return file, err
		}
	}
	return nil, fmt.Errorf("other processes write all of the %d log files that there may be", mostLogFiles)
}

// tryLogFile returns nil if another process writes the file.
func tryLogFile(name string) (*logFile, error) {
	lock := flock.New(name+".lock", flock.SetPermissions(0o640))
	ours, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if !ours {
		return nil, nil
	}
	// Opened once, so that a wrong setting is noticed at the start and not with
	// the first line.
	file, err := openPlain(name)
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return &logFile{
		WriteCloser: &timberjack.Logger{
			Filename: name, MaxSize: logFileMegabytes, MaxBackups: logFilesKept, MaxAge: logFileDays, Compression: "gzip",
		},
		Name: name, lock: lock,
	}, nil
}

// openPlain opens a file to append to.
func openPlain(name string) (*logFile, error) {
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
	if err != nil {
		return nil, err
	}
	return &logFile{WriteCloser: file, Name: name}, nil
}

// Close closes the file and then leaves it to other processes.
func (f *logFile) Close() error {
	err := f.WriteCloser.Close()
	if f.lock != nil {
		err = errors.Join(err, f.lock.Close())
	}
	return err
}

// numbered puts the number of a process into a file name, unless it is the first.
func numbered(name string, n int) string {
	if n == 1 {
		return name
	}
	extension := filepath.Ext(name)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, extension), n, extension)
}
