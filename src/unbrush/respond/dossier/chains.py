"""Chains: what was done after what, row by row, where a finding is about an order of deeds.

Inside: a staff member closes an alert, overrides, an order draws money, the shop is paid, and a tie
leads from one to the other. Ransom: a bad review, a demand, the shop's money, the changed review.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from unbrush.base.clock import DAY_MS
from unbrush.base.engine import Engine, quote
from unbrush.base.money.purses import own_purses_sql, shop_tokens_sql
from unbrush.base.staff import acts_sql
from unbrush.base.words import Words, counted
from unbrush.respond.dossier.law import day_in_china
from unbrush.respond.dossier.redaction import Labels
from unbrush.respond.figures import Money

Row = dict[str, Any]

INSIDE, RANSOM = "insider-override", "review-ransom"
MOST_HOLDERS = 6
FAVOURS = ("override", "allow_list", "alert_close", "payout_release")
DOMAINS = {"orders": "order", "reviews": "review", "messages": "message"}

STEPS: Mapping[str, Words] = {
    "parameter": Words("修改参数", "a parameter is changed"),
    "alert": Words("关闭风险提示", "an alert is closed"),
    "override": Words("放行", "an override"),
    "order": Words("无消费痕迹的补贴订单", "a subsidised order that nobody consumed"),
    "payout": Words("向店铺结算", "a payout to the shop"),
    "review": Words("差评", "a bad review"),
    "demand": Words("评价者向店铺发消息", "the reviewer writes to the shop"),
    "payment": Words("店铺付款给评价者", "the shop pays the reviewer"),
    "edit": Words("评价被改或移除", "the review is changed or removed"),
}
"""Steps of both chains, each with the row that it stands in."""


def lay_out_chains(engine: Engine) -> None:
    """Leave ``dossier_steps`` in ``engine``: signal_id, step, at (epoch ms), tab, id, note.

    Reads what `lay_out` left; ``id`` is the key of the row in table ``tab``, ``note`` its text or
    amount.
    """
    engine.put("dossier_steps", pa.Table.from_pylist([], schema=_SCHEMA))
    signals = engine.query(
        f"""SELECT * FROM dossier_signals WHERE detector IN ('{INSIDE}', '{RANSOM}')
            ORDER BY signal_id"""
    ).to_pylist()
    rows = [row for signal in signals if signal["detector"] == INSIDE
            for row in _inside(engine, signal)]  # fmt: skip
    rows += _ransoms(engine, [each for each in signals if each["detector"] == RANSOM])
    engine.put("dossier_steps", pa.Table.from_pylist(rows, schema=_SCHEMA))


_SCHEMA = pa.schema(
    [("signal_id", pa.string()), ("step", pa.string()), ("at", pa.int64()), ("tab", pa.string()),
     ("id", pa.string()), ("note", pa.string())]
)  # fmt: skip


def _inside(engine: Engine, signal: Row) -> list[Row]:
    """Return the first steps for the shop that cost most, by the moments that the finding names."""
    facts = json.loads(signal["facts"])
    shop, staff = quote(str(facts["first_shop"])), quote(str(signal["subject_id"]))
    of_shop, of_staff = f"CAST(shop_id AS VARCHAR) = {shop}", f"CAST(staff_id AS VARCHAR) = {staff}"
    sources = {
        "parameter": ("staff_actions", "action_id", "acts", "at_ms",
                      f"{of_staff} AND kind = 'parameter'"),
        "alert": ("staff_actions", "action_id", "acts", "at_ms",
                  f"{of_staff} AND {of_shop} AND kind = 'alert_close'"),
        "override": ("staff_actions", "action_id", "acts", "at_ms",
                     f"{of_staff} AND {of_shop} AND kind IN ('override', 'allow_list', "
                     "'payout_release')"),
        "order": ("orders", "order_id", "orders", "placed_at", of_shop),
        "payout": ("payouts", "payout_id", "payouts", '"at"', of_shop),
    }  # fmt: skip
    rows = []
    for step, (tab, key, source, moment, where) in sources.items():
        if (at := facts.get(f"{step}_at")) is None:
            continue
        found = engine.query(
            f"""WITH {acts_sql()} SELECT CAST(min({key}) AS VARCHAR) AS id FROM {source}
                WHERE {where} AND {moment} = {int(at)}"""
        ).to_pylist()[0]["id"]
        rows.append({"signal_id": signal["signal_id"], "step": step, "at": int(at), "tab": tab,
                     "id": found, "note": None})  # fmt: skip
    return rows


def _ransoms(engine: Engine, signals: Sequence[Row]) -> list[Row]:
    """Return review, demand, payment and change of each ransomed review."""
    if not signals:
        return []
    told = [(each, json.loads(each["facts"])) for each in signals]
    asked = [
        {"signal_id": each["signal_id"], "review_id": str(each["subject_id"]),
         "paid_after": int(facts["paid_after_days"] * DAY_MS),
         "changed_after": int(facts["changed_after_days"] * DAY_MS)}
        for each, facts in told
    ]  # fmt: skip
    engine.put("dossier_ransoms", pa.Table.from_pylist(asked))
    near = DAY_MS // 100  # the finding names its days to two places
    rows: list[Row] = engine.query(
        f"""
        WITH {own_purses_sql(max_holders=MOST_HOLDERS)},
        {shop_tokens_sql(max_holders=MOST_HOLDERS)},
        bad AS (
            SELECT x.signal_id, x.paid_after, x.changed_after, r.review_id, r.account_id,
                   coalesce(r.shop_id, o.shop_id, i.shop_id) AS shop_id, r.posted_at, r.edited_at
            FROM dossier_ransoms x
            JOIN reviews r ON CAST(r.review_id AS VARCHAR) = x.review_id
            LEFT JOIN orders o ON o.order_id = r.order_id
            LEFT JOIN items i ON i.item_id = r.item_id),
        hands AS (
            SELECT b.signal_id, p.token FROM bad b JOIN own_purses p ON p.account_id = b.account_id
            UNION
            SELECT b.signal_id, o.payer_token FROM bad b
            JOIN orders o ON o.account_id = b.account_id AND o.shop_id = b.shop_id
            WHERE o.payer_token IS NOT NULL),
        asked AS (
            SELECT b.signal_id, m.message_id, m."at" AS asked_at, m.text
            FROM bad b JOIN messages m ON m.sender_id = b.account_id AND m.shop_id = b.shop_id
            WHERE m."at" >= b.posted_at - {DAY_MS}),
        could_be AS (  -- a band may share its wallet: then the amount says whose payment it is
            SELECT b.signal_id, t.transfer_id, t."at" AS paid_at, t.amount_minor,
                   coalesce(bool_or(list_contains(
                       regexp_extract_all(a.text, '[0-9]+'),
                       CAST(t.amount_minor // 100 AS VARCHAR))), false) AS is_named,
                   abs(t."at" - b.posted_at - b.paid_after) <= {near} AS is_told
            FROM bad b JOIN shop_tokens s ON s.shop_id = b.shop_id
            JOIN hands h ON h.signal_id = b.signal_id
            JOIN transfers t ON t.from_token = s.token AND t.to_token = h.token
            LEFT JOIN asked a ON a.signal_id = b.signal_id AND a.asked_at <= t."at"
            WHERE t.amount_minor > 0 AND t."at" > b.posted_at
                AND t."at" <= b.posted_at + b.paid_after + b.changed_after + {near}
            GROUP BY ALL),
        paid AS (
            SELECT * FROM could_be WHERE is_named OR is_told
            QUALIFY row_number() OVER (
                PARTITION BY signal_id ORDER BY is_named DESC, paid_at, transfer_id) = 1),
        acted AS (
            SELECT b.signal_id, a.action_id, a."at" AS acted_at
            FROM bad b JOIN staff_actions a ON a.kind = 'review_change'
                AND CAST(a.subject_id AS VARCHAR) = CAST(b.review_id AS VARCHAR)
            WHERE b.edited_at IS NULL)
        SELECT signal_id, 'review' AS step, posted_at AS "at", 'reviews' AS tab,
               CAST(review_id AS VARCHAR) AS id, CAST(NULL AS VARCHAR) AS note FROM bad
        UNION ALL
        SELECT a.signal_id, 'demand', a.asked_at, 'messages', CAST(a.message_id AS VARCHAR), a.text
        FROM asked a JOIN paid p ON p.signal_id = a.signal_id
        WHERE a.asked_at <= p.paid_at
        UNION ALL
        SELECT signal_id, 'payment', paid_at, 'transfers', CAST(transfer_id AS VARCHAR),
               CAST(amount_minor AS VARCHAR) FROM paid
        UNION ALL
        SELECT signal_id, 'edit', edited_at, 'reviews', CAST(review_id AS VARCHAR), NULL
        FROM bad WHERE edited_at IS NOT NULL
        UNION ALL
        SELECT signal_id, 'edit', acted_at, 'staff_actions', CAST(action_id AS VARCHAR), NULL
        FROM acted
        ORDER BY signal_id, "at", step, id"""
    ).to_pylist()
    return rows


def chains(
    engine: Engine, labels: Labels, money: Money, detectors: Mapping[str, Any] | None
) -> list[Row]:
    """Return each chain with its steps in the order of time, inside first.

    Args:
        engine: Holds what `lay_out_chains` left.
        labels: For whoever is named.
        money: How amounts are written.
        detectors: How the detectors of the run were set; None if it was not kept.
    """
    rows = engine.query(
        """SELECT x.*, s.detector, CAST(s.subject_id AS VARCHAR) AS subject_id, s.facts
           FROM dossier_steps x JOIN dossier_signals s USING (signal_id)
           ORDER BY s.detector, x.signal_id, x."at", x.step, x.id"""
    ).to_pylist()
    found: dict[str, Row] = {}
    for row in rows:
        if row["signal_id"] not in found:
            found[row["signal_id"]] = _chain(engine, labels, row, detectors)
        found[row["signal_id"]]["steps"].append(
            {"step": row["step"], "at": int(row["at"]), "words": STEPS[row["step"]],
             "table": row["tab"], "row": labels.label(DOMAINS.get(row["tab"], ""), row["id"]),
             "note": _shown(labels, row, money)}
        )  # fmt: skip
    return list(found.values())


def _chain(engine: Engine, labels: Labels, row: Row, detectors: Mapping[str, Any] | None) -> Row:
    chain: Row = {"kind": row["detector"], "signal_id": labels.label("signal", row["signal_id"]),
                  "steps": [], "who": None, "link": None, "earliest": None}  # fmt: skip
    if row["detector"] == INSIDE:
        facts = json.loads(row["facts"])
        hops = facts.get("n_hops")
        chain["who"] = labels.label("staff", row["subject_id"])
        chain["link"] = _LINKS.get(hops, _NO_LINK)
        chain["earliest"] = _earliest(engine, row["subject_id"], facts, _params(detectors))
    return chain


_LINKS = {
    1: Words("与受益店铺的经营者直接关联", "tied to who is behind a shop that gains"),
    2: Words(
        "与受益店铺的经营者经一层中间人关联",
        "tied to who is behind a shop that gains, through one other",
    ),
}
_NO_LINK = Words("数据中没有与经营者的关联", "the data show no tie to who is behind the shop")


def _params(detectors: Mapping[str, Any] | None) -> Mapping[str, Any]:
    kept = (detectors or {}).get("detectors", [])
    return next((each["params"] for each in kept if each["name"] == INSIDE), {})


def _earliest(
    engine: Engine, staff: str, facts: Mapping[str, Any], params: Mapping[str, Any]
) -> Row | None:
    """Return the first day on which the rows of a tied staff member were enough for the finding.

    They are enough with ``min_acts`` actions for the shops of one owner, if they are ``min_part``
    of all actions for them. Without a tie it rests on parcels that never came as well: then None.
    """
    if facts.get("n_hops") is None or "min_acts" not in params:
        return None
    listed = ", ".join(quote(str(each)) for each in facts["shops"])
    kinds = ", ".join(map(quote, FAVOURS))
    at = engine.query(
        f"""
        WITH {acts_sql()},
        owned AS (
            SELECT a.staff_id, a.at_ms, a.shop_id,
                   CASE WHEN s.owner_id IS NULL THEN concat('shop ', a.shop_id)
                       ELSE concat('owner ', s.owner_id) END AS owner
            FROM acts a LEFT JOIN shops s ON s.shop_id = a.shop_id
            WHERE a.kind IN ({kinds}) AND a.shop_id IS NOT NULL),
        running AS (
            SELECT staff_id, owner, at_ms,
                   count(*) OVER (PARTITION BY owner ORDER BY at_ms) AS n_all,
                   count(*) OVER (PARTITION BY owner, staff_id ORDER BY at_ms) AS n_own
            FROM owned)
        SELECT min(at_ms) AS at_ms FROM running
        WHERE CAST(staff_id AS VARCHAR) = {quote(staff)}
            AND owner IN (SELECT owner FROM owned WHERE CAST(shop_id AS VARCHAR) IN ({listed}))
            AND n_own >= {int(params["min_acts"])}
            AND n_own >= {float(params["min_part"])} * n_all"""
    ).to_pylist()[0]["at_ms"]
    if at is None:
        return None
    day, n = day_in_china(int(at)), int(params["min_acts"])
    return {
        "day": day,
        "n_acts": n,
        "words": Words(
            f"最早可发现日：{day}（北京时间）。当日该人员为同一经营者的店铺实施的操作达到 {n} 次，"
            "连同数据中的关联，已足以作出该发现；当时是否有人查看不在数据中。",
            f"Earliest day on which it could be found: {day} (China time). On that day "
            f"{counted(n, 'action')} for the shops of one owner were there, which with the tie in "
            "the data is enough for the finding. Whether anybody looked then is not in the data.",
        ),
    }


def _shown(labels: Labels, row: Row, money: Money) -> str | None:
    """Return what was paid or written; nothing that was written where the file is made public."""
    if row["step"] == "payment":
        return money.exact(int(row["note"]))
    if row["note"] is None or labels.is_public:
        return None
    return labels.sentence(Words(row["note"], row["note"])).zh
