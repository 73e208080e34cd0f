package entsoe

// Code is a code of a list of the platform, with what it means.
type Code struct{ List, Code, Title string }

// titled is a code in the table of its list.
type titled struct{ code, title string }

// codeLists are the lists whose codes occur as attributes of series or in
// documents, by the platform's names of them.
var codeLists = []struct {
	name  string
	codes []titled
}{
	{"psrType", psrTypeTitles},
	{"businessType", businessTypeTitles},
	{"processType", processTypeTitles},
	{"priceCategory", priceCategoryTitles},
	{"priceDirection", priceDirectionTitles},
	{"priceComponent", priceComponentTitles},
	{"direction", directionTitles},
	{"docStatus", statusTitles},
	{"contract", contractTitles},
	{"auctionType", auctionTypeTitles},
	{"auctionCategory", auctionCategoryTitles},
	{"product", productTitles},
	{"reasonCode", reasonTitles},
}

// Codes returns all codes that occur as attributes of series or in documents.
func Codes() []Code {
	var all []Code
	for _, list := range codeLists {
		for _, c := range list.codes {
			all = append(all, Code{List: list.name, Code: c.code, Title: c.title})
		}
	}
	return all
}
