"""The library: observations in every vintage, places, concepts, origins, series, findings and the store. No formulas."""
