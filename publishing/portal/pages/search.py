"""Finding datasets by words, above all Chinese ones, which have no blanks between them.

Every word of a query must be found in a dataset: whole, or (for two Chinese signs and more) by most
of its pairs of signs, so that 土地出让结果 finds 国有建设用地供应结果 through 土地 … 结果. Where it
is found says how much it counts: a title more than a description, a whole word more than pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from publishing.portal.pages.formatting import CHINESE_SIGN
from publishing.portal.pages.listing import ListedDataset, made_of, theme_title
from schemas.dataset import Dataset
from schemas.vocabulary import plain_key
from schemas.vocabulary_files import BUILT_IN_FOLDER, load_vocabulary

LONGEST_QUERY = 100
WHOLE, MOST_PAIRS = 1.0, 0.5
"""A word is found by pairs where at least this share of them is there; it then counts by half."""
WEIGHTS: Mapping[str, float] = {
    "title": 12,
    "theme": 7,
    "owner": 5,
    "field": 4,
    "description": 4,
    "department": 3,
    "alias": 2,
    "value": 1,
}
SHOWN_PLACES = ("field", "department", "alias", "value")
"""Places that a result does not show anyway: there it says what matched."""


@dataclass(frozen=True, slots=True)
class SearchText:
    """A text of a dataset in which words are looked for.

    Attributes:
        place: a key of :data:`WEIGHTS`.
        shown: the text as people read it.
        key: in the form in which texts are compared.
    """

    place: str
    shown: str
    key: str


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A dataset that was found, how well, and by which texts that its entry does not show."""

    listed: ListedDataset
    score: float
    found_in: tuple[SearchText, ...]


def query_words(query: str) -> list[str]:
    """The words of a query, in the form in which texts are compared; each once."""
    words = (plain_key(word) for word in query[:LONGEST_QUERY].replace("\u3000", " ").split())
    return list(dict.fromkeys(word for word in words if word))


def pairs(word: str) -> list[str]:
    """The pairs of neighbouring signs of a word with Chinese signs."""
    if len(word) < 3 or not CHINESE_SIGN.search(word):
        return []
    return [word[at : at + 2] for at in range(len(word) - 1)]


class SearchIndex:
    """What can be found of the datasets of a site."""

    def __init__(self, datasets: Sequence[ListedDataset]) -> None:
        self._texts = [(one, tuple(_texts(one))) for one in datasets]

    def search(self, query: str) -> list[SearchHit]:
        """The datasets in which every word is found, the best first."""
        words = query_words(query)
        hits = [hit for one, texts in self._texts if (hit := _hit(one, texts, words)) is not None]
        return sorted(hits, key=lambda hit: (-hit.score, hit.listed.dataset.id))


class KeptIndex:
    """The index of the datasets as they were last asked for. Safe to share between threads: each
    gets an index of the state it has seen."""

    def __init__(self) -> None:
        self._kept: tuple[object, SearchIndex] | None = None

    def of(self, datasets: Sequence[ListedDataset]) -> SearchIndex:
        """The index of these datasets, made anew where one of them has changed."""
        state, kept = made_of(datasets), self._kept
        if kept is None or kept[0] != state:
            kept = (state, SearchIndex(datasets))
            self._kept = kept
        return kept[1]


def _hit(
    listed: ListedDataset, texts: tuple[SearchText, ...], words: Sequence[str]
) -> SearchHit | None:
    score = 0.0
    found_in: dict[SearchText, None] = {}
    for word in words:
        best = 0.0
        for text in texts:
            share = _share_found(word, text.key)
            if share:
                best = max(best, share * WEIGHTS[text.place])
                if share == WHOLE and text.place in SHOWN_PLACES:
                    found_in[text] = None
        if not best:
            return None
        score += best
    return SearchHit(listed, score, tuple(found_in))


def _share_found(word: str, key: str) -> float:
    """1 where the word is in a text, up to 0.5 where most of its pairs are, else 0."""
    if word in key:
        return WHOLE
    parts = pairs(word)
    if not parts:
        return 0.0
    share = sum(part in key for part in parts) / len(parts)
    return share / 2 if share >= MOST_PAIRS else 0.0


def _texts(listed: ListedDataset) -> Iterable[SearchText]:
    for place, shown in _shown_texts(listed):
        if shown:
            yield SearchText(place, shown, plain_key(shown))


def _shown_texts(listed: ListedDataset) -> Iterable[tuple[str, str]]:
    dataset = listed.dataset
    theme = theme_title(dataset.theme)
    for title in (dataset.title.zh, dataset.title.en, dataset.id):
        yield "title", title
    for name in (theme.zh, theme.en, dataset.theme):
        yield "theme", name
    for owner in (dataset.owner.zh, dataset.owner.en):
        yield "owner", owner
    for text in (dataset.description.zh, dataset.description.en):
        yield "description", text
    for field in dataset.fields:
        for title in (field.title.zh, field.title.en, field.name):
            yield "field", title
    for source in listed.version.manifest["sources"]:
        for name in (source["department"] or {}).values():
            yield "department", name
    yield from (("alias", alias) for alias in _aliases(dataset))
    yield from (("value", title) for title in _code_titles(dataset))


def _aliases(dataset: Dataset) -> Iterable[str]:
    """Other names that departments give to its fields."""
    table = load_vocabulary("field_aliases").table
    names = set(dataset.field_names)
    return (alias for field, alias in table.select("field", "alias").iter_rows() if field in names)


def _code_titles(dataset: Dataset) -> Iterable[str]:
    """Titles of the codes that its values may have. A code list of the site itself is not in the
    public folder and not looked at."""
    for name in dict.fromkeys(field.code_list for field in dataset.fields if field.code_list):
        if (BUILT_IN_FOLDER / f"{name}.csv").exists() and name != "division":
            for entry in load_vocabulary(name).entries:
                yield entry.zh
                yield entry.en
