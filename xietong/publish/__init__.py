"""Publish: chapters, figures, tables and documents from a built edition; publishing never computes."""
