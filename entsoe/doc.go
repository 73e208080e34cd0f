// Package entsoe is the catalogue of the ENTSO-E Transparency Platform and its
// rules: the data items and how they are asked for, areas and borders, codes,
// feeds, timetables, and how windows are widened and split. It knows nothing of
// databases and jobs, and nothing of how questions are sent and answers read:
// that is done by its packages client and document.
package entsoe
