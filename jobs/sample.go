package jobs

import (
	"errors"
	"slices"

	"entsoed/entsoe/client"
	"entsoed/timeseries"
)

// sample is the newest day of a window that was refused in words that nobody
// knows. The platform changes its words and its limits without notice: if it
// answers the day, the window was too long. If it does not, the window is
// refused as a whole, so that a feed that is refused for good costs a job one
// request more.
type sample struct {
	Day, Whole timeseries.Window
	Answered   bool
}

func (s *sample) answered(w timeseries.Window) { s.Answered = s.Answered || w == s.Day }

// lengthy reports whether a refusal in words that nobody knows may be about the
// length of the window in hand: it can be cut at the beginning of a day.
func (c *collection) lengthy(err error) bool {
	return wordless(err) && c.mrid == "" && c.item.Shape != timeseries.ShapeRegister && halves(c.windows[0], c.zone) != nil
}

func wordless(err error) bool {
	var refused *client.BadRequestError
	return errors.As(err, &refused) && refused.Fault == client.OtherFault
}

// samples asks for the newest day of the window in hand before the rest of it,
// once in a job, where that may tell more. When the day is refused alike, the
// window is put together again.
func (c *collection) samples(err error) bool {
	w := c.windows[0]
	switch {
	case w == c.sample.Day && wordless(err):
		c.rejoin(c.sample.Whole)
	case c.sample.Day.Empty() && c.lengthy(err):
		day := newest([]timeseries.Window{w}, c.zone)[0]
		c.sample = sample{Day: day, Whole: w}
		c.windows = slices.Concat(cutAt(w, day.From), c.windows[1:])
		return true
	}
	return false
}

// rejoin takes a window as a whole again that was cut.
func (c *collection) rejoin(whole timeseries.Window) {
	rest := slices.DeleteFunc(slices.Clone(c.windows), func(o timeseries.Window) bool { return o.Intersect(whole) == o })
	c.windows = slices.Concat([]timeseries.Window{whole}, rest)
}
