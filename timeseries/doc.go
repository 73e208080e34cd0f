// Package timeseries holds the words that the packages of entsoed share: the
// natural key of a series, its points, half-open windows, the resolutions of IEC
// 62325 with their calendar steps, and the rows that an answer is made of. It knows neither the platform nor
// the database and imports the standard library only.
package timeseries
