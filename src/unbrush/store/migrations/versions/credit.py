"""Credit: presets, entries, requests, decisions of authorities, owner links. And inspections."""

import sqlalchemy as sa
from alembic import op

revision = "credit"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    _credit()
    _authorities()
    _owners()
    _bodies()
    _samples()


def _id(name: str, to: str = "") -> "sa.Column[str]":
    link = [sa.ForeignKey(to)] if to else []
    return sa.Column(name, sa.Text, *link, primary_key=True)


def _text(name: str, to: str = "", *, null: bool = False) -> "sa.Column[str]":
    link = [sa.ForeignKey(to)] if to else []
    return sa.Column(name, sa.Text, *link, nullable=null)


def _whole(name: str, *, null: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger, nullable=null)


def _real(name: str, *, null: bool = False) -> "sa.Column[float]":
    return sa.Column(name, sa.Float(53), nullable=null)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"{table}_by_{'_'.join(columns)}", table, list(columns))


def _two_people() -> "list[sa.Column[str] | sa.Column[int]]":
    """What one person proposes and another decides."""
    return [
        _text("proposed_by"),
        _whole("proposed_at"),
        _text("decided_by", null=True),
        _whole("decided_at", null=True),
        _text("decided_because", null=True),
        _whole("changed_at"),
        _whole("version"),
    ]


def _credit() -> None:
    op.create_table(
        "shop_counts",  # of the newest run, for shops of which it decided anything
        _id("shop_id"),
        _text("run_id", "runs.run_id"),
        _whole("n_fake"),  # orders that do not count; reviews where a market has no orders
        _whole("n_genuine"),
    )
    op.create_table(
        "credit_presets",
        _id("preset_id"),
        _text("preset_version"),
        _text("name"),
        _text("text"),
        _text("reason"),
        _text("state"),  # proposed, in-force, refused
        *_two_people(),
    )
    op.create_table(
        "credit_items",
        _id("item_id"),
        _text("shop_id"),
        _text("source_kind"),  # step, case, authority
        _text("source_id"),
        _text("class"),  # light, general, serious
        _text("strength"),  # E2, E3, confirmed, authority
        _whole("n_fake", null=True),
        _whole("n_genuine", null=True),
        _text("run_id", null=True),
        _text("preset_text"),  # what it was entered with, whole: later ones change nothing
        _whole("began_at"),  # of an authority: when it decided, which may be long before
        _whole("entered_at"),
        sa.UniqueConstraint("source_kind", "source_id", "shop_id"),
    )
    _index("credit_items", "shop_id", "entered_at")
    op.create_table(
        "credit_requests",
        _id("request_id"),
        _text("item_id", "credit_items.item_id"),
        _text("shop_id"),
        _text("kind"),  # repair, self-report, role
        _text("role", null=True),
        _text("measures"),  # spaces between
        _text("text"),
        _text("state"),  # open, granted, refused
        _whole("due_at"),
        *_two_people(),
    )
    _index("credit_requests", "item_id")
    _index("credit_requests", "state", "due_at")


def _authorities() -> None:
    op.create_table(
        "authority_decisions",
        _id("decision_id"),
        _text("shop_id"),
        _text("authority"),
        _text("document_no"),
        _text("case_id", "cases.case_id", null=True),  # of the same conduct
        _whole("decided_on"),
        _text("class"),
        _text("facts_zh"),
        _text("facts_en"),
        _text("sha256"),  # of the document; empty if it is on paper alone
        _whole("n_fake", null=True),
        _whole("n_genuine", null=True),
        _text("state"),  # proposed, in-force, refused, withdrawn
        *_two_people(),
    )
    _index("authority_decisions", "shop_id")
    _index("authority_decisions", "state", "proposed_at")


def _owners() -> None:
    op.create_table(
        "owner_links",
        _id("link_id"),
        _text("shop_id"),
        _text("other_shop_id"),
        _text("basis"),  # licence, legal-representative, ...
        _text("proof"),  # the document, in words
        _text("sha256"),
        _text("state"),  # proposed, proven, refused, disputed, ended
        *_two_people(),
        _text("dispute", null=True),
        _whole("disputed_at", null=True),
        _whole("due_at", null=True),
        _text("settled_by", null=True),
        _text("settled_because", null=True),
    )
    _index("owner_links", "shop_id", "state")
    _index("owner_links", "other_shop_id", "state")


def _bodies() -> None:
    op.create_table(
        "inspection_bodies",
        _id("body_id"),
        _text("accreditation_no"),  # one of them is in use at a time: renewed, it is entered anew
        _text("name"),
        _text("scope"),  # standards, one a line
        _whole("valid_from"),
        _whole("valid_until"),
        _text("person_id", "people.person_id", null=True),  # the account of its program
        _text("state"),  # proposed, accepted, refused, suspended
        *_two_people(),
    )
    _index("inspection_bodies", "accreditation_no")
    op.create_table(
        "body_methods",  # how often a method errs
        _id("body_id", "inspection_bodies.body_id"),
        _id("standard"),
        _real("sensitivity"),  # of goods that do not conform, the share that fails
        _real("specificity"),  # of goods that conform, the share that passes
        _whole("n_bad", null=True),  # on how many known goods of either kind that was found
        _whole("n_good", null=True),
    )
    op.create_table(
        "body_ties",
        _id("body_id", "inspection_bodies.body_id"),
        _id("shop_id"),
        _text("category"),  # in which the shop trades: it is a rival to others there
        _text("nature"),
        _text("noted_by"),
        _whole("noted_at"),
    )


def _samples() -> None:
    op.create_table(
        "inspection_samples",
        _id("sample_id"),
        _text("body_id", "inspection_bodies.body_id"),
        _text("shop_id"),
        _text("item_id"),
        _text("category"),
        _text("chosen_by"),  # random, complaint, follow-up
        _text("origin"),  # custody, import
        _text("bought_by"),
        _text("order_ref"),
        _whole("bought_at"),
        _whole("n_units"),
        _whole("n_reserve"),  # kept sealed for a second analysis
        _text("seal_no"),
        _text("entered_by"),
        _whole("entered_at"),
    )
    _index("inspection_samples", "shop_id", "bought_at")
    op.create_table(
        "sample_custody",
        _id("sample_id", "inspection_samples.sample_id"),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        _whole("at_ms"),
        _text("from_whom"),
        _text("to_whom"),
        _text("place"),
        _text("seal"),  # intact, broken
        _text("entered_by"),
    )
    op.create_table(
        "inspection_results",
        _id("result_id"),
        _text("sample_id", "inspection_samples.sample_id"),
        _text("body_id", "inspection_bodies.body_id"),
        _text("shop_id"),
        _text("standard"),
        _whole("n_tested"),
        _real("n_failed"),  # a share of a unit where a measurement is near its limit
        _real("sensitivity"),
        _real("specificity"),
        _whole("n_bad", null=True),
        _whole("n_good", null=True),
        _text("measured"),  # JSON of a measurement; empty where goods pass or fail
        _text("certificate"),
        _text("sha256"),
        _whole("tested_at"),
        _whole("expires_at"),
        _text("source_id", null=True),  # of the row that it was imported from
        _text("state"),  # in-force, disputed, replaced, withdrawn
        _text("second_of", null=True),  # the result that it decides again
        _text("dispute", null=True),
        _whole("disputed_at", null=True),
        _text("disputed_by", null=True),
        _text("settled_by", null=True),
        _text("settled_because", null=True),
        _text("entered_by"),
        _whole("entered_at"),
        _whole("version"),
        sa.UniqueConstraint("body_id", "certificate", "sample_id"),
        sa.UniqueConstraint("source_id"),
    )
    _index("inspection_results", "shop_id", "state")
    _index("inspection_results", "sample_id")
