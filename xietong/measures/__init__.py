"""The measures: the literature's formulas as pure functions on arrays, one family a module.

``measure`` declares one and ``facts`` looks one up; a family is imported when one of its measures is asked for.
"""

from xietong.measures.measure import Facts, all_measures, facts, measure

__all__ = ["Facts", "all_measures", "facts", "measure"]
