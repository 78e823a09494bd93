"""The command `postroom`: one typer application, a module a command."""

import sys

import typer

from admin.cli import (
    adapter,
    alarms,
    audit,
    correct,
    differing,
    doctor,
    duplicates,
    env,
    fetch,
    golden,
    layouts,
    leakage,
    mappings,
    mappings_check,
    masterdata,
    operation_acts,
    promote,
    read,
    release,
    replay,
    rules,
    run,
    samples,
    sandbox,
    serve,
    show,
    sources,
    split,
    status,
    targets,
    thresholds,
    tokens,
    users,
    worker,
    workspace,
)
from admin.cli.console import complain
from engine.model.errors import PostroomError

app = typer.Typer(
    name="postroom", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="The hub between documents and systems of record: read, judge, map, post once.",
)  # fmt: skip
app.command("run")(run.run)
app.command("fetch")(fetch.fetch)
app.command("read")(read.read)
app.command("correct")(correct.correct)
app.command("split")(split.split)
app.command("show")(show.show)
app.command("status")(status.status)
app.command("alarms")(alarms.alarms)
app.command("doctor")(doctor.doctor)
app.command("serve")(serve.serve)
app.command("worker")(worker.worker)
app.command("samples")(samples.samples)
app.command("check")(workspace.check)
app.command("init")(workspace.init)
app.command("promote")(promote.promote)
app.command("approve")(promote.approve)
app.command("rollback")(promote.rollback)
app.command("diff")(differing.diff)
app.command("release")(release.release)
app.command("replay")(replay.replay)
app.add_typer(release.app, name="releases")
app.add_typer(env.app, name="env")
app.add_typer(adapter.app, name="adapter")
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(audit.app, name="audit")
app.add_typer(duplicates.app, name="duplicates")
app.add_typer(golden.app, name="golden")
app.add_typer(operation_acts.app, name="operations")
mappings.app.command("lint")(mappings_check.lint)
mappings.app.command("test")(mappings_check.run_examples)
mappings.app.command("try")(mappings_check.try_)
mappings.app.command("coverage")(mappings_check.coverage)
app.add_typer(mappings.app, name="mappings")
app.add_typer(masterdata.app, name="masterdata")
app.add_typer(leakage.app, name="leakage")
app.add_typer(layouts.app, name="layouts")
app.add_typer(rules.app, name="rules")
app.add_typer(sources.app, name="sources")
app.add_typer(targets.app, name="targets")
app.add_typer(thresholds.app, name="thresholds")
app.add_typer(promote.trial, name="trial")
app.add_typer(users.app, name="users")
app.add_typer(tokens.app, name="tokens")


def main() -> None:
    """Run the command; an error of ours ends in one sentence, not in a traceback."""
    try:
        app()
    except PostroomError as e:
        complain(e.message, e.detail)
        sys.exit(2)
