"""The charts of a version on its dataset's page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from publishing_office import TEXT, Office, parcel

from publishing.portal.pages.charts import charts_of
from publishing.portal.pages.languages import LANGUAGES
from publishing.portal.pages.rendering import environment
from publishing.portal.published import Published, PublishedVersion
from schemas.chart import Chart

PRICES = Chart.model_validate(
    {
        "id": "prices",
        "title": {"zh": "价格", "en": "Prices"},
        "description": TEXT,
        "kind": "stacked_bar",
        "x": {"field": "signed_on", "by": "month"},
        "y": {"take": "sum", "fields": ("price_cny",)},
        "series": {"field": "number"},
    }
)
BROKEN = PRICES.model_copy(update={"id": "broken", "where": Chart.model_validate(
    {**PRICES.model_dump(), "where": ({"field": "number", "single": True},)}
).where})  # fmt: skip


def released(make_office: Callable[..., Office]) -> PublishedVersion:
    """A version with a chart that is drawn and one that is not."""
    office = make_office(charts=(PRICES.model_dump(), BROKEN.model_dump()))
    office.accept(
        [
            parcel("<a>", "1234567.50", signed_on=dt.date(2026, 1, 5)),
            parcel("b", "2.00", signed_on=dt.date(2026, 5, 1)),
        ]
    )
    office.release()
    site = office.release_site
    version = Published(site.site, site.public).version("parcels")
    assert version is not None
    return version


def test_the_table_has_a_column_per_series_and_tells_gaps_and_open_months(
    make_office: Callable[..., Office],
) -> None:
    drawn, broken = charts_of(released(make_office))
    assert [name["zh"] for name in drawn.series] == ["<a>", "b"]
    told = [(row.name["zh"], row.values, row.rows, row.open) for row in drawn.rows]
    assert told == [
        ("2026-01", ("1234567.5", None), 1, False),
        ("2026-05", (None, "2"), 1, True),
    ]
    assert broken.failed is not None
    assert not broken.drawings


def test_the_section_shows_drawing_and_data_in_both_languages(
    make_office: Callable[..., Office],
) -> None:
    version = released(make_office)
    for language in LANGUAGES:
        made = environment(language, "Asia/Shanghai").get_template("charts.html")
        page = made.render(
            version=version, here="/datasets/parcels/", url=str, file_url=str, static=False
        )
        source = f"/datasets/parcels/1/chart.prices.{language.key}.svg"
        image = re.search(r'<img src="([^"]+)" width="\d+" height="\d+" alt="([^"]+)">', page)
        assert image is not None
        assert image[1] == source
        assert (version.folder / source.rsplit("/", 1)[1]).exists()
        assert {"zh": "图：价格", "en": "Chart: Prices"}[language.key] in image[2]
        assert "&lt;a&gt;" in page
        assert "1,234,567.5" in page
        assert {"zh": "未能画出", "en": "was not drawn"}[language.key] in page
        assert len(re.findall(r"<caption>", page)) == len(re.findall(r"<table>", page)) == 1
