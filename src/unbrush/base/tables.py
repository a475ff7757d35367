"""The event tables: which columns there are, what they mean and which must be present.

Every other stage reads these names and no others. Ids are BIGINT or text as the source had them,
times are epoch milliseconds UTC (``*_at``), money is whole minor units (``*_minor``), weights are
grams, shares 0-1. A ``*_token`` is a keyed hash made by `collect`; the raw value is never stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds; decides how `collect` reads it and how it is stored."""

    ID = "id"  # opaque; BIGINT where every value of its domain is a whole number, else VARCHAR
    TOKEN = "token"  # keyed hash of something personal, VARCHAR
    TIME = "time"  # BIGINT, epoch milliseconds UTC
    MONEY = "money"  # BIGINT, minor units
    COUNT = "count"  # BIGINT, whole and not negative
    NUMBER = "number"  # DOUBLE
    FLAG = "flag"  # BOOLEAN
    WORD = "word"  # VARCHAR from a small set
    TEXT = "text"  # VARCHAR, free


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an event table.

    Attributes:
        name: Its name in every stage.
        kind: What it holds.
        is_required: Whether a row without it is useless.
        domain: For ids, whose id it is (``item_id`` in two tables is the same domain).
        allowed: For words, the values that mean something to us; others are kept as they are.
        may_be_negative: For money, whether a negative amount has a meaning.
        may_be_future: For times, whether it can be planned ahead.
    """

    name: str
    kind: Kind
    is_required: bool = False
    domain: str = ""
    allowed: tuple[str, ...] = ()
    may_be_negative: bool = False
    may_be_future: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One event table: its columns in order and the columns that identify a row.

    Attributes:
        name: Its name, a plural noun.
        columns: All columns that we know.
        key: The id column, or all columns that together make two rows the same.
        is_keyed: Whether the key is an id of its own, so that two different rows may not share it.
        time: The column that dates a row, for the days a table covers.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    is_keyed: bool = True
    time: str = ""

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that a row cannot do without."""
        return tuple(column.name for column in self.columns if column.is_required)

    def column(self, name: str) -> Column:
        """Return the column called ``name``; KeyError if there is none."""
        return next(column for column in self.columns if column.name == name)


def _column(text: str) -> Column:
    """Read a column from ``name! kind``: ``!`` marks required, ids name their domain."""
    name, _, rest = text.partition(" ")
    is_required = name.endswith("!")
    name = name.rstrip("!")
    kind, _, extra = rest.partition(" ")
    if kind == "id":
        return Column(name, Kind.ID, is_required, domain=extra or name.removesuffix("_id"))
    if kind == "word":
        return Column(name, Kind.WORD, is_required, allowed=tuple(extra.split()))
    return Column(
        name,
        Kind(kind),
        is_required,
        may_be_negative=extra == "signed",
        may_be_future=extra == "planned",
    )


def _table(name: str, key: str, time: str, *columns: str, is_keyed: bool = True) -> Table:
    return Table(name, tuple(map(_column, columns)), tuple(key.split()), is_keyed, time)


_ALL = (
    _table(
        "accounts",
        "account_id",
        "registered_at",
        "account_id! id",
        "registered_at time",
        "region word",
        "phone_token token",
        "identity_token token",
        "invited_by id account",
        "staff_of_shop_id id shop",
    ),
    _table(
        "account_links",
        "account_id kind token",
        "first_seen_at",
        "account_id! id",
        "kind! word device address card phone ip",
        "token! token",
        "first_seen_at time",
        "last_seen_at time",
        "address_type word home office school station locker forwarder",
        is_keyed=False,
    ),
    _table(
        "owners",
        "owner_id",
        "",
        "owner_id! id",
        "legal_rep_token token",
        "phone_token token",
        "address_token token",
        "bank_token token",
    ),
    _table(
        "shops",
        "shop_id",
        "opened_at",
        "shop_id! id",
        "owner_id id",
        "category word",
        "region word",
        "opened_at time",
    ),
    _table(
        "items",
        "item_id",
        "listed_at",
        "item_id! id",
        "shop_id! id",
        "category word",
        "title text",
        "price_minor money",
        "net_weight_g number",
        "listed_at time",
        "version word",
    ),
    _table(
        "campaigns",
        "campaign_id",
        "starts_at",
        "campaign_id! id",
        "kind! word",
        "category word",
        "starts_at! time planned",
        "ends_at! time planned",
    ),
    _table(
        "interactions",
        "account_id kind at item_id shop_id",
        "at",
        "at! time",
        "kind! word search view favourite cart like follow share live_enter live_leave",
        "account_id! id",
        "item_id id",
        "shop_id id",
        "session_id id",
        "query text",
        "dwell_ms count",
        "device_token token",
        "ip_token token",
        "campaign_id id",
        is_keyed=False,
    ),
    _table(
        "orders",
        "order_id",
        "placed_at",
        "order_id! id",
        "account_id! id",
        "shop_id! id",
        "placed_at! time",
        "item_id id",
        "quantity count",
        "paid_minor money",
        "currency word",
        "paid_at time",
        "shipped_at time",
        "confirmed_at time",
        "closed_at time",
        "status word created paid shipped delivered confirmed refunded cancelled",
        "remark text",
        "device_token token",
        "ip_token token",
        "address_token token",
        "payer_token token",
        "campaign_id id",
        "live_session_id id",
        "group_id id",
        "is_gift flag",
    ),
    _table(
        "refunds",
        "refund_id",
        "at",
        "refund_id! id",
        "order_id! id",
        "amount_minor! money",
        "at! time",
        "reason text",
    ),
    _table(
        "transfers",
        "transfer_id",
        "at",
        "transfer_id! id",
        "from_token! token",
        "to_token! token",
        "amount_minor! money",
        "at! time",
        "channel word",
        "memo text",
    ),
    _table(
        "payouts",
        "payout_id",
        "at",
        "payout_id! id",
        "shop_id! id",
        "amount_minor! money signed",
        "at! time",
        "bank_token token",
        "held flag",
    ),
    _table(
        "subsidies",
        "grant_id",
        "at",
        "grant_id! id",
        "order_id! id",
        "campaign_id id",
        "amount_minor! money",
        "at time",
        "funder word",
    ),
    _table(
        "shipments",
        "waybill_id order_id",  # one parcel may carry several orders
        "sent_at",
        "waybill_id! id",
        "order_id! id",
        "carrier word",
        "shipper_token token",
        "origin_region word",
        "destination_region word",
        "weight_g number",
        "sent_at time",
    ),
    _table(
        "scans",
        "waybill_id kind at",
        "at",
        "waybill_id! id",
        "kind! word collected departed arrived out_for_delivery signed",
        "at! time",
        "region word",
        "branch word",
        is_keyed=False,
    ),
    _table(
        "reviews",
        "review_id",
        "posted_at",
        "review_id! id",
        "account_id! id",
        "item_id! id",
        "posted_at! time",
        "rating number",
        "text text",
        "shop_id id",
        "order_id id",
        "text_source word written default tag assisted",
        "append_of id review",
        "edited_at time",
        "photo_hashes text",
        "is_disclosed_incentive flag",
    ),
    _table(
        "photos",
        "photo_id",
        "posted_at",
        "photo_id! id",
        "kind! word review listing",  # a buyer's, or the shop's own
        "review_id id",
        "item_id id",
        "account_id id",
        "shop_id id",
        "posted_at time",
        "file text",  # a path within the folder of the source
        "sha256 text",
        "hashes text",  # see photo_hash; made with what stands around it of `file`
        "width count",
        "height count",
    ),
    _table(
        "posts",
        "post_id",
        "captured_at",
        "post_id! id",
        "text! text",
        "captured_at! time",
        "channel word",
        "author_token token",
        "contact_token token",
        "shop_id id",
        "item_id id",
        "url text",
        "title text",
    ),
    _table(
        "messages",
        "message_id",
        "at",
        "message_id! id",
        "thread_id! id",
        "sender_id! id account",
        "at! time",
        "text! text",
        "shop_id id",
        "order_id id",
        "review_id id",
    ),
    _table(
        "staff",
        "staff_id",
        "",
        "staff_id! id",
        "team word",
        "account_id id",
        "phone_token token",
        "identity_token token",
        "address_token token",
        "bank_token token",
    ),
    _table(
        "staff_actions",
        "action_id",
        "at",
        "action_id! id",
        "staff_id! id",
        "kind! word override allow_list parameter alert_close payout_release review_change",
        "subject_kind! word",
        "subject_id! id any",
        "at! time",
        "reason text",
        "approver_id id staff",
    ),
    _table(
        "inspections",
        "inspection_id",
        "at",
        "inspection_id! id",
        "shop_id! id",
        "result! word",
        "at! time",
        "item_id id",
        "laboratory word",
        "standard word",
        "certificate word",
    ),
    _table(
        "declared_revenue",
        "owner_id period_start_at",
        "period_start_at",
        "owner_id! id",
        "period_start_at! time",
        "period_end_at! time planned",
        "amount_minor! money signed",
    ),
    _table(
        "labels",
        "subject_kind subject_id source",
        "at",
        "subject_kind! word",
        "subject_id! id any",
        "is_fake! flag",
        "source! word",
        "at time",
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _ALL}
"""Every event table by name, in the order of docs/tables.md."""

SUBJECT_TABLES = {
    "account": "accounts",
    "item": "items",
    "message": "messages",
    "order": "orders",
    "post": "posts",
    "review": "reviews",
    "shop": "shops",
    "staff": "staff_actions",
}
"""What a signal can be about, and the table that holds it."""


def sql_type(column: Column, id_types: Mapping[str, str]) -> str:
    """Return the stored type of ``column``, given the type that each id domain turned out to have.

    Args:
        column: A column of one of `TABLES`.
        id_types: Domain to ``BIGINT`` or ``VARCHAR``; a domain not named is ``VARCHAR``.
    """
    match column.kind:
        case Kind.ID:
            return id_types.get(column.domain, "VARCHAR")
        case Kind.TIME | Kind.MONEY | Kind.COUNT:
            return "BIGINT"
        case Kind.NUMBER:
            return "DOUBLE"
        case Kind.FLAG:
            return "BOOLEAN"
        case _:
            return "VARCHAR"
