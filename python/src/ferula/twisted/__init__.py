"""The page for Twisted servers."""

from .exposition import MetricsResource

__all__ = ("MetricsResource",)
