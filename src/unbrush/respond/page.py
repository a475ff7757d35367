"""The page: sections in the order of the data, one template, everything inside one file."""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.base.progress import Progress
from unbrush.respond.coverage import tell_coverage
from unbrush.respond.figures import Money
from unbrush.respond.headline import tell_headline
from unbrush.respond.hotlines import tell_hotlines
from unbrush.respond.method import tell_method
from unbrush.respond.organisers import tell_organisers
from unbrush.respond.people import tell_staff, tell_victims
from unbrush.respond.ranks import tell_ranks
from unbrush.respond.rings import tell_rings
from unbrush.respond.shops import tell_shops
from unbrush.respond.terms import RUNGS, TIES
from unbrush.respond.timelines import market_timeline
from unbrush.respond.whys import Why, tell_whys

TEMPLATES = Path(__file__).parent / "templates"


def make_page(
    engine: Engine,
    manifest: Manifest,
    summary: Mapping[str, Any],
    progress: Progress,
    why: Why | None = None,
) -> str:
    """Return the report as HTML that needs nothing outside itself.

    Args:
        engine: Holds what `seams` names.
        manifest: What was collected.
        summary: The run in numbers.
        progress: Told which section is made.
        why: What it takes to explain what the page shows; it has no explanations without.
    """
    money = Money(summary["currency"])
    market = market_timeline(engine)
    progress("organisers", 0.3)
    organisers, growth_charts = tell_organisers(engine, manifest, money)
    progress("rings", 0.4)
    rings, ring_charts = tell_rings(engine, manifest, money, organisers["places"])
    progress("shops", 0.6)
    shops, shop_charts = tell_shops(engine, money, rings["places"], manifest.time_zone)
    progress("ranks", 0.8)
    ranks, rank_charts = tell_ranks(engine)
    progress("explanations", 0.85)
    whys = tell_whys(engine, manifest, rings["places"], shops, why)
    charts = {**growth_charts, **ring_charts, **shop_charts, **rank_charts}
    if market:
        charts["market"] = market
    return _render(
        head=tell_headline(summary, manifest, money),
        coverage=tell_coverage(engine, manifest),
        organisers=organisers,
        rings=rings,
        shops=shops,
        ranks=ranks,
        staff=tell_staff(engine, money),
        victims=tell_victims(engine, money),
        hotlines=tell_hotlines(engine),
        method=tell_method(summary, manifest),
        whys=whys["cards"],
        places=whys["places"],
        has_market_chart=market is not None,
        charts={"charts": charts, "ties": {kind: list(words) for kind, words in TIES.items()}},
    )


def _render(*, charts: Mapping[str, Any], **sections: Any) -> str:
    from plotly.offline import get_plotlyjs  # slow to come, and only the report needs it

    scripts = {
        "early": _script("early.js"),
        "plotly": Markup(get_plotlyjs()),
        "report": _script("charts.js") + _script("report.js"),
    }
    return (
        _environment()
        .get_template("report.html")
        .render(
            **sections,
            style=_script("report.css") + _script("explained.css"),
            scripts=scripts,
            hashes=[_hash(script) for script in scripts.values()],
            charts=htmlsafe_json_dumps(charts, dumps=_compact),
            rungs=RUNGS,
        )
    )


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _script(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def _hash(script: str) -> str:
    """Name a script to the browser by its content, so that no other script can run."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _compact(value: Any, **_options: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
