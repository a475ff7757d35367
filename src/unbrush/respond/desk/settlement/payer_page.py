"""Payers and blocks of a case as a page for people, in either language, without a script.

Whoever reads it is signed in: what ran on the page could act for them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from unbrush.base.clock import minute_of
from unbrush.base.records import Row
from unbrush.base.words import Words
from unbrush.respond import figures
from unbrush.respond.desk.settlement.payer_simulation import MOST_INNOCENTS, SCOPES

TEMPLATES = Path(__file__).parents[2] / "templates"
_ZONE = "Asia/Shanghai"
_STYLE = """
.languages a { padding: .1em .9em; font-size: .84rem; text-decoration: none;
  color: var(--ink-soft); border-radius: 999px; }
.languages a[aria-current] { background: var(--ink); color: var(--paper); }
.alone > .card > h3 { margin-top: 0; }
.card .id { overflow-wrap: anywhere; }
"""
_WORDS = {
    "everybody": Words("对所有人", "everybody"),
    "brushers": Words("仅对刷手", "brushers alone"),
    "proposed": Words("待批准", "proposed"),
    "in-force": Words("已生效", "in force"),
    "refused": Words("未批准", "refused"),
    "lifted": Words("已解除", "lifted"),
    "expired": Words("已到期", "expired"),
}


def make_payers_page(
    case_id: str,
    payers: Sequence[Mapping[str, Any]] | None,
    blocks: Sequence[Row],
    /,
    *,
    run_id: str,
    currency: str,
    lang: str,
) -> str:
    """Return the page as HTML that needs nothing outside itself.

    Args:
        case_id: The case.
        payers: As `PayerTrial.payers` gives them; None if the run cannot say.
        blocks: As `blocks_of` gives them.
        run_id: The run that payers are of.
        currency: Its ISO code if all orders have the same, else empty.
        lang: ``zh`` or ``en``.
    """
    money = figures.Money(currency)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = "".join(
        (TEMPLATES / name).read_text("utf-8") for name in ("report.css", "explained.css")
    )
    return environment.get_template("payers.html").render(
        case_id=case_id,
        lang="en" if lang == "en" else "zh-CN",
        style=Markup(style + _STYLE),  # our own files: nothing of a user is in them
        run_id=run_id,
        most=f"{MOST_INNOCENTS:.1%}",
        payers=None if payers is None else [_payer(row, money) for row in payers],
        blocks=[_block(row, money) for row in blocks],
        places={},
        rungs={},
    )


def _payer(row: Mapping[str, Any], money: figures.Money) -> Row:
    return {
        "token": figures.outside(row["token"]),
        "scopes": [
            {
                "words": _WORDS[scope],
                "is_suggested": scope == row["suggested_scope"],
                "brushers": figures.count(row[scope]["brushers"]),
                "left_out": figures.count(row[scope]["left_out"]) if scope == "brushers" else "–",
                "is_too_many": row[scope]["innocent_share"] > MOST_INNOCENTS,
                **_hits(row[scope], money),
            }
            for scope in SCOPES
        ],
    }


def _block(row: Row, money: figures.Money) -> Row:
    is_narrow = row["scope"] == "brushers"
    hit = {"stopped_minor": row["stopped_minor"], "innocents": row["n_innocents"],
           "accounts": row["n_accounts"]}  # fmt: skip
    return {
        "block_id": row["block_id"],
        "state": _WORDS[row["state"]],
        "scope": _WORDS[row["scope"]],
        "needs_panel": row["needs_panel"] and row["state"] == "proposed",
        "n_payers": figures.count(len(row["tokens"])),
        "pairs": figures.count(row["n_pairs"]) if is_narrow else "–",
        "n_left": row["n_left"],
        "until": minute_of(int(row["ends_at"]), _ZONE) if row["ends_at"] else "–",
        **_hits(hit, money),
    }


def _hits(row: Mapping[str, Any], money: figures.Money) -> Row:
    return {
        "stopped": money.whole(row["stopped_minor"]),
        "innocents": figures.count(row["innocents"]),
        "share": figures.share(row["innocents"], row["accounts"]),
    }
