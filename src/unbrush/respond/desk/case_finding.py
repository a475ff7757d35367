"""Which cases a run calls for: one for each organiser, one for each merchant outside of all.

Never one per order: an organiser with five thousand merchants is one case. A shop that is only a
possible victim (L1) and in no ring is left to the counts; nobody has to look at it.
"""

from dataclasses import dataclass

from unbrush.base.engine import Engine
from unbrush.base.run_folder import RunFolder


@dataclass(frozen=True, kw_only=True)
class FoundCase:
    """What a run calls a case.

    Attributes:
        kind: organiser, merchant.
        keys: What it is known by from run to run: its rings' ids, or its shop's.
        shops: Its shops, and the rung that is proposed for each.
        harm_minor: Turnover of its shops that does not count.
    """

    kind: str
    keys: tuple[str, ...]
    shops: tuple[tuple[str, str], ...]
    harm_minor: int

    @property
    def rung(self) -> str:
        """The highest rung that is proposed for one of its shops."""
        return max((rung for _, rung in self.shops), default="L0")


def cases_of_run(engine: Engine, folder: RunFolder) -> list[FoundCase]:
    """Return the cases of a judged run, organisers first, those with most harm first."""
    tables = {
        name: engine.scan(folder.output(name))
        for name in ("decisions", "rings", "ring_members", "clean_counts")
    }
    table = engine.query(
        f"""
        WITH shops AS (
            SELECT CAST(d.subject_id AS VARCHAR) AS shop_id, d.rung,
                   coalesce(c.turnover_minor_raw - c.turnover_minor_clean, 0) AS harm_minor
            FROM {tables["decisions"]} d
            LEFT JOIN {tables["clean_counts"]} c
                ON c.subject_kind = 'shop' AND c.subject_id = d.subject_id
            WHERE d.subject_kind = 'shop' AND d.rung <> 'L0'),
        ringed AS (
            SELECT DISTINCT CAST(m.subject_id AS VARCHAR) AS shop_id, r.cluster_id, r.ring_id
            FROM {tables["ring_members"]} m JOIN {tables["rings"]} r USING (ring_id)
            WHERE m.subject_kind = 'shop'),
        in_cluster AS (
            SELECT DISTINCT s.shop_id, s.rung, s.harm_minor, r.cluster_id
            FROM shops s JOIN ringed r USING (shop_id)),
        rings_of AS (
            SELECT cluster_id, list(DISTINCT ring_id ORDER BY ring_id) AS keys
            FROM ringed GROUP BY cluster_id),
        organisers AS (
            SELECT 'organiser' AS kind, any_value(k.keys) AS keys,
                   list({{'id': c.shop_id, 'rung': c.rung}} ORDER BY c.shop_id) AS shops,
                   CAST(sum(c.harm_minor) AS BIGINT) AS harm_minor
            FROM in_cluster c JOIN rings_of k USING (cluster_id) GROUP BY c.cluster_id),
        merchants AS (
            SELECT 'merchant', [shop_id], [{{'id': shop_id, 'rung': rung}}], harm_minor
            FROM shops ANTI JOIN in_cluster USING (shop_id) WHERE rung >= 'L2')
        (SELECT * FROM organisers UNION ALL SELECT * FROM merchants)
        ORDER BY kind DESC, harm_minor DESC, keys"""
    )
    return [
        FoundCase(
            kind=row["kind"],
            keys=tuple(row["keys"]),
            shops=tuple((shop["id"], shop["rung"]) for shop in row["shops"]),
            harm_minor=int(row["harm_minor"]),
        )
        for row in table.to_pylist()
    ]
