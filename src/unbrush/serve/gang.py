"""Read who was in a simulated gang, and make of a run what `judge.score.score_gang` compares."""

import hashlib
import hmac
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from unbrush.base.engine import Engine
from unbrush.base.evidence import cluster_member_schema
from unbrush.base.manifest import Manifest
from unbrush.base.run_folder import RunFolder
from unbrush.collect.personal import KEY_FILE, TOKEN_LENGTH, fingerprint, kept_key
from unbrush.serve.options import key_from_environment

NAMES = ("gang.parquet", "truth/gang.parquet")


def gang_file(truth: Path) -> Path | None:
    """Return the file that says who was in the gang, beside the labels; None if there is none."""
    folder = truth if truth.is_dir() else truth.parent
    return next((folder / name for name in NAMES if (folder / name).is_file()), None)


def put_gang(engine: Engine, folder: RunFolder, path: Path) -> None:
    """Leave tables `gang`, `cluster_members`, `deeds` and `regions` in ``engine``.

    `gang` has tokens as the run has them, or none where its key is not known. `rings` must be
    there; it gets a ``cluster_id`` if it has none, since every ring is then an organiser's.
    """
    manifest = Manifest.read(folder.manifest)
    rows = pyarrow.parquet.read_table(path)
    tokens = _hashed(rows["token"].to_pylist(), _key(folder, manifest))
    place = rows.column_names.index("token")
    engine.put("gang", rows.set_column(place, "token", pa.array(tokens, pa.string())))
    rings = engine.scan(folder.output("rings"))
    if "cluster_id" not in engine.columns("rings"):
        engine.view("rings", f"SELECT *, ring_id AS cluster_id FROM {rings}")
    members = folder.output("cluster_members")
    if members.is_file():
        engine.view("cluster_members", f"SELECT * FROM {engine.scan(members)}")
    else:
        engine.put("cluster_members", cluster_member_schema(pa.string()).empty_table())
    _put_deeds(engine, folder, manifest)
    shops = "SELECT NULL AS shop_id, NULL AS region WHERE false"
    if "shops" in manifest.tables:
        shops = f"SELECT shop_id, region FROM {engine.scan(folder.event('shops'))}"
    engine.view("regions", shops)


def _put_deeds(engine: Engine, folder: RunFolder, manifest: Manifest) -> None:
    """Leave `deeds`: which account each order and review is of."""
    parts = [
        f"SELECT '{kind}' AS subject_kind, CAST({kind}_id AS VARCHAR) AS subject_id, account_id"
        f" FROM {engine.scan(folder.event(f'{kind}s'))}"
        for kind in ("order", "review")
        if f"{kind}s" in manifest.tables
    ]
    engine.view("deeds", " UNION ALL ".join(parts))


def _key(folder: RunFolder, manifest: Manifest) -> bytes | None:
    """Return the key that the run hashed with; None if what is at hand is another."""
    key = key_from_environment()
    if key is None and (folder.root / KEY_FILE).is_file():
        key, _ = kept_key(folder.root)
    return key if key and fingerprint(key) == manifest.key_fingerprint else None


def _hashed(tokens: list[str | None], key: bytes | None) -> list[str | None]:
    if key is None:
        return [None] * len(tokens)
    return [
        token and hmac.new(key, token.encode(), hashlib.sha256).hexdigest()[:TOKEN_LENGTH]
        for token in tokens
    ]
