package entsoe

// Timetables of balancing, congestion, outages and registers. Deadlines are
// those of the guideline on electricity balancing (EU) 2017/2195 (EB), of the
// guideline on system operation (EU) 2017/1485 (SO) and of Regulation (EU)
// 543/2013; those of the frameworks of the platforms are not public.

// balancingState: 30 minutes after real time (EB article 12.3.a).
var balancingState = Timetable{
	Unit:    Exact,
	First:   between(at(0, 0), at(0, hour)),
	Rereads: rereads(at(0, 3*hour), at(1, 0), at(7, 0)),
	Every:   15 * minute,
}

// balancingEnergy: 30 minutes after the market time unit, prices and volumes
// one hour after it (EB articles 12.3.b to 12.3.e; 543/2013 articles 17.1.d to
// 17.1.h), and corrected with the settlement.
var balancingEnergy = Timetable{
	Unit:    Exact,
	First:   between(at(0, 0), at(0, 2*hour)),
	Rereads: rereads(at(1, 0), at(7, 0), at(60, 0)),
	Every:   30 * minute,
}

// platformExchanges are many, for each border and process has its own.
var platformExchanges = Timetable{
	Unit:    Exact,
	First:   between(at(0, 0), at(0, 3*hour)),
	Rereads: rereads(at(1, 0), at(7, 0)),
	Every:   hour,
}

// balancingBids are rows by the thousand that hardly change once they are out.
var balancingBids = Timetable{
	Unit:    Exact,
	First:   between(at(0, 0), at(0, 2*hour)),
	Rereads: rereads(at(1, 0), at(7, 0)),
	Every:   30 * minute,
}

// imbalances are intermediate first, as soon as possible, and final months
// later: prices and volumes of both kinds stand side by side.
var imbalances = Timetable{
	Unit:    Exact,
	First:   between(at(0, 0), at(0, 3*hour)),
	Rereads: rereads(at(0, 12*hour), at(2, 0), at(10, 0), at(35, 0), at(95, 0), at(370, 0)),
	Every:   15 * minute,
}

// reserveAuctions: one hour after the results of the procurement (EB article
// 12.3.f), which is held on the day before delivery or earlier.
var reserveAuctions = Timetable{
	Unit:    MarketDay,
	First:   between(at(-1, 9*hour), at(0, 6*hour)),
	Rereads: rereads(at(1, 6*hour), at(8, 0), at(35, 0)),
	Every:   hour,
}

// crossZonalUse: 24 hours after the allocation (EB articles 12.3.h and 12.3.i).
var crossZonalUse = Timetable{
	Unit:    MarketDay,
	First:   between(at(-1, 12*hour), at(1, 12*hour)),
	Rereads: rereads(at(3, 0), at(10, 0), at(35, 0)),
	Every:   2 * hour,
}

// balancingFinances: three months after the month (543/2013 article 17.1.i).
var balancingFinances = Timetable{
	Unit:    MarketMonth,
	First:   between(Offset{Months: 1}, Offset{Months: 4, Days: 7}),
	Rereads: rereads(Offset{Months: 7}, Offset{Months: 13}),
	Every:   12 * hour,
}

// standing is what holds for long and is looked at once a day.
var standing = Timetable{
	Unit:    MarketDay,
	First:   between(at(0, 0), at(0, 12*hour)),
	Rereads: rereads(at(7, 0)),
	Every:   6 * hour,
}

// yearlyReserve: by 30 November of the year before (SO article 187.2), and
// seen to come later.
var yearlyReserve = Timetable{
	Unit:    MarketYear,
	First:   between(Offset{Months: -1}, at(31, 0)),
	Rereads: rereads(Offset{Months: 3}, Offset{Months: 6}, Offset{Months: 13}),
	Every:   12 * hour,
}

// quarterOutlook: before the quarter (SO articles 188.3 and 189.2).
var quarterOutlook = Timetable{
	Unit:    MarketQuarter,
	First:   between(Offset{Months: -1}, at(31, 0)),
	Rereads: rereads(Offset{Months: 3}, Offset{Months: 6}),
	Every:   12 * hour,
}

// quarterResults: 30 days after the quarter (SO articles 188.4 and 189.3).
var quarterResults = Timetable{
	Unit:    MarketQuarter,
	First:   between(Offset{Months: 3}, Offset{Months: 4, Days: 7}),
	Rereads: rereads(Offset{Months: 6}, Offset{Months: 12}),
	Every:   12 * hour,
}

// reserveAgreements: sharing and exchange of reserves (SO article 190) stand
// for days to years.
var reserveAgreements = Timetable{
	Unit:    MarketDay,
	First:   between(at(-1, 0), at(0, 12*hour)),
	Rereads: rereads(at(8, 0), at(35, 0)),
	Every:   6 * hour,
}

// redispatches: the action one hour after it, its reason a day later (543/2013
// article 13.1).
var redispatches = Timetable{
	Unit:    Exact,
	First:   between(at(0, 0), at(0, 3*hour)),
	Rereads: rereads(at(1, 0), at(2, 0), at(8, 0), at(35, 0)),
	Every:   hour,
}

// congestionCosts: one month after the month of reference (543/2013 article
// 13.1.c).
var congestionCosts = Timetable{
	Unit:    MarketMonth,
	First:   between(Offset{Months: 1}, Offset{Months: 2, Days: 7}),
	Rereads: rereads(Offset{Months: 4}, Offset{Months: 13}),
	Every:   12 * hour,
}

// flowBasedDay: two hours before the gate closure of the day-ahead market.
var flowBasedDay = Timetable{
	Unit:    MarketDay,
	First:   between(at(-1, 8*hour), at(-1, 14*hour)),
	Rereads: rereads(at(0, 12*hour), at(8, 0)),
	Every:   30 * minute,
}

// inForce is a look at the outages of the day, whenever they were published.
var inForce = Timetable{
	Unit:  MarketDay,
	First: between(at(0, 0), at(0, 6*hour)),
	Every: 6 * hour,
}

// changes are read by the time of the change: at once, and again because the
// platform finds documents by their change only some time after it.
var changes = Timetable{
	Unit:    Exact,
	First:   between(at(0, 0), at(0, 15*minute)),
	Rereads: rereads(at(0, hour), at(1, 0)),
	Every:   15 * minute,
}

// gridChanges are changes of lines, each of which stands at several borders.
var gridChanges = Timetable{
	Unit:    Exact,
	First:   between(at(0, 0), at(0, 15*minute)),
	Rereads: rereads(at(0, hour), at(1, 0)),
	Every:   30 * minute,
}

// withdrawals are rarer and less urgent.
var withdrawals = Timetable{
	Unit:    Exact,
	First:   between(at(0, 0), at(0, 15*minute)),
	Rereads: rereads(at(1, 0)),
	Every:   hour,
}

// consumptionOutages are planned ahead, and reported one hour after the fact
// at the latest (543/2013 article 7.1).
var consumptionOutages = Timetable{
	Unit:    Exact,
	First:   between(at(-1, 0), at(0, 2*hour)),
	Rereads: rereads(at(1, 0), at(7, 0)),
	Every:   hour,
}

// fallBacks are reported when they happen.
var fallBacks = Timetable{
	Unit:    MarketDay,
	First:   between(at(0, 0), at(1, 6*hour)),
	Rereads: rereads(at(2, 0), at(8, 0)),
	Every:   2 * hour,
}

// fallBacksWithdrawn are looked for once a day.
var fallBacksWithdrawn = Timetable{
	Unit:    MarketDay,
	First:   between(at(1, 0), at(1, 6*hour)),
	Rereads: rereads(at(8, 0)),
	Every:   12 * hour,
}

// register is the state of a day, asked once on that day.
var register = Timetable{
	Unit:  MarketDay,
	First: between(at(0, 0), at(0, 12*hour)),
	Every: 6 * hour,
}
