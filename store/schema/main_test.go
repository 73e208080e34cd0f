package schema_test

import (
	"testing"

	"entsoed/store/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }
