"""Whom a case file is about: shops, with the rings that are busy in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from unbrush.base.engine import Engine, quote
from unbrush.base.errors import BadParameter, SubjectNotFound
from unbrush.base.manifest import Manifest
from unbrush.base.staff import acts_sql
from unbrush.respond.explaining.gathering import id_type_of


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Whom a case file is about.

    Attributes:
        kind: shop, cluster, case.
        name: Its id.
        shops: Ids of its shops, as text, in order.
        rings: Rings that are busy in them.
        clusters: Organisers of these rings; of a shop's file, only those named by rings.
    """

    kind: str
    name: str
    shops: tuple[str, ...]
    rings: tuple[str, ...]
    clusters: tuple[str, ...]


def scope_of_shop(engine: Engine, shop_id: str) -> Scope:
    """Return the scope of one merchant.

    Raises:
        SubjectNotFound: No run has decided anything about it.
    """
    return scope_of_shops(engine, [shop_id], kind="shop", name=shop_id)


def scope_of_shops(engine: Engine, shops: Sequence[str], *, kind: str, name: str) -> Scope:
    """Return the scope of several merchants, such as those of a case.

    Raises:
        SubjectNotFound: The run says nothing of one of them.
    """
    listed = ", ".join(quote(each) for each in shops) or "NULL"
    known = _texts(
        engine,
        f"""SELECT CAST(subject_id AS VARCHAR) AS id FROM decisions
            WHERE subject_kind = 'shop' AND CAST(subject_id AS VARCHAR) IN ({listed})""",
    )
    if absent := sorted(set(shops) - set(known)) or ([name] if not shops else []):
        raise SubjectNotFound(
            f"The run decided nothing about shop {absent[0]}.",
            hint="Only shops of which something was found have a case file: see decisions.parquet.",
        )
    rings = _texts(
        engine,
        f"""SELECT DISTINCT ring_id AS id FROM ring_members
            WHERE subject_kind = 'shop' AND CAST(subject_id AS VARCHAR) IN ({listed})""",
    )
    return Scope(
        kind=kind, name=name, shops=known, rings=rings, clusters=_clusters_of(engine, rings)
    )


def scope_of_cluster(engine: Engine, cluster_id: str) -> Scope:
    """Return the scope of one organiser, with all its merchants.

    Raises:
        SubjectNotFound: The run found no such organiser.
    """
    rings = _texts(
        engine, f"SELECT ring_id AS id FROM rings WHERE cluster_id = {quote(cluster_id)}"
    )
    if not rings:
        raise SubjectNotFound(
            f"The run found no organiser {cluster_id}.", hint="clusters.parquet lists them."
        )
    return _scope_of_rings(engine, rings, kind="cluster", name=cluster_id)


def scope_of_case(engine: Engine, rings: Sequence[str], shops: Sequence[str], name: str) -> Scope:
    """Return the scope of a case of the desk: its rings' organisers, or its shops."""
    if not rings:
        return scope_of_shops(engine, list(shops), kind="case", name=name)
    listed = ", ".join(quote(each) for each in rings)
    known = _texts(engine, f"SELECT ring_id AS id FROM rings WHERE ring_id IN ({listed})")
    if not known:
        raise SubjectNotFound(
            f"The run has none of the rings of {name}.", hint="Name the run that the case is from."
        )
    return _scope_of_rings(engine, known, kind="case", name=name)


def scope_of_key(engine: Engine, key: str) -> Scope:
    """Return the scope of the case that a run calls for, by one of its keys: a ring or a shop.

    Raises:
        BadParameter: Neither a ring nor a shop of the run.
    """
    rings = _texts(
        engine,
        f"""SELECT ring_id AS id FROM rings WHERE cluster_id IN (
                SELECT cluster_id FROM rings WHERE ring_id = {quote(key)})""",
    )
    if rings:
        return _scope_of_rings(engine, rings, kind="case", name=key)
    try:
        return scope_of_shops(engine, [key], kind="case", name=key)
    except SubjectNotFound:
        raise BadParameter(
            f"--case {key} names no case of this run.",
            hint="A run knows a case by one of its rings (ring-…) or by its shop; ids of the desk,"
            " such as C-1, are known to the desk: POST /cases/C-1/dossiers.",
        ) from None


def _scope_of_rings(engine: Engine, rings: Sequence[str], *, kind: str, name: str) -> Scope:
    listed = ", ".join(quote(each) for each in rings)
    shops = _texts(
        engine,
        f"""SELECT DISTINCT CAST(subject_id AS VARCHAR) AS id FROM ring_members
            WHERE subject_kind = 'shop' AND ring_id IN ({listed})""",
    )
    return Scope(
        kind=kind, name=name, shops=shops, rings=tuple(sorted(rings)),
        clusters=_clusters_of(engine, rings),
    )  # fmt: skip


def _clusters_of(engine: Engine, rings: Sequence[str]) -> tuple[str, ...]:
    listed = ", ".join(quote(each) for each in rings) or "NULL"
    return _texts(
        engine, f"SELECT DISTINCT cluster_id AS id FROM rings WHERE ring_id IN ({listed})"
    )


def _texts(engine: Engine, sql: str) -> tuple[str, ...]:
    found = engine.query(sql).column("id").to_pylist()
    return tuple(sorted(str(each) for each in found if each is not None))


def lay_out(engine: Engine, manifest: Manifest, scope: Scope) -> None:
    """Leave what is in scope in ``engine``: dossier_shops, _rings, _orders, _reviews, _signals.

    Orders and reviews are those of its shops that do not count; signals are those about its shops,
    or that rest on such an order or review, or that a reason of one of them names, and those about
    staff that rest on what was done for its shops.
    """
    kind = manifest.subject_id_type
    shops = pa.array(scope.shops, pa.string()).cast(id_type_of(manifest))
    engine.put("dossier_shops", pa.table({"id": shops}))
    engine.put("dossier_rings", pa.table({"id": pa.array(scope.rings, pa.string())}))
    for subject, table, shop in (
        ("order", "orders", "e.shop_id"),
        ("review", "reviews", "coalesce(e.shop_id, i.shop_id)"),
    ):
        engine.create(
            f"dossier_{table}",
            f"""SELECT d.subject_id AS id, CAST({shop} AS {kind}) AS shop_id, d.probability,
                       d.elements
                FROM decisions d JOIN {table} e ON CAST(e.{subject}_id AS {kind}) = d.subject_id
                LEFT JOIN items i ON i.item_id = e.item_id
                WHERE d.subject_kind = '{subject}' AND d.is_neutralised
                    AND CAST({shop} AS {kind}) IN (SELECT id FROM dossier_shops)""",
        )
    engine.create(
        "dossier_signals",
        f"""
        WITH rows_in AS (
            (SELECT 'orders' AS tab, 'order' AS kind, id FROM dossier_orders)
            UNION ALL (SELECT 'reviews', 'review', id FROM dossier_reviews)),
        resting AS (
            SELECT DISTINCT signal_id FROM (
                SELECT signal_id, evidence_table AS tab, CAST(unnest(evidence_ids) AS {kind}) AS id
                FROM signals) SEMI JOIN rows_in USING (tab, id)),
        named AS (
            SELECT DISTINCT signal_id FROM reasons r SEMI JOIN rows_in x
                ON x.kind = r.subject_kind AND x.id = r.subject_id WHERE signal_id IS NOT NULL),
        about_shops AS (
            SELECT signal_id FROM signals WHERE subject_kind = 'shop'
                AND subject_id IN (SELECT id FROM dossier_shops)),
        {_inside(engine, kind)},
        chosen AS ((SELECT signal_id FROM resting) UNION (SELECT signal_id FROM named)
            UNION (SELECT signal_id FROM about_shops) UNION (SELECT signal_id FROM inside))
        SELECT s.* FROM signals s SEMI JOIN chosen USING (signal_id)""",
    )


def _inside(engine: Engine, kind: str) -> str:
    """Return the CTE of findings about staff that rest on what was done for shops in scope."""
    staff = "subject_kind = 'staff' AND evidence_table = 'staff_actions'"
    if not engine.value(f"SELECT count(*) FROM signals WHERE {staff}"):
        return "inside AS (SELECT signal_id FROM signals WHERE false)"  # nothing has to be read
    return f"""{acts_sql()},
        inside AS (
            SELECT DISTINCT s.signal_id
            FROM (SELECT signal_id, CAST(unnest(evidence_ids) AS VARCHAR) AS id FROM signals
                  WHERE {staff}) s
            JOIN acts a ON CAST(a.action_id AS VARCHAR) = s.id
            WHERE CAST(a.shop_id AS {kind}) IN (SELECT id FROM dossier_shops))"""
