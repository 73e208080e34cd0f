package entsoe

import (
	"time"

	"entsoed/timeseries"
)

// The timetables of the catalogue. Deadlines are those of Regulation (EU)
// 543/2013 unless a comment says otherwise; the earliest moments are what
// transmission system operators do in practice, with a margin. Clock times of
// days and longer units are those of Brussels.

// at is a clock time on the unit's first date moved by days.
func at(days int, clock time.Duration) Offset { return Offset{Days: days, Clock: clock} }

// between is a reading whose unit is published in a span of time.
func between(earliest, latest Offset) Reading { return Reading{Earliest: earliest, Latest: latest} }

// rereads are re-reads at fixed times. What an answer lacks then is final for
// the stage.
func rereads(times ...Offset) []Reading {
	var readings []Reading
	for _, m := range times {
		readings = append(readings, between(m, m))
	}
	return readings
}

const (
	hour   = time.Hour
	minute = time.Minute
)

// realised values are published at most one hour after the market time unit
// (H+1), which lasts an hour at most: two hours after its start. They are
// corrected within the hour, over the next days and with the settlement.
var realised = Timetable{
	Unit:    Exact,
	First:   between(at(0, 0), at(0, 2*hour)),
	Rereads: rereads(at(0, 3*hour), at(1, 0), at(7, 0), at(60, 0)),
	Every:   15 * minute,
}

// measuredFlows are realised values that are hardly ever corrected at once.
var measuredFlows = Timetable{
	Unit:    Exact,
	First:   between(at(0, 0), at(0, 2*hour)),
	Rereads: rereads(at(1, 0), at(7, 0), at(60, 0)),
	Every:   15 * minute,
}

// loadDayAhead: two hours before the gate closure of the day-ahead market at
// noon, updated when it changes (article 6.2.b).
var loadDayAhead = Timetable{
	Unit:    MarketDay,
	First:   between(at(-1, 6*hour), at(-1, 10*hour)),
	Rereads: rereads(at(-1, 12*hour), at(-1, 19*hour), at(0, 12*hour), at(2, 0), at(8, 0)),
	Every:   30 * minute,
}

// loadWeekAhead: each Friday, two hours before gate closure (article 6.2.c).
var loadWeekAhead = Timetable{
	Unit:    MarketWeek,
	First:   between(at(-4, 0), at(-3, 10*hour)),
	Rereads: rereads(at(-2, 0), at(0, 12*hour), at(8, 0)),
	Every:   2 * hour,
}

// loadMonthAhead: one week before the month (article 6.2.d).
var loadMonthAhead = Timetable{
	Unit:    MarketMonth,
	First:   between(at(-14, 0), at(-7, 0)),
	Rereads: rereads(at(-3, 0), at(1, 0), at(40, 0)),
	Every:   6 * hour,
}

// yearAhead: on the 15th of the month before the year (articles 6.2.e and 8.1).
var yearAhead = Timetable{
	Unit:    MarketYear,
	First:   between(Offset{Months: -1}, Offset{Months: -1, Days: 15}),
	Rereads: rereads(at(1, 0), at(31, 0), Offset{Months: 6}, Offset{Months: 13}),
	Every:   12 * hour,
}

// installedCapacity: one week before the end of the year before (article
// 14.2.a). Many publish months later.
var installedCapacity = Timetable{
	Unit:    MarketYear,
	First:   between(Offset{Months: -1}, at(-7, 0)),
	Rereads: rereads(at(1, 0), at(14, 0), at(31, 0), at(61, 0), Offset{Months: 6}, Offset{Months: 13}),
	Every:   12 * hour,
}

// generationDayAhead: 18:00 on the day before (articles 14.2.c and 14.2.d).
var generationDayAhead = Timetable{
	Unit:    MarketDay,
	First:   between(at(-1, 9*hour), at(-1, 18*hour)),
	Rereads: rereads(at(-1, 21*hour), at(0, 12*hour), at(2, 0), at(8, 0)),
	Every:   30 * minute,
}

// windSolarIntraday: one update at 08:00 on the day of delivery at least
// (article 14.2.d).
var windSolarIntraday = Timetable{
	Unit:    MarketDay,
	First:   between(at(-1, 21*hour), at(0, 8*hour)),
	Rereads: rereads(at(0, 9*hour), at(0, 14*hour), at(0, 20*hour), at(1, 6*hour), at(8, 0)),
	Every:   30 * minute,
}

// windSolarCurrent is the latest forecast, overwritten on the platform again
// and again: each read keeps a vintage.
var windSolarCurrent = Timetable{
	Unit:  MarketDay,
	First: between(at(-1, 18*hour), at(0, 8*hour)),
	Rereads: rereads(at(0, 9*hour), at(0, 12*hour), at(0, 15*hour), at(0, 18*hour), at(0, 21*hour),
		at(1, 6*hour), at(8, 0)),
	Every: 30 * minute,
}

// generationPerUnit: five days after the day of operation (article 16.2.a),
// in practice after two to six.
var generationPerUnit = Timetable{
	Unit:    MarketDay,
	First:   between(at(2, 0), at(6, 0)),
	Rereads: rereads(at(9, 0), at(31, 0), at(91, 0)),
	Every:   6 * hour,
}

// reservoirs: on the third working day after the week (article 16.2.d), which
// is a Wednesday or, around a holiday, later.
var reservoirs = Timetable{
	Unit:    MarketWeek,
	First:   between(at(7, 0), at(11, 0)),
	Rereads: rereads(at(14, 0), at(28, 0), at(91, 0)),
	Every:   6 * hour,
}

// spotPrices: one hour after the gate closure at noon (article 12.2.d); the
// coupled market has its results at about 12:57 and later when it decouples.
// The day stays missing until midnight, so that a late auction is found.
var spotPrices = Timetable{
	Unit:    MarketDay,
	First:   Reading{Earliest: at(-1, 12*hour+40*minute), Latest: at(0, 0), Awaits: timeseries.Attributes{timeseries.Sequence: "1"}},
	Rereads: rereads(at(0, 12*hour), at(2, 0), at(8, 0)),
	Every:   hour,
	Bursts:  []Burst{{From: 12*hour + 40*minute, To: 15 * hour, Every: 2 * minute}},
}

// intradayAuctions: the first auction closes at 15:00 and the second at 22:00
// on the day before, the third at 10:00 on the day itself, for its second half.
var intradayAuctions = Timetable{
	Unit:  MarketDay,
	First: Reading{Earliest: at(-1, 15*hour), Latest: at(-1, 21*hour), Awaits: timeseries.Attributes{timeseries.Sequence: "1"}},
	Rereads: append([]Reading{
		{Earliest: at(-1, 22*hour), Latest: at(0, 2*hour), Awaits: timeseries.Attributes{timeseries.Sequence: "2"}},
		{Earliest: at(0, 10*hour), Latest: at(0, 14*hour), Awaits: timeseries.Attributes{timeseries.Sequence: "3"}},
	}, rereads(at(2, 0), at(8, 0))...),
	Every: hour,
	Bursts: []Burst{
		{From: 10 * hour, To: 11 * hour, Every: 2 * minute},
		{From: 15 * hour, To: 16 * hour, Every: 2 * minute},
		{From: 22 * hour, To: 23 * hour, Every: 2 * minute},
	},
}

// spotResults are published one hour after the allocation (article 12.2.e),
// with the prices or somewhat later.
var spotResults = Timetable{
	Unit:    MarketDay,
	First:   between(at(-1, 13*hour), at(-1, 18*hour)),
	Rereads: rereads(at(0, 12*hour), at(2, 0), at(8, 0)),
	Every:   30 * minute,
}

// intradayResults change with every auction and trade until delivery.
var intradayResults = Timetable{
	Unit:    MarketDay,
	First:   between(at(-1, 16*hour), at(0, 12*hour)),
	Rereads: rereads(at(0, 18*hour), at(1, 2*hour), at(2, 0), at(8, 0)),
	Every:   hour,
}

// schedulesDayAhead: one hour after the last cut-off time of the day before
// (article 12.2.f).
var schedulesDayAhead = Timetable{
	Unit:    MarketDay,
	First:   between(at(-1, 13*hour), at(-1, 19*hour)),
	Rereads: rereads(at(0, 6*hour), at(2, 0), at(8, 0)),
	Every:   30 * minute,
}

// schedulesTotal are updated at most two hours after each intraday nomination
// (article 12.2.f).
var schedulesTotal = Timetable{
	Unit:    MarketDay,
	First:   between(at(-1, 13*hour), at(-1, 19*hour)),
	Rereads: rereads(at(0, 0), at(0, 6*hour), at(0, 12*hour), at(0, 18*hour), at(1, 3*hour), at(8, 0)),
	Every:   30 * minute,
}

// nominations: one hour after each round of nomination (article 12.2.b), the
// last of the day before closing in the afternoon.
var nominations = Timetable{
	Unit:    MarketDay,
	First:   between(at(-1, 9*hour), at(-1, 18*hour)),
	Rereads: rereads(at(0, 12*hour), at(1, 3*hour), at(8, 0)),
	Every:   hour,
}

// Capacities and auctions of borders, by the length of the contract: before
// the auction what is offered, after it what was allocated (articles 11 and 12).

// contractDay: one hour before the gate closure of the day-ahead market.
var contractDay = Timetable{
	Unit:    MarketDay,
	First:   between(at(-1, 7*hour), at(-1, 14*hour)),
	Rereads: rereads(at(-1, 19*hour), at(2, 0), at(8, 0)),
	Every:   30 * minute,
}

// contractIntraday: from the evening before until delivery.
var contractIntraday = Timetable{
	Unit:    MarketDay,
	First:   between(at(-1, 15*hour), at(0, 12*hour)),
	Rereads: rereads(at(0, 18*hour), at(1, 2*hour), at(8, 0)),
	Every:   hour,
}

// contractWeek: on the Friday before the week.
var contractWeek = Timetable{
	Unit:    MarketWeek,
	First:   between(at(-5, 0), at(-2, 0)),
	Rereads: rereads(at(0, 12*hour), at(8, 0)),
	Every:   2 * hour,
}

// contractMonth: two working days before the month.
var contractMonth = Timetable{
	Unit:    MarketMonth,
	First:   between(at(-14, 0), at(-2, 0)),
	Rereads: rereads(at(1, 0), at(32, 0)),
	Every:   6 * hour,
}

// contractQuarter: before the quarter, as for months.
var contractQuarter = Timetable{
	Unit:    MarketQuarter,
	First:   between(Offset{Months: -1}, at(-2, 0)),
	Rereads: rereads(at(1, 0), at(32, 0)),
	Every:   12 * hour,
}

// contractYear: one week before the year; auctions begin in November.
var contractYear = Timetable{
	Unit:    MarketYear,
	First:   between(Offset{Months: -2}, at(-7, 0)),
	Rereads: rereads(at(1, 0), at(32, 0)),
	Every:   12 * hour,
}
