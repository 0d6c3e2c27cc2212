"""What a document says of persons is in no text and no picture of the evidence; and the limits of
reading: another process, a file that takes too long, a file that is gone or changed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_sites import MadeSite
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from starlette.testclient import TestClient

from examples.qingshui.department_files.chinese_font import FONT, register_font
from flows.evidence.site_evidence import SiteEvidence
from flows.evidence.worker import perform
from flows.evidence.workshop import ReadingProcess, Workshop
from flows.portal_services import portal_of
from publishing.portal.application import portal_application
from publishing.portal.evidence import RowEvidence
from publishing.reader import ReleaseReader, Trace
from schemas.definitions import load_definitions
from schemas.row_identity import row_ids

MOBILE = "13893812345"
WIDTHS, HEIGHT, TOP, LEFT = (140, 100, 210, 100), 26, 700, 22
LINES = (
    ("一、财政拨款收入", "9,382,600.00", "一、一般公共服务支出", "9,062,600.00"),
    ("二、事业收入", "214,000.00", f"二、社会保障和就业支出{MOBILE}", "534,000.00"),
    ("收入总计", "9,596,600.00", "支出总计", "9,596,600.00"),
)


def booklet(path: Path, lines: tuple[tuple[str, ...], ...]) -> None:
    """A page with a table of income and expenditure."""
    register_font()
    canvas = Canvas(str(path), pagesize=A4, invariant=True)
    canvas.setFont(FONT, 16)
    canvas.drawCentredString(297, 780, "2026年部门收支预算总表")
    canvas.setFont(FONT, 10)
    canvas.drawString(LEFT, 740, "编制部门：清水县永清镇人民政府")
    canvas.drawString(LEFT + 440, 740, "单位：元")
    rows = (("本年收入", "", "本年支出", ""), ("项目", "预算数", "项目", "预算数"), *lines)
    for at, row in enumerate(rows):
        x, y = LEFT, TOP - at * HEIGHT
        for column, (width, text) in enumerate(zip(WIDTHS, row, strict=True)):
            if at or column in (0, 2):
                span = width if at else width + WIDTHS[column + 1]
                canvas.rect(x, y - HEIGHT, span, HEIGHT)
            canvas.drawString(x + 4, y - HEIGHT + 8, text)
            x += width
    canvas.save()


def traces(site: MadeSite, dataset: str) -> Iterator[tuple[str, Trace]]:
    reader = ReleaseReader(site.folder / "public", site.folder / "archive", dataset)
    keys = reader.scan().select(reader.manifest()["primary_key"]).collect()
    for row_id in row_ids(dataset, keys):
        trace = reader.trace(row_id)
        assert trace is not None
        yield row_id, trace


def evidence_of(site: MadeSite) -> SiteEvidence:
    workshop = Workshop(perform)
    return SiteEvidence(load_definitions(site.folder), workshop=workshop, wait_seconds=120)


def found(evidence: SiteEvidence, trace: Trace) -> RowEvidence:
    told = evidence.evidence(trace)
    assert told is not None
    return told


def pixels(png: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def budget_site(site: MadeSite, name: str, lines: tuple[tuple[str, ...], ...]) -> MadeSite:
    made = MadeSite(site.folder.parent / name)
    made.write("gongkai.yml", (site.folder / "gongkai.yml").read_text("utf-8"))
    inbox = made.folder / "inbox"
    inbox.mkdir()
    booklet(inbox / "清水县永清镇人民政府2026年部门预算.pdf", lines)
    made.folder_source(
        "booklets", "budget/department_budget_lines", inbox, "*.pdf", "budget_booklet"
    )
    (outcome,) = made.run().values()
    assert outcome.version == 1, made.findings(outcome).select("rule", "what_en").rows()
    return made


def by_amount(site: MadeSite) -> dict[str, RowEvidence]:
    evidence = evidence_of(site)
    return {
        str(trace.row["value_published"]): found(evidence, trace)
        for _, trace in traces(site, "department_budget_lines")
    }


def test_a_telephone_number_in_a_label_is_in_no_text_and_no_picture(made_site: MadeSite) -> None:
    planted = by_amount(budget_site(made_site, "planted", LINES))
    clean_lines = (LINES[0], (*LINES[1][:2], "二、社会保障和就业支出", LINES[1][3]), LINES[2])
    clean = by_amount(budget_site(made_site, "clean", clean_lines))
    assert MOBILE not in repr(planted)
    (label,) = planted["534,000.00"].fields["label"].cells
    assert label.text == "二、社会保障和就业支出138****2345"
    assert label.crop is None
    (amount,) = planted["534,000.00"].fields["amount_cny"].cells
    assert amount.text == "534,000.00"
    assert amount.headers == ("本年支出", "预算数")  # the label beside it is none to be shown
    assert amount.crop is not None
    (neighbour,) = planted["9,062,600.00"].fields["amount_cny"].cells
    (as_before,) = clean["9,062,600.00"].fields["amount_cny"].cells
    assert neighbour.headers == ("本年支出", "预算数", "一、一般公共服务支出")
    assert neighbour.crop is not None
    assert as_before.crop is not None
    assert np.array_equal(pixels(neighbour.crop.png), pixels(as_before.crop.png))
    # all that is inked there is in the cell and its headers: the same page without the other rows
    alone = by_amount(budget_site(made_site, "alone", (LINES[0], ("",) * 4, ("",) * 4)))
    (only,) = alone["9,062,600.00"].fields["amount_cny"].cells
    assert only.crop is not None
    assert np.array_equal(pixels(neighbour.crop.png), pixels(only.crop.png))


RESULTS = """\
电子监管号,项目名称,土地坐落,面积(公顷),土地来源,土地用途,供应方式,成交价款(万元),土地使用权人,批准机关,合同签订日期
{rows}
"""


@pytest.fixture
def parcels(made_site: MadeSite) -> MadeSite:
    """Parcels as CSV; the second was sold to a person."""
    inbox = made_site.folder / "inbox"
    inbox.mkdir(parents=True)
    rows = (
        "6205212025B00024,示例餐饮项目,清水县山门镇,0.1442,存量,餐饮用地,挂牌出让,89.26,清水县示例餐饮有限公司,清水县人民政府,2025-04-23",
        f"6205212025B00025,住宅（联系{MOBILE}）,清水县永清镇,0.0200,存量,城镇住宅用地,协议出让,3.10,赵建国,清水县人民政府,2025-05-23",
    )
    (inbox / "results.csv").write_text(RESULTS.format(rows="\n".join(rows)), "utf-8")
    made_site.source(
        "results",
        "dataset: land/land_supply_results\n"
        f"connector: {{type: folder, path: '{inbox}', glob: '*.csv'}}\n"
        "layout:\n"
        "  reader: {type: delimited, delimiter: ','}\n"
        "  mapping:\n"
        "    supervision_number: 电子监管号\n"
        "    project_name: 项目名称\n"
        "    location: 土地坐落\n"
        "    area_m2: 面积\n"
        "    land_source_published: 土地来源\n"
        "    land_use_name: 土地用途\n"
        "    supply_method: 供应方式\n"
        "    price_cny: 成交价款\n"
        "    holder_name: 土地使用权人\n"
        "    approved_by: 批准机关\n"
        "    contract_signed_on: 合同签订日期\n"
        "    division_code: {constant: '620521'}\n"
        "load: full\n",
    )
    made_site.run()
    return made_site


def test_names_and_numbers_are_masked_as_in_the_release(parcels: MadeSite) -> None:
    evidence = evidence_of(parcels)
    rows = {
        str(trace.row["supervision_number"]): trace
        for _, trace in traces(parcels, "land_supply_results")
    }
    firm = found(evidence, rows["6205212025B00024"]).fields
    (price,) = firm["price_cny"].cells
    assert (price.place, price.text, price.headers) == (
        "line 2 column 8",
        "89.26",
        ("成交价款(万元)",),
    )
    assert firm["price_cny"].conversion is not None
    assert "1 万元 = 10000 元" in firm["price_cny"].conversion.zh
    assert firm["holder_name"].cells[0].text == "清水县示例餐饮有限公司"
    person = found(evidence, rows["6205212025B00025"])
    assert "赵建国" not in repr(person)
    assert MOBILE not in repr(person)
    (holder,) = person.fields["holder_name"].cells
    assert holder.text is None
    assert holder.note is not None
    assert person.fields["division_code"].origin is not None


def test_what_was_changed_since_is_not_shown(parcels: MadeSite) -> None:
    """A value that the document no longer gives (corrected, withdrawn, read otherwise)."""
    evidence = evidence_of(parcels)
    _, trace = next(traces(parcels, "land_supply_results"))
    redacted = replace(trace, row=trace.row | {"project_name": None, "price_cny": None})
    told = found(evidence, redacted).fields
    assert told["project_name"].cells[0].text is None
    assert told["price_cny"].cells[0].text is None
    assert told["location"].cells[0].text == trace.row["location"]
    assert str(trace.row["project_name"]) not in repr(told)


def test_a_damaged_or_missing_file_is_told_and_nothing_is_shown(parcels: MadeSite) -> None:
    _, trace = next(traces(parcels, "land_supply_results"))
    assert trace.snapshot is not None
    digest = trace.snapshot.sha256
    path = parcels.folder / "archive" / digest[:2] / digest[2:]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"89.26", b"99.26"))
    damaged = found(evidence_of(parcels), trace)
    assert damaged.trouble is not None
    assert damaged.fields == {}
    assert "sha256" in damaged.trouble.en
    path.unlink()
    gone = found(evidence_of(parcels), trace)
    assert gone.trouble is not None
    assert gone.fields == {}


def test_the_portal_reads_in_another_process_and_ends_what_takes_too_long(
    parcels: MadeSite,
) -> None:
    row_id, trace = next(traces(parcels, "land_supply_results"))
    portal = portal_of(load_definitions(parcels.folder))
    client = TestClient(portal_application(portal))
    for _ in range(20):  # the process may take longer to start than a reader waits
        page = client.get(f"/datasets/land_supply_results/rows/{row_id}/")
        if "89.26" in page.text:
            break
        assert page.headers["cache-control"] == "no-store"
    assert '<q class="cell-text">89.26</q>' in page.text
    assert page.headers["cache-control"] != "no-store"
    assert isinstance(portal.evidence, SiteEvidence)
    portal.evidence.close()
    hasty = Workshop(ReadingProcess(limit_seconds=0.05))
    (parcels.folder / "archive" / "evidence" / "snapshots").rename(parcels.folder / "elsewhere")
    slow = SiteEvidence(load_definitions(parcels.folder), workshop=hasty, wait_seconds=60)
    told = found(slow, trace)
    assert told.trouble is not None
    assert "too long" in told.trouble.en
    slow.close()
