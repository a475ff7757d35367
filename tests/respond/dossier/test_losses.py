"""Gains and losses in a case file: A7 to the minor unit, a fine apart, the same again elsewhere."""

import json
from datetime import date

import pytest

from tests.respond.dossier.conftest import Make
from unbrush.respond.dossier.verifying import open_zip
from unbrush.respond.losses.documents import Entry
from unbrush.respond.losses.given import Given, given_again, told

A7 = Given(
    entries=[
        Entry(kind=kind, n=1, unit_minor=minor, currency="CNY", source="administrative decision",
              day=date(2024, 4, 10), confirmed_by="court")
        for kind, minor in (
            ("returned-spend", 1_037_100), ("service-fee", 500_000), ("fine", 5_000_000))
    ]
)  # fmt: skip


@pytest.mark.parametrize("audience", ["public-interest", "court"])
def test_the_money_of_a7_is_15371_yuan_and_the_fine_stands_apart(make: Make, audience: str):
    files = open_zip(make(audience, given=A7)[0])
    losses = json.loads(files["case.json"])["losses"]
    assert [each["minor"] for each in losses["totals"]] == [1_537_100]
    assert [each["minor"] for each in losses["fines"]] == [5_000_000]
    page = files["index.html"].decode()
    assert "¥15,371.00" in page
    assert "¥65,371.00" not in page
    assert "罚款，不计入任何一类" in page
    assert "fine, added to nothing" in page


def test_what_cannot_be_established_is_said_in_both_languages(make: Make):
    page = open_zip(make("court")[0])["index.html"].decode()
    assert "不能确定" in page
    assert "Cannot be established" in page
    assert "Illegal gains" in page or "illegal gains" in page


def test_what_was_given_stands_in_the_file_and_gives_the_same_file_again(make: Make):
    data = make("court", given=A7)[0]
    given = given_again(json.loads(open_zip(data)["case.json"])["losses"]["given"])
    assert told(given) == told(A7)
    again = open_zip(make("court", given=given)[0])
    assert again["case.json"] == open_zip(data)["case.json"]
