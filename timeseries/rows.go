package timeseries

// Rows is what an answer holds, in the form in which it is kept: Curves,
// Entries or Documents; nil of an answer that says that there is nothing.
type Rows interface {
	// Len is the number of series, entries or documents.
	Len() int
	rows()
}

// Curves are the series of an answer.
type Curves []Series

// Entries are the rows of a list or a register, and where they are all that
// there are.
type Entries struct {
	All      []Entry
	Replaces []Window // of a list: All has every row that overlaps one of them
	Whole    bool     // of a register: All has every row of the feed
}

// Documents are revisions of documents, in any order.
type Documents []Document

// Len is the number of series.
func (c Curves) Len() int { return len(c) }

// Len is the number of rows.
func (e Entries) Len() int { return len(e.All) }

// Len is the number of documents.
func (d Documents) Len() int { return len(d) }

func (Curves) rows()    {}
func (Entries) rows()   {}
func (Documents) rows() {}
