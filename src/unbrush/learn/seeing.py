"""What runs at several moments would have seen and decided of the events since the run before."""

from collections.abc import Callable
from dataclasses import dataclass

from unbrush.base.engine import Engine
from unbrush.base.errors import EmptyTable
from unbrush.base.known_by import open_market_known_by
from unbrush.base.manifest import Manifest
from unbrush.base.progress import Progress
from unbrush.base.run_folder import RunFolder
from unbrush.detect import detect
from unbrush.group import group
from unbrush.judge import Policy, judge
from unbrush.judge.learned.features import KINDS, make_features, said_sql
from unbrush.judge.learned.model import Model
from unbrush.judge.witnesses import call_witnesses

FIRST, SECOND, THIRD = 0.6, 0.7, 0.8
"""Shares of all events, by time, at which the trees, their number and the calibration end."""

LATER = (0.9, 1.0)
"""Where the runs fall that what was learned is measured on."""

FOUND = ("signals", "rings", "ring_members")


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A run that is supposed to have happened.

    Attributes:
        number: Its place among them.
        part: Which slice the events since the run before belong to: first, second, third, later.
        from_ms: Time of the run before; its events are seen already.
        at_ms: When it happens.
    """

    number: int
    part: str
    from_ms: int
    at_ms: int


def moments(engine: Engine, n_runs: int) -> list[Moment]:
    """Return when runs happen, at shares of all orders and reviews by time.

    Args:
        engine: Holds the event tables.
        n_runs: Runs in all, at least 5; more of them see the events of training sooner.

    Raises:
        EmptyTable: There are no orders and no reviews.
    """
    n_first = n_runs - 2 - len(LATER)
    shares = [
        *(("first", FIRST * (number + 1) / n_first) for number in range(n_first)),
        ("second", SECOND),
        ("third", THIRD),
        *(("later", share) for share in LATER),
    ]
    n_events = engine.value(f"SELECT count(*) FROM ({_TIMES})")
    if not n_events:
        raise EmptyTable("The run has no orders and no reviews.", hint="There is nothing to learn.")
    found: list[Moment] = []
    before = -(2**62)
    for number, (part, share) in enumerate(shares):
        place = max(1, round(share * n_events))
        at = engine.value(
            f"""SELECT "at" FROM ({_TIMES}) ORDER BY "at" LIMIT 1 OFFSET {place - 1}"""
        )
        found.append(Moment(number=number, part=part, from_ms=before, at_ms=at))
        before = at
    return found


_TIMES = """SELECT placed_at AS "at" FROM orders UNION ALL SELECT posted_at FROM reviews"""


def see(
    engine: Engine,
    folder: RunFolder,
    manifest: Manifest,
    moments: list[Moment],
    *,
    policy: Policy,
    against: Model | None,
    progress: Progress,
) -> None:
    """Leave what the runs saw in ``engine``, and what those that measure decided.

    `_seen_order`, `_seen_review`: features, and ``part``; `_said_order`, `_said_review`: id, name,
    score; `_force`: kind, id, probability, is_neutralised, of the later part.
    """
    for kind in KINDS:
        engine.drop(f"_seen_{kind}")
        engine.drop(f"_said_{kind}")
    engine.drop("_force")
    for moment in moments:
        share = moment.number / len(moments)
        progress(f"as known at run {moment.number + 1} of {len(moments)}", share)
        open_market_known_by(engine, folder.events, manifest, moment.at_ms)
        detect(engine, manifest, progress=_quietly(progress, moment, len(moments), "detect"))
        group(engine, manifest, progress=_quietly(progress, moment, len(moments), "group"))
        call_witnesses(engine, manifest, policy)
        for kind in KINDS:
            features = make_features(engine, kind)
            _add(
                engine,
                f"_seen_{kind}",
                f"""SELECT *, '{moment.part}' AS part FROM {features}
                    WHERE "at" > {moment.from_ms} AND "at" <= {moment.at_ms}""",
            )
            _add(
                engine,
                f"_said_{kind}",
                f"""SELECT s.* FROM ({said_sql(kind)}) s
                    JOIN {features} f USING (id)
                    WHERE f."at" > {moment.from_ms} AND f."at" <= {moment.at_ms}""",
            )
            engine.drop(features)
        if moment.part == "later":
            for table in FOUND:
                engine.create(f"_{table}_{moment.number}", f"SELECT * FROM {table}")
            judge(engine, manifest, policy=policy, model=against)
            _add(engine, "_force", decided_sql(moment))


def judge_later(
    engine: Engine,
    folder: RunFolder,
    manifest: Manifest,
    moments: list[Moment],
    *,
    policy: Policy,
    model: Model,
    progress: Callable[[str, float], None],
) -> None:
    """Leave `_with` in ``engine``: as `_force`, but judged with the model beside all else."""
    engine.drop("_with")
    for moment in moments:
        if moment.part != "later":
            continue
        progress(f"judge run {moment.number + 1} with what was learned", 0.9)
        open_market_known_by(engine, folder.events, manifest, moment.at_ms)
        for table in FOUND:
            engine.create(table, f"SELECT * FROM _{table}_{moment.number}")
        judge(engine, manifest, policy=policy, model=model)
        _add(engine, "_with", decided_sql(moment))


def decided_sql(moment: Moment) -> str:
    """Return a SELECT of what was decided of the orders and reviews since the run before."""
    new = " UNION ALL ".join(
        f"""SELECT '{kind}' AS kind, CAST({kind}_id AS VARCHAR) AS id FROM {kind}s
            WHERE {at} > {moment.from_ms} AND {at} <= {moment.at_ms}"""
        for kind, at in (("order", "placed_at"), ("review", "posted_at"))
    )
    return f"""SELECT kind, id, coalesce(probability, 0) AS probability,
                      coalesce(is_neutralised, false) AS is_neutralised
               FROM ({new}) LEFT JOIN decisions d
                   ON d.subject_kind = kind AND CAST(d.subject_id AS VARCHAR) = id"""


def _add(engine: Engine, table: str, sql: str) -> None:
    """Add rows to a table, which the first of them make."""
    before = f"SELECT * FROM {table} UNION ALL " if engine.columns(table) else ""
    engine.create(table, f"{before}SELECT * FROM ({sql})")


def _quietly(progress: Progress, moment: Moment, n: int, stage: str) -> Progress:
    def report(what: str, share: float) -> None:
        half = 0.0 if stage == "detect" else 0.5
        progress(
            f"run {moment.number + 1} of {n}: {stage} {what}".rstrip(),
            0.85 * (moment.number + half + share / 2) / n,
        )

    return report
