"""Names as they are compared: plain letters, how they sound, and what they are short for."""

from __future__ import annotations

from importlib import resources

import pytest
import yaml

from assay.records.linkage.spellings import plain, root, sound


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Łukasz", "lukasz"),
        ("JOSÉ", "jose"),
        ("O'Neal", "oneal"),
        ("O’Neal", "oneal"),
        ("Mary-Jane", "mary jane"),
        ("  van   der  Berg ", "van der berg"),
        ("Strauß", "strauss"),
        ("St. John", "st john"),
        ("İbrahim", "ibrahim"),
        ("123", None),
        ("-", None),
        (None, None),
    ],
)
def test_a_name_in_plain_letters(written: str | None, expected: str | None) -> None:
    assert plain(written) == expected


@pytest.mark.parametrize(
    ("spellings", "heard"),
    [
        ("mohammed muhammad mohamed mohamad mahomed", "md"),
        ("hussein hussain husain hossein", "hsn"),
        ("yusuf yousef youssef yousaf", "jsf"),
        ("chaudhry choudhury chowdhury", "kdr"),
        ("sean shaun shawn", "sn"),
        ("qasim kasim kassem", "ksm"),
        ("dmitri dmytro dimitri", "dmtr"),
        ("lakshmi laxmi", "lksm"),
        ("pawel pavel", "pfl"),
        ("catherine katherine kathryn", "ktrn"),
        ("philip filip", "flp"),
        ("oleksandr aleksandr alexander", "alksndr"),
    ],
)
def test_spellings_of_one_name_sound_alike(spellings: str, heard: str) -> None:
    assert {sound(each) for each in spellings.split()} == {heard}


@pytest.mark.parametrize(
    ("one", "other"), [("jamal", "gamal"), ("usman", "uthman"), ("mykola", "nikolai"), ("aisha", "aicha")]
)
def test_what_the_rules_do_not_hear_is_known(one: str, other: str) -> None:
    """Limits of the rules that the manual names: these pairs are compared by their letters alone."""
    assert sound(one) != sound(other)


@pytest.mark.parametrize(("one", "other"), [("david", "daniel"), ("emma", "anna"), ("paul", "pavel")])
def test_other_names_sound_otherwise(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_two_names_of_the_same_consonants_sound_alike() -> None:
    """The price of leaving vowels out; the model asks for like letters besides."""
    assert sound("omar") == sound("umair") == "amr"


def test_a_short_form_is_taken_for_its_name() -> None:
    assert root("bill") == root("william") == root("will") == "william"
    assert root("wilhelmina") == "wilhelmina"
    assert root(None) is None


def test_no_short_form_belongs_to_two_names_and_all_are_plain() -> None:
    text = resources.files("assay.records.linkage").joinpath("short_forms.yaml").read_text("utf-8")
    forms = [form for group in yaml.safe_load(text)["groups"] for form in group]
    assert len(forms) == len(set(forms)) > 200
    assert [form for form in forms if plain(form) != form] == []
