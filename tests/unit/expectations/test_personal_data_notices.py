"""The gate on procurement notices: certificates, contacts, natural-person bidders, addresses."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import schemas
from expectations.personal_data import screen
from expectations.personal_data.detection import HitKind, screen_text
from expectations.personal_data.names import NameKind, screen_name
from schemas.batch import polars_dtype
from schemas.dataset import Dataset
from schemas.validation import read_model
from schemas.yaml_file import load_yaml

TODAY = dt.date(2026, 11, 23)
ID = "620521199001011234"


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("项目经理 张某 贵2522016201808391", "项目经理 张某 贵252*************"),
        ("注册证书：闽1352014201512345，", "注册证书：闽135*************，"),
        ("建造师注册证书\n渝\n2502020202102643\n", "建造师注册证书\n渝\n250*************\n"),
        ("川 2512014201503907", "川 251*************"),
        ("闽１３５２０１４２０１５１２３４５", "闽135*************"),
        ("执业证书编号620521199001011239", "执业证书编号620521********1239"),
        ("二级建造师（620521900101123）", "二级建造师（620521*****1123）"),
    ],
)
def test_numbers_of_professional_certificates_are_redacted(text: str, published: str) -> None:
    made, hits = screen_text(text, today=TODAY)
    assert made == published
    assert hits
    assert screen_text(made, today=TODAY) == (made, [])  # again, nothing changes


@pytest.mark.parametrize(
    "text",
    [
        "项目编号：川2512014",
        "渝25020202021026431",  # one digit too many: no registration number
        "贵3522016201808391",  # there is no third grade
        "贵2521816201808391",  # nobody was certified in 1816
        "资质证书编号620521202602130012",
        "采购文件编号 MASCG-3-F-F-2026-0067",
        "电话：0755-23338582、23596561",
        "标包编号 620521202602130012345",
        "预算 13800001234.00 元",
    ],
)
def test_what_only_looks_like_it_is_left(text: str) -> None:
    assert screen_text(text, today=TODAY) == (text, [])


@pytest.mark.parametrize(
    "text",
    [
        "联系方式：13812345678",
        "联系方式：\n1\n3812345678\n、\n0555-6715308",
        "项目联系人：赵老师 138 1234 5678",
        "传真：0555-6715308 手机138-1234-5678",
        "（电话13812345678、0938-7151234）",
    ],
)
def test_mobile_numbers_of_contacts_are_redacted_and_land_lines_stay(text: str) -> None:
    made, hits = screen_text(text, today=TODAY)
    assert [hit.kind for hit in hits] == [HitKind.MOBILE]
    assert not re.search(r"1\s*38\D{0,2}1234\D{0,2}5678", made)
    for line in re.findall(r"0\d{3}-\d{7}", text):
        assert line in made


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("张三", "张*"),
        ("王建国", "王*国"),
        ("张三、李四", "张*、李*"),
        ("张三，李四", "张*，李*"),
        ("张三（联系人）", "张*（联系人）"),
        ("张三（负责人）", "张*（负责人）"),
        ("供应商：张三", "供应商：张*"),
        ("个体工商户张三", "个体工商户张*"),
        ("欧阳修", "欧阳*"),
        ("上官婉儿", "上官*"),
        ("买买提·艾力", "买买提*"),
        ("热依扎·买买提", "热依扎*"),
        ("尼玛扎西", "尼玛*"),
        ("乌云其木格", "乌云*"),
        ("张*", "张*"),
        ("张*三", "张*三"),
        ("张某某", "张某某"),
        ("李**", "李**"),
    ],
)
def test_natural_persons_who_bid_are_masked(name: str, published: str) -> None:
    made = screen_name(name)
    assert (made.text, made.kind) == (published, NameKind.NATURAL_PERSON)


@pytest.mark.parametrize(
    "name",
    [
        "张小泉股份有限公司",
        "李宁（中国）体育用品有限公司",
        "王老吉药业股份有限公司",
        "王五家庭农场",
        "清水县张三百货店",
        "仁怀市李四餐饮店（个体工商户）",
        "某县老张修理铺",
        "老马家牛肉面馆",
        "张三丰工程队",
        "刘洋服装厂",
        "段文龙工作室",
        "北京恒都律师事务所",
        "中国广电四川网络股份有限公司巴州区分公司",
        "甲有限公司、乙有限公司",
        "甲有限公司（联合体牵头人）、乙设计院（联合体成员）",
    ],
)
def test_organisations_that_are_called_like_persons_stay(name: str) -> None:
    made = screen_name(name)
    assert (made.text, made.kind) == (name, NameKind.ORGANIZATION)


def awards(*rows: dict[str, Any]) -> pl.DataFrame:
    """Awards through the gate; a row is given by the fields that matter."""
    folder = Path(schemas.__file__).parent / "datasets" / "procurement"
    model, problems = read_model(load_yaml(folder / "procurement_awards.yml"), Dataset)
    assert model is not None, problems
    schema = {field.name: polars_dtype(field, "Asia/Shanghai") for field in model.fields}
    whole = [{field: row.get(field) for field in schema} for row in rows]
    frame = pl.DataFrame(whole, schema=schema)
    return screen(frame, model, office_phones=(), today=TODAY).frame


def test_the_kind_of_a_supplier_is_told_by_the_name() -> None:
    made = awards(
        {"supplier_name": "张三"}, {"supplier_name": "张三百货店"}, {"supplier_name": None}
    )
    assert made.get_column("supplier_kind").to_list() == ["natural_person", "organization", None]
    assert made.get_column("supplier_name").to_list() == ["张*", "张三百货店", None]


def test_an_organisations_address_is_whole_and_a_persons_loses_its_door() -> None:
    address = "某市某区花园路8号院3号楼1505室"
    made = awards(
        {"supplier_name": "甲有限公司", "supplier_address": address},
        {"supplier_name": "张三", "supplier_address": address},
        {"supplier_name": None, "supplier_address": address},
        {"supplier_name": "乙有限公司", "supplier_address": "某路1号，电话13812345678"},
    )
    assert made.get_column("supplier_address").to_list() == [
        address,
        "某市某区花园路8号院*",
        "某市某区花园路8号院*",
        "某路1号，电话138****5678",
    ]


def test_free_texts_of_awards_are_screened() -> None:
    reason = f"投标人王某（{ID}，13812345678）项目经理证书闽1352014201512345无效"
    (made,) = awards({"failure_reason": reason}).get_column("failure_reason").to_list()
    assert made == (
        "投标人王某（620521********1234，138****5678）项目经理证书闽135*************无效"
    )


@pytest.mark.real_data
def test_no_mobile_number_or_certificate_of_real_notices_passes(real_data: Path) -> None:
    """Every text of fifty notices, put through as free text: nothing is left, however it is
    broken into lines."""
    texts = [
        notice["content_text"]
        for file in sorted((real_data / "procurement").glob("ggzy_gov_cn_details_batch_*.json"))
        for notice in json.loads(file.read_text("utf-8"))
    ]
    (saved,) = (real_data / "procurement").glob("ccgp_shenzhen_*.html")
    texts.append(re.sub(r"<[^>]+>", "\n", saved.read_text("utf-8", errors="replace")))
    mobile = r"(?<!\d)1[3-9]\d{9}(?!\d)"
    found = 0
    for text in texts:
        joined = re.sub(r"\s+", "", text)
        made = re.sub(r"\s+", "", screen_text(text, today=TODAY)[0])
        found += len(re.findall(mobile, joined))
        assert re.findall(mobile, made) == []
        assert re.findall(r"[\u4e00-\u9fff][12]\d{2}20\d{2}20\d{2}\d{5}(?!\d)", made) == []
    assert found > 25
