"""``docs/rules-on-real-data.md``: how many rows of real files each rule holds or tells of.

The files are run through the shipped layouts as they come, in a site made for it; nothing of
their content is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from flows.batch_stage import PLACE
from flows.opened_site import open_site
from flows.outcome import RunOutcome
from flows.run_records import RunRecords
from flows.running import run_sources, select_sources
from flows.source_run import RunOptions

RESULTS, NOTICES = "land/land_supply_results", "land/land_transfer_notices"
INTENTIONS = "procurement/procurement_intentions"
AWARDS, CONTRACTS = "procurement/procurement_awards", "procurement/procurement_contracts"
HOURLY, WATER = "environment/air_quality_hourly", "environment/surface_water_quality"


@dataclass(frozen=True, slots=True)
class RealFiles:
    """Real files of one kind: which they are, and the layout they go through."""

    id: str
    title: str
    dataset: str
    layout: str
    folder: str
    glob: str
    more: str = ""


EXCHANGED = "mapping: {plot_ratio_min: 约定容积率(上限), plot_ratio_max: 约定容积率(下限)}\n"
NOTICES_IN_JSON = """reader:
  type: procurement_notice
  wanted: {wanted}
  form: json
  members:
    title: [title]
    text: [content_text]
    published: [publish_date]
    url: [original_link, detail_url]
    record_id: [record_id]
    filed_under: [business_type, info_type]
"""
KINDS: tuple[RealFiles, ...] = (
    RealFiles("monthly", "monthly list, 2007", RESULTS, "landchina_results_monthly", "land",
              "landchina_2*.xls"),
    RealFiles("export", "export of 2016", RESULTS, "landchina_results_export", "land",
              "*_2016_small.xls", EXCHANGED),
    RealFiles("pipe", "delimited text", RESULTS, "landchina_results_pipe", "land", "*_pipe.txt"),
    RealFiles("documents", "JSON documents", RESULTS, "landchina_results_json", "land",
              "*_results.json"),
    RealFiles("results", "county table of results", NOTICES, "land_result_table", "land",
              "*land_result.html"),
    RealFiles("parcels", "county notice", NOTICES, "land_notice_labels", "land",
              "*parcel_notice.html"),
    RealFiles("hour", "national stations, one hour", HOURLY, "cnemc_airnow_geojson", "environment",
              "cnemc_*.geojson"),
    RealFiles("history", "two stations, four years", HOURLY, "air_station_history_csv",
              "environment", "PRSA_*.csv"),
    RealFiles("water", "national water stations", WATER, "national_surface_water_xlsx",
              "environment", "water_info_*.xlsx", "as_of: {date: 2026-01-10}\n"),
    RealFiles("intentions", "list of intentions", INTENTIONS, "ccgp_intentions_list",
              "procurement", "*_intentions.xlsx"),
    RealFiles("details", "intentions with details", INTENTIONS, "ccgp_intentions_details",
              "procurement", "*_export_*.xlsx"),
    RealFiles("booklets", "budget booklets", "budget/department_budget_lines", "budget_booklet",
              "budgets", "*.pdf"),
    RealFiles("awards", "award notices in JSON", AWARDS, "procurement_award_notices", "procurement",
              "*_details_batch_*.json", NOTICES_IN_JSON.format(wanted="award")),
    RealFiles("contracts", "contract notices in JSON", CONTRACTS, "procurement_contract_notices",
              "procurement", "*_details_batch_*.json", NOTICES_IN_JSON.format(wanted="contract")),
    RealFiles("award_page", "saved award page", AWARDS, "procurement_award_notices", "procurement",
              "ccgp_*_award_page*.html"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleCount:
    """What one rule said about one kind of file."""

    files: RealFiles
    rows: int
    state: str
    rule: str
    severity: str
    failing: int

    @property
    def share(self) -> float:
        """Failing rows to rows read."""
        return self.failing / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class RealRows:
    """All counts, and the kinds of which no rule said anything."""

    counts: tuple[RuleCount, ...]
    silent: tuple[tuple[RealFiles, int, str], ...] = field(default=())


def count_real_rows(data: Path, kinds: Sequence[RealFiles] = KINDS) -> RealRows:
    """Run the real files below ``data`` and count failing rows per rule, severity and kind."""
    counts: list[RuleCount] = []
    silent: list[tuple[RealFiles, int, str]] = []
    with TemporaryDirectory(prefix="gongkai-real-") as name:
        site = Path(name)
        _lay_out(site, data, kinds)
        by_id = {one.id: one for one in kinds}
        with open_site(site) as opened:
            options = RunOptions(logical_date=dt.date(2026, 11, 1))
            records = RunRecords(opened.runs_folder)
            for outcome in run_sources(opened, select_sources(opened), options):
                found = _of_outcome(by_id[outcome.source.id], outcome, records)
                counts += found
                if not found:
                    silent.append(
                        (by_id[outcome.source.id], outcome.ledger.rows_read, _state(outcome))
                    )
    return RealRows(tuple(counts), tuple(silent))


def _lay_out(site: Path, data: Path, kinds: Sequence[RealFiles]) -> None:
    (site / "sources").mkdir()
    (site / "gongkai.yml").write_text(
        "format: 1\nid: real\npublisher: {name: {zh: 试验, en: Trial}}\n", encoding="utf-8"
    )
    for one in kinds:
        text = (
            f"format: 1\nid: {one.id}\ndataset: {one.dataset}\n"
            "department: {zh: 某局, en: A bureau}\n"
            f"connector: {{type: folder, path: '{data / one.folder}', glob: '{one.glob}'}}\n"
            f"layout: {one.layout}\nload: full\n{one.more}"
        )
        (site / "sources" / f"{one.id}.yml").write_text(text, encoding="utf-8")


def _state(outcome: RunOutcome) -> str:
    return outcome.state.value if outcome.state else ""


def _of_outcome(files: RealFiles, outcome: RunOutcome, records: RunRecords) -> list[RuleCount]:
    findings = records.findings(outcome.run)
    if findings is None:
        return []
    counted = (
        findings.group_by("rule", "severity")
        .agg(
            pl.struct(PLACE).filter(pl.col("_position").is_not_null()).n_unique().alias("rows"),
            pl.col("count").filter(pl.col("_position").is_null()).max().alias("batch"),
        )
        .sort("rule", "severity")
    )
    return [
        RuleCount(
            files, outcome.ledger.rows_read, _state(outcome), rule, severity, max(rows, batch or 0)
        )
        for rule, severity, rows, batch in counted.iter_rows()
    ]


HEAD = """\
# Rules on real data (规则在真实数据上)

*Made by `GONGKAI_REAL_DATA=… python -m flows.documenting`; no row of the files is kept.*

How many rows of real department files each rule holds (`error`), or tells of (`warning`). A
`critical` finding speaks for the batch; its number is what it counts (rows, or cells for `LAY-01`).
A rule that holds more than 2 % of a real file is defended below the table, or is only a warning.
"""


def real_rows_page(found: RealRows) -> str:
    """The page."""
    lines = [HEAD, "| files | rows | state | rule | severity | rows it strikes | share |"]
    lines.append("| --- | --- | --- | --- | --- | --- | --- |")
    for one in found.counts:
        lines.append(
            f"| {one.files.title} | {one.rows} | {one.state} | {one.rule} | {one.severity} "
            f"| {one.failing} | {one.share:.2%} |"
        )
    for files, rows, state in found.silent:
        lines.append(f"| {files.title} | {rows} | {state} | – | – | 0 | 0.00% |")
    above = [one for one in found.counts if one.severity != "warning" and one.share > 0.02]
    lines.append("")
    if above:
        lines += ["## Above 2 %, and not a warning", ""]
        lines += [
            f"- {one.rule} on {one.files.title}: {one.failing} of {one.rows}" for one in above
        ]
    else:
        lines.append("No rule of severity `error` or `critical` strikes more than 2 % of a file.")
    return "\n".join(lines) + "\n"
