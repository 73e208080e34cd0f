package entsoe

import (
	"errors"
	"strings"
	"testing"
)

// TestCheckCharacter: every area of the catalogue and of the facts has the check
// character that it must have.
func TestCheckCharacter(t *testing.T) {
	for _, a := range Areas() {
		if wellFormedEIC(a.EIC) && CheckCharacter(a.EIC) != a.EIC[15] {
			t.Errorf("%s: the check character of %s is %c", a.Code, a.EIC, CheckCharacter(a.EIC))
		}
	}
}

func TestCheckCharacterOfFacts(t *testing.T) {
	compared := 0
	for _, row := range facts(t, "../areas.csv") {
		if eic := row["eic"]; wellFormedEIC(eic) {
			compared++
			if CheckCharacter(eic) != eic[15] {
				t.Errorf("%s: the check character is %c", eic, CheckCharacter(eic))
			}
		}
	}
	if compared < 100 {
		t.Errorf("only %d EICs were compared", compared)
	}
}

func TestMistypedEIC(t *testing.T) {
	for _, test := range []struct{ name, want string }{
		{"10YFR-RTE------D", `would have to be "C", as in 10YFR-RTE------C (did you mean 10YFR-RTE------C (FR)`},
		{"10YFR-RTF------C", "did you mean 10YFR-RTE------C (FR)"},
		{"10Y1001A1001A28H", "10Y1001A1001A82H (DE_LU)"}, // two digits in the wrong order
		{"10Z-UNKNOWN-EIC0", `would have to be "O", as in 10Z-UNKNOWN-EICO`},
	} {
		_, err := FindArea(test.name)
		mistyped, ok := errors.AsType[*CheckCharacterError](err)
		if !ok || mistyped.EIC != test.name || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s in it", test.name, err, test.want)
		}
	}
}

// TestLongNames: a name of any length is refused in a line that can be read.
func TestLongNames(t *testing.T) {
	for _, name := range []string{strings.Repeat("A", 10_000), strings.Repeat("%_", 5000), strings.Repeat("é", 10_000)} {
		_, err := FindArea(name)
		if _, ok := errors.AsType[*UnknownError](err); !ok || len(err.Error()) > 1000 {
			t.Errorf("%d bytes of error for %.10s...", len(err.Error()), name)
		}
	}
}
