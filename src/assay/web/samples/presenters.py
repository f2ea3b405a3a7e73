"""Words and links of the frame, sample and allocation pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from assay.core.errors import Problem
from assay.core.figures import Count
from assay.inspection.assessments.types import CaseLine
from assay.inspection.samples import rules
from assay.inspection.samples.models import Conflict
from assay.inspection.samples.types import LongList, SamplingFrame, Sealed
from assay.records.codes import code_list
from assay.web.rendering import day, n_of_n, worded

LISTED = 200


def number(value: int) -> str:
    """A whole number with its thousands apart."""
    return str(number_format(value, force_grouping=True))


def reason_rows(frame: SamplingFrame) -> list[list[Any]]:
    """Why not, how many, and who says so."""
    considered = len(frame.considered)
    return [
        [
            worded(reason.sentence),
            {"html": n_of_n(Count(count, considered, _("order or licence"), _("considered")))},
            _("No source; the rule is ours") if reason.source == "ours" else _(reason.source),
        ]
        for code, count in frame.by_reason.items()
        for reason in (rules.REASONS[code],)
    ]


def pdu_rows(frame: SamplingFrame, *, size: int, min_per_pdu: int) -> list[list[Any]]:
    """Eligible assignments by PDU, and what a draw of this size would take from each."""
    shares = rules.allocation(frame, size=size, min_per_pdu=min_per_pdu)
    return [
        [frame.pdu_names[code], number(eligible), number(shares[code]), _chance(shares[code], eligible)]
        for code, eligible in frame.by_pdu.items()
    ]


def eligible_rows(frame: SamplingFrame, *, pdu: str) -> list[list[Any]]:
    """One PDU's eligible assignments, in order of start."""
    kinds = code_list("sentence_type")
    listed = sorted(
        (each for each in frame.eligible if each.pdu_code == pdu), key=lambda each: str(each.started_on)
    )
    return [[each.assignment, kinds.name_of(each.kind), day(each.started_on)] for each in listed[:LISTED]]


def refused_rows(frame: SamplingFrame, *, reason: str) -> list[list[Any]]:
    """Those not eligible for one reason."""
    kinds = code_list("sentence_type")
    listed = [each for each in frame.considered if each.reason == reason]
    return [
        [each.assignment, kinds.name_of(each.kind), day(each.started_on), each.pdu_name]
        for each in listed[:LISTED]
    ]


def long_list_facts(taken: LongList) -> list[dict[str, str]]:
    """What a long list is, and what became of its rows."""
    return [
        {"label": _("Speaks for"), "value": day(taken.as_at)},
        {"label": _("Rows that say something"), "value": number(taken.origin.rows)},
        {"label": _("Taken"), "value": number(len(taken.cases))},
        {"label": _("Set apart, each with its reason"), "value": number(taken.origin.refused)},
        {"label": _("With hidden names: access is limited"), "value": number(taken.not_listed)},
        {"label": _("Hash of the file (SHA-256)"), "value": taken.origin.sha256},
    ]


def problem_lines(problems: Sequence[Problem]) -> list[str]:
    """What is wrong with a file that was brought, where, and what to do; a sentence or two each."""
    return [
        _("{sheet}, row {row}: {what}").format(sheet=each.file, row=number(each.row), what=_said(each))
        if each.row is not None
        else _said(each)
        for each in problems
    ]


def _said(problem: Problem) -> str:
    return f"{worded(problem.message)} {worded(problem.remedy)}"


def strata_rows(sealed: Sealed) -> list[list[Any]]:
    """What was drawn from each PDU, with each case's chance."""
    return [
        [
            each.pdu_name,
            number(each.eligible),
            number(each.drawn),
            _chance(each.drawn, each.eligible),
            number(each.reserves),
        ]
        for each in sealed.strata
    ]


def allocation_rows(lines: Sequence[CaseLine]) -> list[dict[str, Any]]:
    """One row for each case of the sample."""
    kinds = code_list("sentence_type")
    states = {"new": _("Not begun"), "open": _("Being read"), "signed": _("Signed")}
    return [
        {
            "case": each.case,
            "number": each.number,
            "pdu": each.pdu_name,
            "kind": kinds.name_of(each.kind),
            "started": day(each.started_on),
            "reader": each.reader_name,
            "state": states[each.state],
            "is_signed": each.state == "signed",
            "replaces": each.replaces,
        }
        for each in lines
    ]


def loads(lines: Sequence[CaseLine], names: Mapping[str, str]) -> list[list[Any]]:
    """How many cases each inspector has, and how many of them are signed."""
    found = []
    for name in sorted(names.values()):
        held = [each for each in lines if each.reader_name == name]
        signed = Count(sum(each.state == "signed" for each in held), len(held), _("case"), name)
        found.append([name, {"html": n_of_n(signed)}])
    return found


def conflicts(
    declared: Sequence[Conflict], lines: Sequence[CaseLine], *, names: Mapping[str, str]
) -> list[dict[str, str]]:
    """Each conflict of interest in words, and the cases that should go to somebody else because of it."""
    found = []
    for each in declared:
        pdu = names.get(each.pdu_code, each.pdu_code)
        held = [
            number(line.number)
            for line in lines
            if (line.reader_name, line.pdu_name) == (each.user.name, pdu) and line.state != "signed"
        ]
        words = _("{name}, {pdu}: {reason}").format(name=each.user.name, pdu=pdu, reason=each.reason)
        still = _("Give these to somebody else: case {numbers}.").format(numbers=", ".join(held))
        found.append({"words": words, "still": still if held else ""})
    return found


def _chance(drawn: int, eligible: int) -> str:
    return _("{drawn} in {eligible}").format(drawn=number(drawn), eligible=number(eligible))
