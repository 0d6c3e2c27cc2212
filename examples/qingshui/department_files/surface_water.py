"""Real-time readings of the county's river sections (.xlsx), in the form of the national list."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from examples.qingshui.department_files.faults import PlantedFault, planted
from examples.qingshui.department_files.names import TOWNS

SOURCE = "water_county_sections"
SHEET = "水质实时数据"
DAYS = (dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 3, 1))
CREATED = dt.datetime(2026, 3, 1, 9)  # noqa: DTZ001 - fixed, so that the same bytes come out
COLUMNS = (
    "省份",
    "流域",
    "断面名称",
    "监测时间",
    "水质类别",
    "水温(℃)",
    "pH(无量纲)",
    "溶解氧(mg/L)",
    "电导率(μS/cm)",
    "浊度(NTU)",
    "高锰酸盐指数(mg/L)",
    "氨氮(mg/L)",
    "总磷(mg/L)",
    "总氮(mg/L)",
    "叶绿素α(mg/L)",
    "藻密度(cells/L)",
    "站点情况",
)
CLASS_NAMES = ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ")
# GB 3838-2002 table 1, mg/L: limits of classes I … V
OXYGEN = ("7.5", "6", "5", "3", "2")
LIMITS = {
    "permanganate": ("2", "4", "6", "10", "15"),
    "ammonia": ("0.15", "0.5", "1.0", "1.5", "2.0"),
    "phosphorus": ("0.02", "0.1", "0.2", "0.3", "0.4"),
    "lake_phosphorus": ("0.01", "0.025", "0.05", "0.1", "0.2"),
}
RIVERS = ("牛头河", "后川河", "樊河", "白驼河", "汤峪河")


@dataclass(frozen=True, slots=True)
class Section:
    """One monitored section of the site's vocabulary."""

    code: str
    name: str
    body: str  # river or lake


def sections() -> list[Section]:
    """The twenty sections: eighteen on rivers, one below each town, and two reservoirs."""
    rivers = [
        Section(f"QS{serial:03d}", f"{RIVERS[serial % len(RIVERS)]}{town[:-1]}断面", "river")
        for serial, (_, town) in enumerate(TOWNS, start=1)
    ]
    lakes = [Section("QS019", "示例水库坝前", "lake"), Section("QS020", "样泉水库库心", "lake")]
    return rivers + lakes


Reading = dict[str, Decimal]


def _class_of(reading: Mapping[str, Decimal], body: str) -> str:
    """Class of a section = that of its worst item (pH, oxygen, CODMn, NH3-N, TP)."""
    worst = 0 if Decimal(6) <= reading["ph"] <= Decimal(9) else 5
    worst = max(
        worst, next((at for at, low in enumerate(OXYGEN) if reading["oxygen"] >= Decimal(low)), 5)
    )
    for item in ("permanganate", "ammonia", "phosphorus"):
        limits = LIMITS["lake_phosphorus" if item == "phosphorus" and body == "lake" else item]
        worst = max(
            worst, next((at for at, high in enumerate(limits) if reading[item] <= Decimal(high)), 5)
        )
    return CLASS_NAMES[worst]


def _reading(rng: random.Random, body: str, load: float, moment: dt.datetime) -> Reading:
    cold = {1: 2.5, 2: 4.0, 12: 3.0}.get(moment.month, 8.0)
    ammonia = Decimal(repr(rng.uniform(0.03, 0.4) * load)).quantize(Decimal("0.001"))
    scale = 0.35 if body == "lake" else 1.0
    figures = {
        "temperature": (cold + rng.uniform(-1, 2.5), "0.1"),
        "ph": (rng.uniform(7.5, 8.6), "0.01"),
        "oxygen": (rng.uniform(8.2, 11.8) - 0.7 * load, "0.01"),
        "conductivity": (rng.uniform(420, 980), "0.1"),
        "turbidity": (rng.uniform(3, 40), "0.1"),
        "permanganate": (rng.uniform(1.2, 2.6) * (0.7 + 0.5 * load), "0.01"),
        "phosphorus": (rng.uniform(0.015, 0.08) * load * scale, "0.001"),
        "nitrogen": (float(ammonia) + rng.uniform(1.2, 4.5), "0.01"),
    }
    reading = {
        name: Decimal(repr(value)).quantize(Decimal(step))
        for name, (value, step) in figures.items()
    }
    return {**reading, "ammonia": ammonia}


def _row(section: Section, moment: dt.datetime, reading: Reading, rng: random.Random) -> list[str]:
    is_lake = section.body == "lake"
    chlorophyll = f"{rng.uniform(0.001, 0.012):.3f}" if is_lake else "--"
    algae = str(rng.randint(4, 90) * 10000) if is_lake else "--"
    return [
        "甘肃省",
        "黄河流域",
        section.name,
        f"{moment:%m-%d %H:%M}",
        _class_of(reading, section.body),
        str(reading["temperature"]),
        str(reading["ph"]),
        str(reading["oxygen"]),
        str(reading["conductivity"]),
        str(reading["turbidity"]),
        str(reading["permanganate"]),
        str(reading["ammonia"]),
        str(reading["phosphorus"]),
        str(reading["nitrogen"]),
        chlorophyll,
        algae,
        "正常",
    ]


class _Sheet:
    """The rows of one file and what is planted in them."""

    def __init__(self, name: str, rows: list[list[str]]) -> None:
        self.name, self.rows = name, rows
        self.faults: list[PlantedFault] = []

    def put(self, row: int, header: str, text: str) -> None:
        """Write text into a cell."""
        self.rows[row][COLUMNS.index(header)] = text

    def tell(self, kind: str, row: int, header: str) -> None:
        """Note the fault planted in a cell (row 1 is the header)."""
        place = f"{SHEET}!{chr(65 + COLUMNS.index(header))}{row + 2}"
        self.faults.append(planted(kind, SOURCE, self.name, place))


def _plant(sheets: list[_Sheet]) -> None:
    first, second, third = sheets
    first.put(14, "pH(无量纲)", "15.2")
    first.tell("ph_15", 14, "pH(无量纲)")
    second.put(33, "水质类别", "Ⅴ")
    second.tell("wrong_class", 33, "水质类别")
    second.put(52, "断面名称", "新设断面（未登记）")
    second.tell("unknown_section", 52, "省份")  # the first key of the lookup
    third.put(21, "氨氮(mg/L)", "0.O52")
    third.tell("letter_for_digit", 21, "氨氮(mg/L)")
    for row in range(100, 103):
        for header in COLUMNS[4:16]:
            third.put(row, header, "--")
        third.put(row, "站点情况", "维护")


def make_sheets() -> tuple[dict[str, list[list[str]]], list[PlantedFault]]:
    """Rows of each file by its name, and what was planted in them."""
    rng = random.Random("清水县地表水断面")  # noqa: S311 - made data, no secret
    loads = {section.code: rng.choice((0.4, 0.8, 1.2, 2.0, 3.2)) for section in sections()}
    sheets = []
    for day in DAYS:
        noon_before = dt.datetime.combine(day, dt.time()) - dt.timedelta(hours=12)
        rows = []
        for step in range(6):
            moment = noon_before + dt.timedelta(hours=4 * step)
            for section in sections():
                reading = _reading(rng, section.body, loads[section.code], moment)
                rows.append(_row(section, moment, reading, rng))
        sheets.append(_Sheet(f"清水县水质实时数据_{day:%Y%m%d}.xlsx", rows))
    _plant(sheets)
    faults = [fault for sheet in sheets for fault in sheet.faults]
    return {sheet.name: sheet.rows for sheet in sheets}, faults


def write_sheets(folder: Path) -> list[PlantedFault]:
    """Write the files into the drop folder and return what was planted in them."""
    sheets, faults = make_sheets()
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in sheets.items():
        book = xlsxwriter.Workbook(str(folder / name), {"strings_to_numbers": False})
        book.set_properties({"title": SHEET, "created": CREATED})
        sheet = book.add_worksheet(SHEET)
        bold = book.add_format({"bold": True})
        for at, row in enumerate([list(COLUMNS), *rows]):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text, bold if at == 0 else None)
        sheet.set_column(0, len(COLUMNS) - 1, 13)
        book.close()
    return faults
