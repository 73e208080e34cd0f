package schema

// Compressed is for tests on servers of the Apache edition, which compress nothing.
var Compressed = compressed
