"""Functions of places: who decides and who produces, and how a core and its surroundings share that between them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from xietong.measures.axes import Cells
from xietong.measures.measure import measure
from xietong.measures.preconditions import not_negative, positive

_DURANTON = (
    "Duranton, G. and Puga, D. (2005), From sectoral to functional urban specialisation, Journal of Urban Economics "
    "57(2): 343-370, doi 10.1016/j.jue.2004.12.002"
)
_NOBODY = "join the place with a neighbour, or leave it out by name: a ratio to nobody has no value"
_ALIKE = ("management", "production", "nation_management", "nation_production")


@measure(
    label="城市功能专业化 | Functional specialisation",
    unit="1",
    bounds=(None, None),
    reference=f"{_DURANTON}; the abstract was found, the definition is that which the literature passes on: managers "
    "for each production worker, relative to the nation.",
    tested="by hand",
    alike=_ALIKE,
    also=("duranton_puga",),
)
def functional_specialisation(
    management: Cells,
    production: Cells,
    nation_management: Cells,
    nation_production: Cells,
    *,
    form: Literal["difference", "ratio", "logarithm"] = "difference",
) -> Cells:
    r"""How many more managers come to a production worker in a place than in the nation.

    .. math:: F_i = \frac{m_i / p_i}{M / P} - 1

    :math:`m_i, p_i`: people of place *i* who manage (or work in producer services) and who produce; :math:`M, P`: the
    same of the nation. ``form`` states the result as this ``difference`` (0.1 is 10% more), as the ``ratio``
    :math:`1 + F_i`, or as its ``logarithm``, in which twice and half lie equally far from the nation.

    Extremes: -1 without managers, 0 (1 as a ratio) for a place like the nation; no upper limit.
    Trap: occupations are meant, of all sectors; producer services over manufacturing stand in for them where no
    occupations are counted, and are another number. It is no index of diversity, which some packages call by the
    authors' names.
    Errors: a number that is not finite or below zero; nobody who produces; no managers in the nation, or in the place
    for the logarithm.
    """
    who = "functions.functional_specialisation"
    not_negative(who, management=management, production=production)
    positive(who, nation_management=nation_management, nation_production=nation_production)
    positive(who, _NOBODY, production=production)
    ratio = management / production / (nation_management / nation_production)
    if form == "ratio":
        return ratio
    if form == "difference":
        return ratio - 1
    positive(who, "state the form as difference or ratio, which take a place without managers", management=management)
    logarithm: Cells = np.log(ratio)
    return logarithm


@measure(
    label="中心-外围功能分工指数 | Division of functions between core and periphery",
    unit="1",
    bounds=(0, None),
    reference=f"Studies of Chinese city regions, in the line of {_DURANTON}: producer services over manufacturing in "
    "the core city, relative to the same in the cities around it.",
    tested="by hand",
    alike=("core_services", "core_manufacturing", "periphery_services", "periphery_manufacturing"),
    also=("core_periphery", "functional_division"),
)
def division_of_functions(
    core_services: Cells, core_manufacturing: Cells, periphery_services: Cells, periphery_manufacturing: Cells
) -> Cells:
    r"""How far the core turns to producer services and the periphery to manufacturing.

    .. math:: FS = \frac{s_c / m_c}{s_p / m_p}

    :math:`s_c, m_c`: people in producer services and in manufacturing in the core; :math:`s_p, m_p`: in the periphery,
    all its cities together.

    Extremes: 1 when core and periphery have one mix; above 1 when the core serves and the periphery makes, below 1 the
    other way round; no upper limit.
    Trap: which branches are producer services, and which cities the periphery, differ between studies. The sum of the
    periphery is taken, not the mean of its ratios. Statistics of employees in urban units leave many out.
    Errors: a number that is not finite or below zero; nobody in manufacturing; none in the services of the
    periphery.
    """
    who = "functions.division_of_functions"
    not_negative(
        who,
        core_services=core_services,
        core_manufacturing=core_manufacturing,
        periphery_services=periphery_services,
        periphery_manufacturing=periphery_manufacturing,
    )
    positive(
        who,
        _NOBODY,
        core_manufacturing=core_manufacturing,
        periphery_services=periphery_services,
        periphery_manufacturing=periphery_manufacturing,
    )
    return core_services / core_manufacturing / (periphery_services / periphery_manufacturing)
