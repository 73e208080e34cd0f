package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"entsoed/entsoe/simulator"
)

// frozen is a way to the database that can freeze: connections stay open, new
// ones are taken, and nothing passes any more, as with a server that is paused
// or a network that is gone.
type frozen struct {
	listener net.Listener
	target   string

	taken  atomic.Int32  // connections
	ice    chan struct{} // closed: frozen
	melted chan struct{} // closed: the test is over
}

// freezable puts one between the site's workers and its database.
func (s *site) freezable() *frozen {
	s.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.Fatal(err)
	}
	u, err := url.Parse(s.Config.URL)
	if err != nil {
		s.Fatal(err)
	}
	f := &frozen{listener: listener, target: u.Host, ice: make(chan struct{}), melted: make(chan struct{})}
	u.Host = listener.Addr().String()
	s.Settings["DATABASE_URL"] = u.String()
	go f.serve()
	s.Cleanup(func() { close(f.melted); listener.Close() })
	return f
}

// freeze stops all traffic.
func (f *frozen) freeze() { close(f.ice) }

func (f *frozen) serve() {
	for {
		client, err := f.listener.Accept()
		if err != nil {
			return
		}
		f.taken.Add(1)
		go f.pass(client)
	}
}

// pass passes one connection on, both ways, until the test is over.
func (f *frozen) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", f.target)
	if err != nil {
		return
	}
	defer server.Close()
	ended := make(chan struct{}, 2)
	for _, way := range []struct{ to, from net.Conn }{{server, client}, {client, server}} {
		go func() {
			f.copy(way.to, way.from)
			ended <- struct{}{}
		}()
	}
	select {
	case <-ended:
	case <-f.melted:
	}
}

func (f *frozen) copy(to io.Writer, from io.Reader) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		select {
		case <-f.ice:
			<-f.melted
			return
		default:
		}
		if _, writeErr := to.Write(buffer[:n]); err != nil || writeErr != nil {
			return
		}
	}
}

// A stop ends within 20 s although the database no longer answers. The last line
// then says what was left to others, and the exit status tells it as well.
func TestStopWithoutDatabase(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: real processes that take their time to stop")
	}
	t.Parallel()
	const unfinished = "some jobs did not end in time: other processes, or the next start, take them over"
	tests := []struct {
		name string
		meet func(s *site, w *program) // waits for the moment
		want string
	}{
		{"while jobs save", func(s *site, _ *program) {
			g := newGrip(s)
			g.trap("trigger", "before insert on entsoe.fetches for each row")
			g.awaitHeld()
		}, unfinished},
		{"while jobs wait for answers", func(s *site, _ *program) {
			if err := s.Sim.Hold(simulator.Hold{Point: simulator.HoldBody, Seconds: 300}); err != nil {
				s.Fatal(err)
			}
			if _, err := s.Sim.AwaitHeld(s.Context(), 1); err != nil {
				s.Fatal(err)
			}
		}, unfinished},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			way := s.freezable()
			w := s.worker("the worker")
			test.meet(s, w)
			way.freeze()
			w.giveUp(test.want)
		})
	}
	t.Run("while it starts", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		way := s.freezable()
		way.freeze()
		w := s.worker("the worker")
		eventually(t, patience, "a connection", func(context.Context) error {
			if way.taken.Load() == 0 {
				return errNotYet
			}
			return nil
		})
		w.giveUp("entsoed: interrupted")
	})
}

// A stop ends within 20 s although nobody reads what the process writes, so that
// each line of the log hangs.
func TestStopWithoutReader(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a real process that takes its time to stop")
	}
	t.Parallel()
	s := newSite(t)
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	defer in.Close()
	w := startTo(t, "the worker", in, s.Settings, "worker", "--now", siteTime, "--speed", "0")
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.Contains(lines.Text(), "msg=collected") { // else it still starts, and stops at once
			break
		}
	}
	fill(t, in)
	w.giveUp("something did not end within 19s")
}

// fill writes to a pipe until it is full.
func fill(t *testing.T, pipe *os.File) {
	t.Helper()
	fd := int(pipe.Fd())
	if err := syscall.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	err := error(nil)
	for err == nil {
		_, err = syscall.Write(fd, []byte("x"))
	}
	if err != syscall.EAGAIN {
		t.Fatal(err)
	}
	if err := syscall.SetNonblock(fd, false); err != nil {
		t.Fatal(err)
	}
}

// giveUp asks the process to stop, which must end in time although it cannot do
// so in order.
func (p *program) giveUp(want string) {
	p.t.Helper()
	began := time.Now()
	p.signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(longestEnd):
		p.t.Fatalf("%s did not end within %s of SIGTERM", p.name, longestEnd)
	}
	p.t.Logf("%s ended %s after SIGTERM", p.name, time.Since(began).Round(100*time.Millisecond))
	if code := p.cmd.ProcessState.ExitCode(); code != exitFailure {
		p.t.Errorf("exit status %d, want %d", code, exitFailure)
	}
	if last := p.out.tail(1); !strings.Contains(last, want) {
		p.t.Errorf("the last line lacks %q: %s", want, last)
	}
}
