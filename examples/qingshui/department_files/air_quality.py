"""Hourly air quality of the county's two stations (CSV) and of one station on a city platform."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import random
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from examples.qingshui.department_files.air_index import POLLUTANT_NAMES, published_index
from examples.qingshui.department_files.faults import PlantedFault, planted

COUNTY_SOURCE = "air_hourly_county_stations"
CITY_SOURCE = "air_hourly_city_platform"
TROUBLE_SOURCE = "air_hourly_wrong_unit"
CITY_FILE = "qingshui_hourly_2026.csv"
TROUBLE_FILE = "土门镇移动站_202603.csv"
FIRST_DAY, DAYS = dt.date(2026, 2, 1), 59
ITEMS = ("pm25", "pm10", "so2", "no2", "co", "o3")
HEADERS = {
    "pm25": "PM2.5(μg/m³)",
    "pm10": "PM10(μg/m³)",
    "so2": "SO2(μg/m³)",
    "no2": "NO2(μg/m³)",
    "co": "CO(mg/m³)",
    "o3": "O3(μg/m³)",
}
CITY_HEADER = ("站点编码", "站点名称", "时间", *HEADERS.values(), "AQI", "首要污染物")
WRONG_INDEX_AT = dt.datetime(2026, 3, 8, 10)  # noqa: DTZ001 - as departments write times
WRONG_POLLUTANT_AT = dt.datetime(2026, 3, 15, 12)  # noqa: DTZ001
COUNTY_STATIONS = (("620521001", "县政府站"), ("620521002", "红堡站"))
CITY_STATION = ("620521003", "永清站")


@dataclass(slots=True)
class Hour:
    """One hour of one station, labelled with its start."""

    code: str
    name: str
    begins: dt.datetime
    values: dict[str, Decimal | None]


def _quantum(item: str) -> Decimal:
    return Decimal("0.1") if item == "co" else Decimal(1)


def _nudge(value: Decimal, last: list[Decimal], item: str) -> Decimal:
    """Instruments do not show the same number four hours running; if chance does, move one."""
    if len(last) >= 2 and all(value == earlier for earlier in last[-2:]):
        return value + _quantum(item)
    return value


def _dust(moment: dt.datetime) -> float:
    """Spring dust: three days in March that reach class 三级 and more."""
    days = (moment.date() - dt.date(2026, 3, 14)).days
    return 110.0 * math.sin(math.pi * (moment.hour + 24 * days) / 72) if 0 <= days < 3 else 0.0


def invent_hours(rng: random.Random, code: str, name: str, days: int = DAYS) -> list[Hour]:
    """A station's hours, right in every respect, with gaps as instruments have them."""
    level = 0.0
    hours: list[Hour] = []
    last: dict[str, list[Decimal]] = {item: [] for item in ITEMS}
    for step in range(24 * days):
        begins = dt.datetime.combine(FIRST_DAY, dt.time()) + dt.timedelta(hours=step)
        level = 0.93 * level + rng.gauss(0, 0.16)
        wave = math.cos((begins.hour - 8) / 24 * 2 * math.pi)
        sun = max(0.0, math.sin((begins.hour - 7) / 12 * math.pi))
        fine = 32 * math.exp(level) * (1 + 0.25 * wave)
        raw = {
            "pm25": fine,
            "pm10": fine * rng.uniform(1.5, 2.1) + 8 + max(0.0, _dust(begins)),
            "so2": 9 + 4 * wave + rng.uniform(-3, 3),
            "no2": 22 + 9 * wave + rng.uniform(-5, 5),
            "co": 0.7 + 0.2 * wave + rng.uniform(-0.15, 0.15) + fine / 200,
            "o3": 48 + 70 * sun + rng.uniform(-9, 9),
        }
        values: dict[str, Decimal | None] = {}
        for item in ITEMS:
            value = Decimal(repr(max(raw[item], 0.0))).quantize(_quantum(item))
            value = _nudge(value, last[item], item)
            last[item].append(value)
            values[item] = None if rng.random() < 0.006 else value
        hours.append(Hour(code, name, begins, values))
    return hours


def _text(value: Decimal | None) -> str:
    return "NA" if value is None else str(value)


Cells = list[str]


def _county_cells(hour: Hour) -> Cells:
    """The county labels an hour with its end, 1 … 24, on the day on which it began."""
    return [
        hour.code,
        hour.name,
        f"{hour.begins:%Y-%m-%d}",
        str(hour.begins.hour + 1),
        *(_text(hour.values[item]) for item in ITEMS),
    ]


class _MonthFile:
    """The lines of one month of the county's stations, and what is planted in them."""

    def __init__(self, hours: list[Hour]) -> None:
        first = hours[0].begins
        self.name = f"清水县空气自动站小时数据_{first:%Y%m}.csv"
        self.hours = sorted(hours, key=lambda hour: (hour.begins, hour.code))
        self.faults: list[PlantedFault] = []
        self._cells: dict[int, Cells] = {}

    def find(self, day: int, hour: int, station: int = 0) -> int:
        """The row of a station's hour."""
        code = COUNTY_STATIONS[station][0]
        return next(
            at
            for at, item in enumerate(self.hours)
            if (item.begins.day, item.begins.hour, item.code) == (day, hour, code)
        )

    def put(self, row: int, item: str, value: Decimal | None) -> None:
        """Change a value before it is written."""
        self.hours[row].values[item] = value

    def write(self, row: int, column: int, text: str) -> None:
        """Write text into a cell; one column too far makes a row one cell too long."""
        cells = self._cells.setdefault(row, _county_cells(self.hours[row]))
        if column == len(cells):
            cells.append(text)
        else:
            cells[column] = text

    def tell(self, kind: str, row: int, item: str = "") -> None:
        """Note the fault planted in a row (line 1 is the header) or in one of its items."""
        place = f"line {row + 2}"
        if item:
            place += f" column {5 + ITEMS.index(item)}"
        self.faults.append(planted(kind, COUNTY_SOURCE, self.name, place))

    def content(self) -> bytes:
        """The file's bytes: GB18030 with DOS line ends, as the county's system exports them."""
        header = ["站点编码", "站点名称", "日期", "时", *HEADERS.values()]
        lines = [
            ",".join(self._cells.get(row) or _county_cells(hour))
            for row, hour in enumerate(self.hours)
        ]
        return ("\r\n".join([",".join(header), *lines]) + "\r\n").encode("gb18030")


def _plant_february(month: _MonthFile) -> None:
    row = month.find(5, 9)
    month.put(row, "pm25", (month.hours[row].values["pm10"] or Decimal(60)) + 15)
    month.tell("fine_above_coarse", row, "pm25")
    row = month.find(8, 14, 1)
    month.put(row, "co", Decimal(120))
    month.tell("carbon_in_micrograms", row, "co")
    row = month.find(11, 3)
    month.put(row, "so2", Decimal(-4))
    month.tell("negative_concentration", row, "so2")
    row = month.find(17, 20, 1)
    month.write(row, 4 + ITEMS.index("pm10"), "12..5")
    month.tell("doubled_point", row, "pm10")
    row = month.find(21, 23)
    month.write(row, 10, "备注:校准")
    month.tell("extra_cell", row)


def _plant_march(month: _MonthFile) -> None:
    rows = [month.find(10, hour, 1) for hour in range(1, 7)]
    for row in rows:
        month.put(row, "so2", Decimal(13))
        month.tell("stuck_value", row, "so2")


def county_files() -> tuple[dict[str, bytes], list[PlantedFault]]:
    """The county's month files, and what was planted in them."""
    rng = random.Random("清水县空气自动站")  # noqa: S311 - made data, no secret
    hours = [hour for code, name in COUNTY_STATIONS for hour in invent_hours(rng, code, name)]
    files: dict[str, bytes] = {}
    faults: list[PlantedFault] = []
    for number, plant in ((2, _plant_february), (3, _plant_march)):
        month = _MonthFile([hour for hour in hours if hour.begins.month == number])
        plant(month)
        files[month.name] = month.content()
        faults += month.faults
    return files, faults


def city_file() -> tuple[bytes, list[PlantedFault]]:
    """The city platform's download: labelled with the start of the hour, with published AQI."""
    rng = random.Random("天水市空气质量发布平台")  # noqa: S311 - made data, no secret
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")  # pollutants that tie are joined with commas
    writer.writerow(CITY_HEADER)
    faults: list[PlantedFault] = []
    for line, hour in enumerate(invent_hours(rng, *CITY_STATION), start=2):
        index, pollutants = published_index(hour.values, hour.begins.date())
        if hour.begins == WRONG_INDEX_AT:
            index = (index or 0) + 37
            faults.append(_wrong_in_city("wrong_index", line, "AQI"))
        elif hour.begins == WRONG_POLLUTANT_AT:
            pollutants = POLLUTANT_NAMES["o3"]
            faults.append(_wrong_in_city("wrong_pollutant", line, "首要污染物"))
        concentrations = [_text(hour.values[item]) for item in ITEMS]
        published = ["NA" if index is None else str(index), pollutants or "—"]
        moment = f"{hour.begins:%Y-%m-%d %H:%M}"
        writer.writerow([hour.code, hour.name, moment, *concentrations, *published])
    return text.getvalue().encode("utf-8-sig"), faults


def _wrong_in_city(kind: str, line: int, header: str) -> PlantedFault:
    place = f"line {line} column {CITY_HEADER.index(header) + 1}"
    return planted(kind, CITY_SOURCE, CITY_FILE, place)


def wrong_unit_file() -> tuple[bytes, list[PlantedFault]]:
    """A mobile station that gives CO in µg/m³ throughout: one cause, every row."""
    rng = random.Random("土门镇移动站")  # noqa: S311 - made data, no secret
    header = ["站点编码", "站点名称", "日期", "时", *HEADERS.values()]
    lines = [",".join(header)]
    first = ""  # where the finding points: the first value that can be no mg/m³
    for hour in invent_hours(rng, "620521009", "土门移动站", days=3):
        hour.begins += dt.timedelta(days=28)
        carbon = hour.values["co"]
        hour.values["co"] = None if carbon is None else min(carbon * 100, Decimal(149)).quantize(1)
        lines.append(",".join(_county_cells(hour)))
        if not first and (hour.values["co"] or 0) > 60:
            first = f"line {len(lines)} column {header.index(HEADERS['co']) + 1}"
    return ("\r\n".join(lines) + "\r\n").encode("gb18030"), [
        planted("carbon_unit_of_file", TROUBLE_SOURCE, TROUBLE_FILE, first)
    ]


def write_county_files(folder: Path) -> list[PlantedFault]:
    """Write the county's files into its drop folder."""
    files, faults = county_files()
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return faults


def write_city_file(folder: Path) -> list[PlantedFault]:
    """Write what the city platform offers for download."""
    content, faults = city_file()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CITY_FILE).write_bytes(content)
    return faults


def write_wrong_unit_file(folder: Path) -> list[PlantedFault]:
    """Write the file of the source that is held."""
    content, faults = wrong_unit_file()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TROUBLE_FILE).write_bytes(content)
    return faults


def wall_faults() -> list[PlantedFault]:
    """The source whose server answers programs with a firewall's waiting page."""
    return [planted("firewall_page", "air_hourly_firewall", "/waf/hourly.csv")]
