"""Suspicions: what looks like a defect in a table, each kind found by one small named detector, one file each."""
