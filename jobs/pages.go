package jobs

import (
	"context"
	"fmt"

	"entsoed/entsoe"
	"entsoed/entsoe/client"
	"entsoed/jobs/answer"
	"entsoed/timeseries"
)

// mostPages bounds the pages of one window, for a platform that sends ever new
// ones.
const mostPages = 1000

// paging is how far the pages of one window have been read.
type paging struct {
	*answer.Reader
	found int        // instances that the platform says there are; 0: it does not say
	list  bool       // of rows that may be equal
	first int        // instances of the first page
	next  int        // offset of the next page
	equal equalPages // the first of the latest pages that are all equal
	print uint64
}

// equalPages is a page that the next ones repeat.
type equalPages struct {
	next       int // offset of the page after it
	start, end answer.Mark
}

// pages asks page after page, each from where the one before it ended: how much
// a page holds is the platform's to say, and changes.
//
// What the platform says that there is need not be what its pages count. So it
// ends nothing alone, but pages that end before it are not believed as long as
// shorter windows can be asked instead: offset may be without effect
// (entsoe-apy#104), or bounded. Then pages returns the error that led to them.
func (a *asker) pages(ctx context.Context, request entsoe.Request, many *client.TooManyError) error {
	p := paging{Reader: a.read, found: many.Found, list: a.Item.Shape == timeseries.ShapeList}
	for range mostPages {
		from, before, start := p.next, p.Print, p.Mark()
		counted, err := a.page(ctx, request.Page(from))
		switch {
		case ofType[*client.NoDataError](err) && from > 0:
			return p.end(many)
		case ofType[*client.BadRequestError](err), ofType[*client.TooManyError](err): // of the offset: the request was understood without it
			return p.short(many)
		case err != nil:
			return err
		}
		a.requests[len(a.requests)-1].Document = nil // it was read; pages would fill the memory
		repeats := p.add(counted, p.Print-before, start)
		switch {
		case repeats && (!p.list || from >= p.found):
			return p.repeated(many)
		case p.next == p.found && !(repeats && p.list), p.next >= p.found && counted < p.first:
			return nil
		}
	}
	return p.short(many)
}

// add counts a page and reports whether it is equal to the one before it.
func (p *paging) add(counted int, print uint64, start answer.Mark) (repeats bool) {
	repeats = p.next > 0 && print == p.print
	if p.next == 0 {
		p.first = counted
	}
	p.next += counted
	p.print = print
	if !repeats {
		p.equal = equalPages{next: p.next, start: start, end: p.Mark()}
	}
	return repeats
}

// repeated ends the pages where the platform has begun to repeat the last one:
// it ignores offset, or takes a high one for the highest that it allows. Equal
// pages of a list are no sign of that before all that was found has come, for
// single bids are equal.
func (p *paging) repeated(many *client.TooManyError) error {
	p.Rewind(p.equal.end)
	p.next = p.equal.next
	if onlyFirst := p.next == p.first; p.next < p.found || p.found == 0 && onlyFirst {
		return p.short(many)
	}
	if p.found > 0 && p.list {
		p.DropRepeated(p.next-p.found, p.equal.start)
	}
	return nil
}

// end ends the pages where the platform says that there is no more.
func (p *paging) end(many *client.TooManyError) error {
	if p.next < p.found {
		return fmt.Errorf("the pages end after %d: %w", p.next, many)
	}
	return nil
}

// short says that there are instances that no page holds.
func (p *paging) short(many *client.TooManyError) error {
	p.Lacking = true
	return fmt.Errorf("no page holds more than the first %d: %w", p.next, many)
}
