"""What may be shared: organisations, domains, tools; and what names people is refused."""

import dataclasses
from typing import get_args

import pytest

from unbrush.base.errors import BadRecord
from unbrush.respond.sharing.indicators import (
    KINDS,
    Domain,
    Indicator,
    Organisation,
    Tool,
    is_credit_code,
    is_lei,
)

LEI = "5493001KJTIIGC8Y1R12"


def test_there_is_no_type_for_a_person() -> None:
    assert set(get_args(Indicator)) == set(KINDS.values()) == {Organisation, Domain, Tool}
    fields = {f.name for kind in KINDS.values() for f in dataclasses.fields(kind)}
    assert fields == {"name", "number", "version", "shop_id"}


@pytest.mark.parametrize(
    "code", ["91350100M000100Y43", "91110000600037341L", "91440300708461136T"]
)  # published codes
def test_codes_with_their_check_sign_are_codes(code: str) -> None:
    assert is_credit_code(code)
    wrong = code[:10] + ("1" if code[10] != "1" else "2") + code[11:]
    assert not is_credit_code(wrong)


def test_a_lei_is_checked() -> None:
    assert is_lei(LEI)
    assert not is_lei("5493001KJTIIGC8Y1R13")


@pytest.mark.parametrize(
    "name",
    [
        "13800138000", "联系13800138000", "138-0013-8000", "QQ 1234567", "me@example.com",
        "31010119900101123X", "a" * 32, "5f2b9c1e0d4a", "wxid_abcdefghijklmnopqrstuvw", "微信@wx",
        "order 202609150001", "name\nline", "", " x", "x" * 101, "<b>", "x'] OR [domain-name:value",
    ],
)  # fmt: skip
def test_what_could_name_a_person_is_refused(name: str) -> None:
    for make in (
        lambda: Tool(name=name),
        lambda: Domain(name=name),
        lambda: Organisation(name=name, number="91350100M000100Y43", shop_id="s1"),
    ):
        with pytest.raises(BadRecord):
            make()


@pytest.mark.parametrize("number", ["92350100M000100Y43", "31010119900101123X", "1", "", LEI[:-1]])
def test_only_registered_organisations_that_are_no_person(number: str) -> None:
    with pytest.raises(BadRecord) as told:
        Organisation(name="某某网络科技有限公司", number=number, shop_id="s1")
    assert told.value.hint


def test_honest_ones_pass() -> None:
    Organisation(name="某某网络科技（上海）有限公司", number="91350100M000100Y43", shop_id="s1")
    Organisation(name="Example Ltd.", number=LEI, shop_id="s1")
    Domain(name="renwu.example.com")
    Domain(name="xn--fiqs8s.example")
    Tool(name="群控助手 Pro", version="2.1")


@pytest.mark.parametrize("name", ["Example.com", "localhost", "10.0.0.1", "a..b", "https://a.b"])
def test_what_is_no_domain_is_refused(name: str) -> None:
    with pytest.raises(BadRecord):
        Domain(name=name)
