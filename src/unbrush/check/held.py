"""A collected market as a screenshot is compared with: the few rows that it may be about.

The tables stay where they are; SQL picks rows by the numbers that the picture states, and reviews
that share words with it. What the rows then say is `base.pictures`' matter.
"""

from pathlib import Path
from typing import Any

import pyarrow as pa

from unbrush.base.engine import Engine, name, quote
from unbrush.base.errors import NotReady
from unbrush.base.manifest import Manifest
from unbrush.base.market import whole_table_sql
from unbrush.base.pictures.carriers import bare_number, mended
from unbrush.base.pictures.screenshot import Screenshot
from unbrush.base.pictures.screenshot_match import FieldMatch
from unbrush.base.pictures.screenshot_matching import match_screenshot
from unbrush.base.run_folder import RunFolder
from unbrush.base.tables import TABLES
from unbrush.collect.personal import KEY_FILE, fingerprint, kept_key

MOST_ROWS = 50  # per question: an id has one, a parcel a few, a copied review many
PIECE = 4  # letters of a review that are sought together
MOST_PIECES = 16
_LARGEST_BIGINT = 2**63 - 1


class HeldMarket:
    """The market of a run folder, asked about one screenshot after the other.

    Args:
        engine: Where SQL runs; no table is left in it.
        root: The folder that `unbrush collect` or `unbrush run` wrote.
        key: The key for personal fields that the environment holds, if any.

    Raises:
        NotReady: It holds no collected market.
    """

    def __init__(self, engine: Engine, root: Path, *, key: bytes | None = None) -> None:
        self.engine, self.folder = engine, RunFolder(root)
        if not self.folder.manifest.is_file():
            raise NotReady(
                f"{root} holds no collected market (there is no manifest.json).",
                hint="Make one with `unbrush collect DATA --out RUN`, and give RUN.",
            )
        self.manifest = Manifest.read(self.folder.manifest)
        self.key = self._own_key(key)
        """The key by which this market's tokens were made; None if it is not known here."""

    def _own_key(self, given: bytes | None) -> bytes | None:
        keys = [given] if given else []
        if (self.folder.root / KEY_FILE).is_file():
            keys.append(kept_key(self.folder.root)[0])
        return next((k for k in keys if fingerprint(k) == self.manifest.key_fingerprint), None)

    def matches(self, shot: Screenshot) -> tuple[FieldMatch, ...]:
        """Return what this market says of each field of a screenshot."""
        return match_screenshot(shot, self._rows(shot))

    def _rows(self, shot: Screenshot) -> dict[str, pa.Table]:
        order, payment = shot.value("order_id"), shot.value("payment_id")
        orders = self._has("orders", "order_id", order)
        parcels = self._has("shipments", "waybill_id", shot.value("waybill_id"))
        asked = {
            "orders": orders,
            "shipments": f"({parcels}) OR ({self._has('shipments', 'order_id', order)})",
            "transfers": self._has("transfers", "transfer_id", payment),
        }
        found = {table: self._picked(table, where) for table, where in asked.items()}
        found["reviews"] = self._reviews(str(shot.value("review_text") or ""))
        items = {
            item
            for table in ("orders", "reviews")
            if (rows := found[table]) is not None
            for item in rows["item_id"].to_pylist()
        } - {None}
        wheres = [self._has("items", "item_id", item) for item in sorted(items, key=str)]
        found["items"] = self._picked("items", " OR ".join(wheres) or "false")
        return {table: rows for table, rows in found.items() if rows is not None}

    def _picked(self, table: str, where: str, *, order: str = "") -> pa.Table | None:
        """Return some rows of a table, None if the market has no such table."""
        if table not in self.manifest.tables:
            return None
        source = self.engine.scan(self.folder.event(table))
        whole = whole_table_sql(self.engine, TABLES[table], source, self.manifest.id_types)
        keys = ", ".join(map(name, TABLES[table].key))
        return self.engine.query(
            f"SELECT * FROM ({whole}) WHERE {where} ORDER BY {order}{keys} LIMIT {MOST_ROWS}"
        )

    def _has(self, table: str, column: str, number: Any) -> str:
        """Return the condition that an id is the number that a picture states."""
        if number is None:
            return "false"
        plain = {bare_number(str(number)), mended(str(number))}
        domain = TABLES[table].column(column).domain
        if self.manifest.id_types.get(domain) == "BIGINT":
            whole = [
                int(each)
                for each in sorted(plain)
                if each.isascii() and each.isdigit() and int(each) <= _LARGEST_BIGINT
            ]
            return " OR ".join(f"{name(column)} = {each}" for each in whole) or "false"
        written = sorted({*plain, str(number)})
        return f"upper(trim({name(column)})) IN ({', '.join(quote(w.upper()) for w in written)})"

    def _reviews(self, text: str) -> pa.Table | None:
        """Return the reviews that share most pieces of a text."""
        whole = "".join(text.split())
        step = max(1, len(whole) // MOST_PIECES)
        starts = range(0, max(0, len(whole) - PIECE + 1), step)
        pieces = list(dict.fromkeys(whole[at : at + PIECE] for at in starts))[: 2 * MOST_PIECES]
        if not pieces:
            return self._picked("reviews", "false")
        bare = "regexp_replace(text, '\\s+', '', 'g')"
        shared = " + ".join(f"contains({bare}, {quote(each)})::INT" for each in pieces)
        least = max(1, len(pieces) // 3)
        return self._picked("reviews", f"({shared}) >= {least}", order=f"({shared}) DESC, ")
