package simulator

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// writer appends XML to a buffer and passes it on in large pieces. It writes
// millions of Points, so it formats nothing but by appending.
type writer struct {
	out    io.Writer
	buf    []byte
	bytes  int64
	points int64 // values that the written Points stand for
	err    error
}

const writeSize = 64 << 10

func newWriter(out io.Writer) *writer {
	return &writer{out: out, buf: make([]byte, 0, writeSize+4<<10)}
}

func (w *writer) flush() {
	if w.err == nil && len(w.buf) > 0 {
		var n int
		n, w.err = w.out.Write(w.buf)
		w.bytes += int64(n)
	}
	w.buf = w.buf[:0]
}

// text appends parts as they are.
func (w *writer) text(parts ...string) {
	for _, part := range parts {
		w.buf = append(w.buf, part...)
	}
	if len(w.buf) > writeSize {
		w.flush()
	}
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// element appends a line with one element. attribute is empty or begins with
// a space.
func (w *writer) element(indent, name, attribute, value string) {
	w.text(indent, "<", name, attribute, ">", escapes.Replace(value), "</", name, ">\n")
}

// appendHundredths appends a number as the platform writes it: no more decimals than
// it needs, at most two.
func appendHundredths(buf []byte, v int64) []byte {
	if v < 0 {
		buf = append(buf, '-')
		v = -v
	}
	buf = strconv.AppendInt(buf, v/100, 10)
	rest := v % 100
	if rest == 0 {
		return buf
	}
	buf = append(buf, '.', byte('0'+rest/10))
	if rest%10 != 0 {
		buf = append(buf, byte('0'+rest%10))
	}
	return buf
}

// appendSix appends hundredths with six decimals.
func appendSix(buf []byte, v int64) []byte {
	if v < 0 {
		buf = append(buf, '-')
		v = -v
	}
	buf = strconv.AppendInt(buf, v/100, 10)
	return append(buf, '.', byte('0'+v/10%10), byte('0'+v%10), '0', '0', '0', '0')
}

// appendDecimal appends a number of so many decimals, no more than it needs.
func appendDecimal(buf []byte, v int64, digits int) []byte {
	return strconv.AppendFloat(buf, float64(v)/math.Pow10(digits), 'f', -1, 64)
}

// minuteOf is the form of times in intervals.
func minuteOf(t time.Time) string { return t.UTC().Format("2006-01-02T15:04Z") }

// secondOf is the form of createdDateTime.
func secondOf(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// codingScheme is the attribute of EICs.
const codingScheme = ` codingScheme="A01"`

// platformEIC is the EIC of the platform itself.
const platformEIC = "10X1001A1001A450"

// parties appends sender and receiver.
func (w *writer) parties(indent, receiverRole string) {
	w.element(indent, "sender_MarketParticipant.mRID", codingScheme, platformEIC)
	w.element(indent, "sender_MarketParticipant.marketRole.type", "", "A32")
	w.element(indent, "receiver_MarketParticipant.mRID", codingScheme, platformEIC)
	w.element(indent, "receiver_MarketParticipant.marketRole.type", "", receiverRole)
}

// acknowledgement is a document that says why there is no other, as recorded:
// indented by tabs, its mRID a UUID cut to 15 characters.
func acknowledgement(x uint64, created time.Time, reason string) []byte {
	const a, b = "\t", "\t\t"
	w := newWriter(nil)
	w.text("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Acknowledgement_MarketDocument\n",
		"\txmlns=\"urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0\">\n")
	w.element(a, "mRID", "", fmt.Sprintf("%08x-%04x-4", uint32(x>>32), uint16(x>>16)))
	w.element(a, "createdDateTime", "", secondOf(created))
	w.parties(a, "A39")
	w.element(a, "received_MarketDocument.createdDateTime", "", secondOf(created))
	w.text(a, "<Reason>\n")
	w.element(b, "code", "", "999")
	w.element(b, "text", "", reason)
	w.text(a, "</Reason>\n</Acknowledgement_MarketDocument>\n")
	return w.buf
}
