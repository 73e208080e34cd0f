package entsoe

import (
	"fmt"
	"strings"
)

// eicLetters are the characters of an EIC, each worth its place.
const eicLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"

// eicLength is the number of characters of an EIC, the last of which checks the
// others.
const eicLength = 16

// wellFormedEIC reports whether s has the form of an EIC: 16 characters of
// A-Z, 0-9 and the hyphen. Its check character may be wrong.
func wellFormedEIC(s string) bool {
	if len(s) != eicLength {
		return false
	}
	for i := range len(s) {
		if strings.IndexByte(eicLetters, s[i]) < 0 {
			return false
		}
	}
	return true
}

// CheckCharacter returns the last character that an EIC of the right form must
// have (ENTSO-E, The Energy Identification Coding Scheme Reference Manual): the
// first 15 are weighted by 16 down to 2 and added up, modulo 37.
func CheckCharacter(eic string) byte {
	sum := 0
	for i := range eicLength - 1 {
		sum += strings.IndexByte(eicLetters, eic[i]) * (eicLength - i)
	}
	return eicLetters[36-(sum+36)%37]
}

// CheckCharacterError says that an EIC is mistyped: its last character does not
// check the others.
type CheckCharacterError struct {
	EIC     string
	Want    byte     // the check character of the first 15
	Nearest []string // known areas whose EICs differ in few places, the nearest first; may be empty
}

func (e *CheckCharacterError) Error() string {
	text := fmt.Sprintf("EIC %q is mistyped: its last character checks the others and would have to be %q, as in %s%c",
		e.EIC, string(e.Want), e.EIC[:eicLength-1], e.Want)
	if len(e.Nearest) > 0 {
		text += fmt.Sprintf(" (did you mean %s?)", strings.Join(e.Nearest, ", "))
	}
	return text
}

// checkEIC returns a *CheckCharacterError for an EIC of the right form with the
// wrong check character.
func checkEIC(eic string) error {
	if !mistyped(eic) {
		return nil
	}
	return &CheckCharacterError{EIC: eic, Want: CheckCharacter(eic), Nearest: nearestEICs(eic)}
}

// nearestEICs returns known areas whose EICs differ from eic in at most two
// places, with their names: "10YFR-RTE------C (FR)".
func nearestEICs(eic string) []string {
	var near [3][]string
	for _, a := range areaTable {
		differ := 0
		for i := range min(len(a.EIC), eicLength) {
			if a.EIC[i] != eic[i] {
				differ++
			}
		}
		if len(a.EIC) == eicLength && differ < len(near) {
			near[differ] = append(near[differ], named(a))
		}
	}
	found := append(near[1], near[2]...)
	return found[:min(3, len(found))]
}

// named writes an area for people, by EIC and name.
func named(a Area) string {
	if a.Code == a.EIC {
		return a.EIC
	}
	return a.EIC + " (" + a.Code + ")"
}

// mistyped reports whether an EIC has the right form and the wrong check
// character.
func mistyped(eic string) bool {
	return wellFormedEIC(eic) && CheckCharacter(eic) != eic[eicLength-1]
}
