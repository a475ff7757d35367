"""The truth: what was planted, in a folder that no stage reads."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from unbrush.simulate import ids
from unbrush.simulate.chance import Array
from unbrush.simulate.planting import Plan, Planting
from unbrush.simulate.world import World

SUBJECTS = ("order", "review", "account", "shop", "staff")
VICTIM_OF = "-victim"
"""What a shop is called, after the kind of brushing that is done to it."""
VICTIM = "reverse-brushing" + VICTIM_OF

LABELS = pa.schema(
    [
        ("subject_kind", pa.string()),
        ("subject_id", pa.int64()),
        ("is_fake", pa.bool_()),
        ("source", pa.string()),
        ("kind", pa.string()),  # of fraud, "" if none
        ("look_alike", pa.string()),  # population, "" if none
        ("plan_id", pa.string()),
    ]
)
"""Shape of `truth/labels.parquet`; a subject without a row is ordinary and honest."""

PLANS = pa.schema(
    [
        ("plan_id", pa.string()),
        ("kind", pa.string()),
        ("look_alike", pa.string()),
        ("is_fake", pa.bool_()),
        ("level", pa.int64()),
        ("organiser", pa.string()),
        ("n_orders", pa.int64()),
        ("n_camouflage_orders", pa.int64()),
        ("n_reviews", pa.int64()),
        ("n_accounts", pa.int64()),
        ("n_shops", pa.int64()),
        ("shops", pa.list_(pa.int64())),
        ("turnover_minor", pa.int64()),
        ("returned_minor", pa.int64()),
        ("fees_minor", pa.int64()),
        ("seen_minor", pa.int64()),
        ("first_at", pa.int64()),
        ("last_at", pa.int64()),
    ]
)
"""Shape of `truth/plans.parquet`."""


def plan_id(plan: Plan, number: int) -> str:
    """Return the name of the ``number``-th plan."""
    return f"{plan.name}-{number + 1:04d}"


class Truth:
    """Labels as they become known while the market unfolds.

    Args:
        plantings: Everything planted, in the order that sheets refer to.
    """

    def __init__(self, plantings: Sequence[Planting]) -> None:
        self._plantings = plantings
        self._labels: list[tuple[int, Array, Array]] = []  # subject kind, ids, plan
        self.n_reviews = np.zeros(len(plantings), np.int64)

    def orders(self, subject_ids: Array, plan: Array) -> None:
        """Note the plan of some orders (rows without a plan are left out)."""
        self._note(0, subject_ids, plan)

    def reviews(self, subject_ids: Array, plan: Array) -> None:
        """Note the plan of some reviews (rows without a plan are left out)."""
        kept = self._note(1, subject_ids, plan)
        self.n_reviews += np.bincount(kept, minlength=len(self.n_reviews))

    def _note(self, subject: int, subject_ids: Array, plan: Array) -> Array:
        planted = plan >= 0
        self._labels.append((subject, subject_ids[planted], plan[planted]))
        return plan[planted]

    def write(self, folder: Path, world: World, account_ids: Array) -> pa.Table:
        """Write labels and plans; return the labels."""
        for number, planting in enumerate(self._plantings):
            plan = np.full(len(planting.accounts), number)
            self._labels.append((2, account_ids[planting.accounts], plan))
            shops = np.concatenate([planting.shops, planting.victims]).astype(np.int64)
            self._labels.append((3, ids.FIRST_SHOP + shops, np.full(len(shops), number)))
            who = planting.staff.astype(np.int64)
            self._labels.append((4, ids.FIRST_STAFF + who, np.full(len(who), number)))
        labels = self._table()
        pq.write_table(labels, folder / "labels.parquet")
        pq.write_table(self._plans(world), folder / "plans.parquet")
        return labels

    def _table(self) -> pa.Table:
        subject = np.concatenate([np.full(len(i), s) for s, i, _ in self._labels])
        subject_id = np.concatenate([i for _, i, _ in self._labels])
        plan = np.concatenate([p for _, _, p in self._labels])
        is_fake = np.array([p.plan.is_fake for p in self._plantings])[plan]
        is_victim = self._victims(subject, subject_id, plan)
        honest = self._honest()[plan, subject]
        is_fake &= ~is_victim & (honest == "")
        # One row a subject: what is fake before what only looks alike, then the earlier plan.
        order = np.lexsort((plan, ~is_fake, subject_id, subject))
        first = np.ones(len(order), bool)
        first[1:] = (np.diff(subject[order]) != 0) | (np.diff(subject_id[order]) != 0)
        chosen = order[first]
        names = np.array([p.plan.name for p in self._plantings], object)[plan[chosen]]
        fake, victim = is_fake[chosen], is_victim[chosen]
        honest = honest[chosen]
        honest = np.where(victim, names + VICTIM_OF, np.where(honest == "", names, honest))
        numbered = [plan_id(p.plan, number) for number, p in enumerate(self._plantings)]
        return pa.table(
            {
                "subject_kind": pa.array(np.array(SUBJECTS, object)[subject[chosen]]),
                "subject_id": pa.array(subject_id[chosen]),
                "is_fake": pa.array(fake),
                "source": pa.array(["simulate"] * len(chosen)),
                "kind": pa.array(np.where(fake, names, "")),
                "look_alike": pa.array(np.where(fake, "", honest)),
                "plan_id": pa.array(np.array(numbered, object)[plan[chosen]]),
            },
            schema=LABELS,
        )

    def _victims(self, subject: Array, subject_id: Array, plan: Array) -> Array:
        found = np.zeros(len(subject), bool)
        for number, planting in enumerate(self._plantings):
            if len(planting.victims):
                of_plan = (plan == number) & (subject == 3)
                found |= of_plan & np.isin(subject_id, ids.FIRST_SHOP + planting.victims)
        return found

    def _honest(self) -> Array:
        """Return the honest population that each plan (row) makes of each kind of subject."""
        rows = [[p.honest.get(kind, "") for kind in SUBJECTS] for p in self._plantings]
        return np.array(rows, object).reshape(len(rows), len(SUBJECTS))

    def _plans(self, world: World) -> pa.Table:
        table = []
        for number, planting in enumerate(self._plantings):
            plan, orders = planting.plan, planting.orders
            shops = sorted({*plan.shops, *map(int, np.unique(world.items.shop[orders["item"]]))})
            extra = planting.camouflage
            table.append(
                {
                    "plan_id": plan_id(plan, number),
                    "kind": plan.name if plan.is_fake else "",
                    "look_alike": "" if plan.is_fake else plan.name,
                    "is_fake": plan.is_fake,
                    "level": plan.level,
                    "organiser": plan.organiser,
                    "n_orders": len(orders["at"]),
                    "n_camouflage_orders": len(extra["at"]) if extra else 0,
                    "n_reviews": int(self.n_reviews[number]),
                    "n_accounts": plan.n_accounts or len(np.unique(orders["account"])),
                    "n_shops": len(shops),
                    "shops": [ids.FIRST_SHOP + shop for shop in shops],
                    "turnover_minor": int(orders["paid_minor"].sum()),
                    "returned_minor": plan.returned_minor,
                    "fees_minor": plan.fees_minor,
                    "seen_minor": plan.seen_minor,
                    "first_at": int(orders["at"].min()) if len(orders["at"]) else None,
                    "last_at": int(orders["at"].max()) if len(orders["at"]) else None,
                }
            )
        return pa.Table.from_pylist(table, schema=PLANS)


def write_market_facts(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write what the market was drawn with, as JSON with sorted keys."""
    text = json.dumps(facts, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / "market.json").write_text(text + "\n", encoding="utf-8")
