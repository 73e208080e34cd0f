package simulator

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// documentSchemas are the files for the namespaces without curves. The others
// that the simulator writes have no published schema.
var documentSchemas = map[string]string{
	nsOutage30:      "iec62325-451-6-outage.xsd",
	nsFallBack:      "iec62325-451-6-outage_v4_0.xsd",
	nsConfiguration: "iec62325-451-6-configuration.xsd",
}

// Outages in all their revisions, fall-backs and registers are valid by the
// platform's own schemas.
func TestDocumentsWithoutCurvesAreValid(t *testing.T) {
	folder := schemaFolder(t)
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 5, Unlimited: true})
	window := "&" + period("2026-10-24T22:00:00Z", "2026-11-25T23:00:00Z")
	var queries []string
	for _, eic := range []string{be, nl, fr, deLU, cz} {
		for _, query := range []string{
			"documentType=A80&offset=0&biddingZone_Domain=", "documentType=A80&docStatus=A13&biddingZone_Domain=", "documentType=A77&offset=0&biddingZone_Domain=",
			"documentType=A79&biddingZone_Domain=", "documentType=A78&offset=0&controlArea_Domain=", "documentType=A78&pTDF_Domain.mRID=",
			"documentType=A53&processType=A47&biddingZone_Domain=", "documentType=A53&processType=A51&biddingZone_Domain=",
			"documentType=A53&processType=A63&docStatus=A13&biddingZone_Domain=", "documentType=A78&in_Domain=" + fr + "&out_Domain=",
		} {
			queries = append(queries, query+eic+window)
		}
		queries = append(queries, "documentType=A95&businessType=B11&Implementation_DateAndOrTime=2026-11-01&biddingZone_Domain="+eic)
	}
	files, scratch := make(map[string][]string), t.TempDir()
	for i, query := range queries {
		w := ask(s, query)
		if w.Code != 200 {
			t.Errorf("%s: status %d, %s", query, w.Code, w.Body)
		}
		all := unzipped(t, w)
		if all == nil && !strings.Contains(w.Body.String(), "<Acknowledgement_MarketDocument") {
			all = []file{{"answer.xml", w.Body.Bytes()}}
		}
		for j, f := range all {
			for namespace := range documentSchemas {
				if strings.Contains(string(f.body), `"`+namespace+`"`) {
					name := filepath.Join(scratch, fmt.Sprintf("%03d-%d.xml", i, j))
					if err := os.WriteFile(name, f.body, 0o600); err != nil {
						t.Fatal(err)
					}
					files[namespace] = append(files[namespace], name)
				}
			}
		}
	}
	for namespace, schema := range documentSchemas {
		if len(files[namespace]) < 3 {
			t.Errorf("only %d documents of %s", len(files[namespace]), namespace)
			continue
		}
		if said := validate(folder, schema, files[namespace]...); said != "" {
			t.Errorf("%s: %.2000s", schema, onlyErrors(said))
		}
	}
}
