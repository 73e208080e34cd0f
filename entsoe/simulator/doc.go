// Package simulator answers like the ENTSO-E Transparency Platform: the same
// requests, documents, acknowledgements and limits, filled with made-up but
// plausible values that depend on nothing but the seed, the item, the area
// and the instant. It is what entsoed collects from when there is no token,
// and what the tests of everything else stand on.
//
// It shares the catalogue of items and areas with the client side, but none
// of its wire types: what it writes it writes itself, and which request
// belongs to which item it knows from a table of its own (offers), so that a
// mistake on one side shows on the other.
//
// Where the platform is awkward the simulator is too: values that repeat are
// left out (curve type A03), also at the end of a Period; some curves have
// holes; the order of TimeSeries and their mRID change between two equal
// requests; an area that exists does not publish everything; the request
// after the 400th of a minute is a ban of ten minutes. Outages have lives: they
// are published, revised, cancelled and withdrawn. A restless simulator also
// corrects and withdraws values and publishes some late. Faults and holds add
// what the platform does on its bad days, on demand.
package simulator
