"""Links between rings, and what accounts hold: the tables that all evidence is put into."""

from unbrush.base.engine import Engine

NEXT = 32
"""Rings that each is compared with for one thing that very many share: enough to join them all."""

SURPRISE = "CASE WHEN m > mean THEN m * ln(m / mean) - m + mean ELSE 0 END"
"""Of m seen where chance explains ``mean`` (Chernoff), as everywhere in group."""


def add_links(engine: Engine, sql: str) -> None:
    """Add the rows (kind, a, b) of a SELECT to table `_links`."""
    engine.create("_more", sql)
    engine.create("_links", "SELECT * FROM _links UNION ALL SELECT kind, a, b FROM _more")
    engine.drop("_more")


def hold(engine: Engine, held: str, spread: str) -> None:
    """Add the rows of two SELECTs to `_held` and `_spread`.

    Args:
        engine: Holds both tables.
        held: kind, hand, ring, account: whom of a ring a hand reaches.
        spread: kind, hand, n_in, n_out: how many it reaches in rings, and outside.
    """
    engine.create("_held", f"SELECT * FROM _held UNION ALL ({held})")
    engine.create("_spread", f"SELECT * FROM _spread UNION ALL ({spread})")


def n_strangers(engine: Engine) -> int:
    """Return how many accounts are in no ring."""
    return engine.value(
        "SELECT count(DISTINCT account) FROM _deed WHERE account NOT IN (SELECT account FROM _home)"
    )
