"""A dataset in the words of schema.org, as search engines read them from its page.

https://schema.org/Dataset and https://developers.google.com/search/docs/appearance/structured-data/dataset
(a description has 50 to 5000 characters).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from publishing.addresses import dataset_address, file_address, site_address
from publishing.file_formats import FILE_FORMATS
from publishing.themes import theme_titles
from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.site import Site
from schemas.units import find_unit

SHORTEST, LONGEST = 50, 5000
NUMERIC = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.NUMBER)


def schema_org_dataset(site: Site, manifest: Mapping[str, Any], dataset: Dataset) -> dict[str, Any]:
    """JSON-LD of one version of a dataset, for the element ``script`` of its page.

    Args:
        manifest: of the version.
        dataset: the dataset file of the version.
    """
    page = dataset_address(site, dataset.id)
    theme_zh, theme_en = theme_titles(dataset.theme)
    said: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": page,
        "name": dataset.title.zh,
        "alternateName": [dataset.title.en, dataset.id],
        "description": _description(manifest, dataset),
        "url": page,
        "identifier": [page, dataset.id],
        "keywords": [theme_zh, theme_en, dataset.title.zh, dataset.title.en],
        "license": dataset.licence.path,
        "isAccessibleForFree": True,
        "creator": {"@type": "GovernmentOrganization", "name": dataset.owner.zh}
        | {"alternateName": dataset.owner.en},
        "publisher": publisher(site),
        "version": str(manifest["version"]),
        "dateModified": manifest["created_at"],
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": catalogue_name(site),
            "url": site_address(site),
        },
        "variableMeasured": [_variable(field) for field in dataset.fields],
        "distribution": [
            _download(site, manifest, kind, name)
            for part in manifest["partitions"]
            for kind, name in part["formats"].items()
        ],
    }
    if dataset.deprecated is not None:
        said["creativeWorkStatus"] = "Deprecated"
    if manifest.get("temporal"):
        period = manifest["temporal"]
        said["temporalCoverage"] = f"{period['start']}/{period['end']}"
    if site.publisher.division_code:
        said["spatialCoverage"] = {
            "@type": "AdministrativeArea",
            "name": site.publisher.name.zh,
            "alternateName": site.publisher.name.en,
            "identifier": site.publisher.division_code,
        }
    return said


def schema_org_catalogue(site: Site, datasets: Iterable[Dataset]) -> dict[str, Any]:
    """JSON-LD of the whole catalogue, for the home page: it names each dataset by its page."""
    return {
        "@context": "https://schema.org/",
        "@type": "DataCatalog",
        "@id": site_address(site),
        "name": catalogue_name(site),
        "url": site_address(site),
        "publisher": publisher(site),
        "inLanguage": ["zh-CN", "en"],
        "dataset": [
            {"@type": "Dataset", "@id": page, "url": page, "name": one.title.zh}
            | {"alternateName": one.title.en, "license": one.licence.path}
            | {"description": f"{one.description.zh}\n{one.description.en}"[:LONGEST]}
            for one in datasets
            for page in (dataset_address(site, one.id),)
        ],
    }


def catalogue_name(site: Site) -> str:
    """How the catalogue is called."""
    return f"{site.publisher.name.zh}公共数据目录"


def publisher(site: Site) -> dict[str, Any]:
    """Who publishes."""
    said = {
        "@type": "GovernmentOrganization",
        "name": site.publisher.name.zh,
        "alternateName": site.publisher.name.en,
    }
    if site.publisher.homepage:
        said["url"] = site.publisher.homepage
    if "@" in (site.publisher.contact or ""):
        said["email"] = str(site.publisher.contact)
    return said


def _description(manifest: Mapping[str, Any], dataset: Dataset) -> str:
    """Both languages; with who keeps it and how much there is where that is too short."""
    text = f"{dataset.description.zh}\n{dataset.description.en}"
    if len(text) < SHORTEST:
        text += (
            f"\n{dataset.title.zh}，{dataset.owner.zh}，第 {manifest['version']} 版，"
            f"{manifest['rows']} 行。{dataset.title.en}, kept by {dataset.owner.en}, "
            f"version {manifest['version']}, {manifest['rows']} rows."
        )
    return text[:LONGEST]


def _variable(field: DatasetField) -> dict[str, Any]:
    said: dict[str, Any] = {
        "@type": "PropertyValue",
        "name": field.title.zh,
        "alternateName": field.title.en,
        "propertyID": field.name,
    }
    if field.description is not None:
        said["description"] = f"{field.description.zh} {field.description.en}"
    unit = find_unit(field.unit) if field.unit else None
    if unit is not None and unit.code != "1":
        said["unitText"] = unit.zh
    if field.type in NUMERIC and field.constraints.severity == "error":
        if field.constraints.minimum is not None:
            said["minValue"] = float(field.constraints.minimum)
        if field.constraints.maximum is not None:
            said["maxValue"] = float(field.constraints.maximum)
    return said


def _download(site: Site, manifest: Mapping[str, Any], kind: str, name: str) -> dict[str, Any]:
    facts = manifest["files"][name]
    return {
        "@type": "DataDownload",
        "name": name,
        "contentUrl": file_address(site, manifest["dataset"], manifest["version"], name),
        "encodingFormat": FILE_FORMATS[kind].encoding_format,
        "contentSize": f"{facts['bytes']} B",
        "sha256": facts["sha256"],
    }
