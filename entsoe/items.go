package entsoe

var loadItems, generationItems, marketItems, transmissionItems []Item
