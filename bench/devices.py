"""Shared devices: sign-ups and first purchases of one platform, against the label and its floor.

Measures and reports; nothing in unbrush was set on it, and an hour was the only length of a sitting
that was tried. The set has one merchant and one purchase an account, so that no detector that asks
for a shop beyond its popularity can say anything; what is measured is what they are built on: how
many accounts a device has, how many of them between handovers, how many registered in one sitting.
Half of the fakes buy in the minute in which they register, as no genuine account does; that rule is
too easy, and every number is also shown without it, and among accounts that waited longer.
"""

import shutil
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
from measured import DATA, OUT, table, unbrush

from unbrush.detect.shared_device import DETECTOR
from unbrush.judge.score import ranking

SET = "ecommerce-device-fraud"
AT_ONCE_S = 60
SITTING_S = 3600
TOP = 500
FLOORS = {
    "floor: accounts of the device": (0.789, 0.562),
    "floor: bought within a minute": (0.770, 0.583),
    "floor: both": (0.795, 0.622),
}
MAPPING = """
title = "Sign-ups and first purchases"
[tables.orders]
file = "accounts"
[tables.orders.columns]
order_id = "user_id"
account_id = "user_id"
shop_id = { value = "1" }
placed_at = "purchased_at"
device_token = "device_id"
[tables.accounts]
file = "accounts"
[tables.accounts.columns]
account_id = "user_id"
registered_at = "signup_at"
"""

Column = npt.NDArray[Any]


def numbers() -> dict[str, Column]:
    """Everything that ranks accounts, each known from device and times alone, and the truth."""
    handover_s = DETECTOR.params.handover_days * 86_400
    columns: dict[str, Column] = duckdb.sql(
        f"""WITH accounts AS (
                SELECT user_id, device_id, is_fraud = 1 AS is_fake,
                       epoch(signup_at)::BIGINT AS signed, epoch(purchased_at)::BIGINT AS bought
                FROM read_csv('{DATA / SET / "accounts.csv.gz"}')),
            breaks AS (
                SELECT *,
                       coalesce(bought - lag(bought) OVER by_purchase > {handover_s}, true)
                           AS is_new_owner,
                       coalesce(signed - lag(signed) OVER by_signup > {SITTING_S}, true)
                           AS is_new_sitting
                FROM accounts
                WINDOW by_purchase AS (PARTITION BY device_id ORDER BY bought, user_id),
                       by_signup AS (PARTITION BY device_id ORDER BY signed, user_id)),
            parts AS (
                SELECT *,
                       sum(is_new_owner::INT) OVER (
                           PARTITION BY device_id ORDER BY bought, user_id) AS owner,
                       sum(is_new_sitting::INT) OVER (
                           PARTITION BY device_id ORDER BY signed, user_id) AS sitting
                FROM breaks)
            SELECT user_id, is_fake, bought - signed <= {AT_ONCE_S} AS at_once,
                   count(*) OVER (PARTITION BY device_id) AS on_device,
                   count(*) OVER (PARTITION BY device_id, owner) AS of_owner,
                   count(*) OVER (PARTITION BY device_id, sitting) AS in_sitting
            FROM parts ORDER BY user_id"""
    ).fetchnumpy()
    return {name: np.asarray(column) for name, column in columns.items()}


def row(name: str, number: Column, is_fake: Column) -> dict[str, object]:
    auroc, precision = ranking(number.astype(float), is_fake)
    # Ties in the order of the ids, which are random.
    best = np.argsort(-number.astype(float), kind="stable")[:TOP]
    return {
        "number": name,
        "AUROC": auroc,
        "AP": precision,
        f"precision of {TOP}": float(is_fake[best].mean()),
    }


def through_the_detector() -> None:
    """The whole set as the orders of one shop: what shared-device says of it."""
    out = OUT / SET
    shutil.rmtree(out, ignore_errors=True)
    mapping = OUT / f"{SET}.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    took = unbrush("run", DATA / SET, "--source", mapping, "--out", out)
    signals = pq.read_table(out / "signals.parquet").column("detector").to_pylist()
    said = signals.count(DETECTOR.name)
    print(f"Through the whole path in {took.seconds:.1f} s: {said:,} signals of {DETECTOR.name};")
    print("everybody buys in the one shop there is.\n")


def main() -> None:
    if not (DATA / SET).is_dir():
        print(f"## {SET}: not under {DATA.name}, skipped\n")
        return
    OUT.mkdir(exist_ok=True)
    found = numbers()
    is_fake, at_once = found["is_fake"], found["at_once"]
    # A sitting says most, then how many accounts the device has at all.
    found["together"] = found["in_sitting"] * 100 + found["on_device"]
    names = {
        "on_device": "accounts of the device",
        "of_owner": "accounts between handovers",
        "in_sitting": "accounts registered in one sitting",
        "together": "one sitting, then the device",
    }
    blank = {"AUROC": None, "AP": None, f"precision of {TOP}": None}
    print(f"## {SET}: {len(is_fake):,} accounts, {int(is_fake.sum()):,} fake\n")
    floors = [
        {"number": name, **blank, "AUROC": auroc, "AP": precision}
        for name, (auroc, precision) in FLOORS.items()
    ]
    without = [row(name, found[key], is_fake) for key, name in names.items()]
    ruled = [row("bought within a minute", at_once, is_fake)] + [
        row(f"{name}, and within a minute", found[key] + 1_000 * at_once, is_fake)
        for key, name in names.items()
    ]
    table([*floors, *without, *ruled])
    late = ~at_once
    print(f"Among the {int(late.sum()):,} who waited longer, {int(is_fake[late].sum()):,} fake\n")
    table([row(name, found[key][late], is_fake[late]) for key, name in names.items()])
    through_the_detector()


if __name__ == "__main__":
    main()
