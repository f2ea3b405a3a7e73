"""Words and links of the staffing pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from markupsafe import Markup

from assay.assurance.staffing.rules import FEWEST
from assay.assurance.staffing.types import GradeLine, Holder, Line, Source, Staffing, TeamPage
from assay.core import workload
from assay.core.workload.rules import Grade
from assay.records.store.workloads import KeptWorkload
from assay.web.rendering import day, n_of_n


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell under its column's name, which a phone shows beside it."""

    label: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table. ``href`` leads to what the line is made of, if to anything."""

    name: str
    href: str
    cells: tuple[Cell, ...]


def number(value: int) -> str:
    """A whole number with its thousands apart."""
    return str(number_format(value, force_grouping=True))


def columns() -> tuple[str, ...]:
    """The headings of the table of teams, after the first."""
    return (
        _("People held"),
        _("Practitioners"),
        _("Points beside full weeks"),
        _over(),
        _("Held by someone who left"),
        _("Held by someone away"),
        _("Held by nobody"),
    )


def _over() -> str:
    return _("Over %(percent)s%%, at least") % {"percent": workload.load().over_percent}


def heading(page: Staffing) -> str:
    """Whose staffing this is: a team's, a PDU's, a region's, or several."""
    if len(page.lines) == 1 and not page.by_pdu:
        return page.lines[0].name
    if page.pdu:
        return page.pdu
    return ", ".join(dict.fromkeys(each.region for each in page.sources))


def rows(page: Staffing) -> list[Row]:
    """The lines, each leading to its teams or to the team."""
    return [row(each, href=_href(page, each)) for each in page.lines]


def row(line: Line, *, href: str) -> Row:
    """One line's cells, in the order of the columns."""
    shown = (
        number(line.people),
        number(line.practitioners),
        points(line.points, line.full),
        n_of_n(line.over) if line.over else too_few(),
        n_of_n(line.left),
        n_of_n(line.away),
        n_of_n(line.unallocated),
    )
    cells = tuple(Cell(label=label, html=html) for label, html in zip(columns(), shown, strict=True))
    return Row(name=line.name, href=href, cells=cells)


def points(made: int | None, full: int | None) -> str:
    """The points of the work beside those of as many full weeks as there are practitioners."""
    if made is None or full is None:
        return too_few()
    text = _("{points} beside {full}").format(points=number(made), full=number(full))
    return Markup('<span class="assay-count">{}</span>').format(text)


def too_few() -> str:
    return _("Fewer than %(fewest)s practitioners") % {"fewest": FEWEST}


def grade_rows(lines: Sequence[GradeLine]) -> list[Row]:
    """The practitioners by grade, over all teams of the page."""
    return [
        Row(
            name=grades(each.grades),
            href="",
            cells=(
                Cell(label=_("People held"), html=number(each.people)),
                Cell(label=_("Practitioners"), html=number(each.practitioners)),
                Cell(label=_("Points beside full weeks"), html=points(each.points, each.full)),
                Cell(label=_over(), html=n_of_n(each.over)),
            ),
        )
        for each in lines
    ]


def grades(codes: Sequence[Grade]) -> str:
    """One grade in words, or several that stand together."""
    known = {
        "po": _("Probation officers"),
        "pso": _("Probation services officers"),
        "pqip": _("Trainee probation officers"),
        "spo": _("Senior probation officers"),
        "other": _("Other grades"),
    }
    return _(" and ").join(known[each] for each in codes)


def limits(page: Staffing) -> list[str]:
    """What these figures cannot show, a sentence each: first what is true of every workbook."""
    said = [
        _(
            "The workbook has neither contracted hours nor reductions. Everybody is set beside a full week "
            "of %(points)s points, so a trainee or anybody with fewer hours carries more than this shows."
        )
        % {"points": number(workload.load().full_week)},
    ]
    if page.nobody_marked:
        said.append(
            _(
                "No entry is marked as that of somebody who left or is away. The workbook may simply not "
                "say so."
            )
        )
    else:
        said.append(
            _(
                "Who left or is away is read from how the entry is written. An entry that says nothing "
                "counts as there."
            )
        )
    if page.without_points:
        said.append(
            _("%(number)s cases are in tiers for which no source gives points. They count for none here.")
            % {"number": number(page.without_points)}
        )
    if page.hidden:
        said.append(
            _(
                "Teams with fewer than %(fewest)s practitioners (%(number)s here) are left out of points, "
                "of who is over, and of the grades."
            )
            % {"fewest": FEWEST, "number": number(page.hidden)}
        )
    return said + [sentence for each in page.sources for sentence in _of_source(each)]


def _of_source(source: Source) -> list[str]:
    said = []
    if source.facts["refused"]:
        said.append(
            _(
                "%(refused)s of %(seen)s rows of the workbook could not be read, and are in none of these "
                "figures."
            )
            % {
                "refused": number(source.facts["refused"]),
                "seen": number(source.facts["refused"] + source.facts["taken"]),
            }
        )
    missing = [*source.facts["absent"], *source.facts["unread"]]
    if missing:
        said.append(_("Not in the workbook: %(sheets)s.") % {"sheets": ", ".join(missing)})
    return said


def team_facts(page: TeamPage) -> list[dict[str, str]]:
    """One team's figures as a list of names and values."""
    return [{"label": each.label, "html": each.html} for each in row(page.line, href="").cells]


def signals(page: TeamPage) -> list[str]:
    """What should be put right in the record: cases under an entry of nobody, or of somebody not there."""
    line = page.line
    said = []
    if line.left.numerator:
        said.append(
            _("%(number)s of the team’s people stand under somebody marked as having left.")
            % {"number": number(line.left.numerator)}
        )
    if line.away.numerator:
        said.append(
            _("%(number)s stand under somebody marked as away for long.")
            % {"number": number(line.away.numerator)}
        )
    if line.unallocated.numerator:
        said.append(_("%(number)s are allocated to nobody.") % {"number": number(line.unallocated.numerator)})
    return said


def holder_rows(holders: Sequence[Holder]) -> list[list[str]]:
    """The entries of a team by name, with how many people stand under each."""
    marks = {
        "": "",
        "left": _("Marked as having left"),
        "away": _("Marked as away"),
        "unallocated": _("Nobody"),
    }
    return [[each.name, number(each.people), marks[each.standing]] for each in holders]


def workbook_rows(kept: Sequence[KeptWorkload]) -> list[list[str]]:
    """The workbooks kept, with what became of their rows."""
    return [
        [
            day(each.as_at),
            ", ".join(each.regions),
            number(each.facts["taken"]),
            number(each.facts["refused"]),
            number(sum(each.facts["skipped"].values())),
            each.facts["sha256"][:12],
        ]
        for each in kept
    ]


def _href(page: Staffing, line: Line) -> str:
    if page.by_pdu:
        return f"{reverse('staffing')}?pdu={line.code}"
    return reverse("staffing-team", args=[line.code])
