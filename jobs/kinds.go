package jobs

import "slices"

// Lanes returns the lanes of requests, in the order in which they go.
func Lanes() []string { return slices.Clone(ranks[:]) }

// Kinds returns the kinds of the jobs that workers work, in the order in which
// data passes through them, and last those that keep the queue in order.
func Kinds() []string {
	return []string{PlanArgs{}.Kind(), CollectArgs{}.Kind(), RevisionsArgs{}.Kind(), DriveArgs{}.Kind(), HealArgs{}.Kind()}
}
