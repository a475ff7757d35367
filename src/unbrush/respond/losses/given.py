"""What whoever asks states: numbers that no table has, and whom the loss is asked for."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from unbrush.base.errors import BadParameter, SourceNotFound, did_you_mean
from unbrush.base.words import Words
from unbrush.respond.losses.documents import Entry, entry_of

SEED = 20_260


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A range that somebody answers for.

    Attributes:
        low: Lower end (a share).
        high: Upper end.
        source: Who says so, or where it stands; empty if not told.
    """

    low: float
    high: float
    source: str = ""


ASKED: Mapping[str, Words] = {
    "margin": Words("店铺单位毛利占价格的份额", "the shop's margin, as a share of the price"),
    "platform-fee": Words("平台费率占实付的份额", "the platform's fee, as a share of what is paid"),
    "expansion": Words("市场扩大系数 φ", "φ, the share of the uplift by which the market grew"),
    "quality-lost": Words(
        "不合格品少值的份额", "the share of the price that a failing piece is not worth"
    ),
}
"""What may be stated, each a share from 0 to 1; φ from -1, for a market that shrank."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What goes in beside the run.

    Attributes:
        stated: Ranges by name, see `ASKED`.
        entries: Of documents.
        confirmed: Kind and id of what people have confirmed: order, shop, ring.
        reversed: Of what people have said that it is genuine.
        rival: A shop that the loss is asked for; empty for all of its trade together.
        window: First and last day of the rivals' loss, such as those of a penalty; None for the
            days of the fakes.
        seed: Of all draws.
    """

    stated: Mapping[str, Stated] = field(default_factory=dict)
    entries: Sequence[Entry] = ()
    confirmed: Sequence[tuple[str, str]] = ()
    reversed: Sequence[tuple[str, str]] = ()
    rival: str = ""
    window: tuple[date, date] | None = None
    seed: int = SEED


NOTHING_GIVEN = Given()


def stated_of(texts: Sequence[str]) -> dict[str, Stated]:
    """Turn ``name=low..high:source`` texts into ranges.

    Raises:
        BadParameter: A text that is not of that form, or no share.
    """
    found = {}
    for text in texts:
        name, _, rest = text.partition("=")
        numbers, _, source = rest.partition(":")
        low, _, high = numbers.partition("..")
        least = -1 if name == "expansion" else 0
        if name not in ASKED:
            raise BadParameter(f"--assume {name} is not asked for.", hint=did_you_mean(name, ASKED))
        try:
            ends = float(low), float(high or low)
        except ValueError:
            ends = (1.0, -1.0)
        if not least <= ends[0] <= ends[1] <= 1:
            raise BadParameter(
                f"--assume {text} is not of the form name=low..high:source.",
                hint="Shares from 0 to 1 (expansion from -1), for example: "
                "--assume 'margin=0.18..0.25:accounts 2024'",
            )
        found[name] = Stated(low=ends[0], high=ends[1], source=source.strip())
    return found


def window_of(text: str) -> tuple[date, date] | None:
    """Return the first and last day of ``2024-05-01..2024-05-20``; None for an empty text.

    Raises:
        BadParameter: It is not of that form.
    """
    if not text:
        return None
    try:
        first, last = (date.fromisoformat(each.strip()) for each in text.split(".."))
    except ValueError:
        first, last = date.max, date.min
    if first > last:
        raise BadParameter(
            f"--window {text} is no first and last day.", hint="Write 2024-05-01..2024-05-20."
        )
    return first, last


def read_confirmed(path: Path | None) -> list[tuple[str, str]]:
    """Read what people have confirmed from a CSV file: kind (order, shop, ring) and id.

    Raises:
        SourceNotFound: There is no such file.
        BadParameter: A line that confirms nothing.
    """
    if path is None:
        return []
    if not path.is_file():
        raise SourceNotFound(f"There is no file {path}.", hint="Name a CSV file with --confirmed.")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row.get("kind") or "", row.get("id") or "") for row in csv.DictReader(file)]
    for at, (kind, id) in enumerate(rows, start=2):
        if kind not in ("order", "shop", "ring") or not id:
            raise BadParameter(
                f"{path.name}, line {at}: {kind or 'nothing'} {id} is nothing to confirm.",
                hint="A header kind,id and lines such as shop,88 or ring,ring-1a2b.",
            )
    return rows


def told(given: Given) -> dict[str, Any]:
    """Return what was given, so that it can be given again."""
    return {
        "seed": given.seed,
        "rival": given.rival,
        "window": given.window and [each.isoformat() for each in given.window],
        "stated": {name: asdict(each) for name, each in sorted(given.stated.items())},
        "confirmed": [list(each) for each in given.confirmed],
        "reversed": [list(each) for each in given.reversed],
        "entries": [
            {**asdict(each), "day": each.day and each.day.isoformat(),
             "amount_minor": each.amount_minor}
            for each in given.entries
        ],
    }  # fmt: skip


def given_again(told_: Mapping[str, Any]) -> Given:
    """Return what `told` was told of."""
    entries = [
        entry_of({key: "" if value is None else str(value) for key, value in each.items()}, "entry")
        for each in told_["entries"]
    ]
    return Given(
        seed=int(told_["seed"]), rival=told_["rival"], entries=entries,
        stated={name: Stated(**each) for name, each in told_["stated"].items()},
        confirmed=[(str(kind), str(id)) for kind, id in told_["confirmed"]],
        reversed=[(str(kind), str(id)) for kind, id in told_["reversed"]],
        window=window_of("..".join(told_["window"] or ())),
    )  # fmt: skip
