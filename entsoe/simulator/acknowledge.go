package simulator

import (
	"fmt"
	"time"
)

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
