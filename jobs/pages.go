package jobs

import (
	"context"
	"fmt"

	"entsoed/entsoe"
	"entsoed/entsoe/client"
	"entsoed/jobs/answer"
	"entsoed/timeseries"
)

// mostPages bounds the pages of one window, in case the platform always sends
// another one.
const mostPages = 1000

// paging is how far the pages of one window have been read.
type paging struct {
	*answer.Reader
	found int        // number of instances by the platform's words; 0: it does not say
	list  bool       // rows may be equal
	first int        // instances in the first page
	next  int        // offset of the next page
	equal equalPages // the page that all since then repeat
	print uint64
}

// equalPages is a page that the following ones repeat.
type equalPages struct {
	next       int // offset of the page after it
	start, end answer.Mark
}

// pages asks for page after page. Each begins where the one before it ended,
// because the platform decides how much a page holds, and changes its mind.
//
// The number of instances that the platform names need not be the number that
// its pages hold, so reaching it is not enough to stop. But pages that end
// earlier are not trusted while shorter windows can be asked for instead: offset
// may have no effect (entsoe-apy#104), or an upper bound. Then pages returns the
// error that made it ask for pages.
func (a *asker) pages(ctx context.Context, request entsoe.Request, many *client.TooManyError) error {
	p := paging{Reader: a.read, found: many.Found, list: a.Item.Shape == timeseries.ShapeList}
	for range mostPages {
		from, before, start := p.next, p.Print, p.Mark()
		counted, err := a.page(ctx, request.Page(from))
		switch {
		case ofType[*client.NoDataError](err) && from > 0:
			return p.end(many)
		case ofType[*client.BadRequestError](err), ofType[*client.TooManyError](err): // because of the offset: without it the request was understood
			return p.short(many)
		case err != nil:
			return err
		}
		a.dropCopy() // many pages would fill the memory
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

// repeated ends the pages when the platform repeats the last one: either it
// ignores offset, or it takes a high offset for the highest that it allows. In a
// list, whose rows may be equal, equal pages prove that only once all instances
// have come.
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

// end ends the pages when the platform says that there are no more.
func (p *paging) end(many *client.TooManyError) error {
	if p.next < p.found {
		return fmt.Errorf("the pages end after %d: %w", p.next, many)
	}
	return nil
}

// short says that some instances are on no page.
func (p *paging) short(many *client.TooManyError) error {
	p.Lacking = true
	return fmt.Errorf("no page holds more than the first %d: %w", p.next, many)
}
