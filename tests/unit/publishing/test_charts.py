"""Charts of a version: exact numbers, honest notes, drawings that stand by themselves."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from publishing_office import TEXT, Office, make_dataset, make_frame, parcel

from publishing.charts import palette
from publishing.charts.chart_data import ChartData
from publishing.charts.computing import Circumstances, compute
from publishing.charts.drawing import drawn as drawn_svg
from publishing.charts.specification import specification
from publishing.charts.wrapping import width, wrapped
from publishing.data_package import schema_sha256
from publishing.rollback import roll_back
from schemas.chart import Chart

CUT_AT = dt.datetime(2026, 5, 1, 10, 0)  # noqa: DTZ001 - the wall clock of the site


def make_chart(**changes: Any) -> dict[str, Any]:
    """Prices by month of signing."""
    return {
        "id": "prices",
        "title": {"zh": "价格", "en": "Prices"},
        "description": TEXT,
        "kind": "bar",
        "x": {"field": "signed_on", "by": "month"},
        "y": {"take": "sum", "fields": ("price_cny",)},
        **changes,
    }


def data_of(rows: list[dict[str, Any]], **changes: Any) -> ChartData:
    """The data of a chart over parcels."""
    dataset = make_dataset()
    chart = Chart.model_validate(make_chart(**changes))
    found = compute(make_frame(dataset, rows), dataset, chart, Circumstances(CUT_AT))
    assert found is not None
    return found


def drawn(data: ChartData) -> list[tuple[str, str, str | None, int]]:
    """The table behind the chart, in Chinese."""
    return [
        (one["x"]["zh"], one.get("series", {}).get("zh", ""), one["value"], one["rows"])
        for one in data.to_json()
    ]


def notes(data: ChartData) -> str:
    """Everything said under the chart, in English."""
    return " ".join(note.en for note in data.notes)


def signed(number: str, day: dt.date | None, price: str | None, **more: Any) -> dict[str, Any]:
    """A parcel signed on a day."""
    return parcel(number, price, signed_on=day, **more)


def test_sums_are_exact_and_empty_values_are_said() -> None:
    data = data_of(
        [
            signed("a", dt.date(2026, 1, 5), "0.10"),
            signed("b", dt.date(2026, 1, 31), "0.20"),
            signed("c", dt.date(2026, 1, 31), "9007199254740993.01"),
            signed("d", dt.date(2026, 2, 1), None),
            signed("e", None, "5.00"),
        ]
    )
    assert drawn(data) == [("2026-01", "", "9007199254740993.31", 3), ("2026-02", "", None, 1)]
    assert "Rows without signed_on, which are not drawn: 1." in notes(data)
    assert "Empty values of price_cny, which are not counted: 1." in notes(data)
    assert "2026-01-05 to 2026-02-01" in notes(data)


@pytest.mark.parametrize(
    ("take", "field", "expected"),
    [
        ("mean", "price_cny", "0.3667"),
        ("median", "price_cny", "0.3"),
        ("min", "price_cny", "0.2"),
        ("max", "price_cny", "0.6"),
        ("sum", "ratio", "0.6"),
        ("mean", "ratio", "0.2"),
        ("median", "ratio", "0.2"),
        ("sum", "floors", "6"),
        ("mean", "floors", "2"),
    ],
)
def test_every_number_is_taken_in_decimals(take: str, field: str, expected: str) -> None:
    day = dt.date(2026, 1, 5)
    rows = [
        signed("a", day, "0.20", ratio=0.1, floors=1),
        signed("b", day, "0.30", ratio=0.2, floors=2),
        signed("c", day, "0.60", ratio=0.3, floors=3),
    ]
    data = data_of(rows, y={"take": take, "fields": (field,)})
    assert drawn(data) == [("2026-01", "", expected, 3)]


def test_amounts_are_drawn_in_the_unit_declared_without_rounding() -> None:
    rows = [signed("a", dt.date(2026, 1, 5), "12345678.91")]
    data = data_of(rows, y={"take": "sum", "fields": ("price_cny",), "unit": "CNY_10k"})
    assert drawn(data)[0][2] == "1234.567891"
    assert data.unit is not None
    assert data.unit.zh == "万元"


def test_months_without_rows_keep_their_place_and_lines_break_there() -> None:
    rows = [signed("a", dt.date(2026, 1, 5), "1"), signed("b", dt.date(2026, 3, 5), "2")]
    assert [f"{x:%Y-%m}" for x in data_of(rows).xs] == ["2026-01", "2026-02", "2026-03"]  # type: ignore[str-format]
    line = data_of(rows, kind="line")
    assert drawn(line)[1] == ("2026-02", "", None, 0)


def test_a_month_that_was_not_over_is_marked() -> None:
    rows = [signed("a", dt.date(2026, 4, 30), "1"), signed("b", dt.date(2026, 5, 1), "2")]
    data = data_of(rows)
    assert [mark.open for mark in data.marks] == [False, True]
    assert "2026-05 was not over" in notes(data)


def test_the_last_periods_end_with_the_newest_and_the_rest_is_counted() -> None:
    rows = [signed(f"r{m}", dt.date(2025, m, 1), "1") for m in range(1, 13)]
    data = data_of(rows, x={"field": "signed_on", "by": "month", "last": 3})
    assert [row[0] for row in drawn(data)] == ["2025-10", "2025-11", "2025-12"]
    assert "9 earlier rows are not" in notes(data)


def test_a_mistyped_year_does_not_push_the_others_out() -> None:
    rows = [signed(f"r{m}", dt.date(2026, m, 1), "1") for m in (2, 3, 4)]
    rows.append(signed("wrong", dt.date(2099, 1, 1), "1"))
    data = data_of(rows, x={"field": "signed_on", "by": "month", "last": 3})
    assert [row[0] for row in drawn(data)] == ["2026-02", "2026-03", "2026-04"]
    assert "after this version, which are not drawn: 1." in notes(data)


def test_categories_beyond_the_top_are_added_up_as_others() -> None:
    rows = [parcel(f"p{price}", str(price)) for price in (5, 40, 30, 2, 1)]
    data = data_of(rows, x={"field": "number", "top": 2})
    assert drawn(data) == [("p40", "", "40", 1), ("p30", "", "30", 1), ("其他", "", "8", 3)]
    assert "the 3 beyond the greatest 2" in notes(data)


def test_medians_of_others_are_left_out_and_said() -> None:
    rows = [parcel(f"p{price}", str(price)) for price in (5, 40, 30)]
    y = {"take": "median", "fields": ("price_cny",)}
    data = data_of(rows, x={"field": "number", "top": 2}, y=y)
    assert [row[0] for row in drawn(data)] == ["p40", "p30"]
    assert "Only the greatest 2 of 3 are drawn." in notes(data)


def test_conditions_hold_together_and_latest_comes_after_the_others() -> None:
    rows = [
        signed("a", dt.date(2024, 1, 1), "1", floors=1),
        signed("b", dt.date(2025, 1, 1), "2", floors=1),
        signed("c", dt.date(2026, 1, 1), "4", floors=9),
    ]
    where = ({"field": "floors", "at_most": 5}, {"field": "signed_on", "latest": True})
    data = data_of(rows, where=where)
    assert drawn(data) == [("2025-01", "", "2", 1)]
    assert "only the latest, 2025-01-01" in notes(data)


def test_several_fields_are_series_of_their_own() -> None:
    rows = [signed("a", dt.date(2026, 1, 5), "1", floors=2)]
    y = {"take": "sum", "fields": ("price_cny", "floors"), "title": TEXT}
    data = data_of(rows, kind="stacked_bar", y=y)
    assert drawn(data) == [("2026-01", "价格", "1", 1), ("2026-01", "层数", "2", 1)]


def test_hours_of_the_day_are_those_of_the_site() -> None:
    seen = dt.datetime(2026, 1, 15, 23, 30)  # noqa: DTZ001 - local, zone set by the frame
    data = data_of(
        [parcel("a", "1", seen_at=seen)],
        kind="heat",
        x={"field": "seen_at", "by": "hour_of_day"},
        series={"field": "number"},
    )
    assert drawn(data) == [("23时", "a", "1", 1)]
    assert len(data.xs) == 24


def test_rows_in_another_order_give_the_same_data() -> None:
    rows = [parcel(f"p{n}", "1.10", ratio=0.1 * n, floors=n % 3) for n in range(50)]
    y = {"take": "sum", "fields": ("ratio",)}
    made = [data_of(given, x={"field": "number"}, y=y) for given in (rows, rows[::-1])]
    assert made[0] == made[1]


# -- files of a version ----------------------------------------------------------------------


@pytest.fixture
def drawn_office(make_office: Callable[..., Office]) -> Office:
    """A site that has released parcels with one chart."""
    office = make_office(charts=(make_chart(), make_chart(id="empty", x={"field": "number"})))
    office.accept([signed("a", dt.date(2026, 1, 5), "10.50"), parcel("<b>&", None)])
    office.release()
    return office


def test_a_version_holds_drawings_and_data_that_the_manifest_names(drawn_office: Office) -> None:
    folder = drawn_office.version_folder(1)
    manifest = drawn_office.reader.manifest(1)
    files = manifest["charts"][0]["files"]
    assert files == {
        "json": "chart.prices.json",
        "zh.svg": "chart.prices.zh.svg",
        "en.svg": "chart.prices.en.svg",
    }
    assert set(files.values()) <= set(manifest["forms"]) & set(manifest["files"])
    told = json.loads((folder / "chart.prices.json").read_text("utf-8"))
    assert told["data"] == [{"x": {"zh": "2026-01", "en": "2026-01"}, "value": "10.5", "rows": 2}]
    assert told["vega_lite"]["zh"]["$schema"].startswith("https://vega.github.io/schema/vega-lite/")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_drawing_stands_by_itself(drawn_office: Office, language: str) -> None:
    content = (drawn_office.version_folder(1) / f"chart.empty.{language}.svg").read_bytes()
    root = ElementTree.fromstring(content)
    svg = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{svg}svg"
    assert root.get("role") == "img"
    title, description = root.find(f"{svg}title"), root.find(f"{svg}desc")
    assert title is not None
    assert description is not None
    assert title.text == {"zh": "价格", "en": "Prices"}[language]
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    texts = [one.text for one in root.iter(f"{svg}text")]
    assert "<b>&" in texts
    used = {one.tag.removeprefix(svg) for one in root.iter()}
    assert not used & {"script", "image", "use", "foreignObject", "a"}
    named = content.replace(b"http://www.w3.org/2000/svg", b"")
    assert not any(part in named for part in (b"http", b"url(", b"href"))
    colours = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]+)"', content.decode()))
    assert colours <= set(palette.DARK), "a colour that dark pages do not change"


@pytest.mark.parametrize("kind", ["bar", "stacked_bar", "line", "area", "point", "heat"])
def test_every_kind_is_drawn_in_colours_that_dark_pages_change(kind: str) -> None:
    rows = [
        signed(f"p{place}", dt.date(2026, place % 4 + 2, 1), f"{place}.50", floors=place % 3)
        for place in range(12)
    ]
    changes = {"kind": kind, "series": {"field": "floors"}}
    chart = Chart.model_validate(make_chart(**changes))
    made = specification(chart, data_of(rows, **changes), "zh")
    content, size = drawn_svg(made, title="价格", description="", language="zh")
    svg = ElementTree.fromstring(content)
    paper = svg.find("{http://www.w3.org/2000/svg}rect")
    assert paper is not None
    assert (paper.get("width"), paper.get("fill")) == ("100%", palette.PAPER)
    assert svg.get("viewBox") == f"0 0 {size[0]} {size[1]}"
    colours = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]+)"', content.decode()))
    assert len(colours & {*palette.SERIES, *palette.STEPS}) >= 3
    assert colours <= set(palette.DARK)
    texts = [one.text for one in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert "价格" in texts
    assert content == drawn_svg(made, title="价格", description="", language="zh")[0]


def test_equal_rows_give_equal_bytes_in_the_next_version(drawn_office: Office) -> None:
    before = (drawn_office.version_folder(1) / "chart.prices.zh.svg").read_bytes()
    drawn_office.accept([signed("a", dt.date(2026, 1, 5), "10.50")])
    drawn_office.release()
    roll_back(drawn_office.release_site, "parcels", 1, reason="test")
    after = drawn_office.version_folder(3) / "chart.prices.zh.svg"
    assert after.read_bytes() == before


def test_a_chart_that_fails_is_told_and_stops_nothing(make_office: Callable[..., Office]) -> None:
    several = make_chart(id="several", where=({"field": "number", "single": True},))
    office = make_office(charts=(several, make_chart()))
    office.accept([parcel("a"), parcel("b")])
    assert office.release().version == 1
    failed, good = office.reader.manifest(1)["charts"]
    assert "有不止一个值" in failed["failed"]["zh"]
    assert "more than one value" in failed["failed"]["en"]
    assert "files" not in failed
    assert good["files"]
    assert not list(office.version_folder(1).glob("chart.several.*"))


def test_titles_of_codes_come_from_the_vocabulary_of_the_site(
    make_office: Callable[..., Office],
) -> None:
    fields = [field.model_dump() for field in make_dataset().fields]
    fields[0] |= {"code_list": "parcel_kind"}
    office = make_office(charts=(make_chart(x={"field": "number"}),), fields=tuple(fields))
    vocabularies = office.folder / "vocab"
    vocabularies.mkdir()
    (vocabularies / "parcel_kind.csv").write_text(
        "code,zh,en,aliases\na,甲类,First kind,\n", encoding="utf-8"
    )
    office.accept([parcel("a"), parcel("b")])
    office.release()
    told = json.loads((office.version_folder(1) / "chart.prices.json").read_text("utf-8"))
    assert [one["x"]["zh"] for one in told["data"]] == ["甲类", "b"]


def test_another_chart_makes_another_version(office: Office) -> None:
    office.accept([parcel("a")])
    office.release()
    office.dataset = make_dataset(charts=(make_chart(),))
    assert schema_sha256(office.dataset) != schema_sha256(make_dataset())
    assert office.release().version == 2
    assert (office.version_folder(2) / "chart.prices.zh.svg").exists()


def test_nothing_is_imported_for_drawing_until_something_is_drawn() -> None:
    told = (
        "import sys, publishing.release; "
        "print('altair' in sys.modules, 'vl_convert' in sys.modules)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout.split() == ["False", "False"]


# -- looks -------------------------------------------------------------------------------------

VISIONS = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
"""Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB."""


def linear(colour: str) -> Any:
    """Linear RGB of ``#rrggbb``."""
    values = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two colours."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    dark, light = sorted(float(linear(colour) @ weights) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, vision: Any) -> Any:
    """CIELAB of a colour as someone sees it."""
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
              [0.0193339, 0.1191920, 0.9503041]]  # fmt: skip
    seen = np.clip(np.array(vision) @ linear(colour), 0, 1)
    xyz = np.array(to_xyz) @ seen / np.array([0.95047, 1, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_series_are_told_apart_by_every_eye(theme: str, vision: str) -> None:
    colours = [*palette.SERIES, palette.OTHERS]
    if theme == "dark":
        colours = [palette.DARK[colour] for colour in colours]
    for one, other in itertools.combinations(colours, 2):
        apart = np.linalg.norm(lab(one, VISIONS[vision]) - lab(other, VISIONS[vision]))
        assert apart >= 30, (one, other)


def test_every_colour_stands_out_from_the_page() -> None:
    dark = palette.DARK[palette.PAPER]
    for colour in (*palette.SERIES, palette.OTHERS, palette.LINE):
        assert contrast(colour, palette.PAPER) >= 3
        assert contrast(palette.DARK[colour], dark) >= 3
    assert contrast(palette.TEXT, palette.PAPER) >= 7
    assert contrast(palette.DARK[palette.TEXT], dark) >= 7


def test_long_titles_are_broken_into_lines_that_fit() -> None:
    title = "最新年度部门预算支出按功能分类，只含已公开的单位 and budgets of organizations"
    lines = wrapped(title, 20)
    assert "".join(lines).replace(" ", "") == title.replace(" ", "")
    assert all(width(line) <= 21 for line in lines)
