"""A real server with a real office, for tests of the API."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason='the desk is an extra: pip install "unbrush[desk]"')

import httpx
import uvicorn
from fastapi import FastAPI

from tests.respond.desk.office import NOW, a_case, office
from unbrush.respond.desk.callers import give_ticket
from unbrush.respond.desk.signing import Signer
from unbrush.serve.api.app import make_api
from unbrush.serve.api.state import Desk
from unbrush.store.records import SqlRecords

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Given to every request, none of which needs it: reading the certificates of the machine anew for
each takes longer than the request itself."""


@dataclass
class Running:
    """A server, the API that it serves, and a token for each person of the office."""

    url: str
    api: FastAPI
    tokens: dict[str, str]
    records: SqlRecords

    def ask(self, who: str, method: str, path: str, **more: object) -> httpx.Response:
        """Send a request as somebody; as nobody if ``who`` is empty."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        url = self.url + path
        return httpx.request(method, url, headers=headers, timeout=60, verify=PLAIN, **more)  # type: ignore[arg-type]


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Give a function that starts a server; all of them end with the test."""
    ends: list[Callable[[], None]] = []

    def begin(**limits: int) -> Running:
        records = SqlRecords(f"sqlite:///{tmp_path / 'records.sqlite'}")
        with records.writing() as transaction:
            people = office(transaction)
            a_case(transaction)
            tokens = {
                name: give_ticket(transaction, NOW, one.person_id, "key", by="system")[1]
                for name, one in people.items()
            }
        limits.setdefault("requests_a_minute", 1_000_000)
        desk = Desk(
            records=records, clock=lambda: NOW, folder=tmp_path, signer=Signer(b"k" * 32), **limits
        )
        api = make_api(desk)
        server = uvicorn.Server(uvicorn.Config(api, log_level="critical", lifespan="off"))
        listening = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()

        def end() -> None:
            server.should_exit = True
            thread.join(20)
            listening.close()
            records.close()

        ends.append(end)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        return Running(url, api, tokens, records)

    yield begin
    for end in ends:
        end()


@pytest.fixture
def running(start: Start) -> Running:
    return start()
