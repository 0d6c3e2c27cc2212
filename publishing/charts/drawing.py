"""Drawing a specification as one SVG file that stands by itself.

The text stays text. No script, no font, no address is needed to read it: it names the fonts that
systems have for Chinese. Its title and description are told to screen readers, and its colours
change where the reader prefers dark pages.
"""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape

import vl_convert

from publishing.charts import palette
from publishing.charts.specification import WIDTH
from publishing.charts.styling import FONT, TEXT_SIZE, TITLE_SIZE

VEGA_LITE = "6.4"
MEASURED_IN = "sans-serif"
"""The font in which widths are measured: Latin in the one that comes with vl-convert, Chinese in
one of the system. Looking for each font that is named takes twice as long, for the same widths."""
_TOLD = re.compile(
    r' (?:aria-[a-z]+|role|class|pointer-events)="[^"]*"| (?:opacity|stroke-opacity)="1"'
)
_FONT = re.compile(r' font-family="[^"]*"')
_EMPTY = re.compile(r'<path d="(?:M0,0h0v0h0Z)?"(?: display="none")?/>')
_OPENING = re.compile(r"<svg [^>]*?width=\"(?P<w>[\d.]+)\" height=\"(?P<h>[\d.]+)\"[^>]*>")


def drawn(
    specification: dict[str, Any], *, title: str, description: str, language: str
) -> tuple[bytes, tuple[int, int]]:
    """The SVG of a specification, the same bytes every time; its width and height.

    Raises ValueError where the specification cannot be drawn.
    """
    measured = {**specification, "config": {**specification["config"], "font": MEASURED_IN}}
    raw = vl_convert.vegalite_to_svg(measured, vl_version=VEGA_LITE)
    inside = _EMPTY.sub("", _FONT.sub("", _TOLD.sub("", raw)))
    opening = _OPENING.match(inside)
    if opening is None:
        raise ValueError("the drawing does not start with an svg element of known size")
    head_lines, head_height = _head(specification["usermeta"])
    wide, high = float(opening["w"]), float(opening["h"]) + head_height
    size = (round(max(wide, WIDTH)), round(high))
    content = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" '
        f'viewBox="0 0 {size[0]} {size[1]}" role="img" aria-labelledby="t d" '
        f'lang="{"zh-CN" if language == "zh" else "en"}" font-family="{escape(FONT, _QUOTES)}">'
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(description)}</desc>'
        f'<style>{_dark()}</style><rect width="100%" height="100%" fill="{palette.PAPER}"/>'
        f"{head_lines}"
        f'<g transform="translate(0,{head_height})">{inside[opening.end() : -len(_CLOSING)]}</g>'
        f"{_CLOSING}\n"
    )
    return content.encode(), size


def _head(titles: dict[str, list[str]]) -> tuple[str, int]:
    """The lines above the plot, and how high they stand together."""
    height, lines = 6, []
    for name, size, weight in (("title", TITLE_SIZE, "bold"), ("measure", TEXT_SIZE, "normal")):
        for line in titles[name]:
            height += round(size * 1.4)
            lines.append(
                f'<text x="6" y="{height}" font-size="{size}px" font-weight="{weight}" '
                f'fill="{palette.TEXT}">{escape(line)}</text>'
            )
    return "".join(lines), height + 4


_CLOSING = "</svg>"
_QUOTES = {'"': "&quot;"}


def _dark() -> str:
    rules = "".join(
        f'[fill="{light}"]{{fill:{dark}}}[stroke="{light}"]{{stroke:{dark}}}'
        for light, dark in palette.DARK.items()
    )
    return f"@media (prefers-color-scheme:dark){{{rules}}}"
