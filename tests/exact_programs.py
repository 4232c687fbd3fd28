"""Envelopment programs solved in fractions, without any rounding: slow, and beyond doubt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np

Row = list[Fraction]


def solved(rows: Sequence[Row], right: Row, costs: Row) -> float:
    """Return the least cost with rows @ x = right (zero or above), x >= 0, by the rule of Bland; nan where none is."""
    height, width = len(rows), len(costs)
    table = [
        [*row, *(Fraction(i == k) for k in range(height)), end]
        for i, (row, end) in enumerate(zip(rows, right, strict=True))
    ]
    basis = list(range(width, width + height))

    def least(prices: Row, *, artificial: bool) -> Fraction:
        while True:
            reduced = [prices[j] - sum(prices[basis[i]] * table[i][j] for i in range(height)) for j in range(width)]
            enter = next((j for j in range(width) if reduced[j] < 0), None)
            if enter is None:
                return sum((prices[basis[i]] * table[i][-1] for i in range(height)), Fraction(0))
            stuck = [i for i in range(height) if not artificial and basis[i] >= width and table[i][enter]]
            down = [(table[i][-1] / table[i][enter], basis[i], i) for i in range(height) if table[i][enter] > 0]
            leave = stuck[0] if stuck else min(down)[2]
            pivot = table[leave][enter]
            table[leave] = [value / pivot for value in table[leave]]
            for i in range(height):
                if i != leave and table[i][enter]:
                    by = table[i][enter]
                    table[i] = [a - by * b for a, b in zip(table[i], table[leave], strict=True)]
            basis[leave] = enter

    nothing, one = [Fraction(0)] * width, [Fraction(1)] * height
    if least(nothing + one, artificial=True) > 0:
        return float("nan")
    return float(least(costs + [Fraction(0)] * height, artificial=False))


def _fractions(table: np.ndarray) -> list[Row]:
    return [[Fraction(float(value)) for value in row] for row in table]


def _unit(count: int, at: int, value: int = 1) -> Iterable[Fraction]:
    return (Fraction(value * (i == at)) for i in range(count))


def super_bcc(inputs: np.ndarray, outputs: np.ndarray, place: int) -> float:
    """Return the super-efficiency of one place at variable returns, inputs shrunk."""
    x, y = _fractions(inputs), _fractions(outputs)
    others, m, s = [j for j in range(len(x)) if j != place], len(x[0]), len(y[0])
    rows = [[*(x[j][i] for j in others), -x[place][i], *_unit(m + s, i)] for i in range(m)]
    rows += [[*(y[j][r] for j in others), Fraction(0), *_unit(m + s, m + r, -1)] for r in range(s)]
    rows.append([*(Fraction(1) for _ in others), *(Fraction(0) for _ in range(1 + m + s))])
    costs = [Fraction(j == len(others)) for j in range(len(rows[0]))]
    return solved(rows, [*(Fraction(0) for _ in range(m)), *y[place], Fraction(1)], costs)


def sbm(inputs: np.ndarray, outputs: np.ndarray, place: int) -> float:
    """Return the slack-based measure of one place at variable returns."""
    x, y = _fractions(inputs), _fractions(outputs)
    n, m, s = len(x), len(x[0]), len(y[0])
    rows = [[*(x[j][i] / x[place][i] for j in range(n)), Fraction(-1), *_unit(m + s, i)] for i in range(m)]
    rows += [[*(-y[j][r] / y[place][r] for j in range(n)), Fraction(1), *_unit(m + s, m + r)] for r in range(s)]
    rows.append([*_unit(n + 1, n), *(Fraction(0) for _ in range(m)), *(Fraction(1, s) for _ in range(s))])
    rows.append([*(Fraction(1) for _ in range(n)), Fraction(-1), *(Fraction(0) for _ in range(m + s))])
    costs = [*_unit(n + 1, n), *(Fraction(-1, m) for _ in range(m)), *(Fraction(0) for _ in range(s))]
    return solved(rows, [*(Fraction(0) for _ in range(m + s)), Fraction(1), Fraction(0)], costs)
