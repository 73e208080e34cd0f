package document

// roots are the documents of the platform; true: they are read.
var roots = map[string]bool{
	"Acknowledgement_MarketDocument":                    true,
	"Balancing_MarketDocument":                          true,
	"BidAvailability_MarketDocument":                    true,
	"CapacityAllocationConfiguration_MarketDocument":    false,
	"Capacity_MarketDocument":                           true,
	"Configuration_MarketDocument":                      true,
	"CriticalNetworkElement_MarketDocument":             true,
	"GL_MarketDocument":                                 true,
	"HVDCLink_MarketDocument":                           true,
	"OtherTransparencyMarketInformation_MarketDocument": true,
	"Publication_MarketDocument":                        true,
	"ReserveBid_MarketDocument":                         true,
	"TransmissionNetwork_MarketDocument":                true,
	"Unavailability_MarketDocument":                     true,
}

// wholeRoots are those that DecodeDocument reads.
var wholeRoots = map[string]bool{
	"Acknowledgement_MarketDocument": true, rootMarketMessage: true, rootOutage: true,
}

// Roots that are read in a way of their own.
const (
	rootBidAvailability = "BidAvailability_MarketDocument"
	rootMarketMessage   = "OtherTransparencyMarketInformation_MarketDocument"
	rootReserveBid      = "ReserveBid_MarketDocument"
	rootOutage          = "Unavailability_MarketDocument"
)

// root reads the start of the root element, which must be one of roots.
func (d *decoder) root() error {
	if err := d.s.root(); err != nil {
		return err
	}
	d.header.Root = string(d.s.name)
	read, known := roots[d.header.Root]
	switch {
	case !known:
		return d.s.fail(ErrUnknownRoot, "unknown root element <%s>", d.header.Root)
	case !read:
		return d.s.fail(ErrUnreadRoot, "%s is not read yet", d.header.Root)
	}
	if d.header.Root == rootOutage {
		d.holds, d.curve.Runs = true, []Run{}
	}
	if d.whole && !wholeRoots[d.header.Root] {
		return d.s.fail(ErrUnreadRoot, "%s is no outage and no market message", d.header.Root)
	}
	return nil
}
