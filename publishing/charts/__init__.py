"""Charts of a version: the data behind them, computed exactly, and their drawings as SVG."""

from publishing.charts.form import charts

__all__ = ["charts"]
