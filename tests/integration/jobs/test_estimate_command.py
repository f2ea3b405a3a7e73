"""``assay estimate`` and ``assay agreement``: rows in, labelled intervals out, one sentence for bad input."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from assay.core.estimation.agreement import cohen, fleiss, gwet_ac1, krippendorff
from assay.core.estimation.counted import plain_proportion
from assay.core.estimation.estimate import Selection, domain, model_assisted, proportion
from assay.core.estimation.score import Score
from assay.core.figures import Count, Estimate
from assay.jobs.agreement import agreement
from assay.jobs.estimate import estimate

app = typer.Typer()
app.command("estimate")(estimate)
app.command("agreement")(agreement)

FRAME = "id,pdu,team,score\n" + "".join(
    f"c{i},{'north' if i < 60 else 'south'},t{i % 9},{(i * 37 % 100) / 100}\n" for i in range(100)
)
DRAWN = [*range(30), *range(60, 85)]
ANSWERS = {i: (i * 37 % 100) > 45 or i % 5 == 0 for i in DRAWN}
CASES = "id,answer\n" + "".join(f"c{i},{'yes' if ANSWERS[i] else 'no'}\n" for i in DRAWN)
Y = [ANSWERS[i] for i in DRAWN]
SAMPLE = Selection(
    tuple(f"c{i}" for i in DRAWN), ("north",) * 30 + ("south",) * 25, {"north": 60, "south": 40}
)


@pytest.fixture
def frame(tmp_path: Path) -> str:
    (tmp_path / "frame.csv").write_text(FRAME, "utf-8")
    return str(tmp_path / "frame.csv")


def run(*words: str, given: str = CASES, command: str = "estimate") -> Any:
    return CliRunner().invoke(app, [command, *words], input=given, env={"COLUMNS": "250"})


def rows(*words: str, given: str = CASES, command: str = "estimate") -> list[dict[str, Any]]:
    done = run(*words, "--format", "json", given=given, command=command)
    assert (done.exit_code, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_without_a_frame_both_intervals_are_plain_and_labelled():
    found = rows()
    assert [each["interval"] for each in found] == ["80% confidence interval", "95% confidence interval"]
    for each, level in zip(found, (0.8, 0.95), strict=True):
        made = plain_proportion(Count(sum(Y), 55, "case", "all"), level=level)
        assert made is not None
        assert (each["rate"], each["lower"], each["upper"]) == (
            round(made.value, 6),
            round(made.lower, 6),
            round(made.upper, 6),
        )
        assert (each["of"], each["count"], each["method"]) == ("all", f"{sum(Y)} of 55", "Wilson")
        assert "synthetic" not in each


def test_a_frame_gives_the_strata_and_their_sizes(frame):
    (found,) = rows(
        "--frame", frame, "--stratum", "pdu", "--level", "0.9", "--ci", "logit", "--unit", "person"
    )
    made = proportion(Y, SAMPLE, ci="logit", level=0.9, unit="person")
    assert (found["lower"], found["upper"], found["inputs_hash"]) == (
        round(made.lower, 6),
        round(made.upper, 6),
        made.inputs_hash,
    )
    assert found["interval"] == "90% confidence interval"


def test_clusters_of_the_frame_are_counted(frame):
    found = rows("--frame", frame, "--cluster", "team", "--level", "0.95")
    assert (found[0]["method"], found[0]["df"]) == ("Wilson, by clusters", 8)


def test_an_assisted_rate_has_the_judged_one_beside(frame):
    words = ["--frame", frame, "--stratum", "pdu", "--score", "score", "--level", "0.95"]
    (found,) = rows(*words, "--frozen-on", "2026-01-31", "--announced-on", "2026-02-01")
    score = Score(
        ids=tuple(f"c{i}" for i in range(100)),
        values=[(i * 37 % 100) / 100 for i in range(100)],
        frozen_on=date(2026, 1, 31),
    )
    made = model_assisted(Y, SAMPLE, score, announced_on=date(2026, 2, 1))
    assert made.plain is not None
    assert found["rate"] == round(made.value, 6)
    assert found["judged"] == [
        round(each, 6) for each in (made.plain.value, made.plain.lower, made.plain.upper)
    ]
    assert (found["rho2"], found["gain"], found["fallback"]) == (made.rho2, made.gain, None)


def test_a_score_that_may_not_be_used_is_refused_in_a_sentence(frame, tmp_path):
    words = ["--frame", frame, "--score", "score", "--announced-on", "2026-02-01"]
    (tmp_path / "ids.csv").write_text("id\nc0\nc1\nc99\n", "utf-8")
    known = str(tmp_path / "ids.csv")
    for more, said in (
        ([], "frozen_on: a score needs this day."),
        (
            ["--frozen-on", "2026-02-01"],
            "score: it was fixed on 2026-02-01, not before the announcement on 2026-02-01.",
        ),
        (
            ["--frozen-on", "2026-01-01", "--trained-on", known],
            "score: it was fitted on 2 of the cases sampled.",
        ),
        (
            ["--frozen-on", "2026-01-01", "--shown-for", known],
            "score: it was shown for 2 of the cases sampled.",
        ),
    ):
        done = run(*words, *more)
        assert (done.exit_code, done.stdout, done.stderr) == (2, "", said + "\n")


def test_parts_have_a_rate_each_or_say_why_not(frame):
    found = rows("--frame", frame, "--stratum", "pdu", "--by", "pdu")
    assert [each["of"] for each in found] == ["all", "all", "north", "north", "south", "south"]
    made = domain(Y, SAMPLE, list(SAMPLE.stratum), level=0.8)["north"]
    assert isinstance(made, Estimate)
    assert found[2]["lower"] == round(made.lower, 6)
    teams = rows("--frame", frame, "--by", "team")[2:]
    assert len(teams) == 9
    assert teams[0]["said"][0].endswith("judged cases: a part needs 20.")


def test_a_rating_goes_with_its_chance(frame):
    words = ["--frame", frame, "--stratum", "pdu", "--by", "pdu", "--framework", "pdu-2023"]
    found = rows(*words, "--level", "0.95")
    assert found[0]["rating"] in found[0]["chances"]
    assert found[0]["chance"] == found[0]["chances"][found[0]["rating"]]
    assert sum(found[0]["chances"].values()) == pytest.approx(1, abs=1e-3)
    assert "the bands on either side cannot be separated at this sample size" in found[0]["said"]
    assert found[1]["rating"] is None
    assert found[1]["said"] == ["estimate: north has 30 judged cases, and a part needs 60 to be rated."]


def test_a_table_and_a_csv_show_what_there_is():
    done = run("--format", "csv", "--synthetic")
    first = next(csv.DictReader(io.StringIO(done.stdout)))
    assert list(first) == ["of", "count", "rate", "interval", "lower", "upper", "method", "synthetic"]
    assert first["synthetic"] == "true"
    assert "95% confidence interval" in run().stdout


def test_a_picture_says_whether_its_people_are_invented(tmp_path, frame):
    picture = tmp_path / "rates.svg"
    refused = run("--picture", str(picture))
    assert (refused.exit_code, refused.stderr) == (
        2,
        "synthetic: say whether the people are invented; a picture must tell.\n",
    )
    assert not picture.exists()
    words = [
        "--frame",
        frame,
        "--score",
        "score",
        "--frozen-on",
        "2026-01-31",
        "--announced-on",
        "2026-02-01",
    ]
    assert run(*words, "--picture", str(picture), "--synthetic").exit_code == 0
    drawn = picture.read_text("utf-8")
    assert "Synthetic: invented people." in drawn
    assert "80% confidence interval and 95% confidence interval" in drawn
    assert "all cases, as judged (" in drawn
    assert "all cases, with the score" in drawn
    assert run("--picture", str(picture), "--no-synthetic").exit_code == 0
    assert "Synthetic" not in picture.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "given", "said"),
    [
        (
            [],
            "id,answer\nc1,maybe\n",
            "row 1, answer: maybe is none of 1, true, yes, sufficient, and none of",
        ),
        ([], "id,answer\n,yes\n", "row 1, id: there is no value."),
        ([], "id,answer\nc1,yes\nc1,no\n", "id: c1 stands twice."),
        ([], "id,other\nc1,yes\n", "row 1, answer: there is no such column."),
        ([], "id,answer\n", "The judged cases are missing: there is no row."),
        ([], "id,answer\nc1,\n", "answer: no case was judged."),
        (["--level", "1"], CASES, "level: 1.0 is not between 0 and 1."),
        (["--by", "pdu"], CASES, "by: it needs --frame."),
        (["--ci", "beta"], CASES, "ci: beta needs --frame."),
        (["--framework", "none"], CASES, "framework: there is none called none."),
        (
            ["--framework", "dynamic-public-protection-2025"],
            CASES,
            "framework: dynamic-public-protection-2025",
        ),
    ],
)
def test_bad_input_is_one_sentence_that_names_the_field(words, given, said):
    done = run(*words, given=given)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "given", "said"),
    [
        ([], "id,answer\nc1,yes\nx,no\n", "id: x is not in the frame."),
        (["--stratum", "region"], CASES, "row 1, region: there is no value."),
        (
            ["--score", "pdu", "--frozen-on", "2026-01-01", "--announced-on", "2026-02-01"],
            CASES,
            "row 1, pdu: ",
        ),
        (["--ci", "cube"], CASES, "ci: cube is not one of"),
    ],
)
def test_what_the_frame_does_not_hold_is_named(frame, words, given, said):
    done = run("--frame", frame, *words, given=given)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(said)


# Agreement

PAIRS = [("sufficient", "sufficient")] * 15 + [("sufficient", "not")] * 3 + [("not", "not")] * 7
LONG = "id,rater,value\n" + "".join(
    f"c{i},ann,{one}\nc{i},bob,{other}\n" for i, (one, other) in enumerate(PAIRS)
)


def test_two_people_have_every_coefficient():
    found = rows("--seed", "4", given=LONG, command="agreement")
    ratings = [list(each) for each in PAIRS]
    made = [
        cohen([[7, 0], [3, 15]]),
        fleiss([[sum(x == name for x in row) for name in ("not", "sufficient")] for row in ratings]),
        krippendorff(ratings, seed=4),
        gwet_ac1(ratings),
    ]
    assert [each["method"] for each in found] == [each.method for each in made]
    for each, expected in zip(found, made, strict=True):
        for name in ("value", "se", "lower", "upper", "observed", "expected"):
            assert each[name] == pytest.approx(getattr(expected, name), abs=1e-6), name
        assert each["interval"] == "95% confidence interval"
    assert [each["seed"] for each in found] == [None, None, 4, None]


def test_of_three_people_with_gaps_two_coefficients_can_be_said():
    given = "id,rater,value\na,x,1\na,y,1\na,z,2\nb,x,2\nb,y,2\nc,x,\nc,z,1\nc,y,1\n"
    found = rows("--seed", "1", "--metric", "interval", given=given, command="agreement")
    assert [each["method"] for each in found] == ["Krippendorff's alpha", "Gwet's AC1"]


def test_an_order_is_kept_for_weights():
    given = "id,rater,value\n" + "".join(
        f"c{i},ann,{one}\nc{i},bob,{other}\n"
        for i, (one, other) in enumerate(
            [("low", "mid"), ("mid", "mid"), ("high", "high"), ("low", "high")] * 3
        )
    )
    words = ["--method", "cohen", "--weights", "linear", "--order", "low, mid, high"]
    (found,) = rows(*words, given=given, command="agreement")
    assert found["value"] == pytest.approx(
        cohen([[0, 3, 3], [0, 3, 0], [0, 0, 3]], weights="linear").value, abs=1e-6
    )


@pytest.mark.parametrize(
    ("words", "given", "said"),
    [
        ([], LONG, "seed: Krippendorff's interval is drawn"),
        (["--level", "0"], LONG, "level: 0.0 is not between 0 and 1."),
        ([], "id,rater,value\n", "The ratings are missing: there is no row."),
        ([], "id,rater,value\na,,1\n", "row 1, rater: there is no value."),
        ([], "id,rater\na,x\n", "row 1, value: there is no such column."),
        ([], "id,rater,value\na,x,1\na,x,2\n", "row 2, rater: x judged a twice."),
        (["--metric", "ratio", "--seed", "1"], LONG, "row 1, value: sufficient is not a number."),
        (["--method", "cohen", "--order", "sufficient"], LONG, "order: it lacks not."),
        (
            ["--method", "cohen"],
            "id,rater,value\na,x,1\na,y,1\na,z,2\n",
            "rater: Cohen's kappa is for two people, and there are 3.",
        ),
    ],
)
def test_bad_ratings_are_one_sentence(words, given, said):
    done = run(*words, given=given, command="agreement")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1
