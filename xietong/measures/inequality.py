"""Inequality between regions: variation, Theil, Gini, Atkinson, Hoover, and the plain ratio of the ends."""

from __future__ import annotations

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Cells, OverRegions
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import not_negative, positive

_THEIL = (
    "Theil, H. (1967), Economics and Information Theory; set out in Bellù, L. G. and Liberati, P. (2006), "
    "Describing Income Inequality: Theil Index and Entropy Class Indexes, FAO EASYPol Module 051, section "
    "3.2; as a class: Shorrocks, A. F. (1980), The Class of Additively Decomposable Inequality Measures, "
    "Econometrica 48(3): 613-626."
)
_TWO = {"place": 2}
_TWO_REASON = "one place has no difference to itself"
_ZERO_INCOME = "inequality.theil_t accepts an income of zero, since zero times its logarithm tends to zero"


@measure(
    label="变异系数 | Coefficient of variation",
    unit="1",
    bounds=(0, None),
    reference="Huang, Y. and Leung, Y. (2009), Measuring Regional Inequality: A Comparison of Coefficient of Variation "
    "and Hoover Concentration Index, The Open Geography Journal 2: 25-34.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    spread="总体，除数为n | of the places themselves, divisor n",
    scale_free=("values",),
    replicates=("place",),
    also=("cv",),
)
def coefficient_of_variation(values: OverRegions) -> Cells:
    r"""Spread of places around their plain mean, in units of that mean.

    .. math:: V = \frac{1}{\bar{x}} \sqrt{\frac{1}{n} \sum_i (x_i - \bar{x})^2}

    :math:`x_i`: value per head of place *i*; :math:`\bar{x}`: plain mean; :math:`n`: number of places.

    Extremes: 0 when all places are alike; :math:`\sqrt{n-1}` when one place has everything.
    Trap: the divisor is *n*, as for a complete set of places; with *n* - 1 three places give a value that is larger by
    more than a fifth, and published figures rarely say which.
    Errors: a value that is not finite or below zero; all values zero.
    """
    not_negative("inequality.coefficient_of_variation", values=values)
    mean = values.mean(axis=-1)
    positive("inequality.coefficient_of_variation", mean_of_values=mean)
    variation: Cells = values.std(axis=-1, ddof=0) / mean
    return variation


@measure(
    label="加权变异系数（威廉森系数） | Weighted coefficient of variation (Williamson)",
    unit="1",
    bounds=(0, None),
    reference="Williamson, J. G. (1965), Regional Inequality and the Process of National Development: A Description of "
    "the Patterns, Economic Development and Cultural Change 13(4); what it measures: Gluschenko, K. (2018), "
    "Measuring Regional Inequality: To Weight or Not to Weight?, Spatial Economic Analysis 13(1): 36-59.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    spread="总体，人口加权 | of the places themselves, weighted by people",
    scale_free=("values", "people"),
    replicates=("place",),
    also=("williamson",),
)
def weighted_coefficient_of_variation(values: OverRegions, people: OverRegions) -> Cells:
    r"""Spread of places around the mean of all people, each place counted by its people.

    .. math:: V_w = \frac{1}{\mu} \sqrt{\sum_i f_i (x_i - \mu)^2}, \qquad \mu = \sum_i f_i x_i

    :math:`x_i`: value per head of place *i*; :math:`f_i`: its share of all people; :math:`\mu`: value per head of all.

    Extremes: 0 when all places are alike; no fixed upper limit.
    Trap: the mean is the weighted one in both places; with the plain mean inside the square the result is another
    number. It describes people more than places: a small rich place hardly counts.
    Errors: a value or people that are not finite or below zero; all people zero; all values zero.
    """
    not_negative("inequality.weighted_coefficient_of_variation", values=values, people=people)
    total = people.sum(axis=-1, keepdims=True)
    positive("inequality.weighted_coefficient_of_variation", total_of_people=total)
    weights = people / total
    mean = (weights * values).sum(axis=-1, keepdims=True)
    positive("inequality.weighted_coefficient_of_variation", mean_of_values=mean)
    variation: Cells = np.sqrt((weights * (values / mean - 1) ** 2).sum(axis=-1))
    return variation


@misuse(
    weighted_coefficient_of_variation,
    label="离差取自简单平均 | deviations from the plain mean",
    seen="R package REAT 3.0.3, williamson(), its default: plain mean inside the square, weighted mean below",
)
def _deviations_from_the_plain_mean(values: OverRegions, people: OverRegions) -> Cells:
    weights = people / people.sum(axis=-1, keepdims=True)
    spread = (weights * (values - values.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    variation: Cells = np.sqrt(spread) / (weights * values).sum(axis=-1)
    return variation


@measure(
    label="泰尔指数T | Theil's T",
    unit="nat",
    bounds=(0, None),
    reference=_THEIL,
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    zeros="收入为零计零（0·ln0=0），人口须大于零 | an income of zero adds nothing (0 ln 0 = 0), people are above zero",
    scale_free=("incomes", "people"),
    replicates=("place",),
    also=("theil",),
)
def theil_t(incomes: OverRegions, people: OverRegions) -> Cells:
    r"""Inequality between regions, each weighted by its income.

    .. math:: T = \sum_i s_i \ln \frac{s_i}{f_i}

    :math:`s_i`: share of place *i* in all income; :math:`f_i`: its share of all people.

    Extremes: 0 when income is spread as people are; :math:`-\ln f_k` when place *k* has all income.
    Trap: ``incomes`` are totals of places, not values per head; several packages call the other index, L, by this name.
    Three places carry no decomposition.
    Errors: an income that is not finite or below zero; people that are not above zero; all incomes zero.
    """
    not_negative("inequality.theil_t", incomes=incomes)
    income, population = _shares("inequality.theil_t", incomes, people)
    ratio = income / population
    index: Cells = (income * np.log(np.where(ratio > 0, ratio, 1.0))).sum(axis=-1)
    return index


@measure(
    label="泰尔指数L（平均对数离差） | Theil's L (mean logarithmic deviation)",
    unit="nat",
    bounds=(0, None),
    reference=_THEIL,
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    zeros="拒绝 | refused",
    scale_free=("incomes", "people"),
    replicates=("place",),
    also=("mean_log_deviation",),
)
def theil_l(incomes: OverRegions, people: OverRegions) -> Cells:
    r"""Inequality between regions, each weighted by its people.

    .. math:: L = \sum_i f_i \ln \frac{f_i}{s_i}

    :math:`s_i`: share of place *i* in all income; :math:`f_i`: its share of all people.

    Extremes: 0 when income is spread as people are; no upper limit as one income tends to zero.
    Trap: ``incomes`` are totals of places, not values per head; an income of zero has no L, and none is invented.
    Errors: an income or people that are not finite or not above zero.
    """
    positive("inequality.theil_l", _ZERO_INCOME, incomes=incomes)
    income, population = _shares("inequality.theil_l", incomes, people)
    index: Cells = (population * np.log(population / income)).sum(axis=-1)
    return index


@measure(
    label="基尼系数（人口加权） | Gini coefficient, weighted by people",
    unit="1",
    bounds=(0, 1),
    reference="Gini, C. (1912); area under the Lorenz curve of grouped data by trapezia, as in Doersam, P. (2004), "
    "Wirtschaftsstatistik anschaulich dargestellt, PD-Verlag, cited after the manual of the R package REAT.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("values", "people"),
    replicates=("place",),
)
def gini(values: OverRegions, people: OverRegions) -> Cells:
    r"""Distance of the Lorenz curve of places from equal shares.

    .. math:: G = 1 - \sum_i f_i (Q_i + Q_{i-1}), \qquad Q_i = \sum_{j \le i} f_j x_j / \sum_j f_j x_j, \quad Q_0 = 0

    Places stand in the order of :math:`x_i`, the value per head; :math:`f_i`: share of place *i* in all people;
    :math:`Q_i`: share of the places up to *i* in the whole amount.

    Extremes: 0 when all places are alike; :math:`1 - f_k` when place *k* has everything.
    Trap: values and people are sorted together; ``values`` are per head, not totals. Differences inside a place are not
    seen, so it lies below the coefficient of persons.
    Errors: a value or people that are not finite or below zero; all people zero; all values zero.
    """
    not_negative("inequality.gini", values=values, people=people)
    values, people = np.broadcast_arrays(values, people)
    order = np.argsort(values, axis=-1, kind="stable")
    sorted_people = np.take_along_axis(people, order, axis=-1)
    amounts = np.cumsum(np.take_along_axis(values, order, axis=-1) * sorted_people, axis=-1)
    total_people, total = people.sum(axis=-1, keepdims=True), amounts[..., -1:]
    positive("inequality.gini", total_of_people=total_people, total_of_amounts=total)
    lorenz = amounts / total
    before = np.concatenate([np.zeros_like(total), lorenz[..., :-1]], axis=-1)
    coefficient: Cells = 1 - (sorted_people / total_people * (lorenz + before)).sum(axis=-1)
    return coefficient


@measure(
    label="阿特金森指数 | Atkinson index",
    unit="1",
    bounds=(0, 1),
    reference="Atkinson, A. B. (1970), On the Measurement of Inequality, Journal of Economic Theory 2: 244-263.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    zeros="厌恶系数不小于1时拒绝，否则照算 | refused at an aversion of 1 or more, otherwise taken as they are",
    scale_free=("values", "people"),
    replicates=("place",),
)
def atkinson(values: OverRegions, people: OverRegions, *, aversion: float) -> Cells:
    r"""Share of the whole amount that could be given up, if the rest were spread evenly, without loss of welfare.

    .. math:: A = 1 - \frac{1}{\mu} \Big( \sum_i f_i x_i^{1 - \varepsilon} \Big)^{1 / (1 - \varepsilon)}, \qquad
       A = 1 - \frac{1}{\mu} \prod_i x_i^{f_i} \quad (\varepsilon = 1)

    :math:`x_i`: value per head of place *i*; :math:`f_i`: its share of all people; :math:`\mu`: value per head of all;
    :math:`\varepsilon`: aversion to inequality, above zero: the higher, the more the poorest places count.

    Extremes: 0 when all places are alike; towards 1 - :math:`\min_i x_i / \mu` as the aversion grows.
    Trap: the aversion is a judgement and no finding: state it, and show more than one. At 1 or more, a place with
    nothing would make the index 1 whatever the others have, and it is refused.
    Errors: a value that is not finite or below zero, or zero at an aversion of 1 or more; people not above zero; all
    values zero; an aversion not above zero.
    """
    if not (np.isfinite(aversion) and aversion > 0):
        ways = ("state an aversion above zero; 0.5, 1 and 2 are often shown together",)
        raise MeasureRefusal(
            "inequality.atkinson", f"aversion is {aversion:g}", why="0 counts no inequality", ways=ways
        )
    insist = not_negative if aversion < 1 else positive
    insist("inequality.atkinson", "an aversion below 1 accepts a place with nothing", values=values)
    positive("inequality.atkinson", people=people)
    weights = people / people.sum(axis=-1, keepdims=True)
    mean = (weights * values).sum(axis=-1)
    positive("inequality.atkinson", mean_of_values=mean)
    end = values.max(axis=-1, keepdims=True) if aversion < 1 else values.min(axis=-1, keepdims=True)
    logarithms, power = np.log(np.where(values > 0, values / end, 1.0)), 1 - aversion
    if power:
        terms = np.where(values > 0, np.expm1(power * logarithms), -1.0)
        level = np.log1p((weights * terms).sum(axis=-1)) / power
    else:
        level = (weights * logarithms).sum(axis=-1)
    index: Cells = 1 - end[..., 0] * np.exp(level) / mean
    return index


@measure(
    label="胡佛指数 | Hoover index",
    unit="1",
    bounds=(0, 1),
    reference="Hoover, E. M. (1936), The Measurement of Industrial Localization, The Review of Economics and "
    "Statistics 18: 162-171; for income and people: Huang, Y. and Leung, Y. (2009), The Open Geography Journal 2: "
    "25-34.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("incomes", "people"),
    replicates=("place",),
)
def hoover(incomes: OverRegions, people: OverRegions) -> Cells:
    r"""Share of all income that would have to move for every place to have its share of people.

    .. math:: H = \frac{1}{2} \sum_i | s_i - f_i |

    :math:`s_i`: share of place *i* in all income; :math:`f_i`: its share of all people.

    Extremes: 0 when income is spread as people are; 1 - :math:`f_k` when place *k* has all income.
    Trap: moves between two places on the same side of the mean leave it unchanged; ``incomes`` are totals of places.
    Errors: an income that is not finite or below zero; people that are not above zero; all incomes zero.
    """
    not_negative("inequality.hoover", incomes=incomes)
    income, population = _shares("inequality.hoover", incomes, people)
    index: Cells = np.abs(income - population).sum(axis=-1) / 2
    return index


@measure(
    label="极值比 | Ratio of the largest to the smallest",
    unit="1",
    bounds=(1, None),
    reference="Definition (largest value over smallest value).",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    zeros="拒绝 | refused",
    scale_free=("values",),
    replicates=("place",),
)
def max_min_ratio(values: OverRegions) -> Cells:
    r"""How many times the lowest place the highest one is.

    .. math:: R = \frac{\max_i x_i}{\min_i x_i}

    :math:`x_i`: value per head of place *i*.

    Extremes: 1 when all places are alike; no upper limit.
    Trap: everything between the two ends is ignored, and which places they are may change from year to year.
    Errors: a value that is not finite or not above zero.
    """
    positive("inequality.max_min_ratio", "inequality.hoover accepts a place with nothing", values=values)
    ratio: Cells = values.max(axis=-1) / values.min(axis=-1)
    return ratio


def _shares(measure: str, incomes: Array, people: Array) -> tuple[Array, Array]:
    positive(measure, people=people)
    income = incomes.sum(axis=-1, keepdims=True)
    positive(measure, total_of_incomes=income)
    return incomes / income, people / people.sum(axis=-1, keepdims=True)
