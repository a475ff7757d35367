"""The case file for people: one page in both languages that needs no network."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from unbrush.base.words import Words
from unbrush.respond import figures
from unbrush.respond.dossier.legal import written
from unbrush.respond.losses.telling import gathered, must_hold

TEMPLATES = Path(__file__).parents[1] / "templates"

MOST_ROLES = 300
"""Roles that the page lists; all are in case.json."""

MOST_CHAINS = 50
"""Chains that the page lists; all are in case.json."""

AUDIENCES: Mapping[str, Words] = {
    "regulator": Words("市场监督管理部门", "the market authority"),
    "police": Words("公安机关", "the police"),
    "court": Words("人民法院", "the court"),
    "public-interest": Words("消费公益诉讼", "consumer public-interest litigation"),
}
SCOPES: Mapping[str, Words] = {
    "shop": Words("店铺", "shop"),
    "cluster": Words("组织者", "organiser"),
    "case": Words("案件", "case"),
}
REASONS: Mapping[str, Words] = {
    "third-person": Words("第三人信息", "third person"),
    "not-accused": Words("未被认定的店铺", "shop not accused"),
    "token": Words("散列值", "hash"),
    "contact": Words("联系方式", "contact"),
    "text": Words("自由文本", "free text"),
    "time": Words("精确时刻", "exact time"),
}


def make_page(document: Mapping[str, Any], *, lang: str) -> str:
    """Return the page as HTML that needs nothing outside itself.

    Args:
        document: The case file.
        lang: ``zh`` or ``en`` to begin in, ``both`` for the reader's own.
    """
    scripts = [_read("early.js"), _read("explained.js")]
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    is_public = document["audience"] == "public-interest"
    return environment.get_template("dossier.html").render(
        d=document,
        lang={"zh": "zh-CN", "en": "en"}.get(lang, ""),
        style=_read("report.css") + _read("dossier.css"),
        scripts=scripts,
        hashes=[_hash(script) for script in scripts],
        audience=AUDIENCES[document["audience"]],
        scope=SCOPES[document["scope"]["kind"]],
        reasons=REASONS,
        money=figures.Money(document["currency"]),
        count=figures.count,
        outside=figures.outside,
        at=lambda moment: "–" if moment is None else written(moment, day_only=is_public),
        bracket=_bracket,
        most_roles=MOST_ROLES,
        most_chains=MOST_CHAINS,
        must_hold=must_hold,
        gathered=gathered,
    )


def _bracket(fine: tuple[int, int] | None) -> str:
    if fine is None:
        return "–"
    low, high = (f"{minor // 100:,}" for minor in fine)
    return f"¥{low} – ¥{high}"


def _read(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
