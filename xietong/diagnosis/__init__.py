"""Diagnosis: framework, scorecards, claims; judgement on findings, never arithmetic of its own."""
