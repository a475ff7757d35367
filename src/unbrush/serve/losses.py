"""`unbrush losses`: what fakes brought whom, cost whom, and expose whom to."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from unbrush.base.engine import Engine
from unbrush.base.errors import BadParameter
from unbrush.base.run_folder import RunFolder
from unbrush.respond.dossier.scope import Scope
from unbrush.serve import screen
from unbrush.serve.dossier import open_run
from unbrush.serve.options import Common

Several = Annotated[tuple[str, ...], Parameter(negative="")]


def losses(
    run: Path,
    /,
    *,
    shop: str = "",
    ring: str = "",
    rival: str = "",
    window: str = "",
    assume: Several = (),
    documents: Path | None = None,
    confirmed: Path | None = None,
    seed: int = 0,
    methods: Annotated[bool, Parameter(negative="")] = False,
    common: Common = Common(),
) -> None:
    """Reckon illegal gains, victims' losses and statutory exposure of a judged run.

    The three are never added up. Each amount is proved (confirmed by people), expected with its
    P5-P95, and at most. What the data cannot give is said to be missing. Examples:
    `unbrush losses out --shop 88`, `unbrush losses out --ring ring-1a2b --assume
    'margin=0.18..0.25:accounts 2024' --documents decision.csv --json`

    Args:
        run: Folder of a judged run.
        shop: About one merchant; all with orders that are left out if neither is named.
        ring: About the merchants of one ring.
        rival: A shop that the rivals' loss is asked for; all others of the category if left out.
        window: First and last day of the rivals' loss, such as 2024-05-01..2024-05-20; the days of
            the fakes if left out.
        assume: A share that no table has, as name=low..high:source: margin, platform-fee,
            expansion, quality-lost; may be repeated.
        documents: CSV of what documents say was paid: kind, n, unit_minor, currency, source, day,
            confirmed_by.
        confirmed: CSV of what people have confirmed: kind (order, shop, ring), id.
        seed: Of all draws; one of ours if 0.
        methods: Print what must hold for each method, too.
        common: Shared options.
    """
    from unbrush.respond.losses.documents import read_entries
    from unbrush.respond.losses.given import SEED, Given, read_confirmed, stated_of, window_of
    from unbrush.respond.losses.sheet import make_sheet
    from unbrush.respond.losses.telling import document_of

    if shop and ring:
        raise BadParameter("A sheet is about a shop or a ring.", hint="Name one of the two.")
    given = Given(
        stated=stated_of(assume), entries=read_entries(documents) if documents else (),
        confirmed=read_confirmed(confirmed), rival=rival, window=window_of(window),
        seed=seed or SEED,
    )  # fmt: skip
    folder = RunFolder(run)
    with common.engine() as engine:
        manifest = open_run(engine, folder)
        scope = scope_for(engine, shop=shop, ring=ring)
        sheet = make_sheet(engine, manifest, scope.shops, scope.clusters, given=given)
    document = {**document_of(sheet), **whence(folder, scope)}
    if common.json:
        from unbrush.respond.dossier.document import plain

        screen.say_json(plain(document))
        return
    say_sheet(document, with_methods=methods)


def whence(folder: RunFolder, scope: Scope) -> dict[str, Any]:
    """Return which run and policy a sheet rests on, and whom it is about."""
    from unbrush.base.manifest import Manifest
    from unbrush.respond.desk.importing import run_id_of
    from unbrush.respond.made_by import made_by

    made = made_by(folder, Manifest.read(folder.manifest))
    return {
        "run": {"run_id": run_id_of(folder), **made},
        "scope": {"kind": scope.kind, "name": scope.name, "rings": list(scope.rings)},
    }


def scope_for(engine: Engine, *, shop: str, ring: str) -> Scope:
    """Return whom a sheet is about: a shop, a ring's shops, or all with orders left out."""
    from unbrush.respond.dossier.scope import scope_of_case, scope_of_shop, scope_of_shops

    if shop:
        return scope_of_shop(engine, shop)
    if ring:
        return scope_of_case(engine, [ring], [], ring)
    ids = engine.query(
        """SELECT DISTINCT CAST(o.shop_id AS VARCHAR) AS id FROM orders o JOIN decisions d
               ON d.subject_kind = 'order' AND d.is_neutralised
               AND CAST(d.subject_id AS VARCHAR) = CAST(o.order_id AS VARCHAR)
           WHERE CAST(o.shop_id AS VARCHAR) IN (
               SELECT CAST(subject_id AS VARCHAR) FROM decisions WHERE subject_kind = 'shop')
           ORDER BY id"""
    )
    shops = [str(each) for each in ids.column("id").to_pylist()]
    if not shops:
        return Scope(kind="run", name="run", shops=(), rings=(), clusters=())
    found = scope_of_shops(engine, shops, kind="case", name="run")
    return Scope(kind="run", name="run", shops=found.shops, rings=found.rings,
                 clusters=found.clusters)  # fmt: skip


def say_sheet(document: dict[str, Any], *, with_methods: bool) -> None:
    """Print a sheet for people, in both languages."""
    from unbrush.respond.losses.telling import gathered

    for family in document["families"]:
        screen.say_table(
            f"{family['words'].zh} {family['words'].en}",
            [
                {
                    "whose": f"{row['who'].zh} {row['who'].en}" + f" {row['about']}".rstrip(),
                    "by": f"{row['title'].zh} {row['title'].en}",
                    "counts": row["measure"],
                    "proved": row["written"]["proved"],
                    "expected (P5 – P95)": row["written"]["expected"],
                    "at most": row["written"]["upper"],
                    "placebo": {True: "✓", False: "✗", None: "–"}[row["placebo"]["is_passed"]],
                }
                for row in family["rows"]
            ],
        )
        for row in gathered(family["open"]):
            about = f" {', '.join(row['about'])}" if row["about"] else ""
            lacks_zh, lacks_en = (
                sign.join(each[side] for each in row["missing"])
                for side, sign in ((0, "、"), (1, ", "))
            )
            screen.say(
                f"  {row['who'].zh} {row['who'].en}{about}: 不能确定 cannot be established "
                f"{'; '.join(f'{each.zh} {each.en}' for each in row['titles'])} "
                f"← {lacks_zh} {lacks_en}"
            )
    for row in document["totals"]:
        screen.say(f"文件合计 total of documents ({row['family']}): {row['written']}")
    for row in document["costs"]:
        screen.say(
            f"行为成本 cost of the conduct: {row['words'].zh} {row['words'].en} "
            f"× {row['n']:,} = {row['written']}"
        )
    for row in document["fines"]:
        screen.say(f"罚款，不计入 fine, added to nothing: {row['written']} ({row['source']})")
    for row in document["sensitivity"]:
        screen.say(row["words"].zh)
        screen.say(row["words"].en)
    screen.say(document["rule"].zh)
    screen.say(document["rule"].en)
    if document["n_reckoned"] < document["n_shops"]:
        n, of = document["n_reckoned"], document["n_shops"]
        screen.say(f"计算了 {of:,} 家店铺中的 {n:,} 家。Reckoned {n:,} of {of:,} shops.")
    for family in document["families"] if with_methods else ():
        for row in {row["method"]: row for row in family["rows"]}.values():
            screen.say(f"{row['title'].zh} {row['title'].en} [{row['citation']}]")
            screen.say(f"  {row['must_hold'].zh}")
            screen.say(f"  {row['must_hold'].en}")
            screen.say(f"  {row['placebo']['words'].zh} {row['placebo']['words'].en}")
