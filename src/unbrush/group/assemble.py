"""Companies and blocks → rings: those that hold largely the same accounts are one ring.

What a token, a payer and a search by time each found of one gang overlaps. Candidates that share
half of the smaller one's accounts are one ring; a rented account in two gangs joins nothing.
"""

import math

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.group.chance import ln_q_values, robustness, surprise
from unbrush.group.connect import cores
from unbrush.group.lockstep import WINDOWS_MS
from unbrush.group.params import Params

SAME = 0.5
"""Share of the smaller candidate's accounts in the other from which both are one ring."""

MIN_SAME = 3
"""Fewest accounts in common: a payer of two who work for two gangs joins nothing."""

RINGS = pa.schema(
    [
        ("group", pa.int64()),
        ("ln_q", pa.float64()),
        ("ln_chance", pa.float64()),
        ("robustness", pa.float64()),
    ]
)


def assemble(engine: Engine, channels: list[str], params: Params) -> None:
    """Leave `_members` (group, node, n_ties, is_firm, kinds) and `_tested` in ``engine``.

    Only rings beyond chance: `_tested` has ln_q and ln_chance of each group, and the robustness of
    what its tokens and payers say.

    Args:
        engine: Holds `_companies`, `_blocks` and `_block_accounts`.
        channels: Channels that were searched.
        params: When a ring counts, and which share of chance is put up with.
    """
    engine.create("_candidates", _candidates_sql())
    _merge(engine)
    engine.create("_members", _members_sql(params))
    _test(engine, channels, params)
    for name in ("_candidates", "_same"):
        engine.drop(name)


def _candidates_sql() -> str:
    """Everybody whom one token ties, in any shop, and every block; kind and key say which."""
    return """
        WITH tied AS (
            SELECT DISTINCT kind, token AS key, account FROM _companies
            UNION ALL
            SELECT 'lockstep', CAST(block AS VARCHAR), account FROM _block_accounts)
        SELECT dense_rank() OVER (ORDER BY kind, key) AS candidate, kind, key, account FROM tied"""


def _merge(engine: Engine) -> None:
    """Leave `_same` (candidate, group)."""
    pairs = engine.query(
        f"""WITH sizes AS (SELECT candidate, count(*) AS n FROM _candidates GROUP BY candidate),
            met AS (
                SELECT x.candidate AS a, y.candidate AS b, count(*) AS n
                FROM _candidates x JOIN _candidates y
                  ON x.account = y.account AND x.candidate < y.candidate
                GROUP BY a, b)
            SELECT a, b FROM met JOIN sizes p ON p.candidate = a JOIN sizes q ON q.candidate = b
            WHERE met.n >= {MIN_SAME} AND met.n >= {SAME} * least(p.n, q.n) ORDER BY a, b"""
    )
    joined = cores(pairs["a"].to_numpy(), pairs["b"].to_numpy(), 1, 1)
    engine.put("_joined", pa.table({"candidate": joined["node"], "group": joined["group"]}))
    engine.create(
        "_same",
        """WITH all_of_them AS (SELECT DISTINCT candidate FROM _candidates),
           first AS (SELECT "group", min(candidate) AS "first" FROM _joined GROUP BY "group")
           SELECT candidate, coalesce("first", candidate) AS "group"
           FROM all_of_them LEFT JOIN _joined USING (candidate) LEFT JOIN first USING ("group")""",
    )
    engine.drop("_joined")
    engine.create("_same", _homes_sql())


def _homes_sql() -> str:
    """`_same` with companies too small to join anything added to the one ring that holds them."""
    return f"""
        WITH sizes AS (SELECT candidate, count(*) AS n FROM _candidates GROUP BY candidate),
        small AS (SELECT candidate, account, n FROM _candidates JOIN sizes USING (candidate)
                  WHERE n < {MIN_SAME}),
        held AS (SELECT DISTINCT "group", account FROM _candidates JOIN _same USING (candidate)
                 JOIN sizes USING (candidate) WHERE n >= {MIN_SAME}),
        homes AS (
            SELECT candidate, held."group" FROM small JOIN held USING (account)
            GROUP BY candidate, held."group", small.n HAVING count(*) = small.n
            QUALIFY count(*) OVER (PARTITION BY candidate) = 1)
        SELECT candidate, coalesce(homes."group", _same."group") AS "group"
        FROM _same LEFT JOIN homes USING (candidate)"""


def _members_sql(params: Params) -> str:
    """Members with the size of the closest company in the ring, and the kinds that tie them.

    A household shares phone, purse, door, hours and tastes. What none shares is one person's
    identity, or somebody who pays its orders back. Few people who keep the same hours and share
    nothing of a home are no household either.
    """
    return f"""
        WITH tied AS (
            SELECT "group", candidate, kind, account,
                   count(*) OVER (PARTITION BY candidate) AS n
            FROM _candidates JOIN _same USING (candidate)),
        members AS (
            SELECT "group", account AS node, max(n) - 1 AS n_ties,
                   bool_or(kind <> 'lockstep') AS is_firm, list_sort(list(DISTINCT kind)) AS kinds,
                   bool_or(kind IN ('identity', 'money')) AS is_no_family,
                   bool_or(kind NOT IN ('identity', 'money', 'lockstep')) AS has_a_home
            FROM tied GROUP BY "group", account)
        SELECT * EXCLUDE (is_no_family, has_a_home) FROM members
        WINDOW whole AS (PARTITION BY "group")
        QUALIFY count(*) OVER whole >= {params.min_accounts}
            AND (count(*) OVER whole > {params.max_household} OR bool_or(is_no_family) OVER whole
                 OR NOT bool_or(has_a_home) OVER whole)
        """


def _test(engine: Engine, channels: list[str], params: Params) -> None:
    """Leave `_tested`, and in `_members` only the groups that are beyond chance."""
    tests = engine.query(_tests_sql()).to_pylist()
    ln_allowed = math.log(params.max_q) if params.max_q > 0 else -math.inf
    found: dict[int, tuple[float, float]] = {}
    for test in tests:
        chance, robust = test["ln_chance"], 1.0
        if chance is None:
            ways = math.log(test["n_tested"])
            chance = ways - surprise(float(test["n_seen"]), test["n_expected"])
            robust = robustness(chance, test["n_seen"], test["n_expected"], ln_allowed)
        before = found.get(test["group"], (math.inf, 1.0))
        found[test["group"]] = min(before[0], chance), max(before[1], robust)
    groups = sorted(found)
    n_searches = len(channels) * len(WINDOWS_MS) + 2  # and one by tokens, one by money
    ln_q = ln_q_values([found[group][0] for group in groups], n_searches)
    rows = [
        {"group": group, "ln_q": value, "ln_chance": found[group][0], "robustness": found[group][1]}
        for group, value in zip(groups, ln_q, strict=True)
        if value <= ln_allowed
    ]
    engine.put("_tested", pa.Table.from_pylist(rows, schema=RINGS))
    engine.create("_members", 'SELECT * FROM _members SEMI JOIN _tested USING ("group")')


def _tests_sql() -> str:
    """What each way of looking found of each ring: blocks, and companies of a token and a shop."""
    return """
        WITH groups AS (SELECT DISTINCT "group" FROM _members),
        found AS (
            SELECT DISTINCT kind, key, "group" FROM _candidates JOIN _same USING (candidate)
            SEMI JOIN groups USING ("group"))
        SELECT "group", ln_chance, 0 AS n_seen, 0.0 AS n_expected, 1 AS n_tested
        FROM _blocks JOIN found ON kind = 'lockstep' AND key = CAST(block AS VARCHAR)
        UNION ALL
        SELECT DISTINCT "group", NULL, n_seen, n_expected, n_tested
        FROM _companies c JOIN found f ON f.kind = c.kind AND f.key = c.token
        ORDER BY ALL"""
