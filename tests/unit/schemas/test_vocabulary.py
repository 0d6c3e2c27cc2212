"""Vocabularies: built in, of a site, and looked up by keys."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from schemas.message import DefinitionError
from schemas.vocabulary_files import BUILT_IN_FOLDER, load_vocabulary, vocabulary_names

LISTS_OF_OURS = (
    "air_pollutant",
    "air_quality_level",
    "holder_kind",
    "land_source",
    "land_supply_method",
    "land_use_classification_2023",
    "land_use_gbt21010_2017",
    "surface_water_class",
    "water_body_type",
)


@pytest.mark.parametrize("name", LISTS_OF_OURS)
def test_every_text_of_a_shipped_list_means_one_code(name: str) -> None:
    vocabulary = load_vocabulary(name)
    assert len(vocabulary.codes) == len(vocabulary.entries) > 0
    for entry in vocabulary.entries:
        for text in (entry.code, entry.zh, *entry.aliases):
            found = vocabulary.resolve(text)
            assert found is entry, f"{text} means {found}, not {entry.code}"


def resolved(name: str, text: str) -> str | None:
    entry = load_vocabulary(name).resolve(text)
    return entry.code if entry else None


def test_land_use_of_the_standard_is_complete() -> None:
    codes = load_vocabulary("land_use_gbt21010_2017").codes
    assert len([code for code in codes if len(code) == 2]) == 12
    assert len([code for code in codes if len(code) == 4]) == 73
    assert all(code[:2] in codes for code in codes)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("工业用地", "0601"),
        ("机关团体用地", "0801"),
        ("城镇住宅用地", "0701"),
        ("其他普通商品住房用地", "0701"),
        ("中低价位、中小套型普通商品住房用地", "0701"),
        ("经济适用住房用地", "0701"),
        ("廉租房用地", "0701"),
        ("公共租赁住房用地", "0701"),
        ("公共设施用地", "0809"),
        ("街巷用地", "1004"),
        ("批发零售用地", "05"),  # became 0501 and 0502
        ("住宿餐饮用地", "05"),  # became 0503 and 0504
        ("科教用地", "08"),  # became 0803 and 0804
        ("医卫慈善用地", "08"),  # became 0805 and 0806
        ("仓储用地", "0604"),
        ("空闲地", "1201"),
        ("外星用地", None),
    ],
)
def test_names_of_land_uses_old_and_new(name: str, code: str | None) -> None:
    assert resolved("land_use_gbt21010_2017", name) == code


def test_one_code_means_different_uses_in_two_standards() -> None:
    old, new = load_vocabulary("land_use_gbt21010_2017"), "land_use_classification_2023"
    assert old.resolve("0804") != load_vocabulary(new).resolve("0804")


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("surface_water_class", "I", "Ⅰ"),
        ("surface_water_class", "Ⅰ类", "Ⅰ"),
        ("surface_water_class", "ii类", "Ⅱ"),
        ("surface_water_class", "Ⅲ", "Ⅲ"),
        ("surface_water_class", "四类", "Ⅳ"),
        ("surface_water_class", "V", "Ⅴ"),
        ("surface_water_class", "劣五类", "劣Ⅴ"),
        ("surface_water_class", "劣V", "劣Ⅴ"),
        ("surface_water_class", "--", None),
        ("air_quality_level", "优", "1"),
        ("air_quality_level", "轻度污染", "3"),
        ("air_quality_level", "六级", "6"),
        ("air_quality_level", "二级（良）", "2"),
        ("air_pollutant", "细颗粒物(PM2.5)", "pm25"),
        ("air_pollutant", "细颗粒物（PM2.5）", "pm25"),
        ("air_pollutant", "颗粒物(PM10)", "pm10"),
        ("air_pollutant", "臭氧8小时", "o3"),
        ("water_body_type", "湖库", "lake_or_reservoir"),
        ("water_body_type", "河流", "river"),
        ("holder_kind", "自然人", "natural_person"),
        ("land_supply_method", "挂牌出让", "挂牌出让"),
        ("land_supply_method", "挂牌", "挂牌出让"),
        ("land_supply_method", "招拍挂出让", None),
        ("land_source", "新增建设用地（来自存量库）", "新增建设用地(来自存量库)"),
    ],
)
def test_texts_resolve(name: str, text: str, code: str | None) -> None:
    assert resolved(name, text) == code


def test_joined_texts() -> None:
    pollutants = load_vocabulary("air_pollutant[]")
    found = pollutants.resolve_joined("颗粒物(PM10),细颗粒物(PM2.5)")
    assert found is not None
    assert [entry.code for entry in found] == ["pm10", "pm25"]
    assert pollutants.resolve_joined("颗粒物(PM10),沙尘") is None
    assert pollutants.resolve_joined("-;") is None


# -- of a site ------------------------------------------------------------------------------


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_site_extends_and_overrides(tmp_path: Path) -> None:
    write(
        tmp_path,
        "holder_kind",
        "code,zh,en,aliases\norganization,组织,Org,村集体|合作社\nvillage,村,Village,\n",
    )
    merged = load_vocabulary("holder_kind", (BUILT_IN_FOLDER, tmp_path))
    assert merged.codes == {"organization", "natural_person", "village"}
    assert [entry.zh for entry in merged.entries if entry.code == "organization"] == ["组织"]
    entry = merged.resolve("合作社")
    assert entry is not None
    assert entry.code == "organization"
    assert load_vocabulary("holder_kind").resolve("合作社") is None


def test_changed_file_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path, "colours", "code,zh,en\n1,红,Red\n")
    assert load_vocabulary("colours", (tmp_path,)).codes == {"1"}
    path.write_text("code,zh,en\n1,红,Red\n2,绿,Green\n", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert load_vocabulary("colours", (tmp_path,)).codes == {"1", "2"}
    assert "colours" in vocabulary_names((tmp_path,))


def test_validity(tmp_path: Path) -> None:
    write(
        tmp_path,
        "offices",
        "code,zh,en,aliases,valid_from,valid_to\n"
        "A,国土资源局,Land,主管部门,,2018-12-31\nB,自然资源局,Resources,主管部门,2019-01-01,\n",
    )
    offices = load_vocabulary("offices", (tmp_path,))
    for day, code in ((None, "B"), (dt.date(2018, 12, 31), "A"), (dt.date(2019, 1, 1), "B")):
        entry = offices.resolve("主管部门", day)
        assert entry is not None
        assert entry.code == code


@pytest.mark.parametrize(
    "text",
    ["code,zh\n,红\n", "code,zh,valid_from\n1,红,2019年\n", "code,zh\n1,红,多余\n"],
)
def test_wrong_files_are_refused(tmp_path: Path, text: str) -> None:
    write(tmp_path, "colours", text)
    with pytest.raises(DefinitionError) as refused:
        load_vocabulary("colours", (tmp_path,))
    assert "colours.csv" in str(refused.value)


def test_wrong_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "colours.csv").write_bytes("code,zh\n1,红\n".encode("gb18030"))
    with pytest.raises(DefinitionError):
        load_vocabulary("colours", (tmp_path,))


def test_unknown_vocabulary_names_those_there_are() -> None:
    with pytest.raises(DefinitionError) as refused:
        load_vocabulary("no_such_list")
    assert "holder_kind" in str(refused.value)


def test_tables_are_looked_up_by_several_keys(tmp_path: Path) -> None:
    write(
        tmp_path,
        "sections",
        "province,section,body\n甘肃省,牛头河（清水）,river\n甘肃省,水库,lake_or_reservoir\n青海省,水库,\n",
    )
    sections = load_vocabulary("sections", (tmp_path,))
    assert sections.entries == ()
    assert sections.lookup({"province": "甘肃省", "section": "牛头河(清水)"}, "body") == "river"
    table = sections.lookup_table(("province", "section"), "body")
    assert table.get(("甘肃省", " 水库")) == "lake_or_reservoir"
    assert table.get(("青海省", "水库")) is None
    assert table.get(("北京市", None)) is None
    with pytest.raises(DefinitionError):
        sections.lookup_table(("county",), "body")
