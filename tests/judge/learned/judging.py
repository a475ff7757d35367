"""A market in which nothing was found, or little, as the stages before `judge` leave it."""

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.evidence import ring_member_schema, ring_schema, signal_schema


def put_nothing_found(engine: Engine, signals: list[dict] | None = None) -> None:
    """Leave `signals`, `rings` and `ring_members` in ``engine``."""
    rows = pa.Table.from_pylist(signals or [], schema=signal_schema(pa.int64()))
    engine.put("signals", rows)
    engine.put("rings", ring_schema().empty_table())
    engine.put("ring_members", ring_member_schema(pa.int64()).empty_table())
