"""Which dated provisions the findings may touch, what they reckon, and the standard of proof."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from unbrush.base.clock import SECOND_MS
from unbrush.base.engine import Engine
from unbrush.base.words import Words
from unbrush.respond.dossier.law import CHINA, Provision, applying, day_in_china
from unbrush.respond.dossier.reckoning import comparisons, keep_until, penalty_ends, reckon
from unbrush.respond.dossier.thresholds import Counted, hints
from unbrush.respond.dossier.timeline import n_before

Row = dict[str, Any]

CHANGED_ON = date(2025, 10, 15)
"""First day of the Anti-Unfair Competition Law of 2025."""

STANDARDS: Mapping[str, Words] = {
    "regulator": Words(
        "为行政程序而编制：事实清楚、证据充分由有权机关判断。",
        "Built for administrative proceedings: the authority judges whether facts and proof do.",
    ),
    "police": Words(
        "为移送线索而编制，不是犯罪认定：是否立案由有权机关决定。",
        "Built as a hint for referral, not as a finding of a crime: whether to open a case is the"
        " authority's decision.",
    ),
    "court": Words(
        "为民事诉讼而编制：欺诈、恶意串通的事实须排除合理怀疑（民事证据规定第八十六条）。",
        "Built for civil proceedings: fraud and malicious collusion need proof beyond reasonable"
        " doubt (rules on civil evidence, art. 86).",
    ),
    "public-interest": Words(
        "为消费民事公益诉讼而编制：起诉需要初步证据，欺诈、恶意串通的事实须排除合理怀疑。",
        "Built for consumer public-interest litigation: filing needs preliminary evidence; fraud "
        "and malicious collusion need proof beyond reasonable doubt.",
    ),
}
"""What a file was built for."""

_LIGHTER: Mapping[str, Words] = {
    "new": Words("新规定的罚款幅度较轻", "the newer brackets are lighter"),
    "old": Words("行为时规定的罚款幅度较轻", "the brackets at the time of the conduct are lighter"),
    "same": Words("罚款幅度相同", "the brackets are equal"),
    "mixed": Words(
        "各档高低不一，数字比较不能得出结论",
        "some bounds are lower, others higher: numbers do not decide",
    ),
}


def touched(engine: Engine, shops: list[Row], roles: list[Row]) -> list[str]:
    """Return what the findings may be about: promotion, organising, against, ransom."""
    found = []
    if any(shop["is_accused"] for shop in shops):
        found.append("promotion")
    if any(row["role"] in ("organiser", "recruiter", "payer", "shipper") for row in roles):
        found.append("organising")
    if engine.value(
        """SELECT count(*) FROM reasons WHERE subject_kind = 'shop' AND kind = 'adjudication'
               AND name IN ('victim', 'bought-an-attack')
               AND subject_id IN (SELECT id FROM dossier_shops)"""
    ):
        found.append("against")
    if engine.value("SELECT count(*) FROM dossier_steps WHERE step = 'payment'"):
        found.append("ransom")
    return found


def legal(
    engine: Engine, about: list[str], audience: str, window: tuple[int, int] | None,
    counts: Mapping[str, int], documents: Sequence[Counted] = (),
) -> Row:  # fmt: skip
    """Return provisions by date, comparisons, dates, counts beside numbers and hints for referral.

    Args:
        engine: Holds what `lay_out` left.
        about: What `touched` returned.
        audience: For whom.
        window: First and last moment of what does not count.
        counts: What the record counts, by name of a number; given by whoever makes the file.
        documents: What documents count, which two people stand for.
    """
    named: list[Provision] = []
    unverified: list[Provision] = []
    dates: list[Words] = []
    split: Row | None = None
    if window is not None:
        first, last = (day_in_china(each) for each in window)
        named, unverified = applying(about, audience, first, last)
        changed_ms = int(
            datetime(CHANGED_ON.year, CHANGED_ON.month, CHANGED_ON.day, tzinfo=CHINA).timestamp()
        ) * SECOND_MS  # fmt: skip
        if first < CHANGED_ON <= last:
            before, since = n_before(engine, changed_ms)
            split = {"before": before, "since": since}
        dates = _dates(first, last, audience)
    brackets = [each.id for each in named if each.fine_minor and each.followed_by]
    return {
        "provisions": named,
        "unverified": unverified,
        "split": split,
        "comparisons": [
            {**row, "words": _LIGHTER[row["lighter"]]} for row in comparisons(brackets)
        ],
        "dates": dates,
        "reckoned": reckon(counts),
        "hints": hints(documents),
    }


def _dates(first: date, last: date, audience: str) -> list[Words]:
    kept = keep_until(last, "trade")
    found = [
        Words(
            f"不计入的行为发生于 {first} 至 {last}（北京时间）。",
            f"What does not count was done from {first} to {last} (China time).",
        ),
        Words(
            f"电子商务法第三十一条：若交易完成于最后一日，交易信息至少保存至 {kept}。",
            f"E-Commerce Law, art. 31: if the last trade was complete on that day, its information "
            f"is kept until {kept} at least.",
        ),
    ]
    if audience == "regulator":
        two, five = penalty_ends(last), penalty_ends(last, has_harmed_safety=True)
        found.append(
            Words(
                f"行政处罚法第三十六条：自行为终了之日起二年为 {two}；"
                f"涉及生命健康安全、金融安全且有危害后果的五年为 {five}。",
                f"Administrative Penalty Law, art. 36: two years from the end of the conduct are "
                f"{two}; five, where life, health or financial safety was harmed, {five}.",
            )
        )
    return found


def written(at_ms: int, *, day_only: bool = False) -> str:
    """Return a moment in China time, to the minute, or only its day."""
    moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at_ms)
    return moment.astimezone(CHINA).strftime("%Y-%m-%d" if day_only else "%Y-%m-%d %H:%M")
