"""What public sources show of the shipped frameworks, and what is marked as not shown by any."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from assay.core.ratings import loading as rating_rules
from assay.core.standards import frameworks, load
from assay.core.standards.changes import digest
from assay.core.standards.loading import FOLDER, PARTS, folder_of, read, shared_parts
from assay.core.standards.types import Sourced

HERE = Path(__file__).parent / "frameworks"
STAGES = ["Assessment", "Planning", "Implementation and delivery", "Reviewing"]
CRC = [
    "Leadership",
    "Staff",
    "Services",
    "Information and facilities",
    *STAGES,
    "Unpaid work",
    "Through the Gate",
]


@pytest.mark.parametrize(
    ("id", "titles", "codes", "maximum"),
    [
        # Contents of the Staffordshire and West Midlands CRC report, December 2018: there is no 3.x.
        ("crc-2018", CRC, "1.1 1.2 1.3 1.4 2.1 2.2 2.3 2.4 4.1 4.2", 30),
        (
            "nps-2018",
            [*CRC[:8], "Court reports and case allocation", "Statutory victim work"],
            "1.1 1.2 1.3 1.4 2.1 2.2 2.3 2.4 3.1 3.2",
            30,
        ),
        # "A total of 27"; four areas of the organisation and five casework standards.
        (
            "pdu-2021",
            [*CRC[:8], "Fifth casework standard"],
            "P1.1 P1.2 P1.3 P1.4 assessment planning implementation reviewing fifth_case_std",
            27,
        ),
        (
            "pdu-2023",
            ["Leadership", "Staffing", "Services", *STAGES],
            "P1.1 P1.2 P1.3 P2.1 P2.2 P2.3 P2.4",
            21,
        ),
        (
            "region-2023",
            [
                "Leadership",
                "Staffing",
                "Public protection",
                "Desistance",
                "Court work",
                "Unpaid work",
                "Resettlement",
                "Statutory victim work",
            ],
            "R1.1 R1.2 R2.1 R2.2 R2.3 R2.4 R2.5 R2.6",
            24,
        ),
    ],
)
def test_the_standards_are_those_published(id: str, titles: list[str], codes: str, maximum: int) -> None:
    framework = load(id)
    assert [each.title for each in framework.standards] == titles
    assert [each.code for each in framework.standards] == codes.split()
    assert 3 * len(framework.counted) == maximum
    assert framework.ratings.used
    assert framework.provider.name == "HM Inspectorate of Probation"


@pytest.mark.parametrize(
    ("id", "inspects", "effective_on", "closed_on", "supersedes"),
    [
        ("crc-2018", "CRC", date(2018, 4, 1), date(2021, 6, 26), ()),
        ("nps-2018", "NPS", date(2018, 4, 1), date(2021, 6, 26), ()),
        ("pdu-2021", "PDU", date(2021, 6, 26), date(2023, 10, 1), ("crc-2018", "nps-2018")),
        ("pdu-2023", "PDU", date(2023, 10, 1), None, ("pdu-2021",)),
        ("region-2023", "region", date(2023, 10, 1), None, ()),
        ("dynamic-public-protection-2025", "region", date(2025, 10, 2), None, ()),
    ],
)
def test_dates_in_force_and_what_was_superseded(
    id: str, inspects: str, effective_on: date, closed_on: date | None, supersedes: tuple[str, ...]
) -> None:
    framework = load(id)
    assert framework.inspects == inspects
    assert (framework.effective_on, framework.closed_on) == (effective_on, closed_on)
    assert framework.supersedes == supersedes
    assert all(load(each).closed_on == effective_on for each in supersedes)
    assert framework.effective_source
    assert framework.effective_confidence in ("published", "derived")


def test_all_six_are_there_and_no_more() -> None:
    assert frameworks() == (
        "crc-2018",
        "dynamic-public-protection-2025",
        "nps-2018",
        "pdu-2021",
        "pdu-2023",
        "region-2023",
    )


@pytest.mark.parametrize("id", ["crc-2018", "nps-2018", "pdu-2021", "pdu-2023", "region-2023"])
def test_the_twelve_key_questions_of_casework_are_the_same_in_all(id: str) -> None:
    framework = load(id)
    twelve = [f"2.{stage}.{lens}" for stage in range(1, 5) for lens in range(1, 4)]
    assert [each for each in framework.instrument("supervision").key_questions if each[0] == "2"] == twelve
    assert framework.routing.default == "supervision"
    for code in twelve:
        assert framework.key_question(code) == load("pdu-2023").key_question(code)
        # Keep-safe questions of planning, delivery and reviewing leave out low risk of serious harm.
        conditions = framework.question(code).applies_when
        expected = [("rosh_inspector", ("medium", "high", "very_high"))] if code in LEAVE_OUT_LOW else []
        assert [(each.fact, each.one_of) for each in conditions] == expected


LEAVE_OUT_LOW = ("2.2.3", "2.3.3", "2.4.3")


def test_the_fifth_casework_standard_is_marked_as_not_settled() -> None:
    framework = load("pdu-2021")
    uncertain = [each for each in framework.standards if each.is_uncertain]
    assert [each.code for each in uncertain] == ["fifth_case_std"]
    assert [each.title for each in uncertain[0].may_be] == ["Outcomes", "Court work"]
    assert {each.confidence for each in uncertain[0].may_be} == {"recalled_low"}
    assert (uncertain[0].rule, uncertain[0].key_questions) == ("not_known", ())
    assert framework.confidence_of(uncertain[0]) == "recalled_low"
    assert uncertain[0] in framework.counted
    assert not any(
        each.is_uncertain for id in frameworks() if id != "pdu-2021" for each in load(id).standards
    )


def test_a_region_counts_its_pdus_cases_by_what_they_are_for() -> None:
    region = load("region-2023")
    assert region.standard("R2.1").key_questions == ("2.1.3", "2.2.3", "2.3.3", "2.4.3")
    assert region.standard("R2.2").key_questions == ("2.1.2", "2.2.2", "2.3.2", "2.4.2")
    assert [each.code for each in region.instruments] == [
        "supervision",
        "court_report",
        "unpaid_work",
        "resettlement",
        "victim_contact",
        "organisation",
    ]


def test_the_dynamic_programme_rates_nothing() -> None:
    framework = load("dynamic-public-protection-2025")
    assert {each.rule for each in framework.standards} == {"not_rated"}
    assert framework.counted == ()
    assert not framework.ratings.used
    assert {each.rated_by for each in framework.key_questions} == {"none"}


@pytest.mark.parametrize("id", frameworks())
def test_every_part_has_a_source_or_is_ours_and_a_confidence(id: str) -> None:
    framework = load(id)
    parts: tuple[Sourced, ...] = (
        *framework.domains,
        *framework.standards,
        *framework.instruments,
        *framework.roles,
        *framework.rules,
        *framework.key_questions,
        *framework.questions,
        *framework.facts,
        *framework.routing.rules,
    )
    assert len(parts) > 80
    for each in parts:
        assert each.source or each.ours
        assert framework.confidence_of(each) == (
            "ours" if each.ours else each.confidence or framework.confidence
        )


@pytest.mark.parametrize("id", ["crc-2018", "nps-2018", "pdu-2021", "pdu-2023", "region-2023"])
def test_what_no_source_shows_is_marked_ours(id: str) -> None:
    framework = load(id)
    ours = {each.code for each in framework.questions if framework.confidence_of(each) == "ours"}
    assert {"2.2.1a", "2.3.3b", "2.4.3c"} <= ours
    assert not {"2.1.1a", "2.1.3b", "2.4.2c"} & ours
    organisation = framework.key_question("1.1.1")
    assert organisation.ours is (id not in ("crc-2018", "nps-2018"))
    assert framework.confidence_of(framework.key_question("2.1.3")) == "published"
    assert framework.confidence_of(framework.key_question("2.1.1")) == "recalled_high"


def test_no_part_is_left_unused_and_each_holds_what_it_may() -> None:
    used = {
        name
        for id in frameworks()
        for name in yaml.safe_load((FOLDER / id / "framework.yaml").read_text("utf-8"))["uses"]
    }
    assert used == set(shared_parts())
    for name in shared_parts():
        assert set(yaml.safe_load((PARTS / f"{name}.yaml").read_text("utf-8"))) <= {
            "roles",
            "rules",
            "facts",
            "key_questions",
        }


def test_no_version_that_was_released_has_been_edited() -> None:
    """A reading is pinned to its version. A framework that must change takes a new version, and the one
    before moves to the folder ``earlier``; only then does a line join ``versions.yaml``."""
    pinned = yaml.safe_load((FOLDER / "versions.yaml").read_text("utf-8"))
    assert set(pinned) == set(frameworks())
    for id, released in pinned.items():
        for version, expected in released.items():
            assert digest(read(folder_of(id, version))) == expected, f"{id} version {version} was edited"


def test_twelve_count_and_one_does_not() -> None:
    framework = read(HERE / "twelve-and-one")
    assert (len(framework.standards), len(framework.counted)) == (13, 12)
    assert [each.code for each in framework.standards if not each.counts] == ["4.1"]
    rules = rating_rules.read(HERE / "twelve-and-one", framework)
    assert rules.composite is not None
    assert [int(each.at_most) for each in rules.composite.bands] == [6, 18, 30, 36]


def test_the_dynamic_programme_has_core_adjusted_and_non_case_questions() -> None:
    framework = load("dynamic-public-protection-2025")
    assert [(each.code, each.put_to) for each in framework.instruments] == [
        ("core", "case"),
        ("adjusted", "case"),
        ("non_case", "organisation"),
    ]
    non_case = [question for _, question in framework.asked("non_case")]
    assert {framework.confidence_of(each) for each in non_case} == {"ours"}
    assert framework.answered_by("non_case", non_case[0]) == ("lead_inspector", "inspector")
    assert framework.answered_by("core", framework.question("C1")) == ("inspector", "local_assessor")
