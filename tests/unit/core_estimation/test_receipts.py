from __future__ import annotations

import copy
import hashlib
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.core.errors import Refused
from assay.core.estimation import erasing, first_receipts, receipts
from assay.core.estimation.design import allocate
from assay.core.estimation.eligibility import REASONS, Judged, frame_of
from assay.core.estimation.frame import Frame
from assay.core.estimation.plans import Plan, carry_out
from assay.core.estimation.receipts import Receipt
from assay.core.estimation.verifying import faults, put_in_place, sample_as_it_stands, verify

KEPT = Path(__file__).parents[2] / "spec" / "receipts"
PLAN = Plan(size=8)
NESTED = Plan(size=9, within=True, cap=3)
SIZE = {"population": 42, "margin": 0.2, "level": 0.8, "p": 0.5, "deff": 1.0, "response": 1.0}


def log(*, within: bool = False) -> tuple[Judged, ...]:
    """42 who can be drawn, in three strata, and three who cannot."""
    rows = [
        Judged(
            id=f"{name}-{number:02}",
            stratum=name,
            within=(f"U{number % 2}", f"P{number % 4}") if within else (),
        )
        for name, size in (("A", 9), ("B", 30), ("C", 3))
        for number in range(size)
    ]
    out = [("x-1", "", "no_stratum"), ("x-2", "A", "same_pnc"), ("x-3", "B", "left the area")]
    return (*rows, *(Judged(id=id, stratum=stratum, reason=reason) for id, stratum, reason in out))


def receipt(plan: Plan = PLAN, *, seed: str = "tea", **more: Any) -> Receipt:
    rows = log(within=plan.within)
    drawn = carry_out(frame_of(rows), plan, seed=seed)
    return receipts.receipt(rows, drawn, reasons=REASONS, **more)


def resealed(changed: Receipt) -> Receipt:
    """As somebody would who changes a receipt and seals it again."""
    return {**changed, "seal": receipts.seal_of(changed)}


def words(found: tuple[Any, ...]) -> list[str]:
    return [each.worded() for each in found]


def about(given: Receipt, **more: Any) -> dict[str, bool]:
    return {each.about: each.fits for each in verify(given, **more)}


# What a receipt says


def test_a_receipt_holds_all_by_which_anybody_can_draw_again() -> None:
    made = receipt(about={"inspection": "i"}, not_listed=2)
    assert made["receipt_version"] == 2
    assert (made["inspection"], made["seed"], made["size"]) == ("i", "tea", 8)
    assert made["frame"] == {
        "hash": frame_of(log()).hash,
        "considered": 45,
        "eligible": 42,
        "not_listed": 2,
        "left_out": {"left the area": 1, "no_stratum": 1, "same_pnc": 1},
    }
    assert made["reasons"]["same_pnc"] == {
        "sentence": "An earlier one in the list has the same PNC number.",
        "source": "The inspectorate's published case sampler, 2020-21",
        "confidence": "verified",
    }
    assert made["reasons"]["left the area"] == {
        "sentence": "left the area",
        "source": "the list",
        "confidence": "as given",
    }
    assert made["plan"] == {
        "size": 8,
        "method": "proportional",
        "least": 2,
        "spread": None,
        "floor": 0.35,
        "buffer_percent": 20,
        "within": False,
        "cap": 6,
    }
    assert made["code_version"] == receipts.code_version()
    assert made["code_version"].startswith("0.1.0+")
    assert made["replacements"] == []


def test_each_stratum_has_its_chance_and_those_who_stand_by() -> None:
    made = receipt()
    assert [
        (each["stratum"], each["chance"], each["drawn"], len(each["order"])) for each in made["strata"]
    ] == [
        ("A", [2, 9], 2, 3),
        ("B", [4, 30], 4, 5),
        ("C", [2, 3], 2, 3),
    ]
    assert [each["number"] for each in made["cases"]] == list(range(1, 9))
    assert [each["case"] for each in made["cases"][:2]] == made["strata"][0]["order"][:2]
    assert {tuple(each["chance"]) for each in made["cases"] if each["stratum"] == "B"} == {(4, 30)}


def test_each_number_of_the_allocation_explains_itself() -> None:
    steps = receipt()["allocation"]
    assert steps[0] == {
        "at": ["A"],
        "step": "share",
        "value": "12/7",
        "because": "8 to draw × 9 of 42 eligible.",
    }
    last = {each["at"][0]: each["value"] for each in steps}
    assert last == {"A": "2", "B": "4", "C": "2"}


def test_each_case_considered_has_a_row_with_its_reason() -> None:
    made = receipt()
    rows = {row["case"]: row for row in made["considered"]}
    assert list(rows) == sorted(rows)
    assert rows["A-00"] == {"case": "A-00", "stratum": "A"}
    assert rows["x-2"] == {"case": "x-2", "stratum": "A", "reason": "same_pnc"}
    nested = receipt(NESTED)
    assert nested["considered"][0] == {"case": "A-00", "stratum": "A", "within": ["U0", "P0"]}
    assert receipt(unit="assignment", strata_are="pdu")["considered"][0] == {"assignment": "A-00", "pdu": "A"}


def test_within_a_stratum_each_case_has_the_chance_of_its_place() -> None:
    made = receipt(NESTED)
    chances = {each["case"]: Fraction(*each["chance"]) for each in made["cases"]}
    sizes = {tuple(each["chance"])[1] for each in made["cases"] if each["stratum"] == "B"}
    assert sizes <= {7, 8}
    assert all(0 < chance <= 1 for chance in chances.values())
    assert made["warnings"][-1].endswith("the sample does not speak for them without more being assumed.")


def test_a_receipt_has_one_line_for_each_row_and_reads_back_the_same() -> None:
    made = receipt()
    text = receipts.text(made)
    assert json.loads(text) == made
    assert receipts.text(json.loads(text)) == text
    assert text.splitlines()[0] == "{"
    assert ' "seed": "tea",' in text.splitlines()
    assert '  {"case": "A-00", "stratum": "A"},' in text.splitlines()
    assert text.endswith("}\n")


def test_the_size_worked_out_is_kept_with_its_steps() -> None:
    made = receipt(Plan(size=9), size_asked=SIZE)
    assert made["size_from"] == {**SIZE, "n0": 10.26484, "n_deff": 10.26484, "n_fpc": 8.409726, "n": 9}
    assert about(made)["size"] is True
    assert "size" not in about(receipt())
    assert "size_from" not in receipt()


# A plan


def test_a_plan_is_carried_out_as_its_parts_would_be() -> None:
    frame = frame_of(log())
    drawn = carry_out(frame, Plan(size=8, method="neyman", spread={"A": 0.5, "B": 0.1, "C": 0.5}), seed="tea")
    assert drawn.sample.n_by_stratum == allocate(
        frame.sizes, 8, method="neyman", spread={"A": 0.5, "B": 0.1, "C": 0.5}
    )
    assert drawn.standing_by == {"A": 1, "B": 1, "C": 1}
    assert drawn.warnings == ()
    assert drawn.chance("A-00", "A") == (drawn.sample.n_by_stratum["A"], 9)
    assert carry_out(frame, Plan(size=8, buffer_percent=50), seed="tea").standing_by == {
        "A": 1,
        "B": 2,
        "C": 1,
    }
    assert carry_out(frame, Plan(size=42), seed="tea").standing_by == {"A": 0, "B": 0, "C": 0}
    assert carry_out(frame, Plan(size=4, least=0), seed="tea").sample.n_by_stratum == {"A": 1, "B": 3, "C": 0}


def test_by_the_published_rule_the_buffer_is_theirs() -> None:
    sizes = dict(zip("abcde", (454, 138, 327, 129, 169), strict=True))
    ids = [(f"{name}{at}", name) for name, size in sizes.items() for at in range(size)]
    frame = Frame(tuple(id for id, _ in ids), tuple(name for _, name in ids))
    drawn = carry_out(frame, Plan(size=148, method="published"), seed="tea")
    assert list(drawn.sample.n_by_stratum.values()) == [54, 17, 40, 16, 21]
    assert list(drawn.standing_by.values()) == [12, 3, 8, 3, 4]


def test_the_published_buffer_is_never_less_than_nobody_or_more_than_is_left() -> None:
    ids = [(f"{name}{at}", name) for name, size in (("a", 1), ("b", 1), ("c", 2)) for at in range(size)]
    frame = Frame(tuple(id for id, _ in ids), tuple(name for _, name in ids))
    for size in range(5):
        for percent in (0, 10, 40, 100, 500):
            plan = Plan(size=size, method="published", buffer_percent=percent)
            drawn = carry_out(frame, plan, seed="tea")
            for name, waiting in drawn.standing_by.items():
                assert 0 <= waiting <= frame.sizes[name] - drawn.sample.n_by_stratum[name]


def test_places_that_fall_short_keep_the_buffer_they_would_have_had() -> None:
    rows = tuple(Judged(id=f"c{at}", stratum="s", within=(f"P{at % 3}",)) for at in range(30))
    drawn = carry_out(frame_of(rows), Plan(size=20, method="published", within=True, cap=2), seed="tea")
    assert drawn.sample.n_by_stratum == {"s": 6}
    assert drawn.standing_by == {"s": 4}
    assert words(drawn.warnings) == ["Stratum s falls 14 short: its practitioners give no more."]
    assert drawn.chance("c0", "s") == (2, 10)


def test_a_stratum_that_gives_nobody_is_told() -> None:
    drawn = carry_out(frame_of(log()), Plan(size=4, least=0), seed="tea")
    assert words(drawn.warnings) == ["Stratum C gives no case: its 3 eligible could not have been drawn."]
    rows = tuple(Judged(id=f"c{at}", stratum="s", within=(f"P{at % 3}",)) for at in range(30))
    some = carry_out(frame_of(rows), Plan(size=2, within=True), seed="tea")
    assert words(some.warnings) == [
        "10 of 30 eligible cases could not have been drawn, since their practitioner's share comes to "
        "nought: the sample does not speak for them without more being assumed."
    ]


# Verified by somebody else, with nothing but a hashing tool


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def drawn_by_hand(text: str) -> dict[str, list[str]]:
    """What the file's own words say, done without a line of Assay's."""
    given = json.loads(text)
    eligible = sorted([row["case"], row["stratum"]] for row in given["considered"] if "reason" not in row)
    key = sha(json.dumps(eligible, separators=(",", ":")))
    assert key == given["frame"]["hash"]
    found: dict[str, list[str]] = {}
    for each in given["strata"]:
        ids = [id for id, stratum in eligible if stratum == each["stratum"]]
        found[each["stratum"]] = sorted(ids, key=lambda id: sha(f"{given['seed']}\n{key}\n{id}"))[
            : len(each["order"])
        ]
    return found


@given(st.text(min_size=1).filter(str.strip), st.integers(6, 42))
def test_a_third_party_draws_the_same_from_the_file_alone(seed: str, size: int) -> None:
    made = receipt(Plan(size=size), seed=seed)
    assert {each["stratum"]: each["order"] for each in made["strata"]} == drawn_by_hand(receipts.text(made))
    assert faults(json.loads(receipts.text(made))) == ()


def test_the_seal_can_be_worked_out_by_hand() -> None:
    made = json.loads(receipts.text(receipt(salt_key=b"secret")))

    def canonical(value: Any) -> str:
        return json.dumps(value, sort_keys=True, separators=(",", ":"))

    hashes = {row["case"]: sha(f"{row['salt']}\n{row['case']}") for row in made["considered"]}
    leaves = [
        sha(canonical([hashes[row["case"]], row["stratum"], row.get("reason", ""), []]))
        for row in made["considered"]
    ]
    inside = {name: made[name] for name in made if name not in ("considered", "replacements", "seal")}
    inside["log"] = sha("\n".join(sorted(leaves)))
    inside["strata"] = [{**each, "order": [hashes[id] for id in each["order"]]} for each in made["strata"]]
    inside["cases"] = [{**each, "case": hashes[each["case"]]} for each in made["cases"]]
    assert sha(canonical(inside)) == made["seal"]


# What does not fit


@pytest.mark.parametrize(
    "plan",
    [
        PLAN,
        NESTED,
        Plan(size=8, method="neyman", spread={"A": 0.5, "B": 0.2, "C": 0.4}),
        Plan(size=8, method="published"),
        Plan(size=9, method="published", within=True),
        Plan(size=8, within=True, cap=None),
    ],
    ids=str,
)
def test_a_receipt_as_it_was_sealed_fits(plan: Plan) -> None:
    made = json.loads(receipts.text(receipt(plan)))
    checks = verify(made)
    assert [each.about for each in checks] == ["seal", "log", "frame", "allocation", "order", "cases"]
    assert all(each.fits for each in checks)
    assert faults(made) == ()
    assert [each.said.worded() for each in checks] == [
        "It is as it was sealed.",
        "45 were considered, 42 are eligible, and the others have their reasons.",
        "The eligible cases have the hash of the frame.",
        "Each number of the allocation follows from the frame and the plan.",
        "Drawing again gives the same cases of each stratum, and the same standing by.",
        "Drawing again gives the same sample, with the same chances.",
    ]


def put(given: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(given)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda made: made["cases"][0].update(case=made["strata"][0]["order"][2]), {"cases"}),
        (lambda made: made["cases"][0].update(chance=[1, 9]), {"cases"}),
        (lambda made: made["strata"][1]["order"].reverse(), {"order"}),
        (lambda made: made["strata"][1]["order"].pop(), {"order"}),
        (lambda made: made.update(seed="coffee"), {"order", "cases"}),
        (lambda made: made.update(size=9), {"cases"}),
        (lambda made: made["plan"].update(size=9), {"allocation", "order", "cases"}),
        (lambda made: made["plan"].update(buffer_percent=30), {"order"}),
        (lambda made: made["allocation"][0].update(value="13/7"), {"allocation"}),
        (lambda made: made["allocation"].pop(), {"allocation"}),
        (lambda made: made["frame"].update(hash="0" * 64), {"frame"}),
        (lambda made: made["frame"].update(eligible=41), {"log"}),
        (lambda made: made["frame"].update(considered=41), {"log"}),
        (lambda made: made["frame"].update(left_out={}), {"log"}),
        (lambda made: made["reasons"].pop("same_pnc"), {"reasons"}),
        (lambda made: made["considered"].pop(44), {"log"}),
        (lambda made: made["considered"][44].pop("reason"), {"log", "frame", "order", "allocation", "cases"}),
        (lambda made: made["considered"].append(dict(made["considered"][44])), {"log"}),
    ],
)  # fmt: skip
def test_a_receipt_changed_and_sealed_again_does_not_fit(change: Any, wrong: set[str]) -> None:
    made = json.loads(receipts.text(receipt()))
    change(made)
    found = about(resealed(made))
    assert {name for name, fits in found.items() if not fits} >= wrong
    assert found["seal"] is True


def test_a_case_that_stands_twice_and_a_reason_unexplained_are_named() -> None:
    made = json.loads(receipts.text(receipt()))
    made["considered"].append(dict(made["considered"][44]))
    del made["reasons"]["no_stratum"]
    assert words(faults(resealed(made)))[:2] == [
        "x-3 stands twice in the log.",
        "no_stratum is a reason that the receipt does not explain.",
    ]


def test_a_case_left_out_of_the_log_is_missed_by_the_frame() -> None:
    made = json.loads(receipts.text(receipt()))
    del made["considered"][0]
    made["frame"] |= {"considered": 44, "eligible": 41}
    found = about(resealed(made))
    assert found["log"] is True
    assert found["frame"] is False


def test_a_seal_known_from_elsewhere_shows_a_receipt_sealed_again() -> None:
    made, other = receipt(), receipt(seed="coffee")
    assert about(made, seal=made["seal"])["known seal"] is True
    assert about(other, seal=made["seal"])["known seal"] is False
    assert words(faults(other, seal=made["seal"])) == ["Its seal is not the one known from elsewhere."]
    assert faults(other) == ()


@pytest.mark.parametrize("name", ["n", "population", "margin", "n0"])
def test_a_size_that_does_not_follow_is_seen(name: str) -> None:
    made = receipt(Plan(size=9), size_asked=SIZE)
    wrong = {**made, "size_from": {**made["size_from"], name: 5}}
    assert about(resealed(wrong))["size"] is False
    for gone in ({}, {**made["size_from"], "level": 2}, {**made["size_from"], "level": "x"}):
        assert about(resealed({**made, "size_from": gone}))["size"] is False
    drawn_less = receipt(Plan(size=8), size_asked=SIZE)
    assert about(drawn_less)["size"] is False
    of_more = receipt(Plan(size=9), size_asked={**SIZE, "population": 43})
    assert about(of_more)["size"] is False


def test_a_plan_that_cannot_be_carried_out_is_a_fault_in_words() -> None:
    made = receipt()
    for plan, sentence in (
        ({**made["plan"], "size": 900}, "900 cases cannot be drawn: choose a number from 6 to 42."),
        (
            {**made["plan"], "method": "optimal"},
            "method: optimal is none of proportional, neyman, published.",
        ),
        ({**made["plan"], "more": 1}, "plan: more is missing, or is not known."),
        ({**made["plan"], "size": "8"}, "plan: size is of another kind."),
    ):
        assert words(faults(resealed({**made, "plan": plan}))) == [sentence]


def test_another_version_of_the_code_is_told_and_is_no_fault() -> None:
    made = resealed({**receipt(), "code_version": "0.0.9+abc"})
    assert faults(made) == ()
    assert [each.said.worded() for each in verify(made) if each.about == "version"] == [
        f"It was made by version 0.0.9+abc and checked by {receipts.code_version()}."
    ]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (7, "This is no receipt of a sample: receipt_version is missing."),
        ({}, "This is no receipt of a sample: receipt_version is missing."),
        (
            {"receipt_version": 3},
            "receipt_version: this checks version 2, and the receipt is of version 3.",
        ),
        ({"receipt_version": 2}, "unit: it is missing in the receipt, or of another kind."),
    ],
)
def test_what_is_no_receipt_is_refused(wrong: Any, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        verify(wrong)
    assert refused.value.message.worded() == sentence


def test_a_row_that_is_none_is_refused_by_its_number() -> None:
    made = receipt()
    for name, row, field in (
        ("considered", {}, "case"),
        ("considered", 7, "case"),
        ("considered", {"case": "a", "stratum": "A", "within": "P1"}, "within"),
        ("strata", {}, "order"),
        ("replacements", {"out": "a"}, "into"),
    ):
        with pytest.raises(Refused) as refused:
            verify({**made, name: [row]})
        assert refused.value.message.worded() == f"{name}, row 1: {field} is missing, or of another kind."
    with pytest.raises(Refused, match="has no id"):
        verify({**made, "cases": [{"case": ""}]})


# Replacements


def test_a_replacement_is_the_next_of_its_stratum_and_the_seal_stays() -> None:
    made = receipt()
    order = made["strata"][1]["order"]
    once = put_in_place(made, out=order[1], reason="restricted", on="2026-03-09")
    assert once["seal"] == made["seal"]
    assert [(each["out"], each["into"], each["reason"], each["on"]) for each in once["replacements"]] == [
        (order[1], order[4], "restricted", "2026-03-09")
    ]
    twice = put_in_place(json.loads(receipts.text(once)), out=order[4], reason="died")
    assert twice["replacements"][0] == once["replacements"][0]
    assert twice["replacements"][1]["on"] == ""
    assert faults(twice) == ()
    assert [each.said.worded() for each in verify(twice) if each.about == "replacements"] == [
        "Replacements are as they were sealed, each with its reason: 2."
    ]
    sample = sample_as_it_stands(twice)
    assert order[1] not in sample.ids
    assert sample.ids[3] == twice["replacements"][1]["into"]
    assert made["replacements"] == []


def test_a_replacement_cannot_be_changed_taken_out_or_chosen() -> None:
    made = receipt()
    order = made["strata"][1]["order"]
    twice = put_in_place(put_in_place(made, out=order[0], reason="died"), out=order[1], reason="died")
    other = "A replacement was changed, put in or taken out after it was sealed."
    for rows in (
        twice["replacements"][1:],
        twice["replacements"][::-1],
        [{**twice["replacements"][0], "reason": "did not like it"}, twice["replacements"][1]],
    ):
        assert other in words(faults({**twice, "replacements": rows}))
    chosen = receipts.replace(made, out=order[0], into="B-29" if order[4] != "B-29" else "B-28", reason="x")
    assert words(faults(chosen)) == [
        f"Replacement 1: the next in order is {order[4]}, not {chosen['replacements'][0]['into']}."
    ]


@pytest.mark.parametrize(
    ("out", "reason", "sentence"),
    [
        ("x-1", "died", "x-1 is not in the sample."),
        ("", "died", " is not in the sample."),
        ("first", "  ", "Say why the case is replaced. The reason stays with the sample."),
    ],
)
def test_a_replacement_that_cannot_be_is_refused(out: str, reason: str, sentence: str) -> None:
    made = receipt()
    with pytest.raises(Refused) as refused:
        put_in_place(made, out=made["cases"][0]["case"] if out == "first" else out, reason=reason)
    assert refused.value.message.worded() == sentence
    assert made["replacements"] == []


def test_a_receipt_that_does_not_fit_takes_no_replacement() -> None:
    with pytest.raises(Refused, match="changed after it was sealed"):
        put_in_place({**receipt(), "seed": "coffee"}, out="A-00", reason="died")


def test_with_places_a_replacement_keeps_to_the_cap() -> None:
    made = receipt(NESTED)
    cluster = {row["case"]: row["within"][-1] for row in made["considered"] if "within" in row}
    out = [each["case"] for each in made["cases"] if each["stratum"] == "B"][-1]
    held = [cluster[each["case"]] for each in made["cases"] if each["case"] != out]
    into = put_in_place(made, out=out, reason="died")["replacements"][0]["into"]
    assert held.count(cluster[into]) < 3


# Erased rows


SALTED = receipt(salt_key=b"secret", unit="assignment", strata_are="pdu")


def test_salts_follow_from_the_key_and_differ_from_row_to_row() -> None:
    salts = [row["salt"] for row in SALTED["considered"]]
    assert len(set(salts)) == len(salts) == 45
    assert {len(each) for each in salts} == {32}
    assert receipt(salt_key=b"secret")["seal"] == receipt(salt_key=b"secret")["seal"]
    assert receipt(salt_key=b"other")["seal"] != receipt(salt_key=b"secret")["seal"]
    assert "salt" not in receipt()["considered"][0]
    assert receipt(salt_key=b"")["seal"] == receipt()["seal"]


@pytest.mark.parametrize("plan", [PLAN, NESTED], ids=["by strata", "by places"])
def test_an_erased_case_is_gone_everywhere_and_the_receipt_still_fits(plan: Plan) -> None:
    made = receipt(plan, salt_key=b"secret")
    order = made["strata"][1]["order"]
    made = put_in_place(made, out=order[1], reason="died")
    never_drawn = next(
        row["case"]
        for row in made["considered"]
        if "reason" not in row and row["case"] not in str([made["cases"], made["strata"]])
    )
    gone = [order[0], order[1], order[-1], never_drawn, "x-2"]
    erased = json.loads(receipts.text(erasing.erase(made, gone)))
    text = receipts.text(erased)
    assert not any(f'"{id}"' in text for id in gone)
    assert erased["seal"] == made["seal"]
    assert faults(erased) == ()
    told = {each.about: each.said.worded() for each in verify(erased)}
    assert told["erased"].startswith(
        "Rows of the frame were erased: 4. Their salted hashes stay under the seal: "
    )
    assert "frame" not in told
    assert len(sample_as_it_stands(erased).ids) == len(made["cases"])
    again = erasing.erase(erased, [made["strata"][0]["order"][0]])
    assert faults(again) == ()
    last = [each["case"] for each in made["cases"] if each["stratum"] == "B"][-1]
    assert faults(put_in_place(again, out=last, reason="died")) == ()


def test_erased_rows_stand_last_so_that_their_place_says_nothing() -> None:
    erased = erasing.erase(SALTED, ["A-03", "x-1"])
    rows = erased["considered"][-2:]
    assert [row["assignment"]["erased"] for row in rows] == sorted(
        row["assignment"]["erased"] for row in rows
    )
    assert all("salt" not in row for row in rows)
    (drawn,) = (row for row in rows if row["pdu"] == "A")
    order = sorted(
        (row["assignment"] for row in SALTED["considered"] if row["pdu"] == "A" and "reason" not in row),
        key=lambda id: sha(f"tea\n{SALTED['frame']['hash']}\n{id}"),
    )
    assert drawn["place"] == order.index("A-03") + 1
    (other,) = (row for row in rows if row["pdu"] == "")
    assert set(other) == {"assignment", "pdu", "reason"}
    salt = next(row["salt"] for row in SALTED["considered"] if row["assignment"] == "A-03")
    assert drawn["assignment"]["erased"] == sha(f"{salt}\nA-03")


def test_an_erased_row_cannot_be_moved_or_made_up() -> None:
    out = SALTED["strata"][1]["order"][0]
    erased = json.loads(receipts.text(erasing.erase(SALTED, [out])))
    at = len(erased["considered"]) - 1
    assert erased["considered"][at]["place"] == 1
    assert about(put(erased, ("considered", at, "place"), 30))["order"] is False
    for wrong in (0, 31, None, "1"):
        found = words(faults(put(erased, ("considered", at, "place"), wrong)))
        assert found == ["considered: an erased row does not say its place in the order."]
    made_up = put(erased, ("considered", at, "assignment", "erased"), "0" * 64)
    assert about(made_up)["seal"] is False


def test_what_cannot_be_erased_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        erasing.erase(SALTED, ["A-00", "nobody"])
    assert refused.value.message.worded() == "nobody is not in the log of the receipt."
    with pytest.raises(Refused) as refused:
        erasing.erase(receipt(), ["A-00"])
    assert refused.value.message.worded() == "The receipt was made without salts: no row of it can be erased."
    with pytest.raises(Refused, match="no receipt"):
        erasing.erase({}, ["A-00"])
    assert erasing.erase(SALTED, []) == SALTED


# Receipts of the first version


FIRST = json.loads((KEPT / "version-1.json").read_text("utf-8"))


def first_frame() -> Frame:
    rows = json.loads((KEPT / "version-1-frame.json").read_text("utf-8"))["considered"]
    eligible = [row for row in rows if not row[6]]
    return Frame(tuple(row[0] for row in eligible), tuple(row[2] for row in eligible))


def test_a_receipt_of_the_first_version_still_verifies() -> None:
    assert first_receipts.faults(FIRST) == ()
    assert first_receipts.verify(FIRST, first_frame()) == ()
    assert first_receipts.text(FIRST) == (KEPT / "version-1.json").read_text("utf-8")
    assert first_receipts.hash_of(FIRST) == "955c486edf41ac8d0d01031b17ce43062e6f420ef8b399f933198c300ef67370"


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("size",), 11, "The allocation does not follow from the sizes of the strata."),
        (("frame", "eligible"), 41, "The strata do not add up to the number eligible."),
        (("seed",), "coffee", "Stratum N52A is not in the order of the seed."),
        (("frame", "hash"), "0", "Stratum N52B is not in the order of the seed."),
        (("strata", 1, "order", 0), "N52B-001", "Stratum N52B is not in the order of the seed."),
        (("strata", 0, "order"), [], "Stratum N52A lists another number of cases than it should."),
        (("strata", 0, "chance"), [1, 1], "Stratum N52A states another chance."),
        (
            ("cases", 0, "assignment"),
            "N52A-002",
            "The cases are not the first of each stratum, with their chances.",
        ),
        (("cases", 0, "number"), 2, "The cases are not the first of each stratum, with their chances."),
        (("cases", 3, "chance"), [1, 1], "The cases are not the first of each stratum, with their chances."),
        (("min_per_pdu",), 3, "The allocation does not follow from the sizes of the strata."),
    ],
)
def test_a_receipt_of_the_first_version_shows_what_does_not_fit(
    path: tuple[Any, ...], value: Any, sentence: str
) -> None:
    assert sentence in words(first_receipts.faults(put(FIRST, path, value)))


def test_a_receipt_of_the_first_version_needs_its_frame_for_the_rest() -> None:
    frame = first_frame()
    fewer = Frame(frame.ids[1:], frame.stratum[1:])
    assert first_receipts.verify(FIRST, fewer) == ("the frame is not the one that was drawn from",)
    passed_over = copy.deepcopy(FIRST)
    order = passed_over["strata"][1]["order"]
    listed = set(order)
    worse = next(id for id in reversed(frame.ids) if id.startswith("N52B") and id not in listed)
    order[-1] = worse
    order.sort(key=lambda id: sha(f"{FIRST['seed']}\n{FIRST['frame']['hash']}\n{id}"))
    assert first_receipts.faults(passed_over) == ()
    assert first_receipts.verify(passed_over, frame) == ("strata differs",)


@pytest.mark.parametrize(
    "wrong", [7, {}, {**FIRST, "strata": 3}, {**FIRST, "strata": [{}]}, {**FIRST, "size": "x"}]
)
def test_what_is_no_receipt_of_the_first_version_is_refused(wrong: Any) -> None:
    with pytest.raises(Refused) as refused:
        first_receipts.faults(wrong)
    assert refused.value.message.worded() == (
        "This is no receipt of the first version: something is missing in it."
    )
