"""The systems that a programme calls for, each an analysis of registers and findings, shown as one page.

One module is one kind of system; ``kinds.py`` lists them, and ``systems.toml`` of a study says which it has and by what
choices.  Nothing here knows a region: classes, perimeters, findings and thresholds are named by the study.
"""
