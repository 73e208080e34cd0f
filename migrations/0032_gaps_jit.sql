-- +goose Up

-- Compiling a plan of this many parts takes a hundred times as long as running it.
alter function entsoe.gaps(text, text, timestamptz, timestamptz, timestamptz) set jit = off;
