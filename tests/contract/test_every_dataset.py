"""Every dataset that ships keeps the promises all datasets make."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from expectations.compiling import compile_rules, problems_in
from schemas.batch import batch_schema
from schemas.dataset import Dataset, FieldType, PrivacyClass
from schemas.definition_checks import check_definitions
from schemas.definitions import BUILT_IN, Definitions, load_definitions
from schemas.vocabulary_files import load_vocabulary
from schemas.yaml_file import load_yaml

SITE = "format: 1\nid: empty\npublisher:\n  name: {zh: 试验, en: Trial}\n"
FILES = sorted((BUILT_IN / "datasets").rglob("*.yml"))
REQUIRED_COLUMNS = {
    "land_supply_results": "supervision_number record_id division_code division_name project_name "
    "location area_m2 land_source land_use_name land_use_scheme land_use_code supply_method "
    "term_years industry_name land_grade price_cny unit_price_cny_per_m2 holder_name holder_kind "
    "plot_ratio_min plot_ratio_max handover_due_on start_due_on completion_due_on started_on "
    "completed_on approved_by contract_signed_on",
    "land_transfer_notices": "notice_kind notice_number parcel_number division_code location "
    "area_m2 land_use_name plot_ratio_min plot_ratio_max building_density_percent "
    "green_ratio_percent term_years supply_method starting_price_cny deposit_cny price_cny "
    "winner_name winner_kind published_on",
    "air_quality_hourly": "station_code station_name city_name longitude latitude observed_at "
    "pm25_ug_m3 pm10_ug_m3 so2_ug_m3 no2_ug_m3 co_mg_m3 o3_ug_m3 aqi_published "
    "primary_pollutant_published aqi aqi_level",
    "air_quality_daily": "station_code date pm25_ug_m3 pm10_ug_m3 so2_ug_m3 no2_ug_m3 co_mg_m3 "
    "o3_8h_max_ug_m3 aqi aqi_level primary_pollutants",
    "surface_water_quality": "province_name basin_name section_code section_name water_body_type "
    "observed_at water_temperature_c ph dissolved_oxygen_mg_l conductivity_us_cm turbidity_ntu "
    "permanganate_index_mg_l ammonia_nitrogen_mg_l total_phosphorus_mg_l total_nitrogen_mg_l "
    "chlorophyll_a_mg_l algae_density_cells_l station_status class_published class_computed",
}


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Definitions:
    folder = tmp_path_factory.mktemp("site")
    (folder / "gongkai.yml").write_text(SITE, encoding="utf-8")
    return load_definitions(folder)


def by_file(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def test_definitions_that_ship_have_no_problem(definitions: Definitions) -> None:
    assert [str(item.message()) for item in check_definitions(definitions)] == []
    assert len(definitions.datasets) == len(FILES)


@pytest.mark.parametrize(("dataset_id", "columns"), REQUIRED_COLUMNS.items())
def test_the_public_columns_are_there(
    definitions: Definitions, dataset_id: str, columns: str
) -> None:
    missing = set(columns.split()) - set(definitions.datasets[dataset_id].model.field_names)
    assert missing == set()


@pytest.mark.parametrize("path", FILES, ids=by_file)
class TestEveryDataset:
    """Run for each dataset file found; a new file is tested without being listed."""

    def dataset(self, definitions: Definitions, path: Path) -> Dataset:
        return definitions.datasets[path.stem].model

    def test_rules_compile_and_run_on_an_empty_batch(
        self, definitions: Definitions, path: Path
    ) -> None:
        dataset = self.dataset(definitions, path)
        assert problems_in(dataset) == []
        rules = compile_rules(
            dataset, vocabularies=lambda name: frozenset(load_vocabulary(name).codes)
        )
        empty = pl.DataFrame(schema=batch_schema(dataset, "Asia/Shanghai"))
        from expectations.context import RuleContext

        evaluation = rules.evaluate_frame(empty, RuleContext())
        assert evaluation.failures.is_empty()
        assert evaluation.broken == []

    def test_everything_people_see_is_in_two_languages(
        self, definitions: Definitions, path: Path
    ) -> None:
        dataset = self.dataset(definitions, path)
        texts = [dataset.title, dataset.description, dataset.owner, *dataset.known_limitations]
        texts += [field.title for field in dataset.fields]
        texts += [field.description for field in dataset.fields if field.description]
        for text in texts:
            assert re.search(r"[\u4e00-\u9fff]|[A-Z]", text.zh), text
            assert text.en
            assert not re.search(r"[\u4e00-\u9fff]{3,}", text.en), text.en

    def test_legal_basis_and_disclosure_are_stated(
        self, definitions: Definitions, path: Path
    ) -> None:
        dataset = self.dataset(definitions, path)
        assert dataset.legal_basis
        assert all(basis.in_force_from for basis in dataset.legal_basis)
        assert dataset.disclosure.attribute == "proactive"

    def test_money_and_areas_are_exact(self, definitions: Definitions, path: Path) -> None:
        for field in self.dataset(definitions, path).fields:
            if field.name.endswith(("_cny", "_m2")) or "_cny_" in field.name:
                assert field.type is FieldType.DECIMAL, field.name
                assert field.unit, field.name

    def test_names_of_persons_have_a_privacy_class(
        self, definitions: Definitions, path: Path
    ) -> None:
        for field in self.dataset(definitions, path).fields:
            if field.name in ("holder_name", "winner_name"):
                assert field.privacy is PrivacyClass.PERSON_OR_ORGANIZATION

    def test_the_file_itself_says_what_is_read(self, definitions: Definitions, path: Path) -> None:
        document = load_yaml(path)
        assert document.data["id"] == path.stem
        assert document.data["theme"] == path.parent.name
