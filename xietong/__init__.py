"""xietong 协同: statistics with their sources in, an audited report on coordinated development out."""

__version__ = "0.1.0"
__all__ = ["__version__"]
