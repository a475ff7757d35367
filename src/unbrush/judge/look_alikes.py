"""Honest explanations, tested for every suspected order and review, and recorded either way.

A look-alike that holds takes away the witnesses of the families that the policy says it explains.
One that cannot be tested, because the data has no such column, is recorded as untested: missing is
not clean, and not guilty either.
"""

from dataclasses import dataclass

from unbrush.base.engine import Engine, quote
from unbrush.base.manifest import Manifest
from unbrush.base.words import Words
from unbrush.judge.policy import Policy


@dataclass(frozen=True, kw_only=True)
class LookAlike:
    """One honest explanation.

    Attributes:
        name: Short name in kebab-case.
        kind: Whether it explains orders or reviews.
        holds: SQL condition over ``_orders`` or ``_reviews``, aliased ``d``.
        needs: Table and column without which it cannot be tested.
        words: What it is.
    """

    name: str
    kind: str
    holds: str
    needs: tuple[str, str]
    words: Words


LOOK_ALIKES = (
    LookAlike(
        name="live-stream",
        kind="order",
        holds="d.live_session_id IS NOT NULL",
        needs=("orders", "live_session_id"),
        words=Words("直播间下单", "ordered in a live stream"),
    ),
    LookAlike(
        name="campaign",
        kind="order",
        holds="d.campaign_id IS NOT NULL",
        needs=("orders", "campaign_id"),
        words=Words("平台活动订单", "ordered in a campaign"),
    ),
    LookAlike(
        name="group-buying",
        kind="order",
        holds="d.group_id IS NOT NULL",
        needs=("orders", "group_id"),
        words=Words("团购、接龙", "group buying"),
    ),
    LookAlike(
        name="gift",
        kind="order",
        holds="d.is_gift",
        needs=("orders", "is_gift"),
        words=Words("礼物订单", "a gift"),
    ),
    LookAlike(
        name="own-staff",
        kind="order",
        holds="d.is_own_staff",
        needs=("accounts", "staff_of_shop_id"),
        words=Words("店铺员工公开自购", "a purchase by the shop's declared staff"),
    ),
    LookAlike(
        name="ready-made-text",
        kind="review",
        holds="d.text_source IN ('default', 'tag', 'assisted')",
        needs=("reviews", "text_source"),
        words=Words("默认好评、标签或辅助写作", "default praise, tags or assisted writing"),
    ),
    LookAlike(
        name="disclosed-incentive",
        kind="review",
        holds="d.is_disclosed_incentive",
        needs=("reviews", "is_disclosed_incentive"),
        words=Words("已标明的试用或奖励", "a disclosed trial or reward"),
    ),
)


def spare_look_alikes(engine: Engine, manifest: Manifest, policy: Policy) -> None:
    """Leave `_look_alikes` (kind, id, name, outcome) and move explained witnesses to `_explained`.

    `_explained` is like `_witnesses`, with the look-alike that explains each, ``look_alike``.
    outcome: ``spares`` (it holds), ``rejected`` (tested, does not hold), ``untested``.
    """
    engine.create(
        "_suspects",
        """SELECT DISTINCT kind, id FROM _witnesses""",
    )
    tests = [_test_sql(look_alike, manifest) for look_alike in LOOK_ALIKES]
    engine.create("_look_alikes", " UNION ALL ".join(tests))
    explained = " OR ".join(
        f"(l.name = {quote(name)} AND w.family IN ({', '.join(map(quote, families)) or 'NULL'}))"
        for name, families in policy.spares.items()
    )
    engine.create(
        "_judged_witnesses",
        f"""SELECT w.*, (SELECT min(l.name) FROM _look_alikes l
                         WHERE outcome = 'spares' AND l.kind = w.kind AND l.id = w.id
                             AND ({explained})) AS look_alike
            FROM _witnesses w""",
    )
    engine.create("_explained", "SELECT * FROM _judged_witnesses WHERE look_alike IS NOT NULL")
    engine.create(
        "_witnesses",
        "SELECT * EXCLUDE (look_alike) FROM _judged_witnesses WHERE look_alike IS NULL",
    )
    engine.drop("_judged_witnesses")
    engine.drop("_suspects")


def _test_sql(look_alike: LookAlike, manifest: Manifest) -> str:
    table, column = look_alike.needs
    untestable = manifest.lacks({table: (column,)})
    holds = f"coalesce({look_alike.holds}, false)"
    outcome = "'untested'" if untestable else f"CASE WHEN {holds} THEN 'spares' ELSE 'rejected' END"
    return f"""
        SELECT s.kind, s.id, {quote(look_alike.name)} AS name, {outcome} AS outcome
        FROM _suspects s JOIN _{look_alike.kind}s d USING (id)
        WHERE s.kind = {quote(look_alike.kind)}"""
