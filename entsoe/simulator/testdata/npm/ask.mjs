// Asks the simulator through entsoe-api-client, as its README shows it, and
// prints what the client makes of the answers. Questions come as a JSON list
// on standard input: {"query": "QueryGL", "token": "...", "params": {...}}.
//
// The client knows one endpoint, the platform's; its requests are led to the
// simulator (environment SIMULATOR), and any other request is refused, so that
// nothing leaves the machine.
import * as client from "entsoe-api-client";
import { text } from "node:stream/consumers";

const platform = "https://web-api.tp.entsoe.eu/api";
const real = globalThis.fetch;
globalThis.fetch = (url, options) => {
  if (!String(url).startsWith(platform + "?")) {
    throw new Error(`request to ${String(url).split("?")[0]} refused`);
  }
  return real(process.env.SIMULATOR + String(url).slice(platform.length), options);
};

// curve is one TimeSeries: what tells it apart, and its values by instant.
function curve(series) {
  const points = {};
  for (const period of series.periods) {
    for (const point of period.points) {
      points[point.startDate.toISOString()] = point.price ?? point.quantity ?? null;
    }
  }
  return {
    business: series.businessType ?? "",
    psr: series.mktPsrType ?? "",
    in: series.inDomain ?? series.inBiddingZone ?? "",
    out: series.outDomain ?? series.outBiddingZone ?? "",
    contract: series.contractMarketAgreementType ?? "",
    sequence: String(series.classificationSequenceAICPosition ?? ""),
    currency: series.currency ?? "",
    points,
  };
}

const answers = [];
for (const question of JSON.parse(await text(process.stdin))) {
  const params = { ...question.params };
  params.startDateTime = new Date(params.startDateTime);
  params.endDateTime = new Date(params.endDateTime);
  try {
    const documents = await client[question.query](question.token, params);
    answers.push({ curves: documents.flatMap((document) => document.timeseries.map(curve)) });
  } catch (error) {
    answers.push({ error: error.message });
  }
}
console.log(JSON.stringify(answers));
