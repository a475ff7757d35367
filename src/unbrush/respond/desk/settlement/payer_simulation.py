"""What a block of payers would have stopped, and whom it would have hit, had it been there before.

A wide block closes a wallet for everybody whom it pays: for brushers, and for whoever gets a
refund, a prize or a present from the same hand. A narrow one stops only what the wallet sends to
purses of the case's brushers, as the run knows them, and nothing else. Either is tried on the run's
transfers before anybody confirms it. Innocent is every account that is paid there and of which
nothing was found: no order or review of it left out, no decision, no place in a ring. A receiver
whose account is not known counts as innocent, too, unless it is a shop's: who cannot be looked at
is not guilty.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from unbrush.base.clock import DAY_MS
from unbrush.base.engine import Engine, quote
from unbrush.base.errors import Conflict, NoSuchRecord
from unbrush.base.records import Row
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.settlement.payer_tables import sort_transfers

Scope = Literal["everybody", "brushers"]
"""For whom a wallet is closed: everybody whom it pays, or brushers of the case."""

SCOPES: tuple[Scope, ...] = ("everybody", "brushers")
_NEEDED = ("transfers", "orders")
_IN_SCOPE = {"everybody": "true", "brushers": "is_pair"}

MOST_INNOCENTS = 0.001
"""Innocents hit, of all accounts, up to which one other person confirms a block."""

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
        left_out: Receivers that a narrow block leaves alone although a brusher uses the purse, or
            may: others use it, too, or its account is not known. 0 for a wide one.
        left_out_unknown: Of these, receivers whose account is not known.
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
    left_out: int
    left_out_unknown: int
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


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What a block of either scope would have done."""

    everybody: Simulated
    brushers: Simulated

    def of(self, scope: Scope, /) -> Simulated:
        """Return what one of them would have done."""
        return self.brushers if scope == "brushers" else self.everybody

    def suggested(self, most_share: float, /) -> Scope:
        """Return the wide scope unless it hits more than a share and the narrow one stops some."""
        is_wide = self.everybody.innocent_share <= most_share or not self.brushers.n_stopped
        return "everybody" if is_wide else "brushers"

    def told(self) -> dict[str, Any]:
        """Return both as plain values, by scope."""
        return {scope: self.of(scope).told() for scope in SCOPES}


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """What a narrow block stops.

    Attributes:
        pairs: Payer and purse, in order.
        grounds: Why each account that uses one of the purses is a brusher of the case: payee,
            account_id, ground, rests_kind, rests_id, happened_at, is_itself; see `payer_tables`.
    """

    pairs: Sequence[tuple[str, str]]
    grounds: Sequence[tuple[str, str, str, str, str, int, int]]


class PayerTrial:
    """The transfers of a run, sorted by who is paid, for one case; blocks are tried on it.

    Args:
        engine: Reads the run's files.
        folder: A judged run.
        rings: Ids of the case's rings.
        shops: Ids of the case's shops.
        reversed_subjects: What people reversed: what rests on it speaks against nobody.

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
        reversed_subjects: Iterable[Row] = (),
    ) -> None:
        missing = [name for name in _NEEDED if not folder.event(name).is_file()]
        if missing:
            raise Conflict(
                f"The run at {folder.root.name} has no {' and no '.join(missing)}.",
                hint="Whom a block would hit is read from transfers: without them nobody knows.",
            )
        self._engine, self._folder = engine, folder
        sort_transfers(
            engine, folder, rings=rings, shops=shops, reversed_subjects=reversed_subjects
        )

    def currency(self) -> str:
        """Return the ISO code of the run's orders, if all have the same; else nothing."""
        orders = self._engine.scan(self._folder.event("orders"))
        names = self._engine.query(f"SELECT * FROM {orders} LIMIT 0").column_names
        if "currency" not in names:
            return ""
        found = self._engine.query(
            f"SELECT DISTINCT currency FROM {orders} WHERE currency IS NOT NULL LIMIT 2"
        ).to_pylist()
        return str(found[0]["currency"]) if len(found) == 1 else ""

    def try_both(self, tokens: Sequence[str], *, from_at: int | None = None) -> Tried:
        """Return what a block of these payers, wide or narrow, would have done."""
        wide, narrow = (self.try_block(tokens, from_at=from_at, scope=each) for each in SCOPES)
        return Tried(everybody=wide, brushers=narrow)

    def pairs(self, tokens: Sequence[str]) -> Pairs:
        """Return what a narrow block of these payers stops, and what that rests on."""
        among = ", ".join(quote(token) for token in tokens) or "NULL"
        of_them = f"FROM paid_there WHERE is_pair AND from_token IN ({among})"
        pairs = self._engine.query(
            f"SELECT DISTINCT from_token, to_token {of_them} ORDER BY from_token, to_token"
        )
        grounds = self._engine.query(
            f"""SELECT o.token, o.account_id, g.ground, g.rests_kind, g.rests_id, g.happened_at,
                       g.is_itself
                FROM purse_owners o JOIN grounds g ON g.account_id = o.account_id
                WHERE o.token IN (SELECT to_token {of_them})
                ORDER BY ALL"""
        )
        return Pairs(
            pairs=list(zip(*(each.to_pylist() for each in pairs.columns), strict=True)),
            grounds=list(zip(*(each.to_pylist() for each in grounds.columns), strict=True)),
        )

    def try_block(
        self, tokens: Sequence[str], *, from_at: int | None = None, scope: Scope = "everybody"
    ) -> Simulated:
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
            FROM paid_there WHERE from_token IN ({among}){since} AND {_IN_SCOPE[scope]}"""
        ).to_pylist()
        left_out = {"left_out": 0, "left_out_unknown": 0}
        if scope == "brushers":
            [left_out] = self._engine.query(
                f"""SELECT count(DISTINCT to_token) AS left_out,
                       count(DISTINCT to_token) FILTER (kind = 'unknown') AS left_out_unknown
                FROM paid_there WHERE from_token IN ({among}){since} AND NOT is_pair
                    AND (kind = 'unknown' OR to_token IN (
                        SELECT o.token FROM purse_owners o
                        JOIN the_cases c ON c.account_id = o.account_id))"""
            ).to_pylist()
        accounts = self._engine.value("SELECT count(*) FROM everybody")
        fewest = self._engine.value(
            f"""SELECT min(n) FROM (
                SELECT count(DISTINCT who) FILTER (kind = 'brusher') AS n
                FROM paid_there WHERE from_token IN ({among}) GROUP BY from_token)"""
        )
        return Simulated(accounts=accounts, fewest_brushers=fewest, **left_out, **row)

    def payers(
        self, n: int = 50, *, fewest_brushers: int = FEWEST_BRUSHERS
    ) -> list[dict[str, Any]]:
        """Return who pays the case's brushers most, and what a block of each would do.

        Args:
            n: How many at most.
            fewest_brushers: How many of them each pays at least.

        Returns:
            token, and by scope what a block of this payer alone, wide or narrow, would have done.
        """
        rows = self._engine.query(
            f"""SELECT from_token FROM paid_there WHERE kind = 'brusher'
                GROUP BY from_token HAVING count(DISTINCT who) >= {int(fewest_brushers)}
                ORDER BY sum(amount_minor) DESC, from_token LIMIT {int(n)}"""
        ).to_pylist()
        tokens = [row["from_token"] for row in rows]
        tried = [(token, self.try_both([token])) for token in tokens]
        return [
            {"token": token, "suggested_scope": both.suggested(MOST_INNOCENTS), **both.told()}
            for token, both in tried
        ]

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
