"""The case file on paper, both languages side by side, set by Typst (Apache-2.0, no browser)."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from unbrush.base.errors import InputError, missing_extra
from unbrush.respond.dossier.document import plain
from unbrush.respond.dossier.legal import written
from unbrush.respond.dossier.page import AUDIENCES, MOST_CHAINS, SCOPES
from unbrush.respond.figures import Money
from unbrush.respond.losses.telling import gathered, must_hold

TEMPLATE = Path(__file__).parents[1] / "templates" / "dossier.typ"

FONTS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Source Han Sans CN",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "Droid Sans Fallback", "Noto Serif CJK SC", "Songti SC", "SimSun",
)  # fmt: skip
"""Fonts with Chinese letters, the first that the machine has is taken."""

MOST_ROLES = 100
MOST_FACTS = 300
"""Roles and facts that the paper lists; all are in case.json."""


def make_pdf(document: Mapping[str, Any], *, fonts: Path | None = None) -> tuple[bytes, str]:
    """Return the PDF and its font; the same document and font give the same bytes.

    Args:
        document: The case file.
        fonts: A folder with further fonts.

    Raises:
        MissingExtra: Typst is not installed.
        InputError: The machine has no font with Chinese letters.
    """
    try:
        import typst
    except ImportError:
        raise missing_extra("pdf", "A PDF") from None
    paths = [str(fonts)] if fonts else []
    known = set(typst.Fonts(font_paths=paths).families())
    font = next((name for name in FONTS if name in known), "")
    if not font:
        raise InputError(
            "This machine has no font with Chinese letters, so no PDF can be set.",
            hint="Install one (such as Noto Sans CJK SC), name a folder with --fonts, or leave the "
            "PDF out with --no-pdf: index.html prints as well.",
        )
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        told = json.dumps({**_written(document), "font": font}, ensure_ascii=False)
        (root / "case.json").write_text(told, encoding="utf-8")
        (root / "dossier.typ").write_bytes(TEMPLATE.read_bytes())
        made = typst.compile(
            str(root / "dossier.typ"), root=folder, format="pdf", font_paths=paths, timestamp=0
        )
    assert isinstance(made, bytes)
    return made, font


def _written(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with times, amounts and counts as people read them."""
    told: dict[str, Any] = plain(dict(document))
    money, is_public = Money(document["currency"]), document["audience"] == "public-interest"

    def at(moment: int | None) -> str:
        return "–" if moment is None else written(moment, day_only=is_public)

    told["audience_words"] = plain(AUDIENCES[document["audience"]])
    told["scope_words"] = plain(SCOPES[document["scope"]["kind"]])
    told["n_orders"], told["n_reviews"] = (f"{told[key]:,}" for key in ("n_orders", "n_reviews"))
    if told["window"]:
        told["window"] = f"{at(told['window']['first_at'])} – {at(told['window']['last_at'])}"
    told["n_more_facts"] = max(0, len(told["timeline"]) - MOST_FACTS)
    told["n_more_roles"] = max(0, len(told["roles"]) - MOST_ROLES)
    told["timeline"] = [{**f, "at": at(f["at"])} for f in told["timeline"][:MOST_FACTS]]
    told["chains"] = [
        {**c, "steps": [{**s, "at": at(s["at"])} for s in c["steps"]]}
        for c in told["chains"][:MOST_CHAINS]
    ]
    told["roles"] = [{**r, "n_deeds": f"{r['n_deeds']:,}"} for r in told["roles"][:MOST_ROLES]]
    told["money"] = [{**m, "n": f"{m['n']:,}", "minor": money.exact(m["minor"])}
                     for m in told["money"]]  # fmt: skip
    told["jurisdictions"] = [{**j, "paid_minor": money.exact(j["paid_minor"])}
                             for j in told["jurisdictions"]]  # fmt: skip
    for family, said in zip(
        told["losses"]["families"], document["losses"]["families"], strict=True
    ):
        family["open"] = plain(gathered(said["open"]))
    told["losses"]["must_hold"] = must_hold(told["losses"])
    for element in told["elements"]:
        for row in element["supports"]:
            row["first_at"] = at(row["first_at"])
    return told
