"""The licence of a dataset, and what it allows in a form that machines can compare."""

from __future__ import annotations

from typing import Final, Self

from pydantic import model_validator

from schemas.strict import StrictModel, refuse


class LicenceTerms(StrictModel):
    """What may be done with the data and on which conditions.

    Attributes:
        redistribution_allowed: copies may be passed on.
        modification_allowed: what is derived from the data may be passed on.
        commercial_use_allowed: also by those who earn with it.
        attribution_required: the publisher must be named.
        share_alike_required: what is derived must be under the same terms.
    """

    redistribution_allowed: bool
    modification_allowed: bool
    commercial_use_allowed: bool
    attribution_required: bool
    share_alike_required: bool


def _terms(
    *, modify: bool = True, commercial: bool = True, attribution: bool = True, alike: bool = False
) -> LicenceTerms:
    return LicenceTerms(
        redistribution_allowed=True,
        modification_allowed=modify,
        commercial_use_allowed=commercial,
        attribution_required=attribution,
        share_alike_required=alike,
    )


KNOWN_TERMS: Final[dict[str, LicenceTerms]] = {
    "CC0-1.0": _terms(attribution=False),
    "PDDL-1.0": _terms(attribution=False),
    "CC-BY-4.0": _terms(),
    "ODC-By-1.0": _terms(),
    "CC-BY-SA-4.0": _terms(alike=True),
    "ODbL-1.0": _terms(alike=True),
    "CC-BY-NC-4.0": _terms(commercial=False),
    "CC-BY-NC-SA-4.0": _terms(commercial=False, alike=True),
    "CC-BY-ND-4.0": _terms(modify=False),
    "CC-BY-NC-ND-4.0": _terms(modify=False, commercial=False),
}
"""The terms of common licences by their SPDX names."""


class Licence(StrictModel):
    """The licence of the data.

    ``terms`` says what a licence of the publisher's own allows. Those of common licences are
    known by ``name``; saying otherwise of them is refused. Where neither is so, no terms are
    published: they are never assumed.
    """

    name: str
    title: str = ""
    path: str
    terms: LicenceTerms | None = None

    @model_validator(mode="after")
    def _terms_are_its_own(self) -> Self:
        known = KNOWN_TERMS.get(self.name)
        if known is not None and self.terms is not None and self.terms != known:
            refuse(
                f"许可 {self.name} 的条件是固定的，terms 与之不符；请删去 terms",
                f"the terms of {self.name} are fixed and terms says otherwise; leave terms out",
            )
        return self

    @property
    def known_terms(self) -> LicenceTerms | None:
        """What the licence allows; None where that is not known."""
        return self.terms or KNOWN_TERMS.get(self.name)

    def published(self) -> dict[str, object]:
        """As published in manifest and catalogue: name, title, path, terms (or null)."""
        terms = self.known_terms
        return {
            "name": self.name,
            "title": self.title,
            "path": self.path,
            "terms": terms.model_dump() if terms else None,
        }


CC_BY: Final = Licence(
    name="CC-BY-4.0",
    title="Creative Commons Attribution 4.0",
    path="https://creativecommons.org/licenses/by/4.0/",
)
"""What applies where a dataset file names no licence."""
