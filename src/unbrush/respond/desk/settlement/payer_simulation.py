"""What a block of payers would have stopped, and whom it would have hit, had it been there before.

A block closes a wallet for everybody whom it pays: for brushers, and for whoever gets a refund, a
prize or a present from the same hand. So it is tried on the run's transfers before anybody confirms
it. Innocent is every account that is paid there and of which nothing was found: no order or review
of it left out, no decision, no place in a ring. A receiver whose account is not known counts as
innocent, too, unless it is a shop's: who cannot be looked at is not guilty.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unbrush.base.clock import DAY_MS
from unbrush.base.engine import Engine, quote
from unbrush.base.errors import Conflict, NoSuchRecord
from unbrush.base.run_folder import RunFolder

_NEEDED = ("transfers", "orders")

FEWEST_BRUSHERS = 10
"""Brushers of a case whom a wallet has to pay to be one of its payers: a friend pays fewer."""


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """What a block would have done.

    Attributes:
        stopped_minor: What brushers of the case would not have been paid.
        n_stopped: In how many transfers.
        brushers: How many of them.
        fewest_brushers: How many the payer pays that pays fewest of them.
        suspects: Others that something was found of.
        suspect_minor: What these would not have been paid.
        innocents: Accounts without any finding that are paid there, and receivers not known.
        innocent_minor: What they would not have been paid.
        unknown: Of the innocents, receivers whose account is not known.
        shops: Shops that are paid there: an agency is paid, or pays out.
        accounts: All accounts of the market.
        first_at: First of the transfers that were looked at; 0 if there is none.
        last_at: Last of them.
    """

    stopped_minor: int
    n_stopped: int
    brushers: int
    fewest_brushers: int
    suspects: int
    suspect_minor: int
    innocents: int
    innocent_minor: int
    unknown: int
    shops: int
    accounts: int
    first_at: int
    last_at: int

    @property
    def innocent_share(self) -> float:
        """Innocents hit, of all accounts (0-1); 1 where no account is known."""
        return self.innocents / self.accounts if self.accounts else 1.0

    @property
    def days(self) -> float:
        """How many days the transfers cover."""
        return round((self.last_at - self.first_at) / DAY_MS, 1)

    def told(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            **vars(self),
            "innocent_share": round(self.innocent_share, 6),
            "days": self.days,
        }


class PayerTrial:
    """The transfers of a run, sorted by who is paid, for one case; blocks are tried on it.

    Args:
        engine: Reads the run's files.
        folder: A judged run.
        rings: Ids of the case's rings.
        shops: Ids of the case's shops.
        reversed_orders: Orders that people said are genuine: they speak against nobody.

    Raises:
        Conflict: The run has no transfers.
    """

    def __init__(
        self,
        engine: Engine,
        folder: RunFolder,
        *,
        rings: Collection[str],
        shops: Collection[str],
        reversed_orders: Collection[str] = (),
    ) -> None:
        missing = [name for name in _NEEDED if not folder.event(name).is_file()]
        if missing:
            raise Conflict(
                f"The run at {folder.root.name} has no {' and no '.join(missing)}.",
                hint="Whom a block would hit is read from transfers: without them nobody knows.",
            )
        self._engine = engine
        self._prepare(folder, rings, shops, reversed_orders)

    def try_block(self, tokens: Sequence[str], *, from_at: int | None = None) -> Simulated:
        """Return what a block of these payers, from a moment on, would have done.

        Raises:
            NoSuchRecord: One of them pays nobody in the run.
        """
        among = ", ".join(quote(token) for token in tokens) or "NULL"
        known = self._engine.query(
            f"SELECT DISTINCT from_token AS t FROM paid_there WHERE from_token IN ({among})"
        ).to_pylist()
        unknown = sorted(set(tokens) - {row["t"] for row in known})
        if unknown:
            raise NoSuchRecord(
                f"{unknown[0]} pays nobody in the run.", hint="Is it a token of this platform?"
            )
        since = "" if from_at is None else f" AND paid_at >= {int(from_at)}"
        [row] = self._engine.query(
            f"""SELECT
                CAST(coalesce(sum(amount_minor) FILTER (kind = 'brusher'), 0) AS BIGINT)
                    AS stopped_minor,
                count(*) FILTER (kind = 'brusher') AS n_stopped,
                count(DISTINCT who) FILTER (kind = 'brusher') AS brushers,
                count(DISTINCT who) FILTER (kind = 'suspect') AS suspects,
                CAST(coalesce(sum(amount_minor) FILTER (kind = 'suspect'), 0) AS BIGINT)
                    AS suspect_minor,
                count(DISTINCT who) FILTER (kind IN ('innocent', 'unknown')) AS innocents,
                CAST(coalesce(sum(amount_minor) FILTER (kind IN ('innocent', 'unknown')), 0)
                    AS BIGINT) AS innocent_minor,
                count(DISTINCT who) FILTER (kind = 'unknown') AS unknown,
                count(DISTINCT who) FILTER (kind = 'shop') AS shops,
                coalesce(min(paid_at), 0) AS first_at, coalesce(max(paid_at), 0) AS last_at
            FROM paid_there WHERE from_token IN ({among}){since}"""
        ).to_pylist()
        accounts = self._engine.value("SELECT count(*) FROM everybody")
        fewest = self._engine.value(
            f"""SELECT min(n) FROM (
                SELECT count(DISTINCT who) FILTER (kind = 'brusher') AS n
                FROM paid_there WHERE from_token IN ({among}) GROUP BY from_token)"""
        )
        return Simulated(accounts=accounts, fewest_brushers=fewest, **row)

    def payers(
        self, n: int = 50, *, fewest_brushers: int = FEWEST_BRUSHERS
    ) -> list[dict[str, Any]]:
        """Return who pays the case's brushers most, and what a block of each would do.

        Args:
            n: How many at most.
            fewest_brushers: How many of them each pays at least.
        """
        rows = self._engine.query(
            f"""SELECT from_token FROM paid_there WHERE kind = 'brusher'
                GROUP BY from_token HAVING count(DISTINCT who) >= {int(fewest_brushers)}
                ORDER BY sum(amount_minor) DESC, from_token LIMIT {int(n)}"""
        ).to_pylist()
        tokens = [row["from_token"] for row in rows]
        return [{"token": token, **self.try_block([token]).told()} for token in tokens]

    def within(self, tokens: Sequence[str], most_share: float) -> list[str]:
        """Return payers that can be blocked together without hitting more than a share.

        Those come first that stop most for each innocent whom they hit.
        """
        tried = [(self.try_block([token]), token) for token in tokens]
        tried.sort(key=lambda each: (-each[0].stopped_minor / (1 + each[0].innocents), each[1]))
        chosen: list[str] = []
        for alone, token in tried:
            if not alone.stopped_minor:
                continue
            if self.try_block([*chosen, token]).innocent_share <= most_share:
                chosen.append(token)
        return chosen

    def _prepare(
        self,
        folder: RunFolder,
        rings: Collection[str],
        shops: Collection[str],
        reversed_orders: Collection[str],
    ) -> None:
        def text(values: Collection[str]) -> str:
            return ", ".join(quote(value) for value in sorted(values)) or "NULL"

        def read(path: Path) -> str:
            return self._engine.scan(path)

        orders = read(folder.event("orders"))
        decisions = read(folder.output("decisions"))
        members = read(folder.output("ring_members"))
        has_reviews = folder.event("reviews").is_file()
        reviews = read(folder.event("reviews")) if has_reviews else ""
        make = self._engine.create
        make("everybody", self._everybody(folder))
        make(
            "found_deeds",  # orders and reviews that do not count, by whose they are
            f"""SELECT CAST(o.account_id AS VARCHAR) AS account_id,
                       CAST(o.shop_id AS VARCHAR) AS shop_id
                FROM {orders} o JOIN {decisions} d
                    ON d.subject_kind = 'order' AND d.subject_id = o.order_id AND d.is_neutralised
                WHERE coalesce(CAST(o.order_id AS VARCHAR) NOT IN ({text(reversed_orders)}), true)
                """
            + (self._found_reviews(folder, reviews, orders, decisions) if has_reviews else ""),
        )
        make(
            "the_cases",
            f"""SELECT account_id FROM found_deeds WHERE shop_id IN ({text(shops)})
                UNION
                SELECT CAST(subject_id AS VARCHAR) FROM {members}
                WHERE subject_kind = 'account' AND role = 'brusher'
                    AND ring_id IN ({text(rings)})""",
        )
        make(
            "suspected",
            f"""SELECT account_id FROM found_deeds
                UNION
                SELECT CAST(subject_id AS VARCHAR) FROM {decisions}
                WHERE subject_kind = 'account' AND rung <> 'L0'
                UNION
                SELECT CAST(subject_id AS VARCHAR) FROM {members}
                WHERE subject_kind = 'account' AND role = 'brusher'""",
        )
        make("purse_owners", self._owners(folder))
        make("shop_purses", self._shop_purses(folder))
        # Where several accounts use one purse, the most innocent of them counts: it would be hit.
        make(
            "paid_there",
            f"""SELECT t.from_token, t.amount_minor, t."at" AS paid_at,
                       coalesce(p.account_id, t.to_token) AS who,
                       CASE WHEN s.token IS NOT NULL THEN 'shop'
                            WHEN p.account_id IS NULL THEN 'unknown'
                            WHEN p.is_innocent THEN 'innocent'
                            WHEN p.is_the_cases THEN 'brusher' ELSE 'suspect' END AS kind
                FROM {read(folder.event("transfers"))} t
                LEFT JOIN (
                    SELECT o.token, bool_or(x.account_id IS NULL AND c.account_id IS NULL)
                               AS is_innocent,
                           bool_or(c.account_id IS NOT NULL) AS is_the_cases,
                           coalesce(
                               min(o.account_id)
                                   FILTER (x.account_id IS NULL AND c.account_id IS NULL),
                               min(o.account_id)) AS account_id
                    FROM purse_owners o
                    LEFT JOIN suspected x ON x.account_id = o.account_id
                    LEFT JOIN the_cases c ON c.account_id = o.account_id
                    GROUP BY o.token
                ) p ON p.token = t.to_token
                LEFT JOIN shop_purses s ON s.token = t.to_token
                WHERE t.amount_minor > 0""",
        )

    def _found_reviews(self, folder: RunFolder, reviews: str, orders: str, decisions: str) -> str:
        """Return SQL of reviews that do not count, with their shop as far as it is known."""
        columns = self._columns(folder, "reviews")
        shop = "r.shop_id" if "shop_id" in columns else "NULL"
        joined = ""
        if "order_id" in columns:
            shop = f"coalesce({shop}, o.shop_id)"
            joined = f"LEFT JOIN {orders} o ON o.order_id = r.order_id"
        return f"""UNION ALL
            SELECT CAST(r.account_id AS VARCHAR), CAST({shop} AS VARCHAR)
            FROM {reviews} r JOIN {decisions} d
                ON d.subject_kind = 'review' AND d.subject_id = r.review_id AND d.is_neutralised
            {joined}"""

    def _everybody(self, folder: RunFolder) -> str:
        table = "accounts" if folder.event("accounts").is_file() else "orders"
        return f"""SELECT DISTINCT CAST(account_id AS VARCHAR) AS account_id
            FROM {self._engine.scan(folder.event(table))}"""

    def _owners(self, folder: RunFolder) -> str:
        """Return SQL of purses and the accounts that use them, from every table that says so."""
        parts = []
        if "payer_token" in self._columns(folder, "orders"):
            parts.append(
                f"""SELECT payer_token AS token, CAST(account_id AS VARCHAR) AS account_id
                    FROM {self._engine.scan(folder.event("orders"))}
                    WHERE payer_token IS NOT NULL"""
            )
        if folder.event("account_links").is_file():
            parts.append(
                f"""SELECT token, CAST(account_id AS VARCHAR)
                    FROM {self._engine.scan(folder.event("account_links"))}
                    WHERE kind IN ('card', 'phone')"""
            )
        if "phone_token" in self._columns(folder, "accounts"):
            parts.append(
                f"""SELECT phone_token, CAST(account_id AS VARCHAR)
                    FROM {self._engine.scan(folder.event("accounts"))}
                    WHERE phone_token IS NOT NULL"""
            )
        return " UNION ".join(parts) or "SELECT '' AS token, '' AS account_id WHERE false"

    def _shop_purses(self, folder: RunFolder) -> str:
        parts = [
            f"""SELECT bank_token AS token FROM {self._engine.scan(folder.event(table))}
                WHERE bank_token IS NOT NULL"""
            for table in ("payouts", "owners")
            if "bank_token" in self._columns(folder, table)
        ]
        return " UNION ".join(parts) or "SELECT '' AS token WHERE false"

    def _columns(self, folder: RunFolder, table: str) -> list[str]:
        path = folder.event(table)
        if not path.is_file():
            return []
        names = self._engine.query(f"SELECT * FROM {self._engine.scan(path)} LIMIT 0").column_names
        return list(names)
