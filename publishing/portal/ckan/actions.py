"""The actions that can be called, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version as installed_version
from typing import Any

from publishing.portal.ckan import datastore
from publishing.portal.ckan.envelopes import invalid, not_found
from publishing.portal.ckan.kept_packages import KeptPackages
from publishing.portal.ckan.parameters import Parameters
from publishing.portal.ckan.searching import facets, found_packages, in_order, search_facets
from publishing.portal.published import Published, PublishedVersion
from publishing.queries.engine import QueryEngine

CKAN_VERSION = "2.11.0"
"""The version of the API that is spoken."""
MOST_PACKAGES = 1_000
ROWS = 10

Package = dict[str, Any]


class Actions:
    """The actions over what is published. Each blocks, and raises CkanError."""

    def __init__(self, published: Published, engine: QueryEngine) -> None:
        self._published = published
        self._engine = engine
        self._kept = KeptPackages(published)

    def names(self) -> list[str]:
        """All actions."""
        return sorted(
            name
            for name in vars(type(self))
            if not name.startswith("_") and name not in ("names", "find")
        )

    def find(self, name: str) -> Callable[[Parameters], Any] | None:
        """The action of that name."""
        return getattr(self, name) if name in self.names() else None

    # -- datasets ------------------------------------------------------------------------------

    def package_list(self, given: Parameters) -> list[str]:
        """Names of all datasets. Parameters: limit, offset."""
        names = list(self._kept.current().packages)
        offset = given.whole("offset", 0)
        return names[offset : offset + given.whole("limit", len(names))]

    def current_package_list_with_resources(self, given: Parameters) -> list[Package]:
        """All datasets with their resources. Parameters: limit, offset."""
        offset = given.whole("offset", 0)
        limit = given.whole("limit", MOST_PACKAGES, most=MOST_PACKAGES)
        return list(self._kept.current().packages.values())[offset : offset + limit]

    def package_show(self, given: Parameters) -> Package:
        """One dataset. Parameters: id (name or id)."""
        wanted = given.text("name_or_id") or given.required("id")
        found = self._kept.current().find(wanted)
        if found is None:
            raise not_found("Dataset was not found.")
        return found

    def package_search(self, given: Parameters) -> dict[str, Any]:
        """Find datasets. Parameters: q, fq, fq_list, rows, start, sort, facet, facet.field,
        facet.limit."""
        filters = [given.text("fq"), *given.names("fq_list")]
        kept = self._kept.current()
        found = found_packages(kept.packages, kept.texts, given.text("q", "*:*"), filters)
        sort = given.text("sort", "score desc, metadata_modified desc")
        found = in_order(found, sort)
        start = given.whole("start", 0)
        rows = given.whole("rows", ROWS, most=MOST_PACKAGES)
        counted = {}
        if given.flag("facet", default=True):
            limit = given.text("facet.limit", "50").strip()  # -1: all
            most = -1 if limit.startswith("-") else given.whole("facet.limit", 50)
            counted = facets(found, given.names("facet.field"), most)
        return {
            "count": len(found),
            "results": found[start : start + rows],
            "sort": sort,
            "facets": counted,
            "search_facets": search_facets(found, counted),
        }

    def package_autocomplete(self, given: Parameters) -> list[dict[str, str]]:
        """Datasets whose title or name holds a text. Parameters: q, limit."""
        kept = self._kept.current()
        found = found_packages(kept.packages, kept.texts, given.required("q"), [])
        limit = given.whole("limit", ROWS, most=100)
        return [
            {"name": one["name"], "title": one["title"], "match_field": "title",
             "match_displayed": one["title"]}
            for one in found[:limit]
        ]  # fmt: skip

    def resource_show(self, given: Parameters) -> dict[str, Any]:
        """One file of a dataset's current version. Parameters: id."""
        wanted = given.required("id")
        found = self._kept.current().resources.get(wanted)
        if found is None:
            raise not_found("Resource was not found.")
        return dict(found)

    def resource_view_list(self, given: Parameters) -> list[Any]:
        """The views of a resource: there are none. Parameters: id."""
        self.resource_show(given)
        return []

    # -- rows ----------------------------------------------------------------------------------

    def datastore_search(self, given: Parameters) -> dict[str, Any]:
        """Rows of a resource. Parameters: resource_id, filters, q, fields, sort, limit, offset,
        records_format."""
        wanted = given.text("resource_id") or given.text("id")
        if not wanted:
            raise invalid("resource_id", "Missing value")
        return datastore.search(self._queried(wanted), wanted, self._engine, given)

    def datastore_info(self, given: Parameters) -> dict[str, Any]:
        """Columns and number of rows of a resource. Parameters: id."""
        wanted = given.text("resource_id") or given.required("id")
        return datastore.information(self._queried(wanted), wanted)

    def _queried(self, wanted: str) -> PublishedVersion:
        """The rows behind a resource; all of a dataset where its name or id is given."""
        kept = self._kept.current()
        resource = kept.resources.get(wanted)
        package = kept.find(str(resource["package_id"]) if resource else wanted)
        version = self._published.version(package["name"]) if package else None
        if version is None or (resource is not None and not resource["datastore_active"]):
            raise not_found(f'Resource "{wanted}" was not found.')
        if resource is None:
            return version
        return datastore.of_partition(version, resource["partition"])

    # -- departments, themes, tags ---------------------------------------------------------------

    def organization_list(self, given: Parameters) -> list[Any]:
        """The departments. Parameters: all_fields."""
        return _listed(self._groups("organization"), given)

    def organization_show(self, given: Parameters) -> dict[str, Any]:
        """One department. Parameters: id (name or id), include_datasets."""
        return self._shown("organization", given)

    def group_list(self, given: Parameters) -> list[Any]:
        """The themes. Parameters: all_fields."""
        return _listed(self._groups("group"), given)

    def group_show(self, given: Parameters) -> dict[str, Any]:
        """One theme. Parameters: id (name or id), include_datasets."""
        return self._shown("group", given)

    def tag_list(self, given: Parameters) -> list[Any]:
        """The tags. Parameters: query, all_fields."""
        tags = {
            tag["name"]: tag
            for one in self._kept.current().packages.values()
            for tag in one["tags"]
        }
        wanted = given.text("query")
        found = {name: tag for name, tag in sorted(tags.items()) if wanted in name}
        return list(found.values()) if given.flag("all_fields", default=False) else list(found)

    def license_list(self, _given: Parameters) -> list[dict[str, Any]]:
        """The licences in use."""
        found = {
            one["license_id"]: {
                "id": one["license_id"],
                "title": one["license_title"],
                "url": one["license_url"],
                "status": "active",
                "is_okd_compliant": one["isopen"],
            }
            for one in self._kept.current().packages.values()
        }
        return [found[name] for name in sorted(found)]

    def vocabulary_list(self, _given: Parameters) -> list[Any]:
        """Vocabularies of tags: there are none."""
        return []

    # -- the site --------------------------------------------------------------------------------

    def status_show(self, _given: Parameters) -> dict[str, Any]:
        """What this is."""
        site = self._published.site
        return {
            "ckan_version": CKAN_VERSION,
            "gongkai_version": installed_version("gongkai"),
            "site_url": site.base_url.rstrip("/"),
            "site_title": site.publisher.name.zh,
            "site_description": "",
            "locale_default": "zh_Hans_CN",
            "error_emails_to": None,
            "extensions": ["datastore"],
        }

    def site_read(self, _given: Parameters) -> bool:
        """Whether the site can be read: it can."""
        return True

    def help_show(self, given: Parameters) -> str:
        """What an action does. Parameters: name."""
        name = given.required("name")
        if name not in self.names():
            raise not_found("Action function not found")
        return " ".join((vars(type(self))[name].__doc__ or "").split())

    def _groups(self, kind: str) -> list[dict[str, Any]]:
        counted: dict[str, dict[str, Any]] = {}
        for one in self._kept.current().packages.values():
            for found in [one["organization"]] if kind == "organization" else one["groups"]:
                known = counted.setdefault(found["name"], {**found, "package_count": 0})
                known["package_count"] += 1
        return [counted[name] for name in sorted(counted)]

    def _shown(self, kind: str, given: Parameters) -> dict[str, Any]:
        wanted = given.required("id")
        for one in self._groups(kind):
            if wanted in (one["id"], one["name"]):
                shown = {**one, "users": [], "tags": [], "extras": [], "groups": []}
                if given.flag("include_datasets", default=False):
                    members = self._kept.current().packages.values()
                    shown["packages"] = [p for p in members if _is_in(p, kind, one["id"])]
                return shown
        raise not_found(f"{kind.capitalize()} was not found.")


def _is_in(one: Mapping[str, Any], kind: str, identifier: str) -> bool:
    if kind == "organization":
        return bool(one["owner_org"] == identifier)
    return any(theme["id"] == identifier for theme in one["groups"])


def _listed(groups: Sequence[dict[str, Any]], given: Parameters) -> list[Any]:
    offset = given.whole("offset", 0)
    limit = given.whole("limit", len(groups))
    page = groups[offset : offset + limit]
    if given.flag("all_fields", default=False):
        return list(page)
    return [one["name"] for one in page]
