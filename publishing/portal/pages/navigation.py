"""What the header leads to, and addresses within the portal."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from publishing.portal.pages.languages import LANGUAGES, Language, path_without_language


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A link of the header. ``served`` is one that a static copy of the pages cannot have."""

    path: str
    text: str
    served: bool = False


NAVIGATION = (
    NavigationItem("/datasets/", "site.datasets"),
    NavigationItem("/api/", "site.api", served=True),
    NavigationItem("/about/", "site.about"),
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page stands, and the addresses of others as seen from it.

    Attributes:
        base_url: of the site, for addresses that are cited and shared.
        root: path under which the application is mounted.
        path: of the page, without language.
        query: of the request.
    """

    language: Language
    base_url: str
    root: str
    path: str
    query: str

    def url(self, path: str) -> str:
        """A page in the language of this one."""
        return f"{self.root}{self.language.prefix}{quote(path, safe=SAFE)}"

    def file_url(self, path: str) -> str:
        """A file or an interface: they have no language."""
        return f"{self.root}{quote(path, safe=SAFE)}"

    def permanent(self, path: str, language: Language | None = None) -> str:
        """The whole address of a page in a language, or (None) of a file."""
        prefix = language.prefix if language else ""
        return f"{self.base_url}{prefix}{quote(path, safe=SAFE)}"

    def switch(self, language: Language) -> str:
        """This page in another language, the query kept."""
        query = f"?{self.query}" if self.query else ""
        return f"{self.root}{language.prefix}{quote(self.path, safe=SAFE)}{query}"

    def alternates(self) -> list[tuple[str, str]]:
        """This page in each language, as whole addresses: tag and address."""
        return [(one.tag, self.permanent(self.path, one)) for one in LANGUAGES]


SAFE = "/:?&=%.~+,;@"
"""Signs of an address that a template has put together already."""


def address_of(path: str, query: str, root: str, base_url: str, language: Language) -> Address:
    """The address of a request for ``path`` (with its language)."""
    return Address(language, base_url.rstrip("/"), root, path_without_language(path), query)
