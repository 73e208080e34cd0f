package simulator

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"net/http/httptest"
	"testing"
)

// file is one entry of a ZIP.
type file struct {
	name string
	body []byte
}

// unzipped returns the files of an answer; of an acknowledgement none.
func unzipped(t *testing.T, w *httptest.ResponseRecorder) []file {
	t.Helper()
	if w.Header().Get("Content-Type") != "application/zip" {
		return nil
	}
	return filesOf(t, w.Body.Bytes())
}

func filesOf(t *testing.T, body []byte) []file {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var files []file
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file{f.Name, content})
	}
	return files
}

// message is an outage as a test reads it.
type message struct {
	MRID       string `xml:"mRID"`
	Revision   int    `xml:"revisionNumber"`
	Created    string `xml:"createdDateTime"`
	Start      string `xml:"unavailability_Time_Period.timeInterval>start"`
	End        string `xml:"unavailability_Time_Period.timeInterval>end"`
	Status     string `xml:"docStatus>value"`
	TimeSeries []struct {
		Business  string         `xml:"businessType"`
		In        string         `xml:"in_Domain.mRID"`
		Out       string         `xml:"out_Domain.mRID"`
		Unit      string         `xml:"production_RegisteredResource.pSRType.powerSystemResources.mRID"`
		Nominal   float64        `xml:"production_RegisteredResource.pSRType.powerSystemResources.nominalP"`
		Assets    []string       `xml:"Asset_RegisteredResource>mRID"`
		Available []outagePeriod `xml:"Available_Period"`
		Wind      []outagePeriod `xml:"WindPowerFeedin_Period"`
	} `xml:"TimeSeries"`
	Reasons []string `xml:"Reason>code"`
	body    string
}

// outagePeriod is a Period of an outage.
type outagePeriod struct {
	Start      string `xml:"timeInterval>start"`
	End        string `xml:"timeInterval>end"`
	Resolution string `xml:"resolution"`
	Points     []struct {
		Position int     `xml:"position"`
		Quantity float64 `xml:"quantity"`
	} `xml:"Point"`
}

func messages(t *testing.T, w *httptest.ResponseRecorder) []message {
	t.Helper()
	var list []message
	for _, f := range unzipped(t, w) {
		var m message
		if err := xml.Unmarshal(f.body, &m); err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		m.body = string(f.body)
		list = append(list, m)
	}
	return list
}
