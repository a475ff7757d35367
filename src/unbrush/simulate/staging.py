"""What a case brings into a market: what is planted, and who plays which part in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from unbrush.simulate import columns as col
from unbrush.simulate import ids
from unbrush.simulate.chance import Array
from unbrush.simulate.lexicon import REGIONS
from unbrush.simulate.planting import Planting

ROLES = ("organiser", "recruiter", "brusher", "merchant", "shipper", "payer", "insider")
TOKENS = {"payer": "wa", "shipper": "sp", "author": "au"}
"""Sorts of subject that have no table of their own, and how their tokens begin.

A payer is a wallet, whatever its role; names are those of `cluster_members`.
"""

GANG = pa.schema(
    [
        ("subject_kind", pa.string()),  # account, shop, staff, or a key of TOKENS
        ("subject_id", pa.int64()),  # of accounts, shops and staff
        ("token", pa.string()),  # of the others, as the market's tables write it
        ("role", pa.string()),  # one of ROLES; a subject may have several
        ("province", pa.string()),  # missing where it has none
    ]
)
"""Shape of `truth/gang.parquet`."""


@dataclass(frozen=True)
class Role:
    """Some who play one part.

    Attributes:
        role: One of `ROLES`.
        kind: account, shop, staff, or a key of `TOKENS`.
        members: Indices of accounts, shops or staff, numbers of wallets, shippers or authors.
        province: Index of `REGIONS` for each member, -1 where there is none.
    """

    role: str
    kind: str
    members: Array
    province: Array | int = -1


@dataclass
class Staged:
    """Everything that a case adds to honest trade.

    Attributes:
        plantings: What is planted, fakes and honest; every look-alike is added by itself.
        roles: Who plays which part; written to `truth/gang.parquet` if there are any.
        facts: What was drawn, for `truth/market.json`.
        beside: Writes what else the case brings, once the tables and the truth are there: what a
            person could have copied goes to the subfolder ``public``, what is true of it to
            ``truth``. Told the folder of the tables.
    """

    plantings: list[Planting]
    roles: list[Role] = field(default_factory=list)
    facts: Mapping[str, Any] = field(default_factory=dict)
    beside: Callable[[Path], None] | None = None


def write_gang(folder: Path, roles: Sequence[Role], account_ids: Array) -> None:
    """Write who plays which part, each subject once for each of its roles."""
    rows = pa.concat_tables([_rows(role, account_ids) for role in roles])
    names = ("role", "subject_kind", "subject_id", "token")
    order = [(name, "ascending") for name in names]
    pq.write_table(rows.sort_by(order), folder / "gang.parquet")


def _rows(role: Role, account_ids: Array) -> pa.Table:
    members, first = np.unique(role.members, return_index=True)
    province = np.broadcast_to(role.province, len(role.members))[first]
    n = len(members)
    subject_id, token = np.full(n, -1), np.full(n, -1)
    if role.kind == "account":
        subject_id = account_ids[members]
    elif role.kind == "shop":
        subject_id = ids.FIRST_SHOP + members
    elif role.kind == "staff":
        subject_id = ids.FIRST_STAFF + members
    else:
        token = members
    return pa.table(
        {
            "subject_kind": pa.array([role.kind] * n, pa.string()),
            "subject_id": col.numbers(subject_id),
            "token": col.tokens(TOKENS.get(role.kind, ""), token),
            "role": pa.array([role.role] * n, pa.string()),
            "province": col.texts(REGIONS, province),
        },
        schema=GANG,
    )
