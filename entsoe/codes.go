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

// directionTitles are those of flowDirection.
var directionTitles = []titled{
	{"A01", "Up"},
	{"A02", "Down"},
	{"A03", "Up and down"},
	{"A04", "Stable"},
}

// priceCategoryTitles are those of prices of imbalances and activated energy.
var priceCategoryTitles = []titled{
	{"A01", "Category 1"},
	{"A02", "Category 2"},
	{"A03", "Category 3"},
	{"A04", "Excess balance"},
	{"A05", "Insufficient balance"},
	{"A06", "Average bid price"},
	{"A07", "Single marginal bid price"},
	{"A08", "Cross-border marginal price"},
}

// priceComponentTitles are those of parts of imbalance prices.
var priceComponentTitles = []titled{
	{"A01", "Scarcity"},
	{"A02", "Incentive"},
	{"A03", "Financial neutrality"},
}

// priceDirectionTitles tell expenditure from income.
var priceDirectionTitles = []titled{
	{"A01", "Expenditure"},
	{"A02", "Income"},
}

// contractTitles are lengths of contracts and agreements.
var contractTitles = []titled{
	{"A01", "Daily contract"},
	{"A02", "Weekly contract"},
	{"A03", "Monthly contract"},
	{"A04", "Yearly contract"},
	{"A05", "Total contract"},
	{"A06", "Long term contract"},
	{"A07", "Intraday contract"},
	{"A08", "Quarter yearly contract"},
	{"A09", "Semestrial contract"},
	{"A10", "Multiple year contract"},
	{"A11", "Intraday balancing mechanism contract"},
	{"A12", "Historical contract"},
	{"A13", "Hourly contract"},
	{"A14", "First intraday auction contract"},
	{"A15", "Second intraday auction contract"},
	{"A16", "Third intraday auction contract"},
}

// auctionTypeTitles are kinds of auctions.
var auctionTypeTitles = []titled{
	{"A01", "Implicit"},
	{"A02", "Explicit"},
	{"A03", "Rule Based"},
	{"A04", "Mixed"},
	{"A05", "Explicit/split"},
	{"A06", "Shadow auction"},
	{"A07", "Flow-based"},
	{"A08", "Continuous"},
}

// auctionCategoryTitles are kinds of hours that an auction sells.
var auctionCategoryTitles = []titled{
	{"A01", "Base"},
	{"A02", "Peak"},
	{"A03", "Off peak"},
	{"A04", "Hourly"},
}

// productTitles are products of balancing.
var productTitles = []titled{
	{"A01", "Standard balancing product"},
	{"A02", "Specific balancing product"},
	{"A03", "Product from integrated scheduling process"},
	{"A04", "Local balancing product"},
	{"A05", "Standard mFRR product eligible for scheduled activation"},
	{"A06", "Standard mFRR product eligible for direct activation"},
	{"A07", "Standard mFRR product eligible for direct and scheduled activation"},
	{"A08", "Market wide resource capacity mechanism"},
	{"A09", "Strategic reserve resource capacity mechanism"},
	{"A10", "Other resource capacity mechanism"},
	{"A11", "Fast activation product"},
	{"A12", "Remedial Action Cost Sharing Polluter Pays"},
	{"A13", "Static product"},
	{"A14", "Dynamic product"},
}
