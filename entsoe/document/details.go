package document

import "strings"

// maxDetails is how many Details, of texts of usual length, a document or one of
// its TimeSeries may have.
const maxDetails = 10_000

const strayPoint = "a Point where none belongs"

// longText is the length of a text that counts as one detail more.
const longText = 256

// leftOut reports whether an element above the TimeSeries is not kept: who
// sends and receives a document is the platform and its user. A market message
// names who published it and nothing else that tells whose it is.
func (d *decoder) leftOut(name string) bool {
	return strings.HasPrefix(name, "receiver_MarketParticipant") ||
		strings.HasPrefix(name, "sender_MarketParticipant") && d.header.Root != rootMarketMessage
}

// detail keeps the element whose start tag was read last with all that is in
// it. Text beside elements is not kept.
func (d *decoder) detail(into *Details) error {
	if !validText(d.s.name) {
		return d.s.errorf("a name that is no valid UTF-8")
	}
	whole := Detail{Name: d.intern(d.s.name)}
	text, leaf, err := d.s.looseLeaf()
	switch {
	case err != nil:
		return err
	case leaf && !validText(text):
		return d.s.errorf("text that is no valid UTF-8")
	case leaf:
		whole.Text = d.intern(text)
		return d.keep(into, whole)
	}
	for {
		ok, err := d.s.looseChild()
		switch {
		case err != nil:
			return err
		case !ok && whole.Name == "Point" && whole.Children.First("position") != "":
			return d.s.errorf(strayPoint)
		case !ok:
			return d.keepTimes(into, whole)
		}
		if err := d.detail(&whole.Children); err != nil {
			return err
		}
	}
}

// pass reads past an element of which nothing is kept.
func (d *decoder) pass() error {
	before := d.s.passed
	if err := d.s.skip(); err != nil {
		return err
	}
	if d.s.passed > before {
		return d.s.errorf(strayPoint)
	}
	return nil
}

// keepTimes keeps an element with others in it. Old outages write a date and a
// time as two elements in one, new ones as two elements with one name: they are
// kept as the new ones.
func (d *decoder) keepTimes(into *Details, whole Detail) error {
	if !strings.HasSuffix(whole.Name, "_DateAndOrTime") {
		return d.keep(into, whole)
	}
	for _, part := range whole.Children {
		part.Name = whole.Name + "." + part.Name
		if err := d.keep(into, part); err != nil {
			return err
		}
	}
	return nil
}

// keep appends a detail, unless it is empty.
func (d *decoder) keep(into *Details, detail Detail) error {
	if detail.Text == "" && len(detail.Children) == 0 {
		return nil
	}
	d.kept += detailSize + int64(len(detail.Name)+len(detail.Text))
	if d.room -= 1 + (len(detail.Text)+len(detail.Name))/longText; d.room < 0 {
		return d.s.errorf("more than %d details", maxDetails)
	}
	*into = append(*into, detail)
	return nil
}
