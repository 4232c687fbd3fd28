"""Choices within their bounds."""

from __future__ import annotations

CHOICES = {"equity.kolm_pollak": {"aversion": 1.0}, "equity.worst_off": {"share": 0.3}}
