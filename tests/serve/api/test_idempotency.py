"""The same request twice, over HTTP: at once, after a failure, after the program was killed."""

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
from fastapi.routing import APIRoute

from tests.respond.desk.office import NOW, a_case, office
from tests.serve.api.conftest import Running
from tests.serve.api.test_who_may_what import _routes
from unbrush.respond.desk.callers import give_ticket
from unbrush.respond.desk.idempotency import KEPT_MS
from unbrush.serve.api.callers import writing, writing_later
from unbrush.serve.api.idempotency import HEADER, REPLAYED, WITHOUT
from unbrush.serve.keeping import tick
from unbrush.store.records import SqlRecords

NOTES = "/cases/C-1/notes"


def post(running: Running, who: str, path: str, key: str, **more: object) -> httpx.Response:
    headers = {HEADER: key}
    if who:
        headers["Authorization"] = f"Bearer {running.tokens[who]}"
    return httpx.post(running.url + path, headers=headers, timeout=60, **more)  # type: ignore[arg-type]


def notes(running: Running) -> list[str]:
    rows = running.ask("ann", "GET", "/cases/C-1").json()["notes"]
    return [row["text"] for row in rows]


def test_twice_is_once(running: Running) -> None:
    first = post(running, "ann", NOTES, "k1", json={"text": "x"})
    again = post(running, "ann", NOTES, "k1", json={"text": "x"})
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first.headers["content-type"] == again.headers["content-type"]
    assert REPLAYED not in first.headers
    assert again.headers[REPLAYED] == "true"
    assert notes(running) == ["x"]
    other = post(running, "ann", NOTES, "k1", json={"text": "y"})
    assert (other.status_code, other.json()["title"]) == (422, "key-reused")
    assert post(running, "rita", NOTES, "k1", json={"text": "y"}).status_code == 201
    tick(running.api.state.desk, NOW + KEPT_MS)
    assert REPLAYED not in post(running, "ann", NOTES, "k1", json={"text": "x"}).headers


def test_many_at_once_make_one(running: Running) -> None:
    answers: list[httpx.Response] = []
    gate = threading.Barrier(8)

    def one() -> None:
        gate.wait()
        answers.append(post(running, "ann", NOTES, "k2", json={"text": "x"}))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert notes(running) == ["x"]
    made = [each for each in answers if each.status_code == 201]
    assert {each.status_code for each in answers} <= {201, 409}
    assert len({each.content for each in made}) == 1
    assert sum(REPLAYED not in each.headers for each in made) == 1


def test_what_fails_frees_its_key(running: Running) -> None:
    assert post(running, "ann", "/cases/C-404/notes", "k3", json={"text": "x"}).status_code == 404
    assert post(running, "ann", NOTES, "k3", json={}).status_code == 422
    assert post(running, "ann", NOTES, "k3", json={"text": "x"}).status_code == 201


def test_a_key_shows_nobody_what_they_may_not_see(running: Running) -> None:
    new = {"name": "hook", "url": "https://203.0.113.9/"}
    assert post(running, "adm", "/hooks", "k4", json=new).status_code in (201, 422)
    assert post(running, "ann", "/hooks", "k4", json=new).status_code == 403
    assert post(running, "", "/hooks", "k4", json=new).status_code == 401
    assert post(running, "ann", NOTES, "k k", json={"text": "x"}).status_code == 422


def test_a_reporter_gets_the_same_receipt(running: Running) -> None:
    told = {"kind": "cashback-card", "statement": "好评返现", "shop_id": "s1"}
    assert post(running, "", "/reports", "short", json=told).status_code == 422
    first, again = (post(running, "", "/reports", "k" * 20, json=told) for _ in range(2))
    assert first.status_code == 201
    assert first.json() == again.json()
    receipt = {"X-Receipt": first.json()["receipt"], HEADER: "k" * 20}
    sent = [
        httpx.post(
            f"{running.url}/receipt/evidence", headers=receipt, files={"file": ("x", b"text")}
        )
        for _ in range(2)
    ]
    assert [each.status_code for each in sent] == [201, 201]  # boundaries differ, the file does not
    assert sent[1].headers[REPLAYED] == "true"


def test_every_post_that_makes_something_says_that_it_takes_a_key(running: Running) -> None:
    posts = {
        route.name for route in _routes(running)
        if isinstance(route, APIRoute) and "POST" in route.methods
    }  # fmt: skip
    described = {
        operation["operationId"]
        for methods in running.api.openapi()["paths"].values()
        for method, operation in methods.items()
        if method == "post" and any(p["name"] == HEADER for p in operation.get("parameters", ()))
    }
    assert described == posts - WITHOUT


def serving(desk: Path) -> tuple[subprocess.Popen[bytes], str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = subprocess.Popen(
        [sys.executable, "-m", "unbrush", "serve", "--desk", str(desk), "--port", str(port)],
        stdout=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            httpx.get(f"{url}/health/live", timeout=5)
            return program, url
        except httpx.HTTPError:
            time.sleep(0.1)
    program.kill()
    program.wait()
    raise AssertionError("the desk did not start")


def test_it_is_answered_again_after_the_program_was_killed(tmp_path: Path) -> None:
    records = SqlRecords(f"sqlite:///{tmp_path / 'records.sqlite'}")
    with records.writing() as transaction:
        people = office(transaction)
        a_case(transaction)
        token = give_ticket(transaction, NOW, people["ann"].person_id, "key", by="system")[1]
    records.close()
    headers = {"Authorization": f"Bearer {token}", HEADER: "k5"}
    answers = []
    for _ in range(2):
        program, url = serving(tmp_path)
        try:
            answers.append(httpx.post(url + NOTES, json={"text": "x"}, headers=headers))
        finally:
            program.kill()
            program.wait()
    assert answers[0].content == answers[1].content
    assert answers[1].headers[REPLAYED] == "true"


def test_every_route_that_takes_a_key_keeps_its_answer_with_what_it_made(running: Running) -> None:
    wrong = [
        route.name for route in _routes(running)
        if "POST" in (route.methods or ()) and route.name not in WITHOUT
        and not {each.call for each in route.dependant.dependencies} & {writing, writing_later}
    ]  # fmt: skip
    assert wrong == []
