"""Making a new source: proposal, file, check and trial in one go."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from flows.opened_site import OpenedSite
from flows.scaffolding.source_file import source_text
from flows.scaffolding.source_proposal import Proposer, SourceProposal
from flows.scaffolding.written_definition import (
    already_there,
    identifier_for,
    read_text,
    refuse_wrong_identifier,
    write_new,
)
from flows.trial import Trial, file_snapshot, try_source
from schemas.dataset import Dataset
from schemas.definition_checks import check_definitions
from schemas.definitions import Definitions
from schemas.message import DefinitionError, GongkaiError, Message
from schemas.source import Source
from schemas.validation import DefinitionProblem


@dataclass(slots=True)
class NewSource:
    """A proposed source and how it did.

    ``trial`` is None where the source does not pass ``gongkai check`` yet, or could not be run
    (``trial_error`` then says why).
    """

    proposal: SourceProposal
    source: Source
    target: Path
    text: str
    file_name: str
    written: bool
    problems: list[DefinitionProblem] = field(default_factory=list)
    trial: Trial | None = None
    trial_error: Message | None = None

    @property
    def is_ready(self) -> bool:
        """True where it could run as it stands."""
        return not self.problems and self.trial is not None and not self.trial.is_held

    @property
    def unmapped_required(self) -> list[str]:
        """Required fields that nothing feeds yet."""
        return [] if self.proposal.named else self.proposal.match.unmapped_required

    @property
    def unused_columns(self) -> list[str]:
        """Columns of the file that no field takes."""
        if self.proposal.named:
            return list(self.proposal.named.unused)
        return [column.reference for column in self.proposal.unused]


def make_source(
    opened: OpenedSite,
    file: Path,
    *,
    dataset: str | None = None,
    identifier: str | None = None,
    hour_label: Literal["start", "end"] | str | None = None,
    write: bool = True,
) -> NewSource:
    """Propose a source for a file, write it into the site, check and try it.

    Raises DefinitionError for a wrong or taken id or an unknown dataset, UnreadableFileError where
    the file holds no table, GongkaiError where no dataset fits.
    """
    definitions = opened.definitions
    wanted = _known_dataset(definitions, dataset) if dataset else None
    if identifier is not None:
        refuse_wrong_identifier(identifier)
        if _target(definitions, identifier).exists() or identifier in definitions.sources:
            raise already_there(_target(definitions, identifier))
    snapshot = file_snapshot(file)
    label: Literal["start", "end"] | None = (
        "start" if hour_label == "start" else "end" if hour_label else None
    )
    proposal = Proposer(definitions, opened.today(), label).propose(snapshot, wanted)
    source_id = identifier or identifier_for(file.name, proposal.dataset.id, definitions.sources)
    target = _target(definitions, source_id)
    text = source_text(proposal, source_id, file.name, definitions.site)
    defined, problems = read_text(text, target, Source)
    if defined is None:
        raise AssertionError("; ".join(problem.message().en for problem in problems))
    if write:
        write_new(text, target)
    definitions.sources[source_id] = defined
    made = NewSource(proposal, defined.model, target, text, file.name, write)
    made.problems = [
        problem for problem in check_definitions(definitions) if problem.file == str(target)
    ]
    if not made.problems:
        try:
            made.trial = try_source(opened, defined.model, file=file, logical_date=opened.today())
        except GongkaiError as error:
            made.trial_error = error.message()
    return made


def _target(definitions: Definitions, identifier: str) -> Path:
    return definitions.folder / "sources" / f"{identifier}.yml"


def _known_dataset(definitions: Definitions, name: str) -> Dataset:
    defined = definitions.datasets.get(name.rpartition("/")[2])
    derived = defined is not None and defined.model.derived is not None
    if defined is None or derived:
        usable = [one.model for one in definitions.datasets.values() if one.model.derived is None]
        known = "、".join(sorted(one.id for one in usable))
        raise DefinitionError(
            Message(
                f"数据集 {name} 由别的数据集计算得出，不读文件。"
                if derived
                else f"没有名为“{name}”的数据集。",
                f"The dataset {name} is computed from another one and reads no file."
                if derived
                else f"There is no dataset '{name}'.",
            ),
            advice=Message(f"可用：{known}。", f"Known: {known}."),
        )
    return defined.model
