"""Put a case file's parts together as one document; nothing in it depends on who made it when."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unbrush.base.clock import DAY_MS
from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.base.run_folder import RunFolder
from unbrush.base.words import Words
from unbrush.respond.desk.importing import run_id_of
from unbrush.respond.dossier import facts, parties
from unbrush.respond.dossier.chains import chains, lay_out_chains
from unbrush.respond.dossier.custody import factors, inputs
from unbrush.respond.dossier.decisions import Decided, decided
from unbrush.respond.dossier.evidence import MOST_ROWS, Evidence, take_evidence
from unbrush.respond.dossier.legal import STANDARDS, legal, touched
from unbrush.respond.dossier.public_interest import public_interest
from unbrush.respond.dossier.redaction import Labels
from unbrush.respond.dossier.scope import Scope, lay_out
from unbrush.respond.dossier.thresholds import Counted, documented
from unbrush.respond.dossier.timeline import timeline, window
from unbrush.respond.figures import Money
from unbrush.respond.losses.given import NOTHING_GIVEN, Given
from unbrush.respond.losses.sheet import make_sheet
from unbrush.respond.losses.telling import document_of
from unbrush.respond.made_by import made_by

Row = dict[str, Any]

FORMAT = "unbrush-dossier/1"
_CHINA_MS = 8 * 3_600_000


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """What a case file says, before it is written.

    Attributes:
        document: Everything for people and machines, with words in both languages.
        evidence: The rows behind it.
        signals: The findings, one row each, without third persons.
        labels: Who is behind each label; never written into the file.
    """

    document: Row
    evidence: list[Evidence]
    signals: list[Row]
    labels: Labels


def make_document(
    engine: Engine,
    manifest: Manifest,
    folder: RunFolder,
    scope: Scope,
    *,
    audience: str,
    counts: Mapping[str, int] | None = None,
    attachments: tuple[str, ...] = (),
    most_rows: int = MOST_ROWS,
    given: Given = NOTHING_GIVEN,
    documents: Sequence[Counted] = (),
    decisions: Sequence[Decided] = (),
) -> Dossier:
    """Return the case file of a scope.

    Args:
        engine: Holds the market and the output of the run.
        manifest: What was collected.
        folder: The run.
        scope: Whom it is about.
        audience: One of `law.AUDIENCES`.
        counts: Counts to set beside numbers that provisions name.
        attachments: Names of files that go with it.
        most_rows: Rows of one table.
        given: What was stated for the losses; what it confirms are shops and rings.
        documents: What documents count, which two people stand for.
        decisions: Of authorities about its shops, which two people stand for.
    """
    lay_out(engine, manifest, scope)
    lay_out_chains(engine)
    accused = {
        str(id)
        for id in engine.query(
            """SELECT CAST(subject_id AS VARCHAR) AS id FROM decisions WHERE subject_kind = 'shop'
                   AND rung >= 'L2' AND subject_id IN (SELECT id FROM dossier_shops)"""
        )
        .column("id")
        .to_pylist()
    }
    if scope.kind == "shop":
        accused.add(scope.name)  # whoever asked named it
    accused |= {each.shop_id for each in decisions if each.shop_id in scope.shops}
    accused |= {id for kind, id in given.confirmed if kind == "shop" and id in scope.shops}
    labels = Labels(is_public=audience == "public-interest", accused=frozenset(accused))
    parties.learn_parties(engine, labels)
    evidence = take_evidence(engine, manifest, folder, labels, most=most_rows)
    signals = _signals(engine, labels)
    run_id = run_id_of(folder)
    detectors = _kept(folder.detectors)
    money = Money(_currency(engine))
    shops = facts.merchants(engine, labels)
    found = facts.findings(engine, labels, detectors)
    tested = facts.look_alikes(engine)
    roles = parties.roles(engine, labels)
    when = window(engine)
    about = touched(engine, shops, roles)
    paid = parties.money(engine, labels)
    linked = chains(engine, labels, money, detectors)
    losses = document_of(
        make_sheet(
            engine, manifest, scope.shops, scope.clusters, given=given,
            named=lambda id: str(labels.label("shop", id)),
        )
    )  # fmt: skip
    for said in ("confirmed", "reversed"):
        losses["given"][said] = [
            [kind, labels.label(kind, id)] for kind, id in losses["given"][said]
        ]
    name = labels.label("shop", scope.name) if scope.kind == "shop" else scope.name
    document: Row = {
        "format": FORMAT,
        "audience": audience,
        "standard": STANDARDS[audience],
        "scope": {"kind": scope.kind, "name": name, "rings": list(scope.rings),
                  "clusters": list(scope.clusters)},
        "run": {"run_id": run_id, **made_by(folder, manifest)},
        "window": when and {"first_at": when[0], "last_at": when[1]},
        "currency": money.currency,
        "shops": shops,
        "about": about,
        "n_orders": sum(shop["n_orders"] for shop in shops),
        "n_reviews": sum(shop["n_reviews"] for shop in shops),
        "elements": facts.elements(shops, found),
        "timeline": timeline(engine, labels, found, money, linked),
        "chains": linked,
        "roles": roles,
        "money": paid,
        "losses": losses,
        "jurisdictions": parties.jurisdictions(engine),
        "look_alikes": tested,
        "against": facts.against(engine, shops, tested, labels),
        "documents": [documented(each) for each in documents],
        "decisions": decided(decisions, labels),
        "legal": legal(engine, about, audience, when, counts or {}, documents),
        "evidence": [
            {"table": each.table, "n": each.n, "n_rows": len(each.rows), "query": each.query,
             "source_sha256": each.source_sha256}
            for each in evidence
        ],
        "custody": {"inputs": inputs(folder, evidence),
                    "factors": factors(manifest, run_id, evidence)},
        "redactions": labels.map(),
        "attachments": list(attachments),
        "public_interest": public_interest(engine, shops, attachments)
        if audience == "public-interest" else None,
    }  # fmt: skip
    if labels.is_public:
        document = _days_only(document)
    return Dossier(document=document, evidence=evidence, signals=signals, labels=labels)


def _days_only(value: Any, key: str = "") -> Any:
    """Return a document whose moments are the midnights in China before them."""
    if isinstance(value, dict):
        return {name: _days_only(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_days_only(each) for each in value]
    if (key == "at" or key.endswith("_at")) and isinstance(value, int):
        return (value + _CHINA_MS) // DAY_MS * DAY_MS - _CHINA_MS
    return value


def _signals(engine: Engine, labels: Labels) -> list[Row]:
    """Return the findings in scope, each with the labels of what it is about and rests on."""
    kinds = {"orders": "order", "reviews": "review", "posts": "post", "messages": "message"}
    rows = engine.query("SELECT * FROM dossier_signals ORDER BY detector, signal_id").to_pylist()
    shown = []
    for row in rows:
        words = labels.sentence(Words(row["reason_zh"], row["reason_en"]))
        domain = kinds.get(row["evidence_table"], row["evidence_table"].removesuffix("s"))
        shown.append(
            {
                "signal_id": labels.label("signal", row["signal_id"]),
                "detector": row["detector"],
                "subject_kind": row["subject_kind"],
                "subject": labels.label(row["subject_kind"], row["subject_id"]),
                "score": row["score"],
                "family": row["family"],
                "strength": row["strength"],
                "element": row["element"],
                "evidence_table": row["evidence_table"],
                "evidence": " ".join(
                    str(labels.label(domain, each)) for each in row["evidence_ids"] or ()
                ),
                "reason_zh": words.zh,
                "reason_en": words.en,
            }
        )
    return shown


def _currency(engine: Engine) -> str:
    rows = engine.query(
        """SELECT DISTINCT o.currency AS currency FROM orders o JOIN dossier_orders d
               ON CAST(d.id AS VARCHAR) = CAST(o.order_id AS VARCHAR)
           WHERE o.currency IS NOT NULL LIMIT 2"""
    ).to_pylist()
    return str(rows[0]["currency"]) if len(rows) == 1 else ""


def _kept(path: Any) -> Row | None:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def plain(value: Any) -> Any:
    """Return a document as JSON takes it: words as zh and en, dates as text, parts as objects."""
    if isinstance(value, Words):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if hasattr(value, "__dataclass_fields__"):
        told = {key: plain(getattr(value, key)) for key in value.__dataclass_fields__}
        if hasattr(value, "is_reached"):
            told |= {"is_reached": value.is_reached, "words": plain(value.words)}
        return told
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
