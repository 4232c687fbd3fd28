"""Composite indices: how parts become one number."""

from __future__ import annotations

from xietong.measures.axes import Cells, OverSystems
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite


@measure(
    label="分指数均值 | Mean of the parts of an index",
    unit="{parts}",
    bounds=(None, None),
    reference="Rule found in the releases of the official index of Beijing, Tianjin and Hebei (five parts of equal "
    "weight), not stated by the publisher; on the method see OECD and JRC (2008), Handbook on Constructing "
    "Composite Indicators: Methodology and User Guide, ISBN 978-92-64-04345-9.",
    tested="printed",
    least={"system": 2},
    least_reason="an index of one part is that part",
)
def mean_of_parts(parts: OverSystems) -> Cells:
    r"""Total of an index whose parts count equally.

    .. math:: I = \frac{1}{m} \sum_{s=1}^{m} I_s

    :math:`I_s`: value of part *s*, all on one base; :math:`m`: number of parts.

    Extremes: lies between the lowest and the highest part.
    Trap: one part makes up for another without limit, so the parts are shown beside the total; parts of two bases are
    not mixed.
    Errors: a part that is not finite.
    """
    finite("composite.mean_of_parts", parts=parts)
    mean: Cells = parts.mean(axis=-1)
    return mean
