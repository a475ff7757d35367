"""What a signal, ring and decision are made of. See docs/architecture.md, Evidence."""

from enum import StrEnum

import pyarrow as pa


class Family(StrEnum):
    """Where a finding comes from. Two findings of one family do not confirm each other."""

    TIME = "time"
    BEHAVIOUR = "behaviour"
    GRAPH = "graph"
    MONEY = "money"
    LOGISTICS = "logistics"
    TEXT = "text"
    OFF_PLATFORM = "off-platform"
    STAFF = "staff"
    RECONCILIATION = "reconciliation"


class Strength(StrEnum):
    """How much one finding can carry: weak, strong, near-dispositive."""

    E1 = "E1"
    E2 = "E2"
    E3 = "E3"


class Element(StrEnum):
    """Which part of the proof a finding supports."""

    NOT_GENUINE = "a"  # the trade or experience is not genuine
    ORGANISED = "b"  # somebody organised or paid for it
    ATTRIBUTED = "c"  # this party is behind it


class Implicates(StrEnum):
    """Whom a finding speaks against, beside what it says of the rows that it rests on."""

    ACTORS = "actors"  # whoever ordered or wrote took part
    GOODS = "goods"  # what is sold: who ordered or reviewed it did nothing wrong
    NOBODY = "nobody"  # the subject is a victim, to be warned


class Rung(StrEnum):
    """The ladder of outcomes; only L0 and L1 are ever taken without a person."""

    L0 = "L0"  # observe
    L1 = "L1"  # neutralise: does not count, can be restored
    L2 = "L2"  # notice and training
    L3 = "L3"  # public label
    L4 = "L4"  # no activity subsidies
    L5 = "L5"  # limited sale and search
    L6 = "L6"  # suspension
    L7 = "L7"  # termination


def signal_schema(id_type: pa.DataType) -> pa.Schema:
    """Shape of `signals`: one row for one detector's finding about one subject.

    ``subject_id`` and ``evidence_ids`` have the type that ids came in with: whole numbers if all
    of them are, else text. ``facts`` is a JSON object of numbers and short lists.
    """
    return pa.schema(
        [
            ("signal_id", pa.string()),
            ("detector", pa.string()),
            ("subject_kind", pa.string()),
            ("subject_id", id_type),
            ("score", pa.float64()),
            ("family", pa.string()),
            ("strength", pa.string()),
            ("element", pa.string()),
            ("implicates", pa.string()),  # actors, goods, nobody
            ("facts", pa.string()),
            ("evidence_table", pa.string()),
            ("evidence_ids", pa.list_(id_type)),
            ("reason_zh", pa.string()),
            ("reason_en", pa.string()),
        ]
    )


COVERAGE = pa.schema(
    [
        ("detector", pa.string()),
        ("title_zh", pa.string()),
        ("title_en", pa.string()),
        ("status", pa.string()),  # ran, not applicable, failed
        ("because_zh", pa.string()),
        ("because_en", pa.string()),
        ("n_signals", pa.int64()),
    ]
)
"""Shape of `coverage`: what was looked for, and where we could not look."""


SEARCHES = pa.schema(
    [
        ("channel", pa.string()),  # bought, reviewed, liked
        ("window_ms", pa.int64()),  # how close in time is together; 0 for ever
        ("n_deeds", pa.int64()),
        ("n_deeds_left", pa.int64()),  # of accounts that could be in a ring
        ("n_accounts", pa.int64()),
        ("n_accounts_left", pa.int64()),
        ("n_blocks", pa.int64()),  # beyond chance, before they are merged into rings
    ]
)
"""Shape of `searches`: where rings were looked for, and what was pruned before."""


def ring_schema() -> pa.Schema:
    """Shape of `rings`: one row for each group of accounts that act together."""
    return pa.schema(
        [
            ("ring_id", pa.string()),  # from its earliest member: growth does not change it
            ("cluster_id", pa.string()),  # the organiser's
            ("score", pa.float64()),
            ("q_value", pa.float64()),  # expected share of chance among rings as surprising
            ("robustness", pa.float64()),  # how strong tastes would have to be to explain it
            ("n_accounts", pa.int64()),
            ("n_firm", pa.int64()),  # accounts tied by more than the shops and times they share
            ("n_shops", pa.int64()),
            ("n_orders", pa.int64()),  # orders of its accounts in its shops
            ("n_reviews", pa.int64()),  # likewise
            ("turnover_minor", pa.int64()),
            ("first_at", pa.int64()),
            ("last_at", pa.int64()),
            ("ties", pa.string()),  # JSON: kind of tie → number of accounts tied by it
            ("reason_zh", pa.string()),
            ("reason_en", pa.string()),
        ]
    )


def ring_member_schema(id_type: pa.DataType) -> pa.Schema:
    """Shape of `ring_members`: who belongs to a ring, as what, and how closely."""
    return pa.schema(
        [
            ("ring_id", pa.string()),
            ("subject_kind", pa.string()),  # account, shop
            ("subject_id", id_type),
            ("role", pa.string()),  # brusher, companion (tastes could explain it), merchant
            ("n_ties", pa.int64()),  # members that its closest company in the ring ties it to
            ("is_firm", pa.bool_()),  # tied by more than the shops and times it shares
            ("n_orders", pa.int64()),
            ("weight", pa.float64()),  # surprise that it adds, in natural logarithms
            ("q_without", pa.float64()),  # q-value of the ring without it
            ("reason_zh", pa.string()),
            ("reason_en", pa.string()),
        ]
    )


def cluster_schema() -> pa.Schema:
    """Shape of `clusters`: one row for each organiser, with all rings that work for it."""
    return pa.schema(
        [
            ("cluster_id", pa.string()),
            ("n_rings", pa.int64()),
            ("n_accounts", pa.int64()),
            ("n_shops", pa.int64()),
            ("n_orders", pa.int64()),
            ("n_reviews", pa.int64()),
            ("turnover_minor", pa.int64()),
            ("first_at", pa.int64()),
            ("last_at", pa.int64()),
            ("regions", pa.string()),  # JSON list of {region, n_shops, n_accounts, n_orders}
            ("growth", pa.string()),  # JSON list by week: {week_at, n_orders, n_accounts, n_shops}
            ("joined_by", pa.string()),  # JSON: what its rings share → number of pairs of rings
            ("reason_zh", pa.string()),
            ("reason_en", pa.string()),
        ]
    )


def cluster_member_schema(id_type: pa.DataType) -> pa.Schema:
    """Shape of `cluster_members`: who does what for an organiser.

    People and shops are named by ``subject_id``; wallets, senders and authors of posts, of whom
    only a hash is known, by ``token``.
    """
    return pa.schema(
        [
            ("cluster_id", pa.string()),
            ("subject_kind", pa.string()),  # account, shop, payer, shipper, author
            ("subject_id", id_type),  # null where only a token is known
            ("token", pa.string()),  # null where an id is known
            ("role", pa.string()),  # organiser, recruiter, brusher, companion, merchant, ...
            ("n_rings", pa.int64()),
            ("n_deeds", pa.int64()),  # orders, payments, parcels or posts in that role
            ("first_at", pa.int64()),
            ("last_at", pa.int64()),
            ("reason_zh", pa.string()),
            ("reason_en", pa.string()),
        ]
    )


def decision_schema(id_type: pa.DataType) -> pa.Schema:
    """Shape of `decisions`: what is concluded about every subject that anything was said of.

    A subject without a row was not suspected by anything that could look at it.
    """
    return pa.schema(
        [
            ("subject_kind", pa.string()),
            ("subject_id", id_type),
            ("rung", pa.string()),
            ("probability", pa.float64()),  # that it is fake (order, review) or took part
            ("probability_low", pa.float64()),  # where it likely lies, given how well the worth of
            ("probability_high", pa.float64()),  # evidence is known; null for shops and staff
            ("q_value", pa.float64()),  # expected share of honest ones among those as suspicious
            ("is_neutralised", pa.bool_()),
            ("elements", pa.string()),  # those supported, such as "a,b"
            ("families", pa.string()),  # those that agree, such as "graph,money"
            ("strength", pa.string()),  # the strongest
            ("ring_id", pa.string()),
            ("approver", pa.string()),  # who may put this rung in force: system, reviewer, ...
            ("is_in_force", pa.bool_()),  # L0 and L1 at once; higher rungs are proposals
            ("rule", pa.string()),  # which rule allowed this rung
            ("next_rung", pa.string()),  # null where a run has none to propose
            ("missing", pa.string()),  # names of what it would need, such as "b,c"
        ]
    )


def adjudication_schema(id_type: pa.DataType) -> pa.Schema:
    """Shape of `adjudications`: whether a shop with fake orders is their victim, by which tests."""
    return pa.schema(
        [
            ("shop_id", id_type),
            ("verdict", pa.string()),  # victim, beneficiary, undecided
            ("weight_beneficiary", pa.float64()),  # natural logarithms of odds, by our assumption
            ("weight_victim", pa.float64()),
            ("suspected_shop_ids", pa.list_(id_type)),  # others whom tests point to
            ("tests", pa.string()),  # JSON: test, outcome, weight, n, n_of, row_table, row_ids, ...
            ("reason_zh", pa.string()),
            ("reason_en", pa.string()),
        ]
    )


def reason_schema(id_type: pa.DataType) -> pa.Schema:
    """Shape of `reasons`: the sentences that stand behind a decision, for and against."""
    return pa.schema(
        [
            ("subject_kind", pa.string()),
            ("subject_id", id_type),
            ("kind", pa.string()),  # signal, ring, look-alike, missing
            ("name", pa.string()),  # detector, look-alike or element
            ("outcome", pa.string()),  # supports, protects, spares, rejected, missing
            ("signal_id", pa.string()),  # for kind signal
            ("family", pa.string()),  # of signals and rings, as they are heard for this subject
            ("strength", pa.string()),
            ("element", pa.string()),
            ("reason_zh", pa.string()),
            ("reason_en", pa.string()),
        ]
    )


EVIDENCE_WORTH = pa.schema(
    [
        ("subject_kind", pa.string()),  # order, review
        ("what", pa.string()),  # nothing-said, in-company, alone, sign, line
        ("name", pa.string()),  # of a sign: its detector, or ring
        ("family", pa.string()),
        ("strength", pa.string()),  # or a weaker one, where its score is low
        ("log_odds", pa.float64()),  # what it adds; of a line, from where on rows stop counting
        ("error", pa.float64()),  # its standard error
        ("share_of_fakes", pa.float64()),  # that bear it
        ("share_of_honest", pa.float64()),
        ("n", pa.int64()),  # rows that do
    ]
)
"""Shape of `evidence_worth`: what each sign tells in this market, found without labels."""


def contribution_schema(id_type: pa.DataType) -> pa.Schema:
    """Shape of `contributions`: what each thing said adds to the probability of an order or review.

    The steps of one subject add up to the logarithm of the odds of its probability.
    """
    return pa.schema(
        [
            ("subject_kind", pa.string()),  # order, review
            ("subject_id", id_type),
            ("step", pa.int64()),  # from 0
            ("kind", pa.string()),  # prior, signal, ring, look-alike, independence, other
            ("name", pa.string()),  # detector, ring, look-alike, or which rule
            ("family", pa.string()),
            ("signal_id", pa.string()),  # for signals, and for what became of one
            ("log_odds", pa.float64()),  # natural logarithm; above 0 speaks for fake
        ]
    )


def clean_count_schema(id_type: pa.DataType) -> pa.Schema:
    """Shape of `clean_counts`: every shop and item with and without what was neutralised."""
    rating = ("rating", "rating_low", "rating_high")  # mean, and where it lies by chance, 95 %
    return pa.schema(
        [
            ("subject_kind", pa.string()),  # shop, item
            ("subject_id", id_type),
            ("category", pa.string()),
            *_COUNTED,
            *((f"{what}_{side}", pa.float64()) for side in ("raw", "clean") for what in rating),
            ("rank_raw", pa.int64()),  # by orders within its category, 1 is most; equals share
            ("rank_clean", pa.int64()),
            ("n_in_category", pa.int64()),
        ]
    )


def reject_schema() -> pa.Schema:
    """Shape of `rejects`: every row or value that could not be used, where it stands and why."""
    return pa.schema(
        [
            ("table", pa.string()),
            ("file", pa.string()),  # name within the source
            ("row", pa.int64()),  # as a spreadsheet counts: a CSV header is row 1
            ("column", pa.string()),
            ("value", pa.string()),  # empty for personal columns
            ("is_kept", pa.bool_()),  # the row was kept, only without this value
            ("code", pa.string()),
            ("reason_zh", pa.string()),
            ("reason_en", pa.string()),
        ]
    )


_COUNTED = [
    (f"{what}_{side}", pa.int64())
    for what in (
        "orders",  # all but those that were called off
        "turnover_minor",  # what was paid for them
        "refunded_orders",  # of them, those whose money was given back wholly
        "refunded_minor",  # what was given back
        "reviews",
        "ratings",  # reviews with a rating
        "rating_milli_sum",  # of these ratings, in thousandths
    )
    for side in ("raw", "clean")
]


def daily_count_schema(id_type: pa.DataType) -> pa.Schema:
    """Shape of `clean_counts_daily`: every shop and item by the day, where there is anything."""
    return pa.schema(
        [
            ("subject_kind", pa.string()),  # shop, item
            ("subject_id", id_type),
            ("day", pa.date32()),  # in the platform's time zone
            *_COUNTED,
        ]
    )


def rank_influence_schema(id_type: pa.DataType) -> pa.Schema:
    """Shape of `rank_influence`: the places that what does not count has bought, and who lost."""
    return pa.schema(
        [
            ("subject_kind", pa.string()),  # shop, item
            ("subject_id", id_type),
            ("category", pa.string()),
            ("is_bought", pa.bool_()),  # whether it has anything left out itself
            ("rank_raw", pa.int64()),
            ("rank_clean", pa.int64()),
            ("places_bought", pa.int64()),  # below 0: places lost to others
            ("exposure_raw", pa.float64()),  # 1 / log2(1 + rank)
            ("exposure_clean", pa.float64()),
            ("exposure_bought", pa.float64()),
            ("n_displaced", pa.int64()),  # with nothing left out, that stood above it otherwise
            ("displaced_ids", pa.list_(id_type)),  # of these, who holds one of 100 first places
        ]
    )


def removed_by_schema(id_type: pa.DataType) -> pa.Schema:
    """Shape of `removed_by`: what each kind of evidence removes of a shop or item."""
    return pa.schema(
        [
            ("subject_kind", pa.string()),  # shop, item
            ("subject_id", id_type),
            ("evidence", pa.string()),  # family, detector
            ("name", pa.string()),
            *(
                (f"{what}_{how}", pa.int64())
                for how in ("resting", "regained")  # speaks against it; would count without it
                for what in ("orders", "turnover_minor", "reviews")
            ),
        ]
    )


def rests_on_schema(id_type: pa.DataType) -> pa.Schema:
    """Shape of `rests_on`: what each row that is left out rests on."""
    return pa.schema(
        [
            ("subject_kind", pa.string()),  # order, review
            ("subject_id", id_type),
            ("evidence", pa.string()),  # family, detector; order: a review goes with its order
            ("name", pa.string()),
            ("is_needed", pa.bool_()),  # without it, the row would count again
        ]
    )


def restored_schema(id_type: pa.DataType) -> pa.Schema:
    """Shape of `restored`: the rows that count again because a person said so."""
    return pa.schema(
        [
            ("subject_kind", pa.string()),  # order, review
            ("subject_id", id_type),
            ("through_kind", pa.string()),  # what was restored: the row, its shop, account, ...
            ("through_id", pa.string()),
            ("restored_at", pa.int64()),
            ("restored_by", pa.string()),
            ("because", pa.string()),
        ]
    )
