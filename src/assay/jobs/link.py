"""``assay link``: who may be the same person in two sources, and what a person decided of it.

It proposes and never merges: nothing is written to any record, here or in a source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

from assay.core.errors import Refused, Unfit
from assay.core.messages import message
from assay.jobs import reports
from assay.jobs.load import REFUSED, UNFIT
from assay.records.linkage.decisions import Verdict

if TYPE_CHECKING:
    from typer._click.core import Command, Context

    from assay.access.audit.types import Actor, Subject
    from assay.records.linkage.runs import Run

FOLDER = "linkage"
NOT_HERE = message("There is no such pair, or you may not see it.")


class _MatchFirst(TyperGroup):
    """``assay link ONE OTHER`` is ``assay link match ONE OTHER``."""

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        named = args and (args[0] in self.commands or args[0].startswith("-"))
        return super().resolve_command(ctx, args if named else ["match", *args])


app = typer.Typer(
    cls=_MatchFirst, no_args_is_help=True, help="Find who may be one person in two sources; never merge."
)

Home = Annotated[
    Path | None, typer.Option(help="Where the records are kept; this installation's own if not given.")
]
By = Annotated[
    str | None,
    typer.Option(
        help="Who asks: a records officer's user name. Without it, every limited record is left out."
    ),
]
LeftId = Annotated[str, typer.Argument(help="The key of the record in the first source.")]
RightId = Annotated[str, typer.Argument(help="The key of the record in the second source.")]


@app.command()
def match(
    one: Annotated[
        str, typer.Argument(help="A person file, the folder of an extract, or the word: records.")
    ],
    other: Annotated[str, typer.Argument(help="The other source, likewise.")],
    from_weight: Annotated[
        float, typer.Option(min=-10.0, max=40.0, help="The least match weight of a candidate pair.")
    ] = 0.0,
    by: By = None,
    home: Home = None,
) -> None:
    """Compare two sources and write the pairs that may be one person, with their weights. Merges nobody."""
    with _refusals():
        run = find(one, other, from_weight=from_weight, by=by, home=home)
    _say(run)


@app.command()
def pairs(
    undecided: Annotated[bool, typer.Option("--undecided", help="Only pairs nobody has decided on.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many to list, the heaviest first.")] = 20,
    by: By = None,
    home: Home = None,
) -> None:
    """List candidate pairs with what was decided of each."""
    from assay.records.linkage.decisions import read_decisions, standing

    with _refusals():
        place = _place(by, home)
        run, decided = place.run(), standing(read_decisions(place.folder))
        rows = [row for row in run.candidates().to_pylist() if not place.bars(row)]
        rows = [row for row in rows if not (undecided and row["pair"] in decided)]
        place.log("CONSULTATION", "Candidate pairs of a linkage were listed", rows[:limit], run=run)
    table = Table(title=f"{len(rows):,} pairs" + (" (Synthetic)" if run.synthetic else ""))
    for heading in (run.left, run.right, "Weight", "Rank", "Decided"):
        table.add_column(heading)
    for row in rows[:limit]:
        verdict = decided[row["pair"]].verdict if row["pair"] in decided else ""
        rank = f"{row['rank_left']}, {row['rank_right']}"
        table.add_row(row["left_id"], row["right_id"], f"{row['match_weight']:+.2f}", rank, verdict)
    Console().print(table)


@app.command()
def show(left_id: LeftId, right_id: RightId, by: By = None, home: Home = None) -> None:
    """Say how a pair came by its weight, and draw it: a picture and its words in the folder of the run."""
    from assay.records.linkage.waterfalls import described, waterfall

    with _refusals():
        place = _place(by, home)
        run = place.run()
        row = place.pair(run, left_id, right_id)
        place.log("CONSULTATION", "A candidate pair of a linkage was opened", [row], run=run)
    words = described(row, left=run.left, right=run.right)
    drawn = place.folder / "pictures" / f"{row['pair']}.svg"
    drawn.parent.mkdir(exist_ok=True)
    drawn.write_text(waterfall(row, synthetic=run.synthetic), "utf-8")
    mark = "Synthetic: none of these people exist.\n" if run.synthetic else ""
    drawn.with_suffix(".txt").write_text(f"{mark}{words}\n", "utf-8")
    typer.echo(f"{mark}{words}\n\nPicture: {drawn}")


@app.command()
def decide(
    left_id: LeftId,
    right_id: RightId,
    verdict: Annotated[Verdict, typer.Argument(help="same, not_same or unsure.")],
    by: Annotated[str, typer.Option(help="Who decides: a records officer's user name.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence.")],
    home: Home = None,
) -> None:
    """Add a decision on a pair: who, when, what and why. No record is changed; another may follow."""
    from assay.records.linkage import decisions

    with _refusals():
        place = _place(by, home)
        run = place.run()
        row = place.pair(run, left_id, right_id)
        with place.logged(
            "ALTERATION", "A person decided whether two records are one person", [row], run=run
        ):
            made = decisions.decide(
                place.folder,
                verdict,
                left=(run.left, left_id),
                right=(run.right, right_id),
                by=by,
                reason=reason,
                at=datetime.now(UTC),
            )
    typer.echo(f"Decided: {made.verdict}. No record was changed.")
    if verdict is Verdict.SAME:
        typer.echo("What to do in the source system: assay link proposals")


@app.command()
def proposals(by: By = None, home: Home = None) -> None:
    """Say what to do in the source systems about pairs decided to be one person. Assay does none of it."""
    from assay.records.linkage import decisions
    from assay.records.linkage.proposals import proposals as proposed

    with _refusals():
        place = _place(by, home)
        run = place.run()
        lines = decisions.read_decisions(place.folder)
        own = {each["source"] for each in (run.facts["left"], run.facts["right"]) if each["case_record"]}
        found = proposed(lines, case_records=own, merged=place.became)
        found = tuple(each for each in found if not place.bars_line(each.decision))
        shown = [_cases(each.decision, own) for each in found]
        place.log("CONSULTATION", "Proposals that follow from a linkage were listed", shown, run=run)
    for each in found:
        seen = {
            True: "seen in the records",
            False: "not yet in nDelius",
            None: "cannot be seen in the records",
        }
        typer.echo(
            f"{each.words.worded()} Decided by {each.decision.by} on {each.decision.decided_at[:10]}; "
            f"{seen[each.seen]}."
        )
    for first, second in decisions.contradictions(lines):
        if not place.bars_line(first) and not place.bars_line(second):
            typer.echo(f"Look again: {_ends(first)} and {_ends(second)} were both decided to be one person.")
    if not found:
        typer.echo("Nobody has decided yet that two records are one person.")


def find(one: str, other: str, *, from_weight: float, by: str | None, home: Path | None) -> Run:
    """Takes both sources without who may not be seen, compares them and writes the run."""
    from assay.jobs.link_sources import take, without_barred
    from assay.records.linkage.matching import match as compare
    from assay.records.linkage.runs import write_run

    place = _place(by, home)
    with Console(stderr=True).status("Linking"):
        taken = [take(word, home=place.home) for word in (one, other)]
        left, right = without_barred(taken, place.usernames)
        found = compare(left, right, from_weight=from_weight)
        facts = {"left": left.name, "right": right.name, "candidates": found.candidates.num_rows}
        with place.logged("COMBINATION", "Two sources of people were linked", [], details=facts):
            return write_run(found, place.folder, asked_by=by)


def _say(run: Run) -> None:
    facts = run.facts
    mark = "Synthetic. " if run.synthetic else ""
    sizes = " and ".join(
        f"{each['source']} ({each['records']:,} records)" for each in (facts["left"], facts["right"])
    )
    typer.echo(
        f"{mark}{facts['candidates']:,} candidate pairs of match weight {facts['from_weight']:+g} or more "
        f"in {sizes}."
    )
    for each in (facts["left"], facts["right"]):
        for why, count in each["left_out"].items():
            typer.echo(f"Left out of {each['source']}: {count:,} ({why}).")
    values = facts["model"]["values"]
    typer.echo(
        f"Values {values}; {facts['sure_pairs']:,} pairs alike in name and birth date. Not compared: ",
        nl=False,
    )
    typer.echo(f"{', '.join(facts['not_compared']) or 'nothing left out'}.")
    typer.echo("Nobody was merged. A person decides each pair: assay link show, then assay link decide.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a command works, for whom, and what is kept from them. ``actor`` is None outside an installation,
    whose log then has nothing to say."""

    home: Path
    usernames: frozenset[str]
    barred: frozenset[str]
    became: Mapping[str, str]
    actor: Actor | None

    @property
    def folder(self) -> Path:
        return self.home / FOLDER

    def run(self) -> Run:
        from assay.records.linkage.runs import read_run

        return read_run(self.folder)

    def pair(self, run: Run, left_id: str, right_id: str) -> dict[str, Any]:
        """The candidate; one sentence whether it is none or is kept from whoever asks."""
        row = run.candidate(left_id, right_id)
        if row is None or self.bars(row):
            raise Refused(NOT_HERE)
        return row

    def bars(self, row: Mapping[str, Any]) -> bool:
        """Whether today's limits keep either record of a pair, whatever they were when it was found."""
        return bool(self.barred & {row["left_crn"], row["right_crn"], row["left_id"], row["right_id"]})

    def bars_line(self, line: Any) -> bool:
        return bool(self.barred & {line.left_id, line.right_id})

    def log(self, verb: str, what: str, rows: list[dict[str, Any]], *, run: Run) -> None:
        with self.logged(verb, what, rows, run=run):
            pass

    @contextmanager
    def logged(
        self,
        verb: str,
        what: str,
        rows: list[dict[str, Any]],
        *,
        run: Run | None = None,
        details: Mapping[str, object] | None = None,
    ) -> Iterator[None]:
        """Deed and entry stand or fall together, where this is an installation."""
        if self.actor is None:
            yield
            return
        from django.db import transaction

        from assay.access.audit.actions import record
        from assay.access.audit.types import Verb

        with transaction.atomic():
            record(Verb[verb], by=self.actor, subject=_subjects(rows, run), what=what, details=details)
            yield


def _cases(line: Any, own: set[str]) -> dict[str, Any]:
    """The cases of a decision, as a candidate row names them."""
    ends = {"left_crn": (line.left, line.left_id), "right_crn": (line.right, line.right_id)}
    return {
        "pair": line.pair,
        **{name: key if source in own else None for name, (source, key) in ends.items()},
    }


def _subjects(rows: list[dict[str, Any]], run: Run | None) -> list[Subject]:
    """The cases of the pairs; the pair itself where neither record is a case."""
    from assay.access.audit.types import Subject

    found = [Subject("linkage", "two sources")] if run is None or not rows else []
    for row in rows:
        crns = {crn for crn in (row["left_crn"], row["right_crn"]) if crn}
        found += [Subject("case", crn) for crn in sorted(crns)] or [Subject("pair", row["pair"])]
    return list(dict.fromkeys(found))


def _place(by: str | None, home: Path | None) -> _Place:
    """For whom and where. In an installation, who asks is a records officer with an account here, by whose
    Delius names the limits are read; with a home of its own, the name given is taken as the Delius name."""
    from assay.jobs.link_sources import known_here

    if home is None:
        where, usernames, actor = _installation(by)
    else:
        where, usernames, actor = home, frozenset({by} if by else ()), None
    known = known_here(where)
    return _Place(
        home=where,
        usernames=usernames,
        barred=known.barred(usernames) if known else frozenset(),
        became=known.became if known else {},
        actor=actor,
    )


def _installation(by: str | None) -> tuple[Path, frozenset[str], Actor]:
    from assay.jobs.django_setup import check_database, records_home

    check_database()
    from django.conf import settings

    from assay.access.accounts.models import User
    from assay.access.accounts.permissions import NOT_YOUR_ROLE, check_role
    from assay.access.accounts.roles import Role
    from assay.access.audit.types import SYSTEM, actor_of

    if settings.SIDE != "service":
        raise Refused(message("Only the service links sources of people."))
    if by is None:
        return records_home(), frozenset(), SYSTEM
    officer = User.objects.filter(username=by, is_active=True).first()
    if officer is None:
        raise Refused(NOT_YOUR_ROLE)
    check_role(officer, Role.RECORDS_OFFICER)
    return records_home(), _names_of(officer, records_home()), actor_of(officer)


def _names_of(officer: Any, home: Path) -> frozenset[str]:
    """By every user name the records or the account know of them; their own if neither knows one."""
    from assay.records.cases.permissions import usernames
    from assay.records.store import latest_snapshot, open_snapshot

    snapshot = latest_snapshot(home)
    names = frozenset({officer.delius_username} - {""})
    if snapshot is not None:
        with open_snapshot(snapshot) as reader:
            names = usernames(reader, user=officer)
    return names


def _ends(line: Any) -> str:
    return f"{line.left} {line.left_id} with {line.right} {line.right_id}"


@contextmanager
def _refusals() -> Iterator[None]:
    """Turns a refusal into its sentence and exit status 3, and what is unfit into a report and 2."""
    try:
        yield
    except Unfit as unfit:
        reports.show(unfit.problems, console=Console(stderr=True), title="Nothing was linked or changed.")
        raise typer.Exit(UNFIT) from None
    except Refused as refused:
        typer.echo(refused.message.worded(), err=True)
        raise typer.Exit(REFUSED) from None
