"""The sentences behind every decision: what supports it, what was tested, what is missing."""

from collections.abc import Mapping

from unbrush.base.engine import Engine, quote
from unbrush.base.manifest import Manifest
from unbrush.base.missing import MISSING
from unbrush.base.words import Words
from unbrush.judge.adjudication import reasons_sql
from unbrush.judge.look_alikes import LOOK_ALIKES

OUTCOMES = {
    "spares": Words("成立，相应证据不予采用", "it holds, so what it explains was set aside"),
    "rejected": Words("已检验，不成立", "it does not hold"),
    "untested": Words("数据缺列，无法检验", "the data has no column to test it by"),
}

_NO_EVIDENCE = "NULL AS family, NULL AS strength, NULL AS element"
"""Columns of sentences that are no evidence themselves."""


def give_reasons(engine: Engine, manifest: Manifest) -> None:
    """Leave the table `reasons` in ``engine``."""
    plain = (
        _inherited_sql(),
        _look_alikes_sql(),
        _missing_sql(),
        reasons_sql(),
        _suspected_sql(),
        _shop_summary_sql(),
    )
    parts = (
        _signals_sql(manifest.subject_id_type),
        _rings_sql(),
        *(f"SELECT *, {_NO_EVIDENCE} FROM ({sql})" for sql in plain),
    )
    engine.create(
        "reasons",
        f"""SELECT subject_kind, CAST(subject_id AS {manifest.subject_id_type}) AS subject_id, kind,
                   name, outcome, signal_id, family, strength, element, reason_zh, reason_en
            FROM ({" UNION ALL ".join(parts)})
            ORDER BY subject_kind, subject_id, kind, name, signal_id, reason_en""",
    )


def _signals_sql(id_type: str) -> str:
    return f"""
        SELECT w.kind AS subject_kind, w.id AS subject_id, 'signal' AS kind, w.name,
               'supports' AS outcome, w.signal_id, s.reason_zh, s.reason_en,
               w.family, w.strength, w.element
        FROM _witnesses w JOIN signals s USING (signal_id)
        UNION ALL
        SELECT subject_kind, CAST(subject_id AS {id_type}), 'signal', detector,
               CASE implicates WHEN 'nobody' THEN 'protects' ELSE 'supports' END,
               signal_id, reason_zh, reason_en, family, strength, element
        FROM signals WHERE subject_kind IN ('account', 'shop', 'staff')"""


def _rings_sql() -> str:
    return """
        SELECT DISTINCT w.kind, w.id, 'ring', w.name, 'supports', NULL, r.reason_zh, r.reason_en,
               w.family, w.strength, w.element
        FROM _witnesses w JOIN rings r ON r.ring_id = w.name WHERE w.signal_id IS NULL
        UNION ALL
        SELECT subject_kind, subject_id, 'ring', ring_id, 'supports', NULL, reason_zh, reason_en,
               NULL, NULL, NULL
        FROM ring_members"""


def _inherited_sql() -> str:
    return """
        SELECT 'review', id, 'order', 'its-order', 'supports', NULL,
               '所评价的订单已不计入，评价随之不计入。',
               'The order it reviews does not count, so neither does the review.'
        FROM _atoms WHERE rule = 'its-order'"""


def _look_alikes_sql() -> str:
    names = _cases({each.name: each.words for each in LOOK_ALIKES})
    outcomes = _cases(OUTCOMES)
    return f"""
        SELECT kind AS subject_kind, id, 'look-alike', name, outcome, NULL,
               concat(what.zh, '：', how.zh, '。'),
               concat('An honest explanation, ', what.en, ': ', how.en, '.')
        FROM (SELECT *, CASE name {names} END AS what, CASE outcome {outcomes} END AS how
              FROM _look_alikes)"""


def _cases(words_of: Mapping[str, Words]) -> str:
    """Return the branches of a CASE that turns a name into its words in both languages."""
    return " ".join(
        f"WHEN {quote(key)} THEN struct_pack(zh := {quote(words.zh)}, en := {quote(words.en)})"
        for key, words in words_of.items()
    )


def _missing_sql() -> str:
    """What each shop would need for the next rung; the other kinds say so in `decisions`."""
    return f"""
        SELECT subject_kind, subject_id, 'missing', name, 'missing', NULL, words.zh, words.en
        FROM (SELECT *, CASE name {_cases(MISSING)} END AS words
              FROM (SELECT subject_kind, subject_id,
                           unnest(string_split(missing, ',')) AS name
                    FROM decisions WHERE missing IS NOT NULL AND subject_kind = 'shop'))"""


def _shop_summary_sql() -> str:
    """What of the shop does not count, and which rows establish which element."""
    return f"""
        SELECT 'shop', shop_id, 'orders', 'neutralised', 'supports', NULL,
               concat(n_fake_orders, ' 笔订单（共 ', n_orders, ' 笔）、', n - n_fake_orders,
                      ' 条评价不计入；其中 ', n_b, ' 笔/条有付款或共同操控的证据，', n_c,
                      ' 笔款项出自店铺，', n_shipped, ' 个包裹不可能装下商品。'),
               concat(n_fake_orders, ' of ', {_counted("n_orders", "order")}, ' and ',
                      {_counted("n - n_fake_orders", "review")}, ' left out: ', n_b,
                      ' with proof of pay or common control, ', n_c, ' paid back by the shop, ',
                      n_shipped, ' in parcels that cannot hold the item.')
        FROM _parties WHERE n > 0"""


def _suspected_sql() -> str:
    """For accounts and shops, which have no findings of their own: what of theirs is suspected."""
    parts = [
        f"""SELECT '{kind}' AS kind, {kind}_id AS id,
                   count(*) FILTER (WHERE kind = 'order') AS n_orders,
                   count(*) FILTER (WHERE kind = 'review') AS n_reviews,
                   count(*) FILTER (WHERE is_neutralised) AS n_out
            FROM _atoms WHERE {kind}_id IS NOT NULL GROUP BY {kind}_id"""
        for kind in ("account", "shop")
    ]
    return f"""
        SELECT kind, id, 'suspected', CASE WHEN n_out > 0 THEN 'left-out' ELSE 'all-counted' END,
               'supports', NULL,
               concat(n_orders, ' 笔订单、', n_reviews, ' 条评价有疑点，其中 ', n_out,
                      ' 笔/条不计入，其余照常计入。'),
               concat({_counted("n_orders", "order")}, ' and ', {_counted("n_reviews", "review")},
                      ' suspected: ', n_out, ' left out, the others count as before.')
        FROM ({" UNION ALL ".join(parts)})"""


def _counted(number: str, noun: str) -> str:
    """Return SQL that says how many of something there are, in English."""
    return f"concat({number}, CASE WHEN {number} = 1 THEN ' {noun}' ELSE ' {noun}s' END)"
