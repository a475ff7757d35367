"""A real receiver of events, and a real run with money in it, for tests of settlement."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.respond.desk.test_importing import a_run
from unbrush.base.evidence import decision_schema, ring_member_schema, ring_schema
from unbrush.base.run_folder import RunFolder


@dataclass
class Receiver:
    """What came in, in order; ``answer`` says which status a request gets."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], int] = lambda _event: 200

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(receiver.answer(json.loads(body)))
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def write_event(folder: RunFolder, table: str, rows: list[dict[str, Any]]) -> None:
    folder.events.mkdir(exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), folder.event(table))


def run_with_money(path: Path) -> RunFolder:
    """Write a run: shop 1 has orders 1-4, of which 1-3 do not count, with subsidies on 1, 2, 4.

    Wallet w1 pays brushers 11 and 12 alone; w2 pays brusher 13, the honest 21 and 22, a wallet
    that nobody knows, and shop 1's bank; w3 pays 23, who was suspected in another shop.
    """
    folder = a_run(path, {1: "L5", 2: "L1"})
    order = {"shop_id": 1, "currency": "CNY", "placed_at": 1}
    orders = [
        order | {"order_id": 1, "account_id": 11, "paid_minor": 100, "payer_token": "p11"},
        order | {"order_id": 2, "account_id": 12, "paid_minor": 200, "payer_token": "p12"},
        order | {"order_id": 3, "account_id": 13, "paid_minor": 400, "payer_token": "p13"},
        order | {"order_id": 4, "account_id": 21, "paid_minor": 300, "payer_token": "p21"},
        order | {"order_id": 5, "account_id": 23, "paid_minor": 5, "payer_token": "p23",
                 "shop_id": 9},
    ]  # fmt: skip
    write_event(folder, "orders", orders)
    write_event(folder, "refunds", [{"refund_id": 1, "order_id": 3, "amount_minor": 150, "at": 2}])
    write_event(
        folder, "subsidies",
        [{"grant_id": 70 + i, "order_id": i, "amount_minor": 10 * i} for i in (1, 2, 4)],
    )  # fmt: skip
    write_event(folder, "accounts", [{"account_id": i, "phone_token": None} for i in range(1, 31)])
    write_event(
        folder, "account_links", [{"account_id": 22, "kind": "card", "token": "p22"}]
    )  # fmt: skip
    write_event(folder, "payouts", [{"payout_id": 1, "shop_id": 1, "bank_token": "bank1"}])
    paid = [
        ("w1", "p11", 1_000), ("w1", "p12", 2_000), ("w2", "p13", 500), ("w2", "p21", 7),
        ("w2", "p22", 8), ("w2", "nobody", 9), ("w2", "bank1", 90), ("w3", "p23", 50),
    ]  # fmt: skip
    write_event(
        folder, "transfers",
        [{"transfer_id": i, "from_token": f, "to_token": t, "amount_minor": a,
          "at": i * 86_400_000} for i, (f, t, a) in enumerate(paid)],
    )  # fmt: skip
    said = {"probability": 0.9, "is_neutralised": True, "elements": "a", "families": "money"}
    decisions = [
        {"subject_kind": "order", "subject_id": i, "rung": "L1", "rule": "strong",
         "strength": "E2", **said}
        for i in (1, 2, 3, 5)
    ] + [
        {"subject_kind": "shop", "subject_id": shop, "rung": rung, "rule": "attributed",
         "strength": "E3", **said}
        for shop, rung in {1: "L5", 2: "L1"}.items()
    ]  # fmt: skip
    for name, schema, rows in (
        ("decisions", decision_schema(pa.int64()), decisions),
        ("rings", ring_schema(), [{"ring_id": "R-7", "cluster_id": "K-7"}]),
        ("ring_members", ring_member_schema(pa.int64()),
         [{"ring_id": "R-7", "subject_kind": "shop", "subject_id": 1},
          {"ring_id": "R-7", "subject_kind": "account", "subject_id": 12, "role": "brusher"},
          {"ring_id": "R-7", "subject_kind": "account", "subject_id": 21, "role": "companion"}]),
    ):  # fmt: skip
        whole = [{column: row.get(column) for column in schema.names} for row in rows]
        pq.write_table(pa.Table.from_pylist(whole, schema=schema), folder.output(name))
    return folder
