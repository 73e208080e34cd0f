package simulator

// part tells the documents of one answer apart, by what stands in the header
// of each: TimeSeries of an equal part are in one document.
type part struct {
	status string // docStatus
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
