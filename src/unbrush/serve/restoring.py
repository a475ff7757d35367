"""`unbrush restore`: a person's word above a run's decisions, and what it changes."""

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from unbrush.base.errors import BadParameter, did_you_mean
from unbrush.base.reversals import AGAIN, KINDS, RESTORE, Reversal
from unbrush.base.run_folder import RunFolder
from unbrush.judge.reversing import Change
from unbrush.serve import screen
from unbrush.serve.options import Common, now_ms
from unbrush.serve.progress import shown

_AGAIN = Parameter(negative="", help="The opposite: leave out again what was restored.")


def restore(
    run: Path,
    kind: str,
    subject_id: str = "",
    /,
    *,
    because: str,
    again: Annotated[bool, _AGAIN] = False,
    by: str = "",
    now: str = "",
    common: Common = Common(),
) -> None:
    """Let what was left out count again: an order, a review, or all of a shop, account, item, ring.

    The decision stays on record, and so do your words, in RUN/reversals.jsonl. Counts, ranks and
    the report change at once; judging again keeps what you said. It holds for what happened up to
    now. Example: `unbrush restore out shop 1042 --because "appeal 77: parcels were weighed"`

    Args:
        run: Folder of a judged run.
        kind: order, review, account, shop, item or ring; or both together, as shop:1042.
        subject_id: Its id, as in the report.
        because: Why, in a sentence; it is kept and shown.
        again: The opposite.
        by: Who says so; the name you are logged in with if left out.
        now: The present as an ISO date or time; the clock's if left out.
        common: Shared options.
    """
    from unbrush.run import run_restore

    if not subject_id:
        kind, _, subject_id = kind.partition(":")
    reversal = Reversal(
        action=AGAIN if again else RESTORE,
        kind=_known(kind),
        id=_said(subject_id, "an id", "For example: unbrush restore out shop 1042 --because ..."),
        at=now_ms(now),
        who=by.strip() or _login(),
        because=_said(because, "--because", "Say why in a sentence: it is kept and shown."),
    )
    with common.engine() as engine, shown("restore", is_quiet=common.json) as progress:
        change = run_restore(engine, RunFolder(run), reversal, progress=progress)
    if common.json:
        screen.say_json(
            {"run": str(run), **asdict(reversal), "is_new": change.is_new, **asdict(change)}
        )
    else:
        _say(reversal, change)


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise BadParameter(
            f"{kind!r} is nothing that can be restored.",
            hint=f"{did_you_mean(kind, KINDS)} Allowed: {', '.join(KINDS)}.",
        )
    return kind


def _said(text: str, what: str, hint: str) -> str:
    line = " ".join(text.split())
    if not line:
        raise BadParameter(f"{what[0].upper()}{what[1:]} is missing.", hint=hint)
    return line


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise BadParameter(
            "Nobody is logged in under a name.", hint="Say who decides it: --by NAME."
        ) from None


def _say(reversal: Reversal, change: Change) -> None:
    name = f"{reversal.kind} {reversal.id}"
    rows = f"{change.orders:,} orders 订单, {change.reviews:,} reviews 评价"
    if not change.is_new:
        screen.say(f"Nothing changes: nothing of {name} is left out that this would touch.")
        screen.say(f"没有变化：{name} 没有可由此改变的内容。")
    elif reversal.action == RESTORE:
        screen.say(f"Restored 已恢复计入 {name}: {rows}.")
    else:
        screen.say(f"Left out again 重新不计入 {name}: {rows}.")
    if change.n_later:
        screen.say(
            f"{change.n_later:,} rows of a later time stay as they are judged."
            f" 此后发生的 {change.n_later:,} 行仍按判定处理。"
        )
    screen.say_table(
        "Shops, counts before and after 店铺，前后计数",
        [
            {
                "shop 店铺": str(row["shop"]),
                "orders 订单": f"{row['orders_before']:,} → {row['orders']:,}",
                "reviews 评价": f"{row['reviews_before']:,} → {row['reviews']:,}",
                "rating 评分": f"{_stars(row['rating_before'])} → {_stars(row['rating'])}",
                "rank 排名": f"{row['rank_before']:,} → {row['rank']:,}",
            }
            for row in change.shops
        ],
    )


def _stars(rating: float | None) -> str:
    return "–" if rating is None else f"{rating:.2f}"
