"""The library: observations in every vintage, places, concepts, origins, series, findings, store. No formulas."""
