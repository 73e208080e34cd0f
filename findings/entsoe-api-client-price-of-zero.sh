#!/usr/bin/env bash
# entsoe-api-client (npm): a price of 0 is missing, and the hours that hold it get an older price.
#
# A Point with the price 0 comes back without a price. The client also fills in the
# Points that curve type A03 leaves out: those after a 0 get the price before it, so
# "100, 0, as before, 50" is read as "100, nothing, 100, 50". Hours of 0 EUR/MWh come in
# rows, so a mean of prices is too high without a word.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-fund --no-audit entsoe-api-client@1.0.3
cat > finding.mjs <<'JS'
import { QueryPublication, Area } from 'entsoe-api-client'
const document = (curve) => `<?xml version="1.0" encoding="UTF-8"?>
<Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3">
<mRID>1</mRID><revisionNumber>1</revisionNumber><type>A44</type><createdDateTime>2026-05-01T12:00:00Z</createdDateTime>
<period.timeInterval><start>2026-05-01T22:00Z</start><end>2026-05-02T02:00Z</end></period.timeInterval>
<TimeSeries><mRID>1</mRID><businessType>A62</businessType>
<in_Domain.mRID codingScheme="A01">10YNL----------L</in_Domain.mRID><out_Domain.mRID codingScheme="A01">10YNL----------L</out_Domain.mRID>
<currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name><curveType>${curve}</curveType>
<Period><timeInterval><start>2026-05-01T22:00Z</start><end>2026-05-02T02:00Z</end></timeInterval><resolution>PT60M</resolution>
<Point><position>1</position><price.amount>100.00</price.amount></Point>
<Point><position>2</position><price.amount>0.00</price.amount></Point>
<Point><position>4</position><price.amount>50.00</price.amount></Point>
</Period></TimeSeries></Publication_MarketDocument>`
for (const curve of ['A03', 'A01']) {
  globalThis.fetch = async () => new Response(document(curve), { headers: { 'content-type': 'text/xml' } })
  const [answer] = await QueryPublication('token', {
    documentType: 'A44', inDomain: Area('BZN|NL'), outDomain: Area('BZN|NL'),
    startDateTime: new Date('2026-05-01T22:00Z'), endDateTime: new Date('2026-05-02T02:00Z'),
  })
  console.log(curve, answer.timeseries[0].periods[0].points.map((p) => String(p.price)).join(' '))
}
JS
node finding.mjs | tee seen
diff seen - <<'OUT' && echo "as found"
A03 100 undefined 100 50
A01 100 undefined 50
OUT
