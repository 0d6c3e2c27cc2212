"""``gongkai new``: proposals of sources and datasets, made from a department's file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.shared import (
    HERE,
    ExitCode,
    Output,
    SiteOption,
    command,
    leave,
)
from schemas.message import DefinitionError, Message

if TYPE_CHECKING:
    from flows.scaffolding.new_dataset import NewDataset
    from flows.scaffolding.new_source import NewSource

app = typer.Typer(no_args_is_help=True, help="新建数据集或来源 / new dataset or source")

DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="只显示，不写入 / show, write nothing")
]


@app.command("source")
@command
def new_source(
    output: Output,
    file: Annotated[Path, typer.Option("--from", help="部门的文件 / the department's file")],
    dataset: Annotated[
        str | None, typer.Option("--dataset", help="数据集，不写则自动选择 / dataset")
    ] = None,
    identifier: Annotated[str | None, typer.Option("--id", help="来源编号 / id")] = None,
    hour_label: Annotated[
        str | None,
        typer.Option("--hour-label", help="小时值的时间是开始 start 还是结束 end / start or end"),
    ] = None,
    dry_run: DryRunOption = False,
    site: SiteOption = HERE,
) -> None:
    """按部门的文件建议来源文件，并试读 / propose a source for a file, and try it.

    Exit code 0: the source passes gongkai check and the trial is not held; 1: a person has to
    decide something first; 2: wrong use (no site, no such file or dataset, the source exists).
    With --json: source, dataset, file (name of the department's file), path (of the source file),
    written, yaml, layout (id of a layout that exists and fits, or null), reader, rows, mapping
    (list of field, certain, mapping, remark_zh, remark_en), unused_columns, unmapped_required,
    missing_texts (list of text, count, columns, declared), problems (list of line, message_zh,
    message_en), trial (as gongkai try --json; null where it could not be run), trial_error_zh and
    trial_error_en.
    """
    from flows.opened_site import open_for_trial
    from flows.scaffolding.new_source import make_source

    if hour_label not in (None, "start", "end"):
        raise DefinitionError(
            Message("--hour-label 只能是 start 或 end。", "--hour-label is start or end."),
        )
    with open_for_trial(site) as opened:
        made = make_source(
            opened,
            _existing(file),
            dataset=dataset,
            identifier=identifier,
            hour_label=hour_label,
            write=not dry_run,
        )
    if output.as_json:
        output.document(_source_as_json(made))
    else:
        _show_source(output, made)
    leave(ExitCode.SUCCESS if made.is_ready else ExitCode.ATTENTION)


def _existing(file: Path) -> Path:
    if not file.is_file():
        raise DefinitionError(
            Message("文件不存在。", "The file does not exist."),
            where=str(file),
            advice=Message("请检查路径。", "Check the path."),
        )
    return file


def _source_as_json(made: NewSource) -> dict[str, Any]:
    from flows.commands.try_source import trial_as_json

    proposal = made.proposal
    return {
        "source": made.source.id,
        "dataset": proposal.dataset.id,
        "file": made.file_name,
        "path": str(made.target),
        "written": made.written,
        "yaml": made.text,
        "layout": proposal.named.layout.id if proposal.named else None,
        "reader": proposal.found.reader.model_dump(mode="json"),
        "rows": proposal.shape.records.cells.height,
        "mapping": [
            {
                "field": one.field,
                "certain": one.certain,
                "mapping": one.mapping,
                "remark_zh": one.remark.zh if one.remark else "",
                "remark_en": one.remark.en if one.remark else "",
            }
            for one in proposal.match.proposals
        ],
        "unused_columns": made.unused_columns,
        "unmapped_required": made.unmapped_required,
        "missing_texts": [
            {
                "text": one.text,
                "count": one.count,
                "columns": list(one.columns),
                "declared": one.declared,
            }
            for one in proposal.missing
        ],
        "problems": [
            {"line": one.line, "message_zh": one.message().zh, "message_en": one.message().en}
            for one in made.problems
        ],
        "trial": trial_as_json(made.trial) if made.trial else None,
        "trial_error_zh": made.trial_error.zh if made.trial_error else "",
        "trial_error_en": made.trial_error.en if made.trial_error else "",
    }


def _show_source(output: Output, made: NewSource) -> None:
    from flows.commands.try_source import show_trial

    proposal = made.proposal
    if not made.written:
        typer.echo(made.text, nl=False)
    if proposal.named:
        title = proposal.named.layout
        output.say(
            Message(
                f"已有布局 {title.id}（{title.title.zh}）适合这个文件。",
                f"The layout {title.id} ({title.title.en}) fits the file.",
            )
        )
    else:
        certain = len(proposal.match.certain)
        open_ones = len(proposal.match.proposals) - certain
        output.say(
            Message(
                f"数据集 {proposal.dataset.id}：{certain} 个字段已对应，{open_ones} 个待确认，"
                f"{len(made.unused_columns)} 列没有用到。",
                f"Dataset {proposal.dataset.id}: {certain} fields mapped, {open_ones} to be "
                f"confirmed, {len(made.unused_columns)} columns not used.",
            )
        )
    if made.unmapped_required:
        names = "、".join(made.unmapped_required)
        output.say(
            Message(
                f"还缺必填字段：{names}。请在来源文件中写明后再用 gongkai try 试读。",
                f"Required fields still open: {names}. Write them into the source file, then run "
                "gongkai try.",
            )
        )
    for problem in made.problems:
        output.say(problem.message())
    if made.trial:
        show_trial(output, made.trial)
    if made.trial_error:
        output.say(made.trial_error)
    if made.written:
        folder = f"inbox/{made.source.id}"
        output.say(
            Message(
                f"已写入 {made.target}。下一步：核对其中的注释，把部门的文件放进 {folder}/。",
                f"{made.target} is written. Next: go through its comments, and drop the "
                f"department's files into {folder}/.",
            )
        )


@app.command("dataset")
@command
def new_dataset(
    output: Output,
    identifier: Annotated[str, typer.Argument(help="数据集编号（小写英文） / id of the dataset")],
    theme: Annotated[str, typer.Option("--theme", help="主题，如 land / theme, such as land")],
    file: Annotated[
        Path | None, typer.Option("--from", help="按这个文件建议字段 / fields from this file")
    ] = None,
    dry_run: DryRunOption = False,
    site: SiteOption = HERE,
) -> None:
    """新建数据集文件，可按部门的文件建议字段 / a new dataset file, perhaps with a file's fields.

    Exit code 0: the file passes gongkai check; 2: wrong use (no site, the dataset exists); 1: the
    department's file holds no table. With --json: dataset, theme, path, written, yaml, fields
    (list of name, title_zh, type, unit, required, column), problems (as gongkai new source).
    """
    from flows.scaffolding.new_dataset import make_dataset
    from schemas.definitions import find_site, load_definitions

    definitions = load_definitions(find_site(site))
    made = make_dataset(
        definitions,
        identifier,
        theme,
        file=_existing(file) if file else None,
        write=not dry_run,
    )
    if output.as_json:
        output.document(_dataset_as_json(made))
    else:
        _show_dataset(output, made)
    leave(ExitCode.ATTENTION if made.problems else ExitCode.SUCCESS)


def _dataset_as_json(made: NewDataset) -> dict[str, Any]:
    return {
        "dataset": made.identifier,
        "theme": made.theme,
        "path": str(made.target),
        "written": made.written,
        "yaml": made.text,
        "fields": [
            {
                "name": one.name,
                "title_zh": one.title_zh,
                "type": one.type,
                "unit": one.unit,
                "required": one.required,
                "column": one.column,
            }
            for one in made.fields
        ],
        "problems": [
            {"line": one.line, "message_zh": one.message().zh, "message_en": one.message().en}
            for one in made.problems
        ],
    }


def _show_dataset(output: Output, made: NewDataset) -> None:
    if not made.written:
        typer.echo(made.text, nl=False)
        return
    for problem in made.problems:
        output.say(problem.message())
    output.say(
        Message(
            f"已写入 {made.target}，{len(made.fields)} 个字段。下一步：按其中的注释填写标题、说明、"
            "主键和字段名，再用 gongkai check 检查。",
            f"{made.target} is written with {len(made.fields)} fields. Next: fill in titles, "
            "descriptions, primary key and field names as its comments say, then run gongkai "
            "check.",
        )
    )
