"""``assay sample``: from a list to a sealed receipt, and back from the receipt alone."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from assay.jobs.sample import app

RECEIPTS = Path(__file__).parents[2] / "spec" / "receipts"
HEAD = "id,crn,pnc,gender,sentenceType,roshClassification,startDate,cluster,ldu,responsibleOfficer"


def run(*words: object, given: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(each) for each in words], input=given)


def line(at: int, **more: str) -> str:
    row = {
        "id": f"s{at:03}",
        "crn": f"X9{at:05}",
        "pnc": "",
        "gender": "F" if at % 3 == 0 else "M",
        "sentenceType": "ORA CO" if at % 2 else "Adult Licence",
        "roshClassification": "RLRH" if at % 5 == 0 else "RHRH",
        "startDate": f"2025-08-{1 + at % 28:02}",
        "cluster": f"C{at % 2}",
        "ldu": f"C{at % 2}-{at % 4}",
        "responsibleOfficer": f"Officer {at % 8}",
        **more,
    }
    return ",".join(row.values())


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A hundred who can be drawn, one of another gender, one twice."""
    lines = [HEAD, *(line(at) for at in range(100)), line(100, gender="OTHER"), line(101, crn="X900000")]
    path = tmp_path / "list.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def drawn(listed: Path, *words: object) -> dict[str, Any]:
    done = run("draw", "--in", listed, "--seed", "tea", "--format", "json", *words)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# size


def test_a_size_is_told_step_by_step() -> None:
    done = run("size", "--population", 1217, "--margin", 0.05, "--format", "json")
    assert json.loads(done.stdout) == {
        "population": 1217,
        "margin": 0.05,
        "level": 0.8,
        "p": 0.5,
        "deff": 1.0,
        "response": 1.0,
        "n0": 164.237442,
        "n_deff": 164.237442,
        "n_fpc": 144.813465,
        "n": 145,
    }
    assert "145" in run("size", "--population", 1217, "--margin", 0.05).stdout
    line = run("size", "--population", 1217, "--margin", 0.05, "--format", "csv").stdout.splitlines()
    assert line[1].endswith(",145")


def test_sizes_come_for_many_rows_too() -> None:
    rows = "region,population,margin,level\nNorth,300,0.05,\nSouth,300,0.05,0.95\n"
    done = run("size", "--in", "-", "--format", "csv", given=rows)
    assert [(row["region"], row["n"]) for row in csv.DictReader(io.StringIO(done.stdout))] == [
        ("North", "107"),
        ("South", "169"),
    ]
    as_json = run("size", "--in", "-", "--format", "json", given='[{"population": 300, "margin": 0.05}]')
    assert [each["n"] for each in json.loads(as_json.stdout)] == [107]


@pytest.mark.parametrize(
    ("words", "given", "sentence"),
    [
        (("--margin", 0.05), None, "population: it is needed, and is not there."),
        (("--population", 100), None, "margin: it is needed, and is not there."),
        (
            ("--population", 100, "--margin", 5),
            None,
            "margin: 5.0 is not a share between 0 and 1; 5 points are 0.05.",
        ),
        (
            ("--in", "-"),
            "population,margin\n10,0.05\nmany,0.05\n",
            "row 2, population: many is not a number of this kind.",
        ),
        (
            ("--in", "-"),
            "population,margin\n1.5,0.05\n",
            "row 1, population: 1.5 is not a number of this kind.",
        ),
        (("--in", "-"), "population,margin\n10,\n", "row 1, margin: it is needed, and is not there."),
        (
            ("--in", "-"),
            "population,margin\n10,nan\n",
            "row 1, margin: nan is not a share between 0 and 1; 5 points are 0.05.",
        ),
    ],
)
def test_a_size_that_cannot_be_is_one_sentence_and_status_2(
    words: tuple[object, ...], given: str | None, sentence: str
) -> None:
    done = run("size", *words, given=given)
    assert (done.exit_code, done.stderr.strip()) == (2, sentence)
    assert done.stdout == ""


# draw


def test_a_draw_prints_its_sealed_receipt_which_fits(listed: Path) -> None:
    made = drawn(listed, "--size", 20, "--strata", "five-2020", "--as-at", "2026-01-31")
    assert made["size"] == 20
    assert made["frame"]["considered"] == 102
    assert made["frame"]["left_out"] == {"no_stratum": 1, "same_person": 1}
    assert {each["stratum"] for each in made["strata"]} == {
        "FEMALE",
        "MALE_COMMUNITY_LOW",
        "MALE_COMMUNITY_NON_LOW",
        "MALE_POST_CUSTODY_LOW",
        "MALE_POST_CUSTODY_NON_LOW",
    }
    done = run("verify", "-", "--format", "json", given=json.dumps(made))
    assert done.exit_code == 0
    assert {each["fits"] for each in json.loads(done.stdout)} == {"yes"}


def test_the_same_list_in_another_order_gives_the_same_receipt(listed: Path) -> None:
    words = ("--size", 20, "--strata", "five-2020", "--within", "cluster,ldu,responsibleOfficer", "--cap", 4)
    before = drawn(listed, *words)
    head, *lines = listed.read_text("utf-8").splitlines()
    listed.write_text("\n".join([head, *reversed(lines)]) + "\n", "utf-8")
    assert drawn(listed, *words) == before
    rows = [dict(zip(head.split(","), each.split(","), strict=True)) for each in lines]
    listed.write_text(json.dumps([{k: v or None for k, v in row.items()} for row in rows]), "utf-8")
    assert drawn(listed, *words) == before
    assert "Officer" not in json.dumps(before)


def test_a_size_can_follow_from_a_margin(listed: Path) -> None:
    made = drawn(listed, "--margin", 0.1, "--level", 0.95)
    assert made["size_from"]["population"] == 101
    assert made["size"] == made["size_from"]["n"] == 50
    assert [each["stratum"] for each in made["strata"]] == ["all"]


def test_strata_are_columns_or_a_definition_of_one_s_own(listed: Path, tmp_path: Path) -> None:
    made = drawn(listed, "--size", 12, "--strata", "cluster,gender", "--same-by", "none")
    assert [each["stratum"] for each in made["strata"]] == [
        "C0 / F",
        "C0 / M",
        "C0 / OTHER",
        "C1 / F",
        "C1 / M",
    ]
    own = tmp_path / "own.yaml"
    own.write_text(yaml.safe_dump({"strata": {"low": {"roshClassification": ["RLRH"]}}}), "utf-8")
    assert drawn(listed, "--size", 12, "--strata", own)["frame"]["left_out"]["no_stratum"] == 81
    listed.write_text("id,stratum,reason\na,x,\nb,x,\nc,y,\nd,y,moved\n", "utf-8")
    made = drawn(listed, "--size", 2, "--least", 1)
    assert [(each["stratum"], each["eligible"], each["drawn"]) for each in made["strata"]] == [
        ("x", 2, 1),
        ("y", 1, 1),
    ]
    assert made["reasons"] == {"moved": {"sentence": "moved", "source": "the list", "confidence": "as given"}}


def test_every_option_reaches_the_draw(listed: Path) -> None:
    neyman = drawn(
        listed, "--size", 20, "--strata", "gender", "--method", "neyman", "--spread", "F=0.5,M=0.1,OTHER=0.1",
        "--floor", 0.2, "--least", 1, "--buffer", 50, "--cap", 0,
    )  # fmt: skip
    assert neyman["plan"] == {
        "size": 20,
        "method": "neyman",
        "least": 1,
        "spread": {"F": 0.5, "M": 0.1, "OTHER": 0.1},
        "floor": 0.2,
        "buffer_percent": 50,
        "within": False,
        "cap": None,
    }
    window = drawn(listed, "--size", 5, "--from", "2025-08-05", "--to", "2025-08-20")
    assert window["frame"]["left_out"] == {"began_too_late": 24, "began_too_early": 16}
    early = drawn(listed, "--size", 5, "--to", "2025-08-20")
    assert set(early["frame"]["left_out"]) == {"began_too_late", "same_person"}
    late = drawn(listed, "--size", 5, "--as-at", "2025-08-10")
    assert late["frame"]["left_out"]["not_begun"] == 62


def test_a_row_left_out_pushes_out_a_later_one_only_if_asked(listed: Path) -> None:
    listed.write_text("ref,crn,startDate,reason\na,X1,2025-08-01,moved\nb,X1,2025-08-02,\n", "utf-8")
    words = ("--size", 1, "--id", "ref", "--least", 0)
    assert drawn(listed, *words)["cases"][0]["case"] == "b"
    done = run("draw", "--in", listed, "--seed", "tea", "--whole-list", *words)
    assert (done.exit_code, done.stderr.strip()) == (
        2,
        "1 cases cannot be drawn: choose a number from 0 to 0.",
    )


def test_a_table_shows_who_is_left_out_each_stratum_and_the_cases(listed: Path, tmp_path: Path) -> None:
    kept = tmp_path / "receipt.json"
    done = run(
        "draw", "--in", listed, "--seed", "tea", "--size", 20, "--strata", "five-2020", "--receipt", kept
    )
    assert done.exit_code == 0
    made = json.loads(kept.read_text("utf-8"))
    for said in ("FEMALE", "stands by", made["seal"], made["cases"][0]["case"], "is none of theirs"):
        assert said in done.stdout
    as_csv = run(
        "draw", "--in", listed, "--seed", "tea", "--size", 20, "--strata", "five-2020", "--format", "csv"
    )
    rows = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    assert [row["case"] for row in rows if row["standing"] == "drawn"] == [
        each["case"] for each in made["cases"]
    ]
    first = made["cases"][0]["chance"]
    assert rows[0]["chance"] == f"{first[0]} in {first[1]}"
    assert float(rows[0]["weight"]) == pytest.approx(first[1] / first[0], abs=1e-6)


def test_what_the_sample_cannot_speak_for_is_told_aside(listed: Path) -> None:
    done = run(
        "draw", "--in", listed, "--seed", "tea", "--size", 10, "--within", "responsibleOfficer", "--cap", 1,
        "--format", "csv",
    )  # fmt: skip
    assert done.exit_code == 0
    assert "Stratum all falls 2 short: its practitioners give no more." in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--size", 20, "--seed", " "),
            "Give a seed: any words or numbers that nobody could have chosen on purpose.",
        ),
        (("--size", 2000), "2000 cases cannot be drawn: choose a number from 2 to 101."),
        ((), "Give either --size or --margin."),
        (("--size", 9, "--margin", 0.1), "Give either --size or --margin."),
        (
            ("--size", 9, "--strata", "pdu"),
            "strata: pdu is no column of the list, no file, and none of five-2020.",
        ),
        (("--size", 9, "--strata", "none.yaml"), "none.yaml: there is no such file to read."),
        (("--size", 9, "--same-by", "dob"), "same-by: dob is none of crn, pnc, name."),
        (("--size", 9, "--method", "neyman"), "spread: Neyman's allocation needs one of each stratum."),
        (("--size", 9, "--method", "neyman", "--spread", "all"), "spread: all is not as A=0.5."),
        (("--size", 9, "--from", "2026-01-02", "--to", "2026-01-01"), "--from is after --to."),
        (("--size", 9, "--within", "team"), "The list has no column team."),
        (("--size", 9, "--salt-key", "none.key"), "salt-key: none.key cannot be read."),
    ],
)
def test_a_draw_that_cannot_be_is_one_sentence_and_status_2(
    listed: Path, words: tuple[object, ...], sentence: str
) -> None:
    done = run("draw", "--in", listed, "--seed", "tea", *words)
    assert (done.exit_code, done.stderr.strip()) == (2, sentence)
    assert done.stdout == ""


def test_a_definition_that_is_no_yaml_and_a_key_that_is_empty_are_refused(
    listed: Path, tmp_path: Path
) -> None:
    wrong, empty = tmp_path / "wrong.yaml", tmp_path / "empty.key"
    wrong.write_text("a: [", "utf-8")
    empty.write_bytes(b"\n")
    for words, sentence in (
        (("--strata", wrong), "strata: wrong.yaml cannot be read."),
        (("--salt-key", empty), "salt-key: empty.key is empty."),
    ):
        done = run("draw", "--in", listed, "--seed", "tea", "--size", 9, *words)
        assert (done.exit_code, done.stderr.strip()) == (2, sentence)


# verify, replace, erase


def test_a_receipt_that_was_changed_does_not_fit_with_status_1(listed: Path) -> None:
    made = drawn(listed, "--size", 20)
    done = run("verify", "-", given=json.dumps({**made, "seed": "coffee"}))
    assert done.exit_code == 1
    assert "no" in done.stdout
    known = run("verify", "-", "--seal", "0" * 64, "--format", "csv", given=json.dumps(made))
    assert known.exit_code == 1
    assert "known seal,no,Its seal is not the one known from elsewhere." in known.stdout
    good = run("verify", "-", "--seal", made["seal"], given=json.dumps(made))
    assert good.exit_code == 0


@pytest.mark.parametrize("given", ["{}", "7", "not JSON", "[1, 2]"])
def test_what_is_no_receipt_is_refused_with_status_2(given: str) -> None:
    done = run("verify", "-", given=given)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_replacement_is_put_in_and_a_row_erased_and_it_still_fits(listed: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"a secret")
    made = drawn(listed, "--size", 20, "--salt-key", key)
    out = made["cases"][0]["case"]
    done = run(
        "replace", "-", "--out", out, "--reason", "restricted", "--on", "2026-03-09", given=json.dumps(made)
    )
    replaced = json.loads(done.stdout)
    assert replaced["replacements"][0]["into"] == made["strata"][0]["order"][20]
    assert replaced["replacements"][0]["on"] == "2026-03-09"
    erased = json.loads(run("erase", "-", "--id", out, given=json.dumps(replaced)).stdout)
    assert out not in json.dumps(erased)
    assert erased["seal"] == made["seal"]
    assert run("verify", "-", given=json.dumps(erased)).exit_code == 0
    refused = run("replace", "-", "--out", "nobody", "--reason", "x", given=json.dumps(made))
    assert (refused.exit_code, refused.stderr.strip()) == (2, "nobody is not in the sample.")
    assert run("erase", "-", "--id", "nobody", given=json.dumps(made)).exit_code == 2


def test_a_receipt_of_the_first_version_is_checked_as_far_as_it_goes(tmp_path: Path) -> None:
    first = RECEIPTS / "version-1.json"
    alone = run("verify", first, "--format", "json")
    assert alone.exit_code == 0
    assert [(each["about"], each["fits"]) for each in json.loads(alone.stdout)] == [
        ("file", "yes"),
        ("frame", "not in the file"),
    ]
    whole = run("verify", first, "--frame", RECEIPTS / "version-1-frame.json", "--format", "json")
    assert whole.exit_code == 0
    assert [(each["about"], each["fits"]) for each in json.loads(whole.stdout)] == [
        ("file", "yes"),
        ("frame", "yes"),
    ]
    changed = tmp_path / "changed.json"
    changed.write_text(first.read_text("utf-8").replace('"size": 10', '"size": 11'), "utf-8")
    assert run("verify", changed).exit_code == 1
    frame = tmp_path / "frame.json"
    kept = json.loads((RECEIPTS / "version-1-frame.json").read_text("utf-8"))
    frame.write_text(json.dumps({**kept, "considered": kept["considered"][1:]}), "utf-8")
    other = run("verify", first, "--frame", frame, "--format", "csv")
    assert other.exit_code == 1
    assert "frame,no,the frame is not the one that was drawn from" in other.stdout
    frame.write_text("{}", "utf-8")
    assert run("verify", first, "--frame", frame).exit_code == 2
