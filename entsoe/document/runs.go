package document

// hold appends the values of one Point as runs, from its own position to the
// end of the interval at until. A run that goes on with the value before it is
// one run with it.
func (d *decoder) hold(point []rawValue, until int) {
	from, to := d.bound(int(point[0].position)-1), d.bound(until)
	runs := d.curve.Runs
	for _, v := range point {
		if v.element == noElement {
			continue
		}
		if n := len(runs); len(point) == 1 && n > 0 && runs[n-1].To == from && runs[n-1].Element == int(v.element) && runs[n-1].Value == v.value {
			runs[n-1].To = to
			continue
		}
		runs = append(runs, Run{From: from, To: to, Element: int(v.element), Value: v.value})
	}
	d.curve.Runs = runs
}

// bound returns the end of the first n intervals of the Period, in seconds since
// 1970. The last one may be cut.
func (d *decoder) bound(n int) int64 {
	p := &d.period
	return min(p.step.Add(p.from, n, p.zone).Unix(), p.to.Unix())
}
