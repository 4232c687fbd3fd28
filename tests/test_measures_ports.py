"""Ports: shares that add up, concentration at its ends, hinterlands that conserve cargo."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import ports
from xietong.measures.axes import Array

throughputs = arrays(np.float64, (4, 3), elements=st.floats(0.1, 100.0))
sizes = arrays(np.float64, 4, elements=st.floats(0.1, 100.0))
hauls = arrays(np.float64, (6, 4), elements=st.floats(1.0, 900.0))
cargo = arrays(np.float64, 6, elements=st.floats(0.1, 100.0))
forms = st.sampled_from([("power", 2.0), ("exponential", 0.01)])


@given(throughput=throughputs)
def test_concentration_is_that_of_the_shares(throughput: Array) -> None:
    share = ports.market_share(throughput)
    np.testing.assert_allclose(share.sum(axis=0), 1.0)
    np.testing.assert_allclose(ports.cargo_concentration(throughput), (share**2).sum(axis=0))
    np.testing.assert_allclose(ports.port_specialisation(throughput), ports.cargo_concentration(throughput.T))


def test_a_division_of_work_and_its_absence() -> None:
    divided, alike = np.eye(3), np.ones((3, 3))
    np.testing.assert_allclose(ports.cargo_concentration(divided), 1.0)
    np.testing.assert_allclose(ports.port_specialisation(divided), 1.0)
    np.testing.assert_allclose(ports.cargo_concentration(alike), 1 / 3)


@given(size=sizes, haul=hauls, amount=cargo, form=forms)
def test_no_cargo_is_lost_and_none_is_made(size: Array, haul: Array, amount: Array, form) -> None:
    choices = {"form": form[0], "decay": form[1]}
    np.testing.assert_allclose(ports.hinterland_probability(size, haul, **choices).sum(axis=-1), 1.0)
    np.testing.assert_allclose(ports.hinterland(amount, size, haul, **choices).sum(), amount.sum())
    mean = ports.mean_haul(amount, size, haul, **choices)
    assert (mean >= haul.min(axis=0) - 1e-9).all()
    assert (mean <= haul.max(axis=0) + 1e-9).all()


@given(size=sizes, haul=hauls)
def test_a_port_that_grows_draws_more_from_everywhere(size: Array, haul: Array) -> None:
    before = ports.hinterland_probability(size, haul, decay=2.0)
    after = ports.hinterland_probability(size * np.array([2.0, 1.0, 1.0, 1.0]), haul, decay=2.0)
    assert (after[:, 0] >= before[:, 0]).all()
    assert (after[:, 1:] <= before[:, 1:] + 1e-12).all()


@given(size=sizes, haul=hauls)
def test_kilometres_or_miles_do_not_matter_to_power_decay_alone(size: Array, haul: Array) -> None:
    one, other = (ports.hinterland_probability(size, unit, decay=2.0) for unit in (haul, haul / 1.609))
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


def test_a_steep_decay_over_long_distances_leaves_no_place_without_a_port() -> None:
    """Computed plainly, exp(-5 x 900) is zero for both ports and the shares are 0 / 0."""
    found = ports.hinterland_probability(np.ones(2), np.array([[900.0, 900.1]]), decay=5.0, form="exponential")
    np.testing.assert_allclose(found, [[1 / (1 + np.exp(-0.5)), 1 / (1 + np.exp(0.5))]])


def test_a_port_without_attractiveness_has_no_hinterland_and_no_haul() -> None:
    size, haul = np.array([0.0, 1.0]), np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(ports.hinterland(np.ones(2), size, haul, decay=1.0), [0.0, 2.0])
    np.testing.assert_array_equal(ports.mean_haul(np.ones(2), size, haul, decay=1.0), [np.nan, 3.0])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: ports.market_share(np.array([[0.0, 1.0], [0.0, 2.0]])), "total_of_cargo is 0 at [0, 0]"),
        (lambda: ports.port_specialisation(np.array([[0.0, 0.0], [1.0, 2.0]])), "total_of_port is 0 at [0, 0]"),
        (lambda: ports.hinterland_probability(np.ones(2), np.zeros((1, 2)), decay=2.0), "distances is 0 at [0, 0]"),
        (lambda: ports.hinterland_probability(np.zeros(2), np.ones((1, 2)), decay=2.0), "largest_attractiveness is 0"),
        (lambda: ports.hinterland_probability(np.ones(2), np.ones((1, 2)), decay=-2.0), "decay is -2"),
    ],
)
def test_refusals(call, said: str) -> None:
    with pytest.raises(MeasureRefusal) as caught:
        call()
    assert caught.value.what.startswith(said)
    assert caught.value.ways
