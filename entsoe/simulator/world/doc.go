// Package world is what the simulator simulates: areas with their load, plants,
// weather and markets, and when what happens in them is published. Every value
// depends on the seed, the place and the instant alone, so that nothing is
// kept and any window can be asked for in any order.
package world
