package store_test

import (
	"testing"

	"entsoed/store/dbtest"
)

func TestMigrateX(t *testing.T) {
	db := dbtest.Open(t)
	_ = db
}
