"""Read one text: what it offers for praise or orders, how it says so, and how it is answered.

Three elements must meet: a reward, a condition (praise, a review or photo, a fake order) and an act
on a platform, close together, and tied by words of exchange or told as a task. Words alone decide
nothing: who denies, forbids, warns, asks, complains or tells of a visit uses the same ones.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from unbrush.base.solicitation import conditions
from unbrush.base.solicitation.bait import HINT as BAIT_HINT
from unbrush.base.solicitation.bait import Bait, bait_of
from unbrush.base.solicitation.contacts import Contact, contacts_of
from unbrush.base.solicitation.disguise import Unmasked, fold, unmask_folded
from unbrush.base.solicitation.rewards import HINT, Reward, RewardKind, rewards_of
from unbrush.base.solicitation.sale import HINT as SALE_HINT
from unbrush.base.solicitation.sale import sale_of
from unbrush.base.solicitation.script import Script, script_of
from unbrush.base.solicitation.stance import CLAUSE, Frame, Stance

REACH = 44  # characters between reward and condition in one sentence
REACH_ON = 30  # likewise, where the next sentence begins between them
LONGEST = 4_000  # characters read of one text: bargains stand early, and time must be bounded
MIDDLE, SLOPE = 4.2, 1.3  # points at which the score is one half, and how fast it rises

_ACT_HINT = re.compile(
    "评|全5|满星|满分|铺|网店|手指|赚|坪|平|苹|屏|凭|萍|枰|ping|星|芯|晒|筛|嗮|图|拍|刷|唰|涮|单|丹|赞|笔记|"
    "打卡|下单|任务|小红花|"
    "兼|写|垫|佣|讠|⭐|🌟|★"
    "|review|star|feedback|rating|post|photo|order|test|task|rate us|rate it|share"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Solicitation:
    """What one text asks for and offers; each field is empty or None where nothing is said.

    Attributes:
        score: From 0 to 1, how surely it offers a reward for praise, a review or fake orders.
        buys: ``praise``, ``review`` or ``orders``; ``sale`` if fakes are offered to shops; empty if
            there is no bargain.
        stance: What the writer does with the bargain; only an offer is one.
        reward: The reward that stands closest to the condition.
        condition: What is asked for, in plain words.
        stars: How many stars are asked for.
        n_photos: How many photos.
        n_characters: How many characters.
        script: Keyword, stay, hours, steps, deadline, shop and item.
        contacts: How to reach the writer; personal.
        has_route: Whether readers are told to come forward (scan, join, contact, sign up).
        has_proof: Whether proof is asked for (a screenshot).
        n_masks: How many words were hidden.
        spans: Where reward and condition stand in the original, as start and end.
        is_call: Whether it sets a task for pay, or for any reward with dictated praise or stay
            (what instruction-match goes by).
        is_plain: Whether nothing in it is a sign of anything but an offer (a denial, a complaint, a
            question, news), wherever in the text it stands.
        bait: Easy money for nothing: what a scam opens with.
    """

    score: float
    buys: str
    stance: Stance
    reward: Reward | None
    condition: str
    stars: int | None
    n_photos: int | None
    n_characters: int | None
    script: Script
    contacts: tuple[Contact, ...]
    has_route: bool
    has_proof: bool
    n_masks: int
    spans: tuple[tuple[int, int], ...]
    is_call: bool
    is_plain: bool
    bait: Bait


@dataclass(frozen=True, slots=True)
class _Bargain:
    """A reward beside what it is for; no reward where fakes are for sale."""

    reward: Reward | None
    start: int
    end: int
    words: str
    closeness: float  # 0-1
    buys: str


def read(text: str, *, given: Sequence[Contact] = ()) -> Solicitation | None:
    """Return what a text solicits; None if it names no reward, or nothing to do for one.

    Args:
        text: One post or message as written. Of a longer one the first `LONGEST` characters count.
        given: Contacts known from elsewhere: of a QR code in its picture, of its author.
    """
    text = text[:LONGEST]
    folded = _in_one_line(fold(text))
    may_bait = bool(BAIT_HINT.search(folded))
    if not may_bait and (
        not _ACT_HINT.search(folded)
        or (not HINT.search(folded) and not SALE_HINT.search(folded) and "反" not in folded)
    ):
        return None
    plain = unmask_folded(text, folded)
    open_text = conditions.NEUTRAL.sub(lambda match: " " * len(match[0]), plain.text)
    rewards = rewards_of(open_text)
    may_bait |= bool(SALE_HINT.search(plain.text))
    if not rewards and not may_bait and not conditions.TRADE.search(open_text):
        return None
    said = _read(plain, open_text, rewards, given)
    says = rewards or said.bait.score or said.buys or conditions.TRADE.search(open_text)
    return said if says else None


SHORT_LINE = 22
"""Characters of a line, in the middle of all, below which lines part clauses and not sentences."""


def _in_one_line(text: str) -> str:
    """Return a poster, whose short lines are clauses of one sentence, with marks between them."""
    lines = sorted(len(line) for line in text.split("\n") if line.strip())
    is_poster = len(lines) > 2 and lines[len(lines) // 2] < SHORT_LINE
    return text.replace("\n", ",") if is_poster else text


def _read(
    plain: Unmasked, text: str, rewards: list[Reward], given: Sequence[Contact]
) -> Solicitation:
    """Read a text that names a reward or the trade."""
    contacts = (*contacts_of(plain), *given)
    frame = Frame(plain.text, n_contacts=len(contacts))
    offered = [
        reward
        for reward in rewards
        if not frame.is_negated(reward.start) and not frame.is_guarantee(reward.start)
    ]
    praise = _closest(frame, offered, _mentions(frame, conditions.PRAISE, text), "praise")
    review = _closest(frame, offered, _mentions(frame, conditions.REVIEW, text), "review")
    trade = _closest(frame, offered, _mentions(frame, conditions.TRADE, text), "orders")
    near = {
        "has_route": bool(conditions.ROUTE.search(text)),
        "has_proof": bool(conditions.PROOF.search(text)),
    }
    is_denied = bool(rewards) and not (praise or review or trade)
    bait = bait_of(text, frame, n_contacts=len(contacts))
    ranked = [
        (_points(plain, text, frame, bargain, contacts, bait, **near), -number, bargain)
        for number, bargain in enumerate((praise, trade, review))
        if bargain is not None
    ]
    sale = sale_of(text, has_way=bool(contacts) or near["has_route"])
    if sale.points:
        doubts = 1.2 * min(frame.n_reports, 3) + 0.6 * min(frame.n_tells, 4)
        sold = _Bargain(None, sale.start, sale.end, sale.words, 1.0, "sale")
        ranked.append((sale.points - doubts, -9, sold))
    points, _, best = max(ranked, default=(-math.inf, 0, None), key=lambda each: each[:2])
    stance = _stance(plain.text, frame, best, is_denied)
    script = script_of(plain)
    score = 0.0 if best is None or stance is not Stance.OFFER else _logistic(points)
    return Solicitation(
        score=round(score, 4),
        buys=best.buys if best else "",
        stance=stance,
        reward=_with_amount(best.reward, offered) if best and best.reward else None,
        condition=best.words if best else "",
        stars=_number(conditions.STARS, text),
        n_photos=_number(conditions.NUMBER_OF_PHOTOS, text),
        n_characters=_number(conditions.NUMBER_OF_CHARACTERS, text),
        script=script,
        contacts=contacts,
        n_masks=plain.n_masks,
        spans=_spans(plain, best),
        is_call=_is_call(plain.text, frame, script),
        is_plain=stance is Stance.OFFER and frame.is_plain,
        bait=bait,
        **near,
    )


def _with_amount(reward: Reward, offered: list[Reward]) -> Reward:
    """The reward with the sum that is said of another one, if none is said of itself."""
    if reward.amount_minor is not None:
        return reward
    sums = [other for other in offered if other.amount_minor is not None]
    if not sums:
        return reward
    nearest = min(sums, key=lambda other: (abs(other.start - reward.start), other.start))
    return replace(reward, amount_minor=nearest.amount_minor, currency=nearest.currency)


def _mentions(frame: Frame, pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """Where a condition is named and not denied."""
    return [match for match in pattern.finditer(text) if not frame.is_negated(match.start())]


def _closest(
    frame: Frame, rewards: list[Reward], mentions: list[re.Match[str]], buys: str
) -> _Bargain | None:
    """The reward and the condition that stand closest, if any stand close enough."""
    best: _Bargain | None = None
    scale = frame.scale
    for reward in rewards[:12]:
        for mention in mentions[:12]:
            start, end = mention.span()
            if start < reward.end and reward.start < end:
                gap = 0.0
            else:
                gap = max(start - reward.end, reward.start - end) / scale
            n_breaks = abs(frame.sentence(start) - frame.sentence(reward.start))
            if gap > (REACH if n_breaks == 0 else REACH_ON) or n_breaks > 1:
                continue
            closeness = 1.0 if gap <= 6 else 0.8 if gap <= 20 else 0.55
            if best is not None and closeness < best.closeness:
                continue
            between = frame.text[min(end, reward.end) : max(start, reward.start)]
            closeness -= 0.1 * min(len(CLAUSE.findall(between)), 3) + 0.15 * n_breaks
            # Where several stand equally close, the plainest reward is the one that is meant.
            if best is None or (closeness, _worth(reward)) > (best.closeness, _worth(best.reward)):
                best = _Bargain(reward, start, end, mention[0], closeness, buys)
    return best


_KIND_POINTS = {
    RewardKind.PAY: 0.7,
    RewardKind.CASH: 0.7,
    RewardKind.FREE: 0.5,
    RewardKind.GIFT: 0.1,
}


def _worth(reward: Reward | None) -> float:
    if reward is None:
        return 0.0
    return _KIND_POINTS[reward.kind] + 0.4 * (reward.amount_minor is not None)


_CONDITION_POINTS = {"praise": 1.6, "orders": 2.0, "review": 0.1}


def _points(
    plain: Unmasked,
    text: str,
    frame: Frame,
    bargain: _Bargain,
    contacts: Sequence[Contact],
    bait: Bait,
    *,
    has_route: bool,
    has_proof: bool,
) -> float:
    """Return how much speaks for an offer; see the detectors' pages."""
    reward = bargain.reward
    if reward is None:
        return 0.0
    low, high = min(bargain.start, reward.start), max(bargain.end, reward.end)
    near = text[max(0, low - 30) : high + 30]
    points = _CONDITION_POINTS[bargain.buys] + 1.2 * bargain.closeness + _worth(reward)
    points += 0.5 * bool(conditions.ACT.search(near))
    points += 1.0 * bool(conditions.LINK.search(text, max(0, low - 8), min(len(text), high + 14)))
    points += 0.6 * bool(
        conditions.MUST.search(text, max(0, bargain.start - 12), bargain.start)
        or conditions.THEN.match(text, bargain.end)
    )
    if bargain.buys == "review":  # nobody is paid to show that they wrote ill of the shop
        points += 0.8 * has_proof + 0.4 * (reward.kind is RewardKind.CASH)
    points += 0.7 * has_proof + 0.5 * has_route + 0.7 * bool(contacts)
    points += 0.6 * bool(
        conditions.NUMBER_OF_PHOTOS.search(near) or conditions.NUMBER_OF_CHARACTERS.search(near)
    )
    points += 0.4 * min(plain.n_masks, 2)
    points += 0.6 * (bargain.buys != "orders" and bool(conditions.TRADE.search(text)))
    points += 0.5 * min(bait.n_easy, 2) * (bargain.buys == "orders")
    points += 0.2 * min(frame.n_offers, 3)
    points -= 1.2 * min(frame.n_reports, 3) + 0.6 * min(frame.n_tells, 4)
    return points


def _stance(text: str, frame: Frame, bargain: _Bargain | None, is_denied: bool) -> Stance:
    """Return what the writer does with the bargain, the surest signs first."""
    if bargain is None:
        return Stance.REFUSAL if is_denied else Stance.NEUTRAL
    if frame.is_denied_at(bargain.start):
        return Stance.REFUSAL
    if frame.is_warning(bargain.start):
        return Stance.WARNING
    if frame.is_tale:
        return Stance.REPORT
    if frame.is_news and frame.n_offers < 3:
        return Stance.WARNING
    if frame.n_told * 2 > frame.n_offers:
        return Stance.REPORT
    if (frame.is_question or frame.is_wondered) and frame.n_offers < 3:
        return Stance.QUESTION
    if frame.n_reports >= 2 and frame.n_reports > frame.n_offers:
        return Stance.REPORT
    if bargain.buys == "review":  # no praise is dictated
        if conditions.NEUTRAL.search(text):
            return Stance.NEUTRAL
        if conditions.DISCLOSED.search(text):
            return Stance.DISCLOSED
    return Stance.OFFER


def _logistic(points: float) -> float:
    return 1 / (1 + math.exp(-SLOPE * (points - MIDDLE)))


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    """The first number that a pattern finds, of Western or Chinese digits."""
    match = pattern.search(text)
    if match is None:
        return None
    word = next(group for group in match.groups() if group)
    words = {"five": 5, "十五": 15, "二十": 20, "三十": 30, "五十": 50, "十": 10, "两": 2}
    return int(word) if word.isdigit() else words.get(word) or "零一二三四五六七八九".find(word)


def _spans(plain: Unmasked, bargain: _Bargain | None) -> tuple[tuple[int, int], ...]:
    if bargain is None:
        return ()
    places = {(bargain.start, bargain.end)}
    if bargain.reward is not None:
        places.add((bargain.reward.start, bargain.reward.end))
    return tuple(plain.span(*place) for place in sorted(places))


# What a call for hands says that a promotion does not: money for the order itself, or the trade's
# own words.
_PAYS = re.compile(
    "佣金|本金|垫付|返款|全返|先拍后返|(?:放|接|刷|补|做)单"
    "|commission|reimburse|paypal|refund(?:ed)? (?:you|after|via|by|once|when)"
)
# What a promotion may offer too; with a dictated stay or praise it is a condition for brushing.
_OFFERED = re.compile(
    "免单|免费|白送|礼品|小礼物|红包|返现|试用|体验官|福利|gift|free|reward|cash ?back|coupon"
)
_DICTATES = re.compile("五星|5 ?星|⭐|好评|晒图|晒单|(?:five|5)[- ]?stars?|positive review")
_DENIES = re.compile("警惕|谨防|防骗|骗局|举报|诈骗|beware|scam|warning|report (?:it|them|this)")


def _is_call(text: str, frame: Frame, script: Script) -> bool:
    """Say whether a text sets a task that orders may be seen to follow."""
    if frame.is_warning(0) or (_DENIES.search(text) and frame.n_warns >= frame.n_offers):
        return False
    if _PAYS.search(text):
        return True
    return bool(_OFFERED.search(text)) and bool(script.dwell_ms or _DICTATES.search(text))
