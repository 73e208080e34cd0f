package client

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// failure is a way in which an exchange goes wrong. The server is a listener
// of its own, that sees the token as it was sent and echoes it where it can.
type failure struct {
	name   string
	answer func(conn net.Conn, echo string) // echo is the token in some writing
	limit  func(*Client)                    // changes the client; nil: nothing
	want   verdict
	says   string // in the error's message
}

// respond answers with a head and a body of the length that it has.
func respond(status, header, body string) func(net.Conn, string) {
	return func(conn net.Conn, echo string) {
		head := strings.ReplaceAll(header, "ECHO", echo)
		text := strings.ReplaceAll(body, "ECHO", echo)
		fmt.Fprintf(conn, "HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s", status, head, len(text), text)
	}
}

// write sends the bytes as they are.
func write(text string) func(net.Conn, string) {
	return func(conn net.Conn, echo string) { io.WriteString(conn, strings.ReplaceAll(text, "ECHO", echo)) }
}

// compressed sends the text with gzip, without its last n bytes.
func compressed(text string, n int) func(net.Conn, string) {
	return func(conn net.Conn, echo string) {
		packed := gzipped(strings.ReplaceAll(text, "ECHO", echo))
		respond("200 OK", "Content-Encoding: gzip\r\nX-Echo: ECHO\r\n", packed[:len(packed)-n])(conn, echo)
	}
}

func gzipped(text string) string {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	io.WriteString(w, text)
	w.Close()
	return packed.String()
}

func reset(conn net.Conn, _ string) {
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

// hang waits until the client gives up.
func hang(conn net.Conn, _ string) { conn.Read(make([]byte, 1)) }

func acknowledging(text string) string {
	return `<?xml version="1.0"?><Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0">` +
		`<mRID>1</mRID><Reason><code>999</code><text>` + text + `</text></Reason></Acknowledgement_MarketDocument>`
}

const page = "<html><head><title>Error</title></head><body>You asked for https://web-api.tp.entsoe.eu/api?documentType=A65&amp;securityToken=ECHO</body></html>"

func failures() []failure {
	long := strings.Repeat("<Point/>", 2000)
	soon := func(c *Client) { c.Timeout = 50 * time.Millisecond }
	small := func(c *Client) { c.MaxReceived, c.MaxUnpacked = 1000, 5000 }
	unavailable, slow := verdict{Kind: "Unavailable"}, verdict{Kind: "Slow"}
	return []failure{
		{"closed at once", func(net.Conn, string) {}, nil, unavailable, "closed without an answer"},
		{"reset", reset, nil, unavailable, "reset"},
		{"no answer", hang, soon, slow, "no complete answer within 50ms"},
		{"answer stops", func(conn net.Conn, echo string) {
			write("HTTP/1.1 200 OK\r\nX-Echo: ECHO\r\nContent-Length: 500\r\n\r\n<a>ECHO")(conn, echo)
			hang(conn, echo)
		}, soon, slow, "no complete answer within 50ms"},
		{"head stops", write("HTTP/1.1 200 OK\r\nX-Echo: ECHO\r\n"), nil, unavailable, ""},
		{"no HTTP", write("ECHO is no HTTP\r\n\r\n"), nil, unavailable, "malformed"},
		{"bad status line", write("HTTP/1.1 ECHO OK\r\n\r\n"), nil, unavailable, "malformed"},
		{"bad header", write("HTTP/1.1 200 OK\r\nX-Echo ECHO\r\n\r\n"), nil, unavailable, "malformed"},
		{"bad length", write("HTTP/1.1 200 OK\r\nContent-Length: ECHO\r\n\r\n"), nil, unavailable, ""},
		{"bad transfer encoding", write("HTTP/1.1 200 OK\r\nTransfer-Encoding: ECHO\r\n\r\n"), nil, unavailable, ""},
		{"huge head", write("HTTP/1.1 200 OK\r\nX-Echo: " + strings.Repeat("ECHO", 1<<17) + "\r\n\r\n"), nil, unavailable, "exceeded"},
		{"length too long", write("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<a>ECHO</a>"), nil, unavailable, "cut or damaged"},
		{"length too short", write("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n<a>12345</a>ECHO"), nil, unavailable, "ends in the middle"},
		{"chunk cut", write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100\r\n<a>ECHO"), nil, unavailable, "cut or damaged"},
		{"last chunk missing", write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n<a></a>\r\n"), nil, unavailable, "cut or damaged"},
		{"bad chunk", write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nECHO\r\n"), nil, unavailable, "cut or damaged"},
		{"gzip cut", compressed("<a>ECHO</a>", 6), nil, unavailable, "cut or damaged"},
		{"gzip cut at its head", respond("200 OK", "Content-Encoding: gzip\r\n", "\x1f\x8b\x08ECHO"), nil, unavailable, "cut or damaged"},
		{"gzip that echoes", compressed("<a>ECHO</a>", 0), nil, verdict{}, ""},
		{"gzip of garbage", respond("200 OK", "Content-Encoding: gzip\r\n", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00ECHOECHO"), nil, unavailable, "cut or damaged"},
		{"unknown coding", respond("200 OK", "Content-Encoding: ECHO\r\n", "ECHO"), nil, verdict{Kind: "UnknownAnswer"}, "was not asked for"},
		{"xml cut", respond("200 OK", "", "<GL_MarketDocument><mRID>ECHO"), nil, unavailable, "ends in the middle"},
		{"zip cut", respond("200 OK", "Content-Type: application/ECHO\r\n", "PK\x03\x04ECHO"), nil, unavailable, "cut or damaged"},
		{"too large", respond("200 OK", "", "<a>ECHO"+long+"</a>"), small, verdict{Kind: "TooLarge"}, "larger than 1000 bytes received"},
		{"too large unpacked", compressed("<a>ECHO"+long+"</a>", 0), small, verdict{Kind: "TooLarge"}, "larger than 5000 bytes unpacked"},
		{"redirect", respond("302 Found", "Location: https://ECHO@elsewhere.example/ECHO?securityToken=ECHO\r\n", page), nil, verdict{Kind: "Redirect"}, "is not followed"},
		{"redirect elsewhere", respond("308 Permanent Redirect", "Location: //elsewhere.example:8443/api\r\n", ""), nil, verdict{Kind: "Redirect"}, "redirect to http://elsewhere.example:8443 is not followed"},
		{"redirect to a host like the token", respond("307 Temporary Redirect", "Location: https://ECHO.example/\r\n", ""), nil, verdict{Kind: "Redirect"}, "is not followed"},
		{"redirect to nowhere", respond("301 Moved Permanently", "Location: https://%ECHO\r\n", ""), nil, verdict{Kind: "Redirect"}, "an unnamed place"},
		{"redirect of the banned", func(conn net.Conn, echo string) {
			host, _, _ := net.SplitHostPort(conn.LocalAddr().String())
			respond("302 Found", "Location: http://"+host+":8443/ECHO\r\n", "")(conn, echo)
		}, nil, verdict{Kind: "Banned", Until: defaultBan}, "banned by the platform until 2026-10-01T12:10:00Z"},
		{"400 acknowledgement", respond("400 Bad Request", "Content-Type: text/xml\r\n", acknowledging("Input parameter does not exist: ECHO")), nil, verdict{Kind: "BadRequest", Fault: UnknownParameter, Parameter: redacted}, "does not exist"},
		{"400 acknowledgement cut", write("HTTP/1.1 400 Bad Request\r\nContent-Length: 500\r\n\r\n" + acknowledging("ECHO")), nil, unavailable, "cut or damaged"},
		{"400 text", respond("400 Bad Request", "", "the token ECHO asks for nonsense"), nil, verdict{Kind: "BadRequest", Fault: OtherFault}, "asks for nonsense"},
		{"401 acknowledgement", respond("401 Unauthorized", "", acknowledging("Authentication failed. ECHO")), nil, verdict{Kind: "Token"}, "does not accept the token"},
		{"401 page", respond("401 Unauthorized", "Content-Type: text/html; x=ECHO\r\n", page), nil, verdict{Kind: "Token"}, "does not accept the token"},
		{"401 cut", write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 500\r\n\r\nECHO"), nil, verdict{Kind: "Token"}, ""},
		{"429 with its end", respond("429 Too Many Requests", "", "<html><body><p>Requester banned until '2026-10-01T12:05:00.000Z'. ECHO</p></body></html>"), nil, verdict{Kind: "Banned", Until: 5 * time.Minute}, "2026-10-01T12:05:00Z"},
		{"429 with a header", respond("429 Too Many Requests", "Retry-After: 30\r\n", "ECHO"), nil, verdict{Kind: "Banned", Until: 30 * time.Second}, ""},
		{"429 cut", write("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 500\r\n\r\nECHO"), nil, verdict{Kind: "Banned", Until: defaultBan}, ""},
		{"404 text", respond("404 Not Found", "", "404 page not found ECHO"), nil, unavailable, "HTTP 404: 404 page not found"},
		{"503 empty", respond("503 Service Unavailable", "Content-Type: application/xml\r\n", ""), nil, unavailable, "HTTP 503: empty body"},
		{"503 page", respond("503 Service Unavailable", "", page), nil, unavailable, "HTTP 503: Error You asked for"},
		{"503 gzip cut", func(conn net.Conn, echo string) {
			respond("503 Service Unavailable", "Content-Encoding: gzip\r\n", gzipped(echo)[:12])(conn, echo)
		}, nil, unavailable, "HTTP 503"},
		{"page cut in the token", func(conn net.Conn, echo string) {
			respond("503 Service Unavailable", "", "asked for "+echo[:len(echo)-1])(conn, echo)
		}, nil, unavailable, "asked for"},
		{"200 page", respond("200 OK", "", page), nil, unavailable, "You asked for"},
		{"200 empty", respond("200 OK", "", ""), nil, unavailable, "empty body"},
		{"200 JSON", respond("200 OK", "Content-Type: application/json\r\n", `{"token":"ECHO"}`), nil, verdict{Kind: "UnknownAnswer"}, "HTTP 200, application/json"},
		{"data that echoes", respond("200 OK", "Content-Type: text/xml;ECHO\r\nEntsoed-Simulator: ECHO\r\n", "<a>ECHO</a>"), nil, verdict{}, ""},
		{"no data that echoes", respond("200 OK", "", acknowledging("No matching data found for ECHO")), nil, verdict{Kind: "NoData"}, "no data: No matching data found"},
	}
}

// Every failure has its type and a message that helps, and no trace of the
// token, in whatever writing it comes back.
func TestFailures(t *testing.T) {
	var logged bytes.Buffer
	defer log.SetOutput(log.Writer())
	log.SetOutput(&logged) // net/http has things to say there
	for _, token := range []string{"SECRET-TOKEN", "SECRET&<T>+'Ö"} {
		writings := map[string]string{
			"raw": token, "query": url.QueryEscape(token), "path": url.PathEscape(token),
			"html": html.EscapeString(token), "lower": strings.ToLower(url.QueryEscape(token)),
		}
		tried := map[string]bool{}
		for writing, echo := range writings {
			if tried[echo] {
				continue
			}
			tried[echo] = true
			for _, f := range failures() {
				t.Run(f.name+"/"+writing, func(t *testing.T) { f.run(t, Secret(token), echo) })
			}
		}
	}
	if strings.Contains(strings.ToUpper(logged.String()), "SECRET") {
		t.Errorf("the standard logger shows the token:\n%s", logged.String())
	}
}

func (f failure) run(t *testing.T, token Secret, echo string) {
	address := serve(t, func(conn net.Conn, r *http.Request) {
		if got := r.URL.Query().Get("securityToken"); got != string(token) {
			t.Errorf("token sent as %q", got)
		}
		f.answer(conn, echo)
	})
	client := testClient(address)
	client.Token = token
	if f.limit != nil {
		f.limit(client)
	}
	answer, err := fetchAll(client, t.Context(), askLoad, open)
	searchToken(t, answer, err, client)
	if err == nil {
		if f.want != (verdict{}) {
			t.Fatalf("no error, want %+v", f.want)
		}
		return
	}
	if got := verdictOn(err); got != f.want {
		t.Errorf("got %+v, want %+v (%v)", got, f.want, err)
	}
	if !strings.Contains(err.Error(), f.says) {
		t.Errorf("%q does not say %q", err, f.says)
	}
	if reply, ok := ReplyOf(err); !ok || reply.Sent != noon {
		t.Errorf("reply %+v", reply)
	}
}

// searchToken prints what came back in every way and looks for the token.
func searchToken(t *testing.T, answer *whole, err error, client *Client) {
	t.Helper()
	var out bytes.Buffer
	things := []any{answer, client}
	for ; err != nil; err = errors.Unwrap(err) {
		reply, _ := ReplyOf(err)
		things = append(things, err, reply, string(reply.Body))
	}
	if answer != nil {
		things = append(things, *answer)
		for _, document := range answer.Texts {
			out.Write(document)
		}
	}
	for _, thing := range things {
		fmt.Fprintf(&out, "%v\n%+v\n%#v\n%s\n%q\n", thing, thing, thing, thing, thing)
		slog.New(slog.NewTextHandler(&out, nil)).Info("fetched", "thing", thing)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("fetched", "thing", thing)
		if marshalled, err := json.Marshal(thing); err == nil {
			out.Write(marshalled)
		}
	}
	for _, shown := range []string{"SECRET", "securityToken=SE"} {
		if at := strings.Index(strings.ToUpper(out.String()), strings.ToUpper(shown)); at >= 0 {
			t.Errorf("the token is shown: ...%s...", out.String()[max(at-80, 0):min(at+80, out.Len())])
		}
	}
}

// Failures before the request is sent.
func TestNoConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := listener.Addr().String()
	listener.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	secured := httptest.NewUnstartedServer(http.NotFoundHandler())
	secured.Config.ErrorLog = log.New(io.Discard, "", 0)
	secured.StartTLS()
	defer secured.Close()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts, but never shakes hands
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()

	for name, test := range map[string]struct {
		endpoint string
		change   func(*Client)
		says     string
	}{
		"refused":       {"http://" + closed, nil, "connection refused"},
		"no such host":  {"http://platform.invalid", nil, "platform.invalid"},
		"unknown CA":    {secured.URL, nil, "certificate"},
		"no TLS":        {"https" + strings.TrimPrefix(plain.URL, "http"), nil, "tls"},
		"old TLS":       {secured.URL, func(c *Client) { c.Transport.TLSClientConfig = &tls.Config{MaxVersion: tls.VersionTLS10} }, "tls"},
		"no handshake":  {"https://" + silent.Addr().String(), func(c *Client) { c.ConnectTimeout = 50 * time.Millisecond }, "no connection within 50ms"},
		"broken dialer": {"http://host", func(c *Client) { c.Transport.DialContext = brokenDialer }, "broken"},
		"broken proxy": {"http://host", func(c *Client) {
			c.Transport.Proxy = func(r *http.Request) (*url.URL, error) {
				return nil, &url.Error{Op: "proxy", URL: "http://host/?securityToken=" + testToken, Err: errors.New("no proxy")}
			}
		}, "no proxy"},
	} {
		t.Run(name, func(t *testing.T) {
			client := testClient(test.endpoint)
			if test.change != nil {
				test.change(client)
			}
			answer, err := fetchAll(client, t.Context(), askLoad, open)
			if err == nil || verdictOn(err).Kind != "Unavailable" || !strings.Contains(err.Error(), test.says) {
				t.Fatalf("got %v, want an UnavailableError that says %q", err, test.says)
			}
			if reply, _ := ReplyOf(err); !reply.Sent.IsZero() || reply.Took <= 0 {
				t.Errorf("reply %+v of a request that was not sent", reply)
			}
			searchToken(t, answer, err, client)
		})
	}
}

func brokenDialer(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("broken at " + testToken)
}
