"""The text of the proposed source file: what was recognised, and what a person must decide."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from flows.scaffolding.matching import FieldProposal
from flows.scaffolding.source_proposal import SourceProposal
from flows.scaffolding.yaml_text import comment, flow
from schemas.dataset import DatasetField, FieldType
from schemas.site import Site

_LOAD = (
    "upsert 按主键更新；full 整体替换；partition 按分区替换；append 只追加。"
    "只有 full 和 partition 会把消失的行当作删除"
)


def source_text(proposal: SourceProposal, identifier: str, file_name: str, site: Site) -> str:
    """The YAML of the proposal, with Chinese comments."""
    dataset = proposal.dataset
    lines = [
        comment(f"由 gongkai new source 根据文件“{file_name}”建议，请核对后使用。"),
        comment("以“# ?”开头的行没有把握：确认后去掉“# ? ”，或改正，或删去。"),
        "format: 1",
        f"id: {identifier}",
        f"dataset: {dataset.theme}/{dataset.id}",
        f"department: {flow({'zh': dataset.owner.zh, 'en': dataset.owner.en})}"
        f"  {comment('请改为提供文件的部门')}",
        "connector:",
        "  type: folder",
        f"  path: inbox/{identifier}  {comment('请新建这个目录，把部门的文件放进去')}",
        f"  glob: {flow(_glob(file_name))}",
    ]
    if proposal.rivals:
        others = "、".join(proposal.rivals)
        lines.insert(5, comment(f"同样合适的数据集：{others}；请确认"))
    lines += _named_lines(proposal) if proposal.named else _layout_lines(proposal, site)
    lines += _as_of_lines(proposal)
    lines.append(f"load: upsert  {comment(_LOAD)}")
    return "\n".join(lines) + "\n"


def _glob(file_name: str) -> str:
    suffix = file_name.rpartition(".")[2] if "." in file_name else ""
    return f"*.{suffix}" if suffix else "*"


def _options(model: BaseModel) -> dict[str, Any]:
    """What is set and differs from the default, as it stands in YAML."""
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude_none=True)


# -- a layout that exists -----------------------------------------------------------------------


def _named_lines(proposal: SourceProposal) -> list[str]:
    named = proposal.named
    assert named is not None
    lines = [f"layout: {named.layout.id}  {comment(named.layout.title.zh)}"]
    if named.reader is not None:
        options = {"type": named.reader.type, **_options(named.reader)}
        lines += [comment("正文和题目在哪个成员，请核对"), f"reader: {flow(options)}"]
    if named.declared:
        told = "；".join(named.declared)
        lines.append(comment(f"这个布局自己声明了单位和时刻，文件中看不出，请核对：{told}"))
    if named.unused:
        lines.append(comment("布局没有用到下列列，确实不需要时去掉行首的“# ”"))
        lines.append(comment(f"ignore: {flow(list(named.unused))}"))
    return lines


# -- a layout of its own ------------------------------------------------------------------------


def _layout_lines(proposal: SourceProposal, site: Site) -> list[str]:
    found = proposal.found
    reader = {"type": found.reader.type, **_options(found.reader)}
    lines = [comment(remark.zh) for remark in found.remarks]
    lines += ["layout:", f"  reader: {flow(reader)}"]
    if found.members:
        lines.append(f"  members: {flow(found.members)}")
    lines += _table_lines(proposal)
    lines += _mapping_lines(proposal, site)
    lines += _unused_lines(proposal)
    lines += _missing_lines(proposal)
    return lines


def _table_lines(proposal: SourceProposal) -> list[str]:
    table = _options(proposal.shape.table)
    if not table:
        return []
    lines = ["  table:"]
    for note in list(dict.fromkeys(proposal.notes))[:5]:
        lines.append(f"    {comment(f'表格上方：{note[:60]}')}")
    if "header" in table:
        lines.append(f"    header: {flow(table['header'])}")
    if "exclude" in table:
        lines.append("    exclude:")
        for one in table["exclude"]:
            lines.append(f"      - when: {flow(one['when'])}")
            lines.append(f"        reason: {flow(one['reason'])}")
    if "ends_before" in table:
        lines.append(f"    ends_before: {flow(table['ends_before'])}")
    return lines


def _mapping_lines(proposal: SourceProposal, site: Site) -> list[str]:
    dataset, match = proposal.dataset, proposal.match
    by_field = {one.field: one for one in match.proposals}
    required = set(match.unmapped_required)
    lines = ["  mapping:" if match.certain else "  mapping: {}"]
    for field in dataset.fields:
        if field.computed is not None:
            continue
        proposed = by_field.get(field.name)
        if proposed is not None and proposed.certain:
            lines.append(_certain_line(proposed))
        elif proposed is not None:
            lines.append(_open_line(proposed, field))
        elif field.name in required or _site_constant(field, site):
            name = by_field.get(f"{field.name.removesuffix('_code')}_name")
            lines.append(_choice_line(field, site, name))
    left = [
        field
        for field in dataset.fields
        if field.computed is None and field.name not in by_field and field.name not in required
    ]
    left = [field for field in left if not _site_constant(field, site)]
    if left:
        names = "、".join(f"{field.name}（{field.title.zh}）" for field in left)
        lines.append(f"    {comment(f'文件中没有找到：{names}')}")
    return lines


def _certain_line(one: FieldProposal) -> str:
    line = f"    {one.field}: {flow(one.mapping)}"
    return f"{line}  {comment(one.remark.zh)}" if one.remark else line


def _open_line(one: FieldProposal, field: DatasetField) -> str:
    remark = one.remark.zh if one.remark else "请确认"
    must = "必填；" if field.constraints.required else ""
    return f"    # ? {one.field}: {flow(one.mapping)}  {comment(must + remark)}"


def _site_constant(field: DatasetField, site: Site) -> str | None:
    """The code of the site's area: most files of a county speak of the county."""
    return site.publisher.division_code if field.name == "division_code" else None


def _choice_line(field: DatasetField, site: Site, name: FieldProposal | None) -> str:
    """A required field without a column; ``name`` is what feeds the name where a code is wanted."""
    code = _site_constant(field, site)
    if code:
        return (
            f"    # ? {field.name}: {flow({'constant': code})}  "
            f"{comment('文件没有这一列；全部属于本区划时可用')}"
        )
    if name is not None and field.name.endswith("_code"):
        return (
            f"    # ? {field.name}: {flow(name.mapping)}  "
            f"{comment('必填，文件中没有编码；确认名称不会重复、不会改变时，可用名称代替')}"
        )
    values = field.constraints.enum
    if values:
        return (
            f"    # ? {field.name}: {flow({'constant': values[0]})}  "
            f"{comment('必填，文件中没有这一列；可用值：' + '、'.join(values))}"
        )
    if field.type is not FieldType.STRING:
        return f"    {comment(f'必填字段 {field.name}（{field.title.zh}）在文件中没有找到')}"
    return (
        f"    # ? {field.name}: $file_name  "
        f"{comment(f'必填（{field.title.zh}），文件中没有找到；请写它来自哪一列，或用文件名')}"
    )


def _unused_lines(proposal: SourceProposal) -> list[str]:
    doubted = {index for one in proposal.match.proposals for index in one.columns}
    free = [column for column in proposal.unused if column.index not in doubted]
    if not free:
        return []
    return [
        f"  {comment('下列列没有对应的字段，试读时会列为提醒；确实不需要时去掉下一行的“# ”')}",
        f"  {comment(f'ignore: {flow([column.reference for column in free])}')}",
    ]


def _missing_lines(proposal: SourceProposal) -> list[str]:
    if not proposal.missing:
        return []
    declared = [one for one in proposal.missing if one.declared]
    lines = []
    for one in proposal.missing:
        columns = "、".join(one.columns[:4]) + ("等" if len(one.columns) > 4 else "")
        does = "按“没有值”处理" if one.declared else "含义请确认，确认后写入 missing"
        lines.append(f"  {comment(f'“{one.text}”出现 {one.count} 处（{columns}）：{does}')}")
    if declared:
        lines.append(f"  missing: {flow(['', *(one.text for one in declared)])}")
    return lines


def _as_of_lines(proposal: SourceProposal) -> list[str]:
    """A file whose times have no year needs to know its day."""
    layout = proposal.named.layout if proposal.named else None
    mappings: list[object] = [
        *(layout.mapping.values() if layout else ()),
        *(one.mapping for one in proposal.match.certain if not layout),
    ]
    forms = [
        one.get("date_format") if isinstance(one, dict) else getattr(one, "date_format", None)
        for one in mappings
    ]
    if not any(form and "YY" not in form for form in forms):
        return []
    return [
        comment("时间没有年份。文件名中有日期时，去掉下一行的“# ”并改成文件名的写法"),
        comment('as_of: {file_name: "(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"}'),
    ]
