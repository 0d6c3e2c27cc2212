"""Persons told from organisations, and masked. All names are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.personal_data import NameKind, classify_name, mask_name, names, screen_name
from expectations.personal_data.surnames import COMPOUND_SURNAMES, SURNAMES

PERSONS = [
    ("张三", "张*", 1),
    ("张三丰", "张*丰", 1),
    ("张 三", "张*", 1),
    ("　张三　", "　张*　", 1),
    ("张三\u200b丰", "张*丰", 1),
    ("欧阳锋", "欧阳*", 1),
    ("欧阳小明", "欧阳*", 1),
    ("張三豐", "張*豐", 1),
    ("买买提·艾力", "买买提*", 1),
    ("买买提艾力", "买买提*", 1),
    ("尼玛次仁", "尼玛*", 1),
    ("李□", "李*", 1),
    ("张三、李四", "张*、李*", 2),
    ("张三,李四，王小五", "张*,李*，王*五", 3),
    ("张三 李四", "张* 李*", 2),
    ("张三和李四", "张*和李*", 2),
    ("张三及李四等二人", "张*及李*等二人", 2),
    ("张三等3人", "张*等3人", 1),
    ("张三（共有）", "张*（共有）", 1),
    ("李四（李小五之妻）", "李*（李*五之妻）", 2),
    ("张三夫妇", "张*夫妇", 1),
    ("村民张三", "村民张*", 1),
    ("李崖村村民李四", "李崖村村民李*", 1),
    ("张三620521********1234", "张*620521********1234", 1),
    ("张三个体户", "张*个体户", 1),
    ("王建设", "王*设", 1),
    ("李长城", "李*城", 1),
    ("刘文化", "刘*化", 1),
    ("司马长城", "司马*", 1),
    ("John Smith", "J*", 1),
    ("LIU YANG", "L*", 1),
    ("张*", "张*", 0),
    ("张某某", "张某某", 0),
    ("欧阳＊", "欧阳＊", 0),
    ("个人", "个人", 0),
    ("张三、清水县金土地有限公司", "张*、清水县金土地有限公司", 1),
    ("清泉超市（张三）", "清泉超市（张*）", 1),
    ("清泉饭店 经营者：张三", "清泉饭店 经营者：张*", 1),
]
ORGANIZATIONS = [
    "清水县金土地房地产开发有限公司",
    "甘肃建投（集团）有限责任公司",
    "白银有色（甘肃）有限公司",
    "清水县人民政府",
    "清水县永清镇李崖村村民委员会",
    "李崖村集体经济合作社",
    "张三超市",
    "某某超市",
    "清水县第一中学",
    "清水县人民医院",
    "水务局",
    "林业局",
    "林场",
    "县医院",
    "张家砖厂",
    "玉泉种子站",
    "第一师四团",
    "50团",
    "清真寺",
    "李家庄村",
    "清水县",
    "华新纺织",
    "龙泉生态园",
    "国网甘肃省电力公司",
    "Alibaba (China) Co., Ltd.",
    "Siemens AG",
    "清水县甲有限公司、清水县乙有限公司",
]
UNCERTAIN = ["黄金海岸", "陈李小红", "十里百隆", "IBM", "中石", "Nah", "王?"]


@pytest.mark.parametrize(("name", "published", "masked"), PERSONS)
def test_natural_persons_are_masked(name: str, published: str, masked: int) -> None:
    screened = screen_name(name)
    assert (screened.text, screened.masked) == (published, masked)
    assert screened.kind is NameKind.NATURAL_PERSON


@pytest.mark.parametrize("name", ORGANIZATIONS)
def test_organisations_stay_as_published(name: str) -> None:
    screened = screen_name(name)
    assert (screened.text, screened.kind) == (name, NameKind.ORGANIZATION)


@pytest.mark.parametrize("name", UNCERTAIN)
def test_what_cannot_be_told_is_masked_and_uncertain(name: str) -> None:
    screened = screen_name(name)
    assert screened.kind is NameKind.UNCERTAIN
    assert screened.masked == 1
    assert screened.text != name


@pytest.mark.parametrize("name", ["", "  ", "-", "——", "/", "无"])
def test_no_name_is_nobody(name: str) -> None:
    assert screen_name(name) == type(screen_name(name))(name, NameKind.NOBODY, 0)


def test_a_known_organisation_is_not_masked() -> None:
    screened = screen_name("十里百隆", organizations=["十里百隆"])
    assert (screened.text, screened.kind) == ("十里百隆", NameKind.ORGANIZATION)


def test_a_field_of_persons_masks_whatever_it_holds() -> None:
    assert screen_name("水务局", always_person=True).text == "水*局"
    assert screen_name("张", always_person=True).text == "*"


HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5, exclude_characters="某")
GIVEN = st.text(alphabet=HAN, min_size=1, max_size=2)


@given(st.text(alphabet=HAN, min_size=1, max_size=12))
def test_a_masked_name_is_never_the_name(name: str) -> None:
    masked = mask_name(name)
    assert masked != name
    assert mask_name(masked) == masked


@given(st.sampled_from(sorted(COMPOUND_SURNAMES)), GIVEN)
def test_compound_surnames_keep_only_the_surname(surname: str, given_name: str) -> None:
    assert mask_name(surname + given_name) == f"{surname}*"


@given(st.sampled_from(sorted(SURNAMES)), GIVEN)
def test_short_names_with_a_surname_are_masked_unless_they_end_like_an_office(
    surname: str, given_name: str
) -> None:
    name = surname + given_name
    screened = screen_name(name)
    assert screened.kind is classify_name(name)
    if screened.kind is NameKind.ORGANIZATION:
        assert screened.text == name
    else:
        assert screened.text != name


@given(st.text(max_size=30))
def test_screening_names_twice_changes_nothing_more(text: str) -> None:
    once = screen_name(text)
    assert once.masked == 0 or once.text != text
    if once.kind is NameKind.ORGANIZATION:
        assert once.text == text


@given(
    st.lists(
        st.builds("".join, st.tuples(st.sampled_from("张李王赵"), GIVEN)), min_size=1, max_size=4
    )
)
def test_every_name_of_a_list_is_masked(names: list[str]) -> None:
    screened = screen_name("、".join(names))
    persons = [name for name in names if classify_name(name) is not NameKind.ORGANIZATION]
    assert screened.masked == len(persons)
    published = screened.text.split("、")
    assert all(
        shown != name for shown, name in zip(published, names, strict=True) if name in persons
    )


PERSONS_WORDS = (
    "张三",
    "李小五",
    "欧阳",
    "买买提",
    "村民",
    "居民",
    "城镇居民",
    "经营者",
    "（张三）",
)
OTHER_WORDS = ("公司", "中心", "有限", "业主", "某", "和", "无", "县", "第五", *"、 ·\u200b\uf900")
PIECES = st.sampled_from((*PERSONS_WORDS, *OTHER_WORDS))


@given(st.lists(PIECES, min_size=1, max_size=6).map("".join))
def test_the_short_way_for_plain_organizations_agrees_with_the_closer_look(text: str) -> None:
    if not names._is_plainly_an_organization(text):
        return
    closer = names._NameScreen(always_person=False, organizations=frozenset()).screen(text)
    assert closer == names.screen_name(text)
    assert closer == names.ScreenedName(text, NameKind.ORGANIZATION, 0)


@pytest.mark.parametrize("text", ["某某建设有限公司", "张三和李四投资中心", "清水县永清镇人民政府"])
def test_plain_organizations_take_the_short_way(text: str) -> None:
    assert names._is_plainly_an_organization(text)


@pytest.mark.parametrize(
    "text", ["超市经营者张三", "小区业主李小五", "张三", "甲公司（张三）", "城镇居民"]
)
def test_persons_never_take_the_short_way(text: str) -> None:
    assert not names._is_plainly_an_organization(text)
