#!/usr/bin/env bash
# entsoe-api-client (npm): one weekly or monthly Period makes the whole answer an error.
#
# Forecasts of load for a year come with a resolution of P7D, capacities with P1Y. The
# client reads P1D but none of these, and throws instead of leaving out what it cannot
# place: an answer that also has hourly Periods is lost with them.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-fund --no-audit entsoe-api-client@1.0.3
cat > finding.mjs <<'JS'
import { QueryGL, Area } from 'entsoe-api-client'
const document = (resolution, end) => `<?xml version="1.0" encoding="UTF-8"?>
<GL_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0">
<mRID>1</mRID><revisionNumber>1</revisionNumber><type>A65</type><process.processType>A33</process.processType><createdDateTime>2026-05-01T12:00:00Z</createdDateTime>
<time_Period.timeInterval><start>2026-01-04T23:00Z</start><end>${end}</end></time_Period.timeInterval>
<TimeSeries><mRID>1</mRID><businessType>A60</businessType><objectAggregation>A01</objectAggregation>
<outBiddingZone_Domain.mRID codingScheme="A01">10YNL----------L</outBiddingZone_Domain.mRID>
<quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name><curveType>A01</curveType>
<Period><timeInterval><start>2026-01-04T23:00Z</start><end>${end}</end></timeInterval><resolution>${resolution}</resolution>
<Point><position>1</position><quantity>8000</quantity></Point></Period></TimeSeries></GL_MarketDocument>`
for (const [resolution, end] of [['P1D', '2026-01-05T23:00Z'], ['P7D', '2026-01-11T23:00Z'], ['P1Y', '2027-01-04T23:00Z']]) {
  globalThis.fetch = async () => new Response(document(resolution, end), { headers: { 'content-type': 'text/xml' } })
  try {
    const [answer] = await QueryGL('token', {
      documentType: 'A65', processType: 'A33', outBiddingZoneDomain: Area('BZN|NL'),
      startDateTime: new Date('2026-01-04T23:00Z'), endDateTime: new Date('2026-01-11T23:00Z'),
    })
    console.log(resolution, answer.timeseries[0].periods[0].points.map((p) => p.quantity).join(' '))
  } catch (e) {
    console.log(resolution, e.message)
  }
}
JS
node finding.mjs | tee seen
diff seen - <<'OUT' && echo "as found"
P1D 8000
P7D Could not parse ISO8601 duration string 'P7D'
P1Y Could not parse ISO8601 duration string 'P1Y'
OUT
