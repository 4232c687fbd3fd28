"""Random networks of twelve places; all synthetic."""

from __future__ import annotations

from samples.networks import directed, undirected

DATA = {
    "centrality.degree": directed,
    "centrality.strength": directed,
    "centrality.closeness": directed,
    "centrality.betweenness": directed,
    "centrality.eigenvector": undirected,
}
CHOICES = {"centrality.degree": {"threshold": 2.0}}
