"""Colours of charts, for light and for dark pages.

Chosen so that under normal, protan, deutan and tritan vision (Machado et al. 2009) any two are at
least 30 apart in CIELAB, and each stands out from the page by 3:1 (WCAG 2.2, 1.4.11); a test
holds them to it. Series differ in the shape of their points and the dashes of their lines as well.
"""

from __future__ import annotations

SERIES = ("#283fed", "#ea690e", "#00a46d", "#b17dba", "#650075", "#822a02")
OTHERS = "#404040"
STEPS = ("#b8d0ec", "#84aee0", "#4a82c4", "#24599a", "#0b2f60")
"""From little to much, in a ``heat``."""
TEXT, FAINT, LINE = "#262626", "#d9d9d9", "#707070"
PAPER = "#ffffff"
"""What a drawing lies on, wherever it is shown: that of the portal's pages."""

DARK = {
    **dict(
        zip(SERIES, ("#73eef7", "#d8b12f", "#3aa452", "#c851c2", "#6858ff", "#ffff10"), strict=True)
    ),
    OTHERS: "#737373",
    **dict(zip(STEPS, ("#27496f", "#33699f", "#5593cf", "#93c0ee", "#dcecff"), strict=True)),
    TEXT: "#ececec",
    FAINT: "#4a4a4a",
    LINE: "#a0a0a0",
    PAPER: "#12191a",
}
"""What each colour becomes where the reader prefers dark pages."""

DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (4, 4), (10, 4), (1, 3))
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "stroke")
