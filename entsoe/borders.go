package entsoe

import "strings"

// BorderPair is a directed border: energy leaves From and enters To.
type BorderPair struct {
	From, To Area
	// Balancing borders are those between control areas or blocks that are no
	// borders of bidding zones: between the four of Germany and with their
	// neighbours. Only items of control areas and of balancing are asked for them.
	Balancing bool
}

// neighbours are the areas to which energy can leave one area; names are
// codes, or EICs where an area has none, divided by spaces.
type neighbours struct{ from, to string }

// Borders returns the known borders, each in both directions: the platform
// publishes them per direction, while some lists tell only one.
func Borders() []BorderPair {
	var pairs []BorderPair
	seen := map[[2]string]bool{}
	add := func(table []neighbours, balancing bool) {
		for _, n := range table {
			for _, to := range strings.Fields(n.to) {
				for _, key := range [][2]string{{n.from, to}, {to, n.from}} {
					if !seen[key] {
						seen[key] = true
						pairs = append(pairs, BorderPair{From: areaOf(key[0]), To: areaOf(key[1]), Balancing: balancing})
					}
				}
			}
		}
	}
	add(neighbourTable, false)
	add(moreNeighbours, false)
	add(balancingNeighbours, true)
	return pairs
}

// areaOf returns the area of a code or an EIC, whether it is known or not.
func areaOf(name string) Area {
	if a, ok := byName()[strings.ToLower(name)]; ok {
		return a
	}
	return Area{EIC: name, Code: name}
}

// neighbourTable holds the borders that are known from others' lists of
// neighbours: bidding zones as entsoe-py has them, and control areas. It tells
// today's borders and those of areas that have ended.
var neighbourTable = []neighbours{
	{"AT", "CH CZ DE_LU HU IT IT_NORD SI"},
	{"BA", "HR ME RS"},
	{"BE", "DE_AT_LU DE_LU FR GB NL"},
	{"BG", "GR MK RO RS TR"},
	{"BY", "LT"},
	{"CH", "AT DE_AT_LU DE_LU FR IT_NORD IT_NORD_CH"},
	{"CZ", "AT DE_AT_LU DE_LU PL SK"},
	{"DE_50HZ", "DK_CA"},
	{"DE_AT_LU", "BE CH CZ DK_1 DK_2 FR IT_NORD IT_NORD_AT NL PL SE_4 SI"},
	{"DE_LU", "AT BE CH CZ DK_1 DK_2 FR NL NO_2 PL SE_4"},
	{"DE_TENNET", "DK_CA"},
	{"DK_1", "DE_AT_LU DE_LU DK_2 GB NL NO_2 SE_3"},
	{"DK_2", "DE_AT_LU DE_LU DK_1 SE_4"},
	{"DK_CA", "DE_50HZ DE_TENNET"},
	{"EE", "FI LV RU"},
	{"ES", "FR PT"},
	{"FI", "EE NO_4 RU SE_1 SE_3"},
	{"FR", "BE CH DE_AT_LU DE_LU ES GB IT IT_NORD IT_NORD_FR"},
	{"GB", "BE DK_1 FR IE IE_SEM NIE NL NO_2"},
	{"GR", "AL BG IT_BRNN IT_GR MK TR"},
	{"HR", "BA HU RS SI"},
	{"HU", "AT HR RO RS SI SK UA"},
	{"IE", "GB NIE"},
	{"IE_SEM", "GB"},
	{"IT", "AT CH FR GR ME MT SI"},
	{"IT_BRNN", "GR IT_SUD"},
	{"IT_CALA", "IT_SICI IT_SUD"},
	{"IT_CNOR", "IT_CSUD IT_NORD IT_SACO_DC IT_SARD"},
	{"IT_CSUD", "IT_CNOR IT_SARD IT_SUD"},
	{"IT_FOGN", "IT_SUD"},
	{"IT_NORD", "AT CH DE_AT_LU FR IT_CNOR SI"},
	{"IT_ROSN", "IT_SICI IT_SUD"},
	{"IT_SACO_DC", "IT_CNOR IT_SARD"},
	{"IT_SARD", "IT_CNOR IT_CSUD IT_SACO_DC"},
	{"IT_SICI", "IT_CALA IT_ROSN MT"},
	{"IT_SUD", "IT_BRNN IT_CALA IT_CSUD IT_FOGN IT_ROSN"},
	{"LT", "BY LV PL RU_KGD SE_4"},
	{"10YDOM-PL-SE-LT2", "PL"},
	{"LV", "EE LT RU"},
	{"ME", "AL BA RS"},
	{"MK", "BG GR RS"},
	{"MT", "IT_SICI"},
	{"NIE", "GB IE"},
	{"NL", "BE DE_AT_LU DE_LU DK_1 GB NO_2"},
	{"NO_1", "NO_2 NO_3 NO_5 SE_3"},
	{"NO_2", "DE_LU DK_1 GB NL NO_1 NO_5"},
	{"NO_3", "NO_1 NO_4 NO_5 SE_2"},
	{"NO_4", "FI NO_3 SE_1 SE_2"},
	{"NO_5", "NO_1 NO_2 NO_3"},
	{"PL", "CZ DE_AT_LU DE_LU LT 10YDOM-PL-SE-LT2 SE_4 SK UA"},
	{"PT", "ES"},
	{"RO", "BG HU RS UA"},
	{"RS", "AL BA BG HR HU ME MK RO"},
	{"RU_KGD", "LT"},
	{"SE_1", "FI NO_4 SE_2"},
	{"SE_2", "NO_3 NO_4 SE_1 SE_3"},
	{"SE_3", "DK_1 FI NO_1 SE_2 SE_4"},
	{"SE_4", "DE_AT_LU DE_LU DK_2 LT PL SE_3"},
	{"SI", "AT DE_AT_LU HR HU IT IT_NORD"},
	{"SK", "CZ HU PL UA"},
}

// moreNeighbours are borders that those lists lack: those of UA_BEI went to
// UA_IPS in September 2022 (electricitymaps#4617, #5449), and answers have been
// seen for the others.
var moreNeighbours = []neighbours{
	{"UA_IPS", "HU MD PL RO SK"},
	{"MD", "RO"},
	{"FR", "GB_ELECLINK GB_IFA GB_IFA2"},
	{"BE", "DE_AMPRION"},
	{"IT_CSUD", "ME"},
	{"IT_SARD", "IT_SACO_AC"},
}

// balancingNeighbours are borders of control areas and of load-frequency
// blocks that follow from the grid; an answer has been seen for Austria with
// the German block.
var balancingNeighbours = []neighbours{
	{"DE_TENNET", "AT CZ NL NO_2 SE_4 DE_50HZ DE_AMPRION DE_TRANSNET"},
	{"DE_AMPRION", "AT CH FR LU NL DE_TRANSNET"},
	{"DE_50HZ", "CZ DK_2 PL"},
	{"DE_TRANSNET", "AT CH FR"},
	{"NO", "DK_CA FI SE"},
	{"SE", "DK_CA FI"},
	{"10YCB-GERMANY--8", "AT BE CH CZ FR NL 10YCB-POLAND---Z 10Y1001A1001A91G"},
	{"10YCB-POLAND---Z", "CZ SK UA_BEI"},
	{"10YCB-SI-HR-BA-3", "AT HU IT 10YCB-JIEL-----9"},
	{"10YCB-JIEL-----9", "AL BG GR HU RO XK"},
	{"XK", "AL"},
	{"IE_SEM", "FR"},
}
