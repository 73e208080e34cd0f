package simulator

// part tells the documents of one answer apart, by what stands in the header
// of each: TimeSeries of an equal part are in one document.
type part struct {
	status  string // docStatus
	process string // processType; empty: that of the item
	decided string // allocationDecision_DateAndOrTime.dateTime
	region  string // area of the header: of a region, in place of that of the request
	subject string // EIC of subject_MarketParticipant, in bids
	role    string // and its role
	file    string // tells documents apart whose headers are alike
}

// parts puts TimeSeries into documents, in the order of their first.
func parts(list []series) [][]series {
	var groups [][]series
	index := make(map[part]int)
	for _, s := range list {
		i, ok := index[s.part]
		if !ok {
			i = len(groups)
			index[s.part] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], s)
	}
	return groups
}
