package document

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"entsoed/entsoe"
)

// sound is a document that decodes. The malformed ones of the test are made
// from it by a replacement.
const sound = `<?xml version="1.0" encoding="UTF-8"?>
<GL_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0">
  <mRID>handmade</mRID>
  <revisionNumber>1</revisionNumber>
  <type>A65</type>
  <createdDateTime>2024-11-05T08:00:00Z</createdDateTime>
  <TimeSeries>
    <businessType>A04</businessType>
    <outBiddingZone_Domain.mRID codingScheme="A01">10YNL----------L</outBiddingZone_Domain.mRID>
    <curveType>A03</curveType>
    <Period>
      <timeInterval>
        <start>2024-09-01T22:00Z</start>
        <end>2024-09-02T02:00Z</end>
      </timeInterval>
      <resolution>PT60M</resolution>
      <Point>
        <position>1</position>
        <quantity>9100</quantity>
      </Point>
      <Point>
        <position>3</position>
        <quantity>9200</quantity>
      </Point>
    </Period>
  </TimeSeries>
</GL_MarketDocument>
`

const position = "<position>3</position>"

// malformed are replacements in the sound document; want is the line, column
// and text of the error.
var malformed = []struct{ name, old, new, want string }{
	{"unknown resolution", "PT60M", "PT7M", `16:19 unknown resolution "PT7M"`},
	{"resolution of two days", "PT60M", "P2D", `16:19 unknown resolution "P2D"`},
	{"resolution is no duration", "PT60M", "hourly", `16:19 unknown resolution "hourly"`},
	{"empty resolution", "PT60M", "", `16:19 unknown resolution ""`},
	{"two resolutions", "<resolution>", "<resolution>PT60M</resolution>\n<resolution>", `17:13 resolution stands twice`},
	{"no resolution", "      <resolution>PT60M</resolution>\n", "", `24:5 a Period without a resolution`},
	{"unknown curve type", ">A03<", ">A02<", `10:16 unknown curve type "A02"`},
	{"two curve types", "<curveType>", "<curveType>A01</curveType><curveType>", `10:42 curveType stands twice`},
	{"unknown root", "GL_MarketDocument", "Weather_MarketDocument", `2:1 unknown root element <Weather_MarketDocument>`},
	{"root that is not read", "GL_MarketDocument", "CapacityAllocationConfiguration_MarketDocument", `2:1 CapacityAllocationConfiguration_MarketDocument is not read yet`},

	{"no interval", "<start>2024-09-01T22:00Z</start>", "", `25:5 a Period without a timeInterval`},
	{"empty interval", "2024-09-02T02:00Z", "2024-09-01T22:00Z", `14:14 the Period 2024-09-01T22:00Z/2024-09-01T22:00Z does not start before its end`},
	{"interval backwards", "2024-09-02T02:00Z", "2024-09-01T00:00Z", `14:14 the Period 2024-09-01T22:00Z/2024-09-01T00:00Z does not start before its end`},
	{"not a whole number of steps", "2024-09-02T02:00Z", "2024-09-02T02:30Z", `16:19 the Period 2024-09-01T22:00Z/2024-09-02T02:30Z is no whole number of PT60M`},
	{"not a whole number of days", "PT60M", "P1D", `16:19 the Period 2024-09-01T22:00Z/2024-09-02T02:00Z is no whole number of P1D`},
	{"too many steps", "2024-09-02T02:00Z", "9999-09-02T02:00Z", `16:19 the Period 2024-09-01T22:00Z/9999-09-02T02:00Z has more than 999999 intervals of PT60M`},
	{"time without a zone", "2024-09-02T02:00Z", "2024-09-02T02:00", `14:14 "2024-09-02T02:00" is no time with a zone, such as 2024-09-01T22:00Z`},
	{"no such time", "2024-09-02T02:00Z", "2024-02-30T02:00Z", `14:14 "2024-02-30T02:00Z" is no time with a zone, such as 2024-09-01T22:00Z`},
	{"parts of a second", "2024-09-02T02:00Z", "2024-09-02T02:00:00.5Z", `14:14 "2024-09-02T02:00:00.5Z" is no whole second`},
	{"two starts", "<end>", "<start>2024-09-01T22:00Z</start><end>", `14:16 timeInterval/start stands twice`},

	{"position missing", position, "", `24:7 a Point without a position`},
	{"position empty", position, "<position/>", `22:9 position "" is not between 1 and 999999`},
	{"position zero", position, "<position>0</position>", `22:19 position "0" is not between 1 and 999999`},
	{"position negative", position, "<position>-3</position>", `22:19 position "-3" is not between 1 and 999999`},
	{"position beyond all limits", position, "<position>99999999999999999999</position>", `22:19 position "99999999999999999999" is not between 1 and 999999`},
	{"position is no number", position, "<position>3.0</position>", `22:19 position "3.0" is not between 1 and 999999`},
	{"position twice in the Period", position, "<position>1</position>", `22:19 position 1 stands twice in the Period`},
	{"position twice in a Point", position, position + position, `22:31 position stands twice`},
	{"position beyond the Period", position, "<position>5</position>", `22:19 position 5 lies beyond the Period 2024-09-01T22:00Z/2024-09-02T02:00Z of 4 intervals`},
	{"position of elements", position, "<position><b>3</b></position>", `22:19 position "" is not between 1 and 999999`},

	{"value is no number", "9200", "many", `23:19 quantity "many" is no number`},
	{"value of two numbers", "9200", "92 00", `23:19 quantity "92 00" is no number`},
	{"value with a comma", "9200", "92,5", `23:19 quantity "92,5" is no number`},
	{"value is a sign", "9200", "-", `23:19 quantity "-" is no number`},
	{"value is not a number", "9200", "NaN", `23:19 quantity "NaN" is no number`},
	{"value is infinite", "9200", "-INF", `23:19 quantity "-INF" is no number`},
	{"value is too large", "9200", "1e999", `23:19 quantity "1e999" is no number`},
	{"value is hexadecimal", "9200", "0x10", `23:19 quantity "0x10" is no number`},
	{"value twice in a Point", "<quantity>9200", "<quantity>1</quantity><quantity>9200", `23:41 quantity stands twice in a Point`},

	{"Point beside Periods", "<Period>", "<Point><position>1</position><quantity>1</quantity></Point><Period>", `11:5 a Point where none belongs`},
	{"Point beside TimeSeries", "<TimeSeries>", "<Point><position>1</position></Point><TimeSeries>", `7:3 a Point where none belongs`},
	{"Point in an unknown element", "<Period>", "<Group><Point><position>1</position></Point></Group><Period>", `11:5 a Point where none belongs`},
	{"Period beside TimeSeries", "<TimeSeries>", "<Period/><TimeSeries>", `7:3 a Period where none belongs`},
	{"Period in a Period", "<resolution>", "<Period/><resolution>", `16:7 a Period where none belongs`},
	{"TimeSeries in a TimeSeries", "<Period>", "<TimeSeries/><Period>", `11:5 a TimeSeries where none belongs`},
	{"TimeSeries in a market message", "GL_MarketDocument", "OtherTransparencyMarketInformation_MarketDocument", `7:3 a TimeSeries in a OtherTransparencyMarketInformation_MarketDocument, which has none`},
	{"attribute after a Period", "</Period>", "</Period><businessType>A01</businessType>", `25:28 businessType stands after a Period of its TimeSeries`},
	{"status after a TimeSeries", "</TimeSeries>", "</TimeSeries><docStatus><value>A02</value></docStatus>", `26:34 docStatus/value stands after a TimeSeries`},
	{"two types", "<type>", "<type>A65</type><type>", `5:25 type stands twice`},
	{"two areas", "<curveType>", "<outBiddingZone_Domain.mRID>10YBE----------2</outBiddingZone_Domain.mRID><curveType>", `10:33 outBiddingZone_Domain.mRID stands twice`},
	{"elements in an attribute", "A04", "<b>A04</b>", `8:19 an element inside <businessType>, which holds text`},
	{"revision is no number", "<revisionNumber>1", "<revisionNumber>first", `4:19 revisionNumber "first" is no number from 0 to 2147483647`},
	{"revision is negative", "<revisionNumber>1", "<revisionNumber>-1", `4:19 revisionNumber "-1" is no number from 0 to 2147483647`},
	{"revision is endless", "<revisionNumber>1", "<revisionNumber>2147483648", `4:19 revisionNumber "2147483648" is no number from 0 to 2147483647`},
	{"moment of creation", "2024-11-05T08:00:00Z", "yesterday", `6:20 "yesterday" is no time with a zone, such as 2024-09-01T22:00Z`},

	{"text in a Point", "<Point>\n        <position>3", "<Point>3\n        <position>3", `21:14 text inside <Point>, which holds elements`},
	{"text in a TimeSeries", "<curveType>", "A03<curveType>", `10:5 text inside <TimeSeries>, which holds elements`},
	{"CDATA in a TimeSeries", "<curveType>", "<![CDATA[]]><curveType>", `10:5 text inside <TimeSeries>, which holds elements`},
	{"text after the document", "</GL_MarketDocument>\n", "</GL_MarketDocument>\nunexpected", `28:1 "unexpected" after the end of the document`},
	{"second document", "</GL_MarketDocument>\n", "</GL_MarketDocument><GL_MarketDocument/>", `27:21 "<GL_MarketDocument/>" after the end of the document`},
	{"not closed", "</Point>\n      <Point>", "\n      <Point>", `21:14 a Point where none belongs`},
	{"closed by another", "9200</quantity>", "9200</quantities>", `23:23 <quantity> is not closed here`},
	{"closed by a longer name", "9200</quantity>", "9200</quantity.>", `23:23 <quantity> is not closed here`},
	{"unknown entity", "A04", "&auml;", `8:19 unknown reference "&auml"`},
	{"character that XML has not", "A04", "&#0;", `8:19 unknown reference "&#0"`},
	{"bare ampersand", "A04", "A & B and others", `8:21 unknown reference "& B and others</"`},
	{"control character", "A04", "A\x0004", `8:20 control character 0x00`},
	{"broken UTF-8", "A04", "A\xff4", `8:19 text that is no valid UTF-8`},
	{"noncharacter", "A04", "\uffff", `8:19 text that is no valid UTF-8`},
	{"element beside text", "A04", "A04<b/>", `8:22 an element beside the text of <businessType>`},
	{"no name", "<type>", "<>", `5:4 an element's name is expected after <`},
	{"name of digits", "<type>", "<1type>", `5:4 an element's name is expected after <`},
	{"attribute without a value", `codingScheme="A01"`, `codingScheme`, `9:45 = is expected after the attribute's name`},
	{"attribute without quotes", `codingScheme="A01"`, `codingScheme=A01`, `9:46 a quoted value is expected`},
	{"attribute with a tag", `codingScheme="A01"`, `codingScheme="<A01"`, `9:47 < inside an attribute`},
	{"attribute without a name", `codingScheme="A01"`, `="A01"`, `9:33 an attribute is expected`},
	{"broken empty tag", `codingScheme="A01"`, `/ `, `9:34 > is expected after /`},
	{"unknown declaration", "<TimeSeries>", "<!ELEMENT TimeSeries ANY><TimeSeries>", `7:3 unknown markup <!`},
	{"document type", "<GL_MarketDocument", "<!DOCTYPE GL [<!ENTITY a \"b\">]><GL_MarketDocument", `2:1 a document type is refused`},
	{"other encoding", "UTF-8", "ISO-8859-1", `1:1 encoding "ISO-8859-1" is not read, only UTF-8`},
	{"UTF-16", "<?xml", "\xff\xfe<?xml", `1:1 encoding UTF-16 or UTF-32 is not read, only UTF-8`},
	{"nested too deeply", "<mRID>handmade</mRID>", strings.Repeat("<a>", 70), `3:192 elements nest deeper than 64`},
	{"text too long", "handmade", strings.Repeat("x", 70_000), `3:9 a tag or text of more than 65536 bytes`},
	{"name too long", "businessType", strings.Repeat("x", 70_000), `8:5 a tag or text of more than 65536 bytes`},
}

// TestDecodeMalformed wants an error with its place for every document that
// cannot be read for certain.
func TestDecodeMalformed(t *testing.T) {
	if _, err := Decode(context.Background(), strings.NewReader(sound), entsoe.Zone, Visitor{Curve: orderly}); err != nil {
		t.Fatalf("the sound document: %v", err)
	}
	for _, test := range malformed {
		t.Run(test.name, func(t *testing.T) {
			document := strings.ReplaceAll(sound, test.old, test.new)
			if document == sound {
				t.Fatalf("%q does not occur", test.old)
			}
			_, err := Decode(context.Background(), strings.NewReader(document), entsoe.Zone, Visitor{Curve: orderly})
			decode, ok := errors.AsType[*DecodeError](err)
			if !ok {
				t.Fatalf("%v", err)
			}
			if got := fmt.Sprintf("%d:%d %s", decode.Line, decode.Column, decode.Msg); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
			before := document[:decode.Offset]
			if strings.Count(before, "\n")+1 != decode.Line || len(before)-strings.LastIndexByte(before, '\n') != decode.Column {
				t.Errorf("byte %d is not in line %d, column %d", decode.Offset, decode.Line, decode.Column)
			}
		})
	}
}

// TestDecodeNoDocument wants bodies that are no document of the platform told
// apart by their errors.
func TestDecodeNoDocument(t *testing.T) {
	for _, test := range []struct {
		name, body string
		is         error
	}{
		{"nothing", "", io.ErrUnexpectedEOF},
		{"white space", " \r\n", io.ErrUnexpectedEOF},
		{"a declaration", `<?xml version="1.0"?>`, io.ErrUnexpectedEOF},
		{"a comment that does not end", "<!-- GL_MarketDocument", io.ErrUnexpectedEOF},
		{"a web page", "<html><body>Service Temporarily Unavailable</body></html>", ErrHTML},
		{"a web page with a type", "\n<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\"><p>", ErrHTML},
		{"an XHTML page", `<?xml version="1.0"?><HTML xmlns="http://www.w3.org/1999/xhtml"/>`, ErrHTML},
		{"another document", "<rss/>", ErrUnknownRoot},
		{"rules of allocation", "<CapacityAllocationConfiguration_MarketDocument/>", ErrUnreadRoot},
		{"plain text", "404 page not found", nil},
		{"JSON", `{"error":"no"}`, nil},
		{"the end of a document", "</GL_MarketDocument>", nil},
		{"CDATA", "<![CDATA[x]]>", nil},
	} {
		_, err := Decode(context.Background(), strings.NewReader(test.body), entsoe.Zone, Visitor{Curve: orderly})
		_, ok := errors.AsType[*DecodeError](err)
		if !ok || !errors.Is(err, test.is) && test.is != nil {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}
