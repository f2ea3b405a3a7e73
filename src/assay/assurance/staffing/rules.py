"""How teams and grades are added up and when a figure would speak of one person: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assay.assurance.staffing.types import GradeLine, GradeWork, Line, TeamWork
from assay.core.figures import Count
from assay.core.workload.rules import PRACTITIONERS, Standing

FEWEST = 3
"""With fewer practitioners, points and who is over would be those of one person, or nearly (promise 6)."""

PERSON, PRACTITIONER = "person on probation", "practitioner"


def grades_of(teams: Iterable[TeamWork]) -> tuple[GradeWork, ...]:
    """The grades of several teams, each added up, in the order of the service."""
    found: dict[tuple[str, ...], GradeWork] = {}
    for each in (grade for team in teams for grade in team.grades):
        before = found.get(each.grades)
        found[each.grades] = each if before is None else _and(before, each, grades=each.grades)
    return tuple(sorted(found.values(), key=lambda each: PRACTITIONERS.index(each.grades[0])))


def joined(groups: Sequence[GradeWork]) -> tuple[GradeWork, ...]:
    """Grades with fewer than three practitioners joined with the next smallest, so that nobody's figures can
    be read, or worked out as what is left over. Nothing at all where all of them together are too few."""
    left = [each for each in groups if each.practitioners]
    while len(left) > 1 and min(each.practitioners for each in left) < FEWEST:
        left.sort(key=lambda each: (-each.practitioners, PRACTITIONERS.index(each.grades[0])))
        last, before = left.pop(), left.pop()
        both = tuple(sorted((*before.grades, *last.grades), key=PRACTITIONERS.index))
        left.append(_and(before, last, grades=both))
    if left and left[0].practitioners < FEWEST:
        return ()
    return tuple(sorted(left, key=lambda each: PRACTITIONERS.index(each.grades[0])))


def grade_lines(teams: Iterable[TeamWork], *, full_week: int) -> tuple[GradeLine, ...]:
    """The teams by grade."""
    return tuple(
        GradeLine(
            grades=each.grades,
            practitioners=each.practitioners,
            people=each.people,
            points=each.points,
            full=each.practitioners * full_week,
            over=Count(each.over, each.practitioners, PRACTITIONER, "practitioners of the grade"),
        )
        for each in joined(grades_of(teams))
    )


def is_told(team: TeamWork) -> bool:
    """Whether the team has practitioners enough to speak of their points."""
    return team.practitioners >= FEWEST


def line(code: str, name: str, teams: Sequence[TeamWork], *, full_week: int) -> Line:
    """Teams added up. Points and who is over are added over those teams alone that have practitioners enough:
    otherwise a small team's would be what is left when the others are taken away."""
    told = [each for each in teams if is_told(each)]
    people = sum(each.people for each in teams)
    practitioners = sum(each.practitioners for each in told)
    return Line(
        code=code,
        name=name,
        practitioners=sum(each.practitioners for each in teams),
        people=people,
        points=sum(each.points for each in told) if told else None,
        full=practitioners * full_week if told else None,
        over=Count(sum(each.over for each in told), practitioners, PRACTITIONER, "practitioners of the team")
        if told
        else None,
        left=_held(teams, "left", people),
        away=_held(teams, "away", people),
        unallocated=_held(teams, "unallocated", people),
    )


def team_lines(teams: Iterable[TeamWork], *, full_week: int) -> tuple[Line, ...]:
    """One line for each team, in order of name."""
    made = [line(each.team_code, each.team, [each], full_week=full_week) for each in teams]
    return tuple(sorted(made, key=lambda each: (each.name, each.code)))


def pdu_lines(teams: Sequence[TeamWork], *, full_week: int) -> tuple[Line, ...]:
    """One line for each PDU, in order of name."""
    names = {each.pdu_code: each.pdu for each in teams}
    made = [
        line(code, name, [each for each in teams if each.pdu_code == code], full_week=full_week)
        for code, name in names.items()
    ]
    return tuple(sorted(made, key=lambda each: (each.name, each.code)))


def nobody_marked(teams: Iterable[TeamWork]) -> bool:
    """Whether no entry says that somebody left or is away: then the workbook may simply not say."""
    return not any(each.standing.get("left") or each.standing.get("away") for each in teams)


def _held(teams: Sequence[TeamWork], standing: Standing, people: int) -> Count:
    return Count(sum(each.standing.get(standing, 0) for each in teams), people, PERSON, "people held")


def _and(one: GradeWork, other: GradeWork, *, grades: tuple[str, ...]) -> GradeWork:
    return GradeWork(
        grades=grades,  # type: ignore[arg-type] # joined from two tuples of grades
        practitioners=one.practitioners + other.practitioners,
        people=one.people + other.people,
        points=one.points + other.points,
        over=one.over + other.over,
    )
