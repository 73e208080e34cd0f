// Package client asks the platform: it sends one HTTP request for one question,
// within a budget that its caller keeps, and tells data from everything else
// that the platform answers with, such as acknowledgements, bans and pages of
// gateways.
package client
