"""A case file as one zip: fixed order, fixed dates, a manifest of check values, a signature.

Three kinds of files: ``content`` depends on the run alone; ``rendering`` also on libraries and
fonts (PDF, Parquet); ``making`` on who made it and when. `content_sha256` is over the first kind,
so that a second machine can show that it came to the same.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from unbrush.respond.desk.audit import canonical
from unbrush.respond.desk.signing import Signer
from unbrush.respond.dossier.case_uco import make_case
from unbrush.respond.dossier.document import FORMAT, Dossier, plain
from unbrush.respond.dossier.page import make_page

Row = dict[str, Any]

MANIFEST, SIGNATURE = "manifest.json", "signature.json"
_DATE = (1980, 1, 1, 0, 0, 0)


def pack(
    dossier: Dossier,
    *,
    custody: Mapping[str, Any],
    signer: Signer,
    attachments: Mapping[str, bytes] | None = None,
    pdf: bytes | None = None,
) -> bytes:
    """Return the zip.

    Args:
        dossier: What it says.
        custody: Who made it, when, by which clock, on which software.
        signer: Whose signature.
        attachments: Files that go with it, by name.
        pdf: The same for paper.
    """
    content: dict[str, bytes] = {}
    rendering: dict[str, bytes] = {}
    tables = {f"rows/{each.table}": each.rows for each in dossier.evidence}
    tables["rows/signals"] = dossier.signals
    tables["redactions/map"] = [
        {key: row[key] for key in ("table", "column", "reason", "n")}
        | {"why_zh": row["words"].zh, "why_en": row["words"].en}
        for row in dossier.document["redactions"]
    ]
    for name, rows in tables.items():
        content[f"{name}.csv"] = _csv(rows)
        if name.startswith("rows/"):
            rendering[f"{name}.parquet"] = _parquet(rows)
    listed = [(name, _sha256(data), len(data)) for name, data in content.items() if "rows/" in name]
    told = plain(dossier.document)
    content["case.json"] = _json(told)
    content["case.jsonld"] = make_case(dossier.document, listed).encode()
    content["index.html"] = make_page(dossier.document, lang="both").encode()
    content |= {f"attachments/{name}": data for name, data in (attachments or {}).items()}
    if pdf is not None:
        rendering["dossier.pdf"] = pdf
    making = {"custody.json": _json(dict(custody))}
    files = [
        {"path": path, "sha256": _sha256(data), "n_bytes": len(data), "part": part}
        for part, group in (("content", content), ("rendering", rendering), ("making", making))
        for path, data in sorted(group.items())
    ]
    manifest = _json(
        {
            "format": FORMAT,
            "run_id": told["run"]["run_id"],
            "scope": told["scope"],
            "audience": told["audience"],
            "content_sha256": content_hash(files),
            "evidence": told["evidence"],
            "files": files,
        }
    )
    signature = _json(
        {
            "signs": MANIFEST, "algorithm": "Ed25519", "key_id": signer.key_id,
            "public_key": signer.public, "signature": signer.sign(manifest),
        }
    )  # fmt: skip
    everything = {**content, **rendering, **making, MANIFEST: manifest, SIGNATURE: signature}
    return _zip(everything)


def content_hash(files: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256 over path and check value of every file that depends on the run alone."""
    kept = sorted([each["path"], each["sha256"]] for each in files if each["part"] == "content")
    return _sha256(canonical(kept).encode())


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        first = [name for name in ("index.html", "dossier.pdf", MANIFEST) if name in files]
        for name in (*first, *sorted(files.keys() - set(first))):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name], compresslevel=6)
    return buffer.getvalue()


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return rows as CSV with the mark of UTF-8; what a table program would compute is quoted."""
    text = io.StringIO()
    if rows:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(rows[0])
        writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value


def _parquet(rows: Sequence[Mapping[str, Any]]) -> bytes:
    buffer = io.BytesIO()
    names = list(rows[0]) if rows else ["row_sha256"]
    columns = {name: pa.array([row[name] for row in rows]) for name in names}
    pq.write_table(pa.table(columns), buffer, compression="zstd", store_schema=False)
    return buffer.getvalue()


def _json(value: Any) -> bytes:
    text = json.dumps(plain(value), ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
