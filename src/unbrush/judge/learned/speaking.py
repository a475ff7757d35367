"""A model's word as one witness: weak, without a family of its own kind, against nobody.

It speaks only where it is sure beyond the probability at which, on later data that it had not seen,
at most one in a hundred was honest. Even then it is one weak voice: alone it decides nothing; with
evidence of another family a row stops counting (L1). It supports element (a) only, speaks against
no account and is never strong, so that no label, notice or limit can come of it.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from unbrush.base.engine import Engine, quote
from unbrush.base.errors import BadModel
from unbrush.base.manifest import Manifest
from unbrush.judge.learned.features import (
    CHUNK,
    make_features,
    matrix_sql,
    read_matrix,
    said_sql,
)
from unbrush.judge.learned.model import Learned, Model
from unbrush.judge.learned.telling import tell

NAME = "learned"
"""Name and family under which a model speaks."""

COLUMNS = ("kind", "id", "signal_id", "score", "reason_zh", "reason_en")


def speak(engine: Engine, manifest: Manifest, model: Model) -> None:
    """Add the model's word to `_witnesses`, and leave its reasons in `_learned`.

    Args:
        engine: Holds the event tables, `_orders`, `_reviews` and `_witnesses`.
        manifest: What the market has.
        model: What was learned.

    Raises:
        BadModel: It reads columns that this market does not have.
    """
    check_fits(model, manifest)
    engine.put("_learned", _table([], manifest))
    for learned in model.learned.values():
        _speak_of(engine, manifest, learned)
    engine.create(
        "_witnesses",
        f"""SELECT * FROM _witnesses
            UNION ALL BY NAME
            SELECT kind, id, signal_id, {quote(NAME)} AS name, {quote(NAME)} AS family,
                   'E1' AS strength, 'a' AS element, 'nobody' AS implicates, score,
                   true AS is_direct
            FROM _learned""",
    )


def write_down(engine: Engine, manifest: Manifest) -> None:
    """Leave `learned` in ``engine``, shaped like `signals`, and its sentences in `reasons`.

    `learned` has no rows where no model spoke.
    """
    if not engine.columns("_learned"):
        engine.put("_learned", _table([], manifest))
    engine.create(
        "learned",
        f"""SELECT signal_id, {quote(NAME)} AS detector, kind AS subject_kind, id AS subject_id,
                   score, {quote(NAME)} AS family, 'E1' AS strength, 'a' AS element,
                   'nobody' AS implicates, '{{}}' AS facts, concat(kind, 's') AS evidence_table,
                   [id] AS evidence_ids, reason_zh, reason_en
            FROM _learned ORDER BY signal_id""",
    )
    engine.create(
        "reasons",
        """SELECT * FROM (
                SELECT * FROM reasons
                UNION ALL BY NAME
                SELECT subject_kind, subject_id, 'signal' AS kind, detector AS name,
                       'supports' AS outcome, signal_id, family, strength, element, reason_zh,
                       reason_en
                FROM learned)
            ORDER BY subject_kind, subject_id, kind, name, signal_id, reason_en""",
    )
    engine.drop("_learned")


def check_fits(model: Model, manifest: Manifest) -> None:
    """Refuse a market without the columns that a model reads: missing is not clean.

    Raises:
        BadModel: Names them.
    """
    needs: dict[str, tuple[str, ...]] = {}
    for learned in model.learned.values():
        for need in learned.needs:
            table, _, column = need.partition(".")
            needs[table] = (*needs.get(table, ()), column)
    # A market of orders alone is no reason to refuse what was learned of reviews beside them.
    missing = manifest.lacks({table: own for table, own in needs.items() if own})
    if missing:
        raise BadModel(
            f"The model reads {', '.join(missing)}, which this market does not have.",
            hint="Train one on this market, or judge without --model.",
        )


def _speak_of(engine: Engine, manifest: Manifest, learned: Learned) -> None:
    features = make_features(engine, learned.kind)
    n_rows = engine.value(f"SELECT count(*) FROM {features}")
    n_chunks = max(1, -(-n_rows // CHUNK))
    engine.create("_said", said_sql(learned.kind))
    for chunk in range(n_chunks):
        where = f"hash(id) % {n_chunks} = {chunk}"
        sql = matrix_sql(features, "_said", learned.names, where)
        matrix = read_matrix(engine, f"{sql} ORDER BY f.id", learned.names)
        if not len(matrix.ids):
            continue
        said = learned.probability(matrix.values)
        sure = np.flatnonzero(said >= learned.speaks_from)
        words = tell(learned, matrix.values[sure], said[sure])
        rows = [
            (learned.kind, matrix.ids[place], f"{NAME}-{learned.kind}-{matrix.ids[place]}",
             round(float(said[place]), 6), each.zh, each.en)
            for place, each in zip(sure.tolist(), words, strict=True)
        ]  # fmt: skip
        engine.put("_speaks", _table(rows, manifest))
        engine.create("_learned", "SELECT * FROM _learned UNION ALL SELECT * FROM _speaks")
        engine.drop("_speaks")
    engine.drop("_said")
    engine.drop(features)


def _table(rows: Sequence[tuple[object, ...]], manifest: Manifest) -> pa.Table:
    id_type = pa.int64() if manifest.subject_id_type == "BIGINT" else pa.string()
    types = (pa.string(), id_type, pa.string(), pa.float64(), pa.string(), pa.string())
    columns: Sequence[Sequence[object]] = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    return pa.table(
        {
            name: pa.array(list(column), kind)
            for name, kind, column in zip(COLUMNS, types, columns, strict=True)
        }
    )
