"""Decisions are added and never taken away; what follows from them is a proposal."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from assay.core.errors import Refused, Unfit
from assay.records.linkage import decisions
from assay.records.linkage.decisions import Decision, Verdict, contradictions, read_decisions, standing
from assay.records.linkage.matching import pair_key
from assay.records.linkage.proposals import proposals

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
REASON = "Seen together with the custody photograph."


def decide(folder: Path, left: str, right: str, verdict: Verdict = Verdict.SAME, **more: Any) -> Decision:
    said: dict[str, Any] = {"by": "rekha.records", "reason": REASON, "at": NOON, **more}
    return decisions.decide(folder, verdict, left=("N52", left), right=("police", right), **said)


def test_a_decision_says_who_when_what_and_why(tmp_path: Path) -> None:
    made = decide(tmp_path, "X900001", "P1", at=NOON.astimezone(timezone(timedelta(hours=1))))
    (line,) = read_decisions(tmp_path)
    assert line == made
    assert (line.pair, line.left, line.left_id, line.right, line.right_id) == (
        pair_key("N52", "X900001", "police", "P1"), "N52", "X900001", "police", "P1",
    )  # fmt: skip
    assert (line.verdict, line.by, line.reason, line.decided_at) == (
        "same", "rekha.records", REASON, "2026-03-02T12:00:00Z",
    )  # fmt: skip
    assert (tmp_path / "decisions.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("more", [{"by": "  "}, {"reason": "same"}, {"reason": "         x"}])
def test_a_decision_without_a_name_or_a_reason_is_refused_and_nothing_is_written(
    tmp_path: Path, more: Any
) -> None:
    with pytest.raises(Refused):
        decide(tmp_path, "X900001", "P1", **more)
    assert read_decisions(tmp_path) == ()


def test_the_last_decision_stands_and_the_first_remains(tmp_path: Path) -> None:
    decide(tmp_path, "X900001", "P1")
    decide(tmp_path, "X900002", "P2", Verdict.UNSURE)
    decide(tmp_path, "X900001", "P1", Verdict.NOT_SAME, reason="The photograph was of the brother.")
    lines = read_decisions(tmp_path)
    assert [each.verdict for each in lines] == ["same", "unsure", "not_same"]
    assert {each.left_id: each.verdict for each in standing(lines).values()} == {
        "X900001": "not_same", "X900002": "unsure",
    }  # fmt: skip


def test_a_reason_may_hold_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    decide(tmp_path, "X900001", "P1", reason='Called "Jim",\nas his mother says,  too')
    decide(tmp_path, "X900002", "P2")
    assert read_decisions(tmp_path)[0].reason == 'Called "Jim", as his mother says, too'


def faulted(folder: Path, old: str, new: str) -> tuple[int | None, str]:
    path = folder / "decisions.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(Unfit) as unfit:
        read_decisions(folder)
    (problem,) = unfit.value.problems
    assert problem.file == "decisions.csv"
    return problem.row, problem.rule


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("X900002,police,P2,same", "X900002,police,P2,not_same", (2, "changed")),
        (f"{REASON[:-1]} 2.", "Another reason altogether.", (2, "changed")),
        ("pair,left,", "pair,links,", (None, "heading")),
    ],
)
def test_a_row_that_was_changed_is_named(
    tmp_path: Path, old: str, new: str, expected: tuple[int | None, str]
) -> None:
    for number in (1, 2, 3):
        decide(tmp_path, f"X90000{number}", f"P{number}", reason=f"{REASON[:-1]} {number}.")
    assert faulted(tmp_path, old, new) == expected


def test_a_row_taken_out_or_cut_short_is_noticed(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        decide(tmp_path, f"X90000{number}", f"P{number}")
    whole = (tmp_path / "decisions.csv").read_text("utf-8")
    lines = whole.splitlines(keepends=True)
    assert faulted(tmp_path, lines[2], "") == (2, "chain")
    (tmp_path / "decisions.csv").write_text(whole[:-80], "utf-8")
    with pytest.raises(Unfit) as unfit:
        read_decisions(tmp_path)
    assert [(each.row, each.rule) for each in unfit.value.problems] in ([(3, "row-length")], [(3, "chain")])
    with pytest.raises(Unfit):
        decide(tmp_path, "X900004", "P4")


def test_erasing_a_person_empties_their_lines_and_the_chain_holds(tmp_path: Path) -> None:
    decide(tmp_path, "X900001", "P1")
    decide(tmp_path, "X900002", "P2", reason="The tattoo is the same, too.")
    decide(tmp_path, "X900001", "P3", Verdict.NOT_SAME)
    assert len(decisions.about(read_decisions(tmp_path), source="N52", record_id="X900001")) == 2
    assert decisions.erase(tmp_path, source="N52", record_id="X900001") == 2
    lines = read_decisions(tmp_path)
    assert [each.erased for each in lines] == [True, False, True]
    assert decisions.about(lines, source="N52", record_id="X900001") == ()
    text = (tmp_path / "decisions.csv").read_text("utf-8")
    assert "X900001" not in text
    assert pair_key("N52", "X900001", "police", "P1") not in text
    assert [each.left_id for each in standing(lines).values()] == ["X900002"]
    decide(tmp_path, "X900004", "P4")
    assert len(read_decisions(tmp_path)) == 4
    assert decisions.erase(tmp_path, source="N52", record_id="X900009") == 0


def test_people_who_decide_at_once_come_one_after_the_other(tmp_path: Path) -> None:
    threads = [threading.Thread(target=decide, args=(tmp_path, f"X90000{n}", f"P{n}")) for n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(each.left_id for each in read_decisions(tmp_path)) == [f"X90000{n}" for n in range(8)]


def test_one_record_decided_to_be_two_others_is_brought_up(tmp_path: Path) -> None:
    decide(tmp_path, "X900001", "P1")
    decide(tmp_path, "X900002", "P2")
    assert contradictions(read_decisions(tmp_path)) == ()
    decide(tmp_path, "X900001", "P3")
    ((first, second),) = contradictions(read_decisions(tmp_path))
    assert {first.right_id, second.right_id} == {"P1", "P3"}
    decide(tmp_path, "X900001", "P3", Verdict.NOT_SAME)
    assert contradictions(read_decisions(tmp_path)) == ()


def test_a_person_in_another_bodys_source_is_proposed_to_be_noted(tmp_path: Path) -> None:
    decide(tmp_path, "X900002", "P2", Verdict.UNSURE)
    decide(tmp_path, "X900003", "P3", Verdict.NOT_SAME)
    decide(tmp_path, "X900001", "P1")
    (found,) = proposals(read_decisions(tmp_path), case_records=["N52"], merged={})
    assert found.words.worded() == "In nDelius, on X900001: note that police has this person as P1."
    assert (found.merged_into, found.seen) == (None, None)
    (turned,) = proposals(read_decisions(tmp_path), case_records=["police"], merged={})
    assert turned.words.worded() == "In nDelius, on P1: note that N52 has this person as X900001."


@pytest.mark.parametrize(
    ("merged", "seen"),
    [({}, False), ({"X900007": "X900001"}, True), ({"X900001": "X900007"}, True),
     ({"X900007": "X900005", "X900005": "X900001"}, True), ({"X900007": "X900005"}, False)],
)  # fmt: skip
def test_two_case_records_are_proposed_to_be_merged_and_the_records_show_when_it_is_done(
    tmp_path: Path, merged: dict[str, str], seen: bool
) -> None:
    decide(tmp_path, "X900007", "X900001")
    (found,) = proposals(read_decisions(tmp_path), case_records=["N52", "police"], merged=merged)
    assert found.words.worded() == "In nDelius: merge X900007 into X900001 (merged_into of X900007: X900001)."
    assert (found.merged_into, found.seen) == ("X900001", seen)


def test_two_extracts_of_one_case_have_nothing_to_merge(tmp_path: Path) -> None:
    decide(tmp_path, "X900001", "X900001")
    assert proposals(read_decisions(tmp_path), case_records=["N52", "police"], merged={}) == ()
