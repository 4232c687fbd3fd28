r"""Datums of Chinese web maps: GCJ-02 and BD-09 turned into WGS 84 coordinates.

GCJ-02 shifts WGS 84 by a smooth function of longitude and latitude, which is known only from its re-implementations;
the series below is the one that they agree on (none of the map services published it). BD-09 turns and lengthens GCJ-02
around a fixed point. Both are inverted by fixed-point iteration. Outside China nothing is shifted.

The shift is 300 to 700 m for GCJ-02 and up to 1.5 km for BD-09.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SEMI_MAJOR, ECCENTRICITY = 6378245.0, 0.00669342162296594323
"""Semi-major axis in metres and squared eccentricity of the ellipsoid of Krasovsky, on which the series stands."""
TURN = np.pi * 3000 / 180
ROUNDS = 5


def _series(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the terms of the shift in longitude and latitude for degrees east of 105 and north of 35."""
    pi = np.pi
    waves = (20 * np.sin(6 * x * pi) + 20 * np.sin(2 * x * pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + waves
    east += (20 * np.sin(x * pi) + 40 * np.sin(x / 3 * pi)) * 2 / 3
    east += (150 * np.sin(x / 12 * pi) + 300 * np.sin(x / 30 * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + waves
    north += (20 * np.sin(y * pi) + 40 * np.sin(y / 3 * pi)) * 2 / 3
    north += (160 * np.sin(y / 12 * pi) + 320 * np.sin(y * pi / 30)) * 2 / 3
    return east, north


def gcj_from_wgs(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Return GCJ-02 coordinates of WGS 84 points in degrees."""
    east, north = _series(longitude - 105.0, latitude - 35.0)
    radians = np.radians(latitude)
    magic = 1 - ECCENTRICITY * np.sin(radians) ** 2
    root = np.sqrt(magic)
    north = np.degrees(north / (SEMI_MAJOR * (1 - ECCENTRICITY) / (magic * root)))
    east = np.degrees(east / (SEMI_MAJOR / root * np.cos(radians)))
    return longitude + east, latitude + north


def wgs_from_gcj(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Return WGS 84 coordinates of GCJ-02 points in degrees, to about a centimetre."""
    x, y = longitude.copy(), latitude.copy()
    for _ in range(ROUNDS):
        there_x, there_y = gcj_from_wgs(x, y)
        x, y = x - (there_x - longitude), y - (there_y - latitude)
    return x, y


def gcj_from_bd(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Return GCJ-02 coordinates of BD-09 points in degrees."""
    x, y = longitude - 0.0065, latitude - 0.006
    radius = np.hypot(x, y) - 0.00002 * np.sin(y * TURN)
    angle = np.arctan2(y, x) - 0.000003 * np.cos(x * TURN)
    return radius * np.cos(angle), radius * np.sin(angle)


def wgs_from_bd(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Return WGS 84 coordinates of BD-09 points in degrees."""
    return wgs_from_gcj(*gcj_from_bd(longitude, latitude))
