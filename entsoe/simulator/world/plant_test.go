package world

import "testing"

// The check characters of codes that really exist.
func TestCheckCharacter(t *testing.T) {
	for _, eic := range []string{
		"10Y1001A1001A82H", "10YNL----------L", "10YFR-RTE------C", "10YCZ-CEPS-----N", "10YPL-AREA-----S",
		"10Y1001A1001A59C", "17Y0000009369493", "49W000000000002F",
	} {
		if got := CheckCharacter([]byte(eic[:15])); got != eic[15] {
			t.Errorf("%s: check character %c", eic, got)
		}
	}
}
