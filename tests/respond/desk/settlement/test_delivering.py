"""Events: told with what they tell, at least once, in order, signed, and only out in the open."""

import itertools
from collections.abc import Mapping
from typing import Any

import pytest

from tests.respond.desk.office import NOW, office
from tests.respond.desk.settlement.receiver import Receiver
from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict
from unbrush.respond.desk.audit_check import audit_faults
from unbrush.respond.desk.settlement.addresses import place_of
from unbrush.respond.desk.settlement.delivering import (
    FIRST_WAIT_MS,
    LEASE_MS,
    LONGEST_WAIT_MS,
    MAX_AGE_MS,
    Answer,
    deliver_due,
    mark,
    take,
    try_again,
    wait_ms,
)
from unbrush.respond.desk.settlement.hooks import add_hook, end_hook, rotate_secret
from unbrush.respond.desk.settlement.outbox import tell
from unbrush.respond.desk.settlement.signature import headers_of, is_from_the_desk
from unbrush.respond.desk.signing import Signer
from unbrush.serve.posting import Poster
from unbrush.store.records import SqlRecords

SIGNER = Signer(b"k" * 32)


class Desk:
    """A desk with one endpoint, whose clock is set by hand."""

    def __init__(self, records: SqlRecords, url: str, kinds: tuple[str, ...] = ()) -> None:
        self.records, self.now, self.post = records, NOW, Poster(is_loopback_allowed=True)
        place = place_of(url, lambda host, _port: [host], is_loopback_allowed=True)
        with records.writing() as tx:
            self.people = office(tx)
            hook, self.secret = add_hook(
                tx, NOW, place, caller=self.people["adm"], signer=SIGNER, name="platform",
                kinds=list(kinds),
            )  # fmt: skip
        self.hook_id = str(hook["hook_id"])

    def tell(self, *subjects: str, kind: str = "step.in-force") -> None:
        with self.records.writing() as tx:
            for subject in subjects:
                tell(tx, self.now, kind, "shop", subject, rung="L3")

    def send(self, *, after_ms: int = 0, worker: str = "a") -> int:
        self.now += after_ms
        return deliver_due(self.records, lambda: self.now, SIGNER, self.post, worker)

    def states(self) -> list[str]:
        with self.records.reading() as tx:
            return [r["state"] for r in tx.all("SELECT state FROM deliveries ORDER BY seq")]


@pytest.fixture
def desk(records: SqlRecords, receiver: Receiver) -> Desk:
    return Desk(records, receiver.url)


def test_an_event_comes_signed_and_once(desk: Desk, receiver: Receiver) -> None:
    desk.tell("s1")
    assert (desk.send(), desk.send()) == (1, 0)
    [(headers, body)] = receiver.got
    seconds = NOW // 1_000
    assert is_from_the_desk(headers, body, desk.secret, seconds)
    assert not is_from_the_desk(headers, body + b" ", desk.secret, seconds)
    assert not is_from_the_desk(headers, body, desk.secret, seconds + 301)
    assert not is_from_the_desk({**headers, "webhook-id": "E-2"}, body, desk.secret, seconds)
    assert not is_from_the_desk(headers, body, "whsec_AAAA", seconds)
    assert receiver.events[0]["subject"] == {"kind": "shop", "id": "s1"}
    assert headers["webhook-id"] == receiver.events[0]["id"]


def test_the_signature_is_that_of_the_standard() -> None:
    # The example of https://www.standardwebhooks.com, its secret and its signature.
    import base64

    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    headers = headers_of("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330_000, body, [key])
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_undone_was_never_told(desk: Desk, receiver: Receiver) -> None:
    def told_and_undone() -> None:
        with desk.records.writing() as tx:
            tell(tx, NOW, "step.in-force", "shop", "s1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        told_and_undone()
    assert desk.send() == 0
    assert receiver.got == []


def test_of_one_subject_the_order_is_kept_and_others_go_on(desk: Desk, receiver: Receiver) -> None:
    receiver.answer = lambda event: 500 if event["subject"]["id"] == "s1" else 200
    desk.tell("s1", "s2", "s1", "s2")
    while desk.send():
        pass
    assert [event["seq"] for event in receiver.events] == [1, 2, 4]
    receiver.answer = lambda _event: 200
    receiver.got.clear()
    while desk.send(after_ms=FIRST_WAIT_MS * 2):
        pass
    assert [event["seq"] for event in receiver.events] == [1, 3]
    assert set(desk.states()) == {"delivered"}


def test_tries_grow_rarer_and_end(desk: Desk, receiver: Receiver) -> None:
    receiver.answer = lambda _event: 503
    desk.tell("s1", "s1")
    for _ in itertools.count():
        if desk.states()[0] == "dead":
            break
        desk.send(after_ms=LONGEST_WAIT_MS)
    assert desk.now - NOW >= MAX_AGE_MS
    receiver.answer = lambda _event: 200
    receiver.got.clear()
    desk.send(after_ms=2 * LONGEST_WAIT_MS)
    assert desk.states() == ["dead", "delivered"]  # what is dead stops nothing
    with desk.records.writing() as tx:
        try_again(tx, desk.now, desk.hook_id, 1, caller=desk.people["adm"])
        with pytest.raises(Conflict):
            try_again(tx, desk.now, desk.hook_id, 2, caller=desk.people["adm"])
    desk.send()
    assert desk.states() == ["delivered", "delivered"]
    with desk.records.reading() as tx:
        assert audit_faults(tx, []) == []
        assert tx.one("SELECT 1 AS x FROM audit_log WHERE action = 'event.dead'")


def test_waits_double_and_are_spread_the_same_each_time() -> None:
    for n, middle in ((1, 2_000), (2, 4_000), (3, 8_000), (30, LONGEST_WAIT_MS)):
        waits = [wait_ms("W-1", seq, n) for seq in range(200)]
        assert middle * 0.5 <= min(waits) < middle * 0.6
        assert middle * 1.4 < max(waits) <= middle * 1.5
        assert waits == [wait_ms("W-1", seq, n) for seq in range(200)]


def test_who_dies_with_it_in_hand_loses_nothing(desk: Desk, receiver: Receiver) -> None:
    desk.tell("s1")
    with desk.records.writing() as tx:
        [taken] = take(tx, desk.now, "dead")
    assert desk.send(worker="b") == 0  # it is the first one's for now
    assert desk.send(worker="b", after_ms=LEASE_MS) == 1
    with desk.records.writing() as tx:  # the first one was only slow: its word is not heard
        mark(tx, desk.now, taken, "dead", Answer(status=500))
    assert desk.states() == ["delivered"]


def test_a_redirect_is_not_followed(desk: Desk, receiver: Receiver) -> None:
    receiver.answer = lambda _event: 307
    desk.tell("s1")
    desk.send()
    assert (len(receiver.got), desk.states()) == (1, ["waiting"])


def test_an_endpoint_gets_what_it_asked_for_and_nothing_after_its_end(
    records: SqlRecords, receiver: Receiver
) -> None:
    desk = Desk(records, receiver.url, kinds=("hold.placed",))
    desk.tell("s1")
    desk.tell("s1", kind="hold.placed")
    desk.send()
    assert [event["type"] for event in receiver.events] == ["hold.placed"]
    desk.tell("s1", kind="hold.placed")
    with records.writing() as tx:
        end_hook(tx, desk.now, desk.hook_id, caller=desk.people["adm"])
    desk.tell("s1", kind="hold.placed")
    assert desk.send(after_ms=DAY_MS) == 0
    assert desk.states() == ["delivered", "dead"]


def test_both_secrets_sign_while_they_overlap(desk: Desk, receiver: Receiver) -> None:
    with desk.records.writing() as tx:
        _, new = rotate_secret(
            tx, NOW, desk.hook_id, caller=desk.people["adm"], signer=SIGNER, overlap_ms=DAY_MS
        )
        kept = str(tx.all("SELECT * FROM hook_secrets")) + str(tx.all("SELECT * FROM audit_log"))
        assert new.removeprefix("whsec_") not in kept
    for after_ms, old_signs in ((0, True), (DAY_MS, False)):
        desk.tell("s1")
        desk.send(after_ms=after_ms)
        headers, body = receiver.got[-1]
        seconds = desk.now // 1_000
        assert is_from_the_desk(headers, body, new, seconds)
        assert is_from_the_desk(headers, body, desk.secret, seconds) == old_signs


ADDRESSES = {
    "public.example": ["93.184.215.14"],
    "mixed.example": ["93.184.215.14", "10.0.0.1"],
    "public6.example": ["2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
}


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://public.example/hook?x=1", True),
        ("https://public6.example:8443/hook", True),
        ("http://public.example/hook", False),
        ("https://mixed.example/", False),
        ("https://10.1.2.3/", False),
        ("https://192.168.0.9/", False),
        ("https://172.16.0.1/", False),
        ("https://100.64.0.1/", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("https://0.0.0.0/", False),
        ("https://224.0.0.1/", False),
        ("https://127.0.0.1/", False),
        ("https://[::1]/", False),
        ("https://[::ffff:10.0.0.1]/", False),
        ("https://[fd00::1]/", False),
        ("https://[fe80::1]/", False),
        ("https://[64:ff9b::a00:1]/", False),
        ("https://[2002:a00:1::]/", False),
        ("https://user:pass@public.example/", False),
        ("https://public.example/#x", False),
        ("https://unknown.example/", False),
        ("ftp://public.example/", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://public.example:99999/", False),
        ("https://públic.example/", False),
    ],
)
def test_where_events_may_go(url: str, is_allowed: bool) -> None:
    def resolve(host: str, _port: int) -> list[str]:
        if ":" in host or host[0].isdigit():
            return [host]
        if host not in ADDRESSES:
            raise OSError("unknown")
        return ADDRESSES[host]

    if is_allowed:
        assert place_of(url, resolve).ip
    else:
        with pytest.raises(BadRecord):
            place_of(url, resolve)


def test_a_name_that_changes_its_address_gains_nothing(receiver: Receiver) -> None:
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    url = receiver.url.replace("127.0.0.1", "turning.example").replace("http:", "https:")
    place_of(url, lambda _host, _port: next(answers))
    poster = Poster(resolve=lambda _host, _port: next(answers))
    answer = poster(url, b"{}", {})
    assert answer.status == 0
    assert "127.0.0.1" in answer.error
    assert receiver.got == []


def test_what_never_answers_is_no_fault_of_ours() -> None:
    def refuse(_url: str, _body: bytes, _headers: Mapping[str, str]) -> Any:
        return Poster(is_loopback_allowed=True)("http://127.0.0.1:9/hook", b"{}", {})

    assert refuse("", b"", {}).status == 0
