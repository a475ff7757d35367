"""Orders and reviews: what the witnesses prove together, and which stop counting.

Two questions are kept apart. Is the evidence *sufficient*: near-dispositive, or strong, or of two
families, and together proof enough, which is 1 - product over families of (1 - weight x score)? And
how *likely* is it fake, given what such signs are worth in this market (`probability`)? A row stops
counting if both answers say so, and if hardly any honest row is expected among all that do.
"""

from unbrush.base.engine import Engine
from unbrush.judge.hearing import ROW, hear
from unbrush.judge.policy import Policy
from unbrush.judge.probability import (
    MOST,
    count_patterns,
    draw_line,
    find_company,
    tell_worth,
    worth_sql,
)

OWN_ERROR = 0.7  # log-odds, of what is expected to be members' own purchases: a factor of two


def weigh_all(engine: Engine, policy: Policy) -> None:
    """Leave what `weigh` does, and `evidence_worth` and `_company`: what signs are worth here."""
    for table in ("evidence_worth", "_company"):
        engine.drop(table)
    weigh(engine, policy)
    find_company(engine, policy)
    tell_worth(engine, policy, count_patterns(engine, policy))
    weigh_heard(engine, policy)
    # A review whose order counts again stands by itself, and may be below a line of its own.
    while draw_line(engine, policy):
        weigh_heard(engine, policy)


def weigh(engine: Engine, policy: Policy, *, row: str = ROW) -> None:
    """Leave `_heard` and `_atoms` in ``engine``, from `_witnesses`.

    `_atoms` has one row per suspected order or review: kind, id, account_id, shop_id, log_odds,
    error (its standard error), reached (log-odds by what was said alone), own_share (how likely it
    is its buyer's own, see `own_purchases`), probability, is_proven (the evidence is sufficient),
    is_neutralised, families, elements, strength, ring_id, rule, probability_against (by what speaks
    against its account alone), implicates_account (whether that alone would stop it counting).

    What signs are worth is read from `evidence_worth`; where there is none, the policy says it.
    """
    hear(engine, policy, row=row)
    weigh_heard(engine, policy, row=row)


def weigh_heard(engine: Engine, policy: Policy, *, row: str = ROW) -> None:
    """Leave `_atoms` in ``engine``, from `_heard` and `_witnesses`, see `weigh`."""
    engine.create("_atoms", _weighed_sql(engine, policy, row))
    # The review of an order that does not count is not an experience either.
    engine.create(
        "_atoms",
        f"""WITH gone AS (
                SELECT o.* REPLACE ('review' AS kind, r.id AS id, r.account_id AS account_id,
                                    r.shop_id AS shop_id, 'its-order' AS rule)
                FROM _reviews r JOIN _atoms o ON o.kind = 'order' AND o.id = r.order_id
                WHERE o.is_neutralised)
            SELECT a.* FROM _atoms a ANTI JOIN gone USING ({row})
            UNION ALL
            SELECT * FROM gone""",
    )


def _weighed_sql(engine: Engine, policy: Policy, row: str) -> str:
    # Products and sums in a fixed order: the same bytes on every run.
    doubt = "list_reduce(list_sort(list_prepend(1.0, list(1 - worth) {0})), lambda x, y: x * y)"
    added = "coalesce(list_sum(list_sort(list(log_odds) {0})), 0)"
    heard, against = "FILTER (fate = 'heard')", "FILTER (counts_against)"

    def sure(log_odds: str) -> str:
        return f"round(1 / (1 + exp(-({log_odds}))), 10)"

    def within(log_odds: str) -> str:
        return f"least(greatest({log_odds}, -{MOST}), {MOST})"

    company = "_company"
    if not engine.columns(company):
        company = "(SELECT kind, id, NULL AS is_in FROM _heard WHERE false)"
    return f"""
        WITH {worth_sql(engine, policy)},
        rings_of AS (
            SELECT {row}, min(name) AS ring_id FROM _witnesses WHERE signal_id IS NULL
            GROUP BY {row}),
        elements_of AS (
            SELECT {row}, string_agg(element, ',' ORDER BY element) AS elements
            FROM (SELECT DISTINCT {row}, element FROM _witnesses) GROUP BY {row}),
        summed AS (
            SELECT {row}, count(*) {heard} AS n, bool_or(is_direct) AS is_direct,
                   {doubt.format(heard)} AS doubt, {doubt.format(against)} AS doubt_against,
                   {added.format(heard)} AS added, {added.format(against)} AS added_against,
                   list_sum(list_sort(list(error * error) {heard})) AS variance,
                   count(*) {against} AS n_against,
                   n_against >= 2 OR max(strength) {against} >= 'E2' AS holds_against,
                   string_agg(family, ',' ORDER BY family) {heard} AS families,
                   max(strength) {heard} AS strength,
                   -- Whoever is in two rings is spared only if both say so.
                   CASE WHEN min(own_share) > 0 THEN least(min(own_share), 0.999) END AS own_share
            FROM sign WHERE fate <> 'explained' GROUP BY {row}),
        said AS (
            SELECT s.*, line,
                   start + CASE WHEN c.is_in THEN inside WHEN NOT c.is_in THEN outside ELSE 0 END
                       AS before,
                   sqrt(variance + start_error * start_error + pow(CASE
                       WHEN c.is_in THEN inside_error WHEN NOT c.is_in THEN outside_error
                       ELSE 0 END, 2) + {policy.spread * policy.spread}) AS told_error,
                   {within("before + added")} AS reached,
                   1 / (1 + exp(-reached)) AS share,
                   share * (1 - own_share) AS not_own
            FROM summed s JOIN prior USING (kind)
            LEFT JOIN {company} c ON c.kind = s.kind AND c.id = s.id),
        ruled AS (
            SELECT *,
                   -- It is fake if what speaks against it is right, and it is not its buyer's own.
                   CASE WHEN own_share IS NULL THEN reached
                        ELSE {within("ln(not_own / (1 - not_own))")} END AS log_odds,
                   CASE WHEN own_share IS NULL THEN told_error
                        ELSE ((1 - share) * told_error + own_share * {OWN_ERROR})
                            / (1 - share + own_share) END AS error,
                   CASE WHEN NOT is_direct THEN 'only-by-its-review'
                        WHEN strength = 'E3' THEN 'near-dispositive'
                        WHEN n >= 2 THEN 'two-families'
                        WHEN strength = 'E2' THEN 'strong'
                        ELSE 'one-weak-family' END AS rule
            FROM said)
        SELECT {row}, coalesce(o.account_id, r.account_id) AS account_id,
               coalesce(o.shop_id, r.shop_id) AS shop_id, log_odds, error,
               reached, own_share, {sure("log_odds")} AS probability,
               rule NOT IN ('only-by-its-review', 'one-weak-family')
                   AND 1 - doubt >= {policy.neutralise_at} AS is_proven,
               is_proven AND probability >= {policy.neutralise_at} AND log_odds >= line
                   AS is_neutralised,
               families, elements, strength, ring_id, rule,
               CASE WHEN n_against > 0 THEN least(probability, {
        sure(within("before + added_against"))
    }) ELSE 0.0 END AS probability_against,
               coalesce(is_neutralised AND holds_against
                   AND 1 - doubt_against >= {policy.neutralise_at}
                   AND probability_against >= {policy.neutralise_at}, false) AS implicates_account
        FROM ruled
        JOIN elements_of USING ({row})
        LEFT JOIN rings_of USING ({row})
        LEFT JOIN _orders o ON kind = 'order' AND o.id = ruled.id
        LEFT JOIN _reviews r ON kind = 'review' AND r.id = ruled.id"""
