package entsoe

import (
	"time"

	"entsoed/timeseries"
)

// Grain is a unit of delivery in which the platform publishes and answers: a
// request for one hour of day-ahead prices is answered with the market day.
type Grain int

// The units of delivery; all but Exact start at a local midnight.
const (
	Exact         Grain = iota // single market time units
	MarketDay                  // days
	MarketWeek                 // weeks from Monday
	MarketMonth                // months
	MonthOfWeeks               // months of four or five whole weeks, from the first Monday of a month
	MarketQuarter              // quarters of a year
	MarketYear                 // years
)

// Start returns the start of the unit that holds t; of Exact that is t itself.
func (g Grain) Start(t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	year, month, day := local.Date()
	switch g {
	case MarketDay:
	case MarketWeek:
		day -= (int(local.Weekday()) + 6) % 7 // Monday is the first day
	case MarketMonth:
		day = 1
	case MonthOfWeeks:
		monday := day - (int(local.Weekday())+6)%7
		first := time.Date(year, month, monday, 0, 0, 0, 0, zone)
		year, month, day = first.Year(), first.Month(), (first.Day()-1)%7+1
	case MarketQuarter:
		month, day = month-(month-1)%3, 1
	case MarketYear:
		month, day = time.January, 1
	default:
		return t.UTC()
	}
	return time.Date(year, month, day, 0, 0, 0, 0, zone).UTC()
}

// Next returns the start of the unit after the one that holds t.
func (g Grain) Next(t time.Time, zone *time.Location) time.Time {
	if g == MonthOfWeeks {
		return g.Start(g.Start(t, zone).AddDate(0, 0, 5*7+1), zone) // in the first two weeks of it
	}
	return g.step().Add(g.Start(t, zone), 1, zone)
}

// Around returns the whole units that overlap w; of Exact that is w itself.
func (g Grain) Around(w timeseries.Window, zone *time.Location) timeseries.Window {
	around := timeseries.Window{From: g.Start(w.From, zone), To: g.Start(w.To, zone)}
	if around.To.Before(w.To) {
		around.To = g.Next(w.To, zone)
	}
	return around
}

func (g Grain) step() timeseries.Step {
	switch g {
	case MarketDay:
		return timeseries.Step{Days: 1}
	case MarketWeek:
		return timeseries.Step{Days: 7}
	case MarketMonth:
		return timeseries.Step{Months: 1}
	case MarketQuarter:
		return timeseries.Step{Months: 3}
	case MarketYear:
		return timeseries.Step{Months: 12}
	default:
		return timeseries.Step{}
	}
}

// String returns the name of the unit: "instant", "day", "week", "month", "month
// of weeks", "quarter", "year".
func (g Grain) String() string {
	return [...]string{"instant", "day", "week", "month", "month of weeks", "quarter", "year"}[g]
}
