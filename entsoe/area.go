package entsoe

import "time"

// Area is a bidding zone, control area, country or another object with an
// Energy Identification Code (EIC) that publishes data.
type Area struct {
	EIC        string   // 16 characters
	Code       string   // name in entsoe-py, such as "DE_LU"; unique
	Name       string   // for people
	Kinds      []string // roles: BZN bidding zone, CTA control area, CTY country, MBA, SCA, LFA, IPA ...
	TimeZone   string   // IANA name; market days are counted in it
	ValidFrom  string   // first delivery day, "2018-10-01"; empty: always
	ValidUntil string   // first day without data; empty: still valid
}

// Location returns the time zone of the area; Europe/Brussels, the market's
// own, if the area has none.
func (a Area) Location() *time.Location {
	if zone, err := time.LoadLocation(a.TimeZone); err == nil && a.TimeZone != "" {
		return zone
	}
	return Brussels()
}
