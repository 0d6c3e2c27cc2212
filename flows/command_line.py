"""The ``gongkai`` command."""

from __future__ import annotations

import typer

from flows.commands import new
from flows.commands.backfill import backfill
from flows.commands.check import check
from flows.commands.deliver import deliver
from flows.commands.demo import demo
from flows.commands.diff import diff
from flows.commands.explain import explain
from flows.commands.export_site import export_site
from flows.commands.findings import findings
from flows.commands.init import init
from flows.commands.portal import portal
from flows.commands.replay import replay
from flows.commands.reports import reports
from flows.commands.rollback import rollback
from flows.commands.run import run
from flows.commands.serve import serve
from flows.commands.status import status
from flows.commands.try_source import try_source
from flows.commands.withdraw import withdraw

app = typer.Typer(
    name="gongkai",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="公开：从部门文件到公开数据集 / from a department's file to a released dataset",
)
for _command in (
    demo,
    init,
    check,
    run,
    status,
    findings,
    reports,
    explain,
    diff,
    rollback,
    withdraw,
    replay,
    backfill,
    deliver,
    serve,
    portal,
):
    app.command()(_command)
app.command("export-site")(export_site)
app.command("try")(try_source)
app.add_typer(new.app, name="new")


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
