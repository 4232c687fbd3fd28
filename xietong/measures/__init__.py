"""The measures: the literature's formulas as pure functions on arrays, one family a module.

``measure`` declares one and ``facts`` looks one up; a family is imported when one of its measures is asked for.
"""

from xietong.measures.measure import Choice, Facts, Misuse, all_measures, facts, measure, misuses

__all__ = ["Choice", "Facts", "Misuse", "all_measures", "facts", "measure", "misuses"]
