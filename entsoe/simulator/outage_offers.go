package simulator

// documentOffers are the items whose answers are no documents of curves.
var documentOffers = [...]offer{}
