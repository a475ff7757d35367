"""Documents of a check as the terminal shows them, in one language or both."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from unbrush.base.words import Words
from unbrush.check.documents import Document
from unbrush.check.kinds import KIND_WORDS, Kind
from unbrush.check.looks import SAME
from unbrush.check.telling import told_value
from unbrush.check.terms import (
    AS_MANY,
    BOUNDS,
    FIELDS,
    MATCHES,
    OTHER_MEANS,
    READY_MADE,
    SHARED_PHOTOS,
    VERDICTS,
    is_shown,
)
from unbrush.serve import screen

MOST_SKELETONS, MOST_EXAMPLES, MOST_REVIEWS, MOST_SEGMENTS = 12, 3, 10, 20
MOST_CHARS = 120

_MARKS = {"doorway": "✗", "kept": "✓"}
MATCH_MARKS = {"agrees": "✓", "contradicts": "✗", "unchecked": "·"}


def say_document(document: Document, lang: str) -> None:
    """Print one document for people.

    Args:
        document: What `check` yielded.
        lang: ``zh``, ``en`` or ``both``.
    """
    say = _Teller(lang)
    say.head(document)
    if "error" in document:
        say.error(document["error"])
    elif "rating" in document and "reviews" in document:
        say.item(document)
    elif "segments" in document:
        say.page(document)
    else:
        say.post(document)
    screen.say("")


def say_totals(n: int, n_shown: int, labels: Mapping[str, int], lang: str) -> None:
    """Print how many documents there were beyond those shown, and what they were flagged for."""
    say = _Teller(lang)
    say.line(
        f"共 {n:,} 份，以上为 {n_shown:,} 份。", f"{n:,} in all, of which {n_shown:,} are shown."
    )
    rows = [{"label": label, "n": count} for label, count in sorted(labels.items())]
    screen.say_table(say.pick(Words("各标签的份数", "Labels")), rows)


def shown(text: str, most: int = MOST_CHARS) -> str:
    """Return a stranger's text on one line, cut, without what could steer a terminal."""
    clean = "".join(" " if each in "\n\t\r" else _visible(each) for each in text[: 2 * most])
    clean = " ".join(clean.split())
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def _visible(letter: str) -> str:
    return "�" if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co") else letter


class _Teller:
    """Says things in the chosen language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def pick(self, words: Words | Mapping[str, str]) -> str:
        zh, en = (words.zh, words.en) if isinstance(words, Words) else (words["zh"], words["en"])
        both = en if zh == en else f"{en} {zh}"
        return {"zh": zh, "en": en}.get(self.lang, both)

    def value(self, value: Any) -> str:
        return shown(self.pick(told_value(value)), 300)

    def line(self, zh: str, en: str) -> None:
        screen.say(self.pick(Words(zh, en)))

    def title(self, zh: str, en: str) -> None:
        screen.say("")
        self.line(zh, en)

    def head(self, document: Document) -> None:
        kind = document.get("kind")
        what = self.pick(KIND_WORDS[Kind(kind)]) if kind in set(Kind) else ""
        guessed = (
            self.pick(Words("（自动判断）", " (guessed)"))
            if document.get("is_kind_guessed")
            else ""
        )
        place = document.get("file", "")
        line = f":{document['line']}" if document.get("line") else ""
        own = f" · {shown(str(document['id']), 60)}" if document.get("id") is not None else ""
        title = f" · {shown(document['title'], 60)}" if document.get("title") else ""
        screen.say(f"━━ {shown(place, 200)}{line}{own}{title} · {what}{guessed}")

    def error(self, error: Mapping[str, str]) -> None:
        screen.say(f"✗ {shown(error['message'], 400)}")
        if error.get("hint"):
            screen.say(f"  {shown(error['hint'], 400)}")
        screen.say(f"  ({error['code']})")

    # ---- reviews -----------------------------------------------------------------------------

    def item(self, document: Document) -> None:
        n = document["verdicts"]
        counts = [f"{n[verdict]:,} {self.pick(words)}" for verdict, words in VERDICTS.items()]
        total = self.pick(Words("条评价", "reviews"))
        screen.say(f"{document['n_reviews']:,} {total}: {' · '.join(counts)}")
        self.rating(document["rating"])
        if ready := document["ready_made"]:
            each = [f"{count:,} {self.pick(READY_MADE[kind])}" for kind, count in ready.items()]
            note = self.pick(Words("不视为可疑", "not taken for suspicious"))
            screen.say(f"{' · '.join(each)} ({note})")
        self.skeletons(document["skeletons"])
        self.shared_photos(document.get("shared_photos", ()))
        for verdict in ("excluded", "doubtful"):
            self.reviews(document["reviews"], verdict)
        errors = [each for each in document["reviews"] if "error" in each]
        if errors:
            self.title(
                f"无法使用的行 {len(errors):,}", f"Rows that could not be used: {len(errors):,}"
            )
            for each in errors[:MOST_REVIEWS]:
                screen.say(f"  ✗ {each['line']}: {shown(each['error']['message'], 200)}")
        self.limits(document["not_judged"])

    def rating(self, rating: Mapping[str, Any]) -> None:
        raw, adjusted = rating["raw"], rating["adjusted"]
        if raw["value"] is None:
            return
        name = self.pick(Words("评分", "Rating"))
        if adjusted["value"] is None:
            nothing = self.pick(Words("没有无疑点的评分", "no rating is left"))
            screen.say(f"{name}: {raw['value']:.2f} → {nothing}")
            return
        ends = f"{adjusted['low']:.2f}–{adjusted['high']:.2f}"
        screen.say(
            f"{name}: {raw['value']:.2f} → {adjusted['value']:.2f} (95 %: {ends}; "
            f"n = {raw['n']:,} → {adjusted['n']:,}; {rating['scale'][0]:g}–{rating['scale'][1]:g})"
        )
        if bounds := rating["bounds"]["adjusted"]:
            screen.say(
                f"  {self.pick(BOUNDS)}: {bounds['low']:.2f}–{bounds['high']:.2f} "
                f"({self.pick(AS_MANY)}: {bounds['as_many']:.2f})"
            )
        for name, words in OTHER_MEANS.items():
            rest = rating[name]
            if rest["value"] is not None and rest["n"] not in (raw["n"], adjusted["n"]):
                screen.say(
                    f"  {self.pick(words)}: {rest['value']:.2f} (95 %: {rest['low']:.2f}–"
                    f"{rest['high']:.2f}; n = {rest['n']:,})"
                )
        screen.say(f"  {self.pick(rating['method'])}")

    def skeletons(self, skeletons: Sequence[Document]) -> None:
        if not skeletons:
            return
        self.title(f"雷同的写法 {len(skeletons):,}", f"Shared wordings: {len(skeletons):,}")
        for each in skeletons[:MOST_SKELETONS]:
            screen.say(f"  ×{each['n']:<4} {shown(each['template'])}")
            for example in each["examples"][:MOST_EXAMPLES]:
                screen.say(f"        {_name(example)} {shown(example['text'])}")

    def shared_photos(self, shared: Sequence[Document]) -> None:
        """Print which pictures several reviews show."""
        if not shared:
            return
        self.title(
            f"多条评价共用的图片 {len(shared):,}", f"Photos that reviews share: {len(shared):,}"
        )
        screen.say(f"  {self.pick(SHARED_PHOTOS)}")
        for each in shared[:MOST_SKELETONS]:
            n, items = each["n_reviews"], each["n_items"]
            counts = self.pick(Words(f"{n} 条评价，{items} 件商品", f"{n} reviews, {items} items"))
            screen.say(f"  ×{n:<4} {self.pick(SAME[each['how']])} · {counts}")
            for one in each["reviews"][:MOST_REVIEWS]:
                screen.say(f"        {_name(one)} {shown(one['file'], 60)}")

    def reviews(self, reviews: Sequence[Document], verdict: str) -> None:
        own = [each for each in reviews if each.get("verdict") == verdict]
        if not own:
            return
        screen.say(f"\n{self.pick(VERDICTS[verdict])}: {len(own):,}")
        for each in own[:MOST_REVIEWS]:
            screen.say(f"  {_name(each)} [{', '.join(each['labels'])}]")
            self.reasons(each["reasons"])
        if len(own) > MOST_REVIEWS:
            rest = len(own) - MOST_REVIEWS
            self.line(
                f"  另有 {rest:,} 条，见 --json 或 --html", f"  {rest:,} more with --json or --html"
            )

    def reasons(self, reasons: Sequence[Mapping[str, Any]]) -> None:
        for reason in filter(is_shown, reasons):
            score = f"{reason['score']:.2f} " if "score" in reason else ""
            screen.say(f"      {score}{shown(self.pick(reason), 400)}")

    def limits(self, limits: Sequence[Mapping[str, Any]]) -> None:
        if limits:
            self.title("无法判断的", "What could not be judged")
        for each in limits:
            n = f" ({each['n']:,})" if each.get("n") else ""
            screen.say(f"  • {self.pick(each)}{n}")

    # ---- pages, posts, pictures --------------------------------------------------------------

    def page(self, document: Document) -> None:
        segments = document["segments"]
        text = document.get("text", "")
        if not segments:
            self.line("没有文字。", "There is no text.")
        for each in segments[:MOST_SEGMENTS]:
            mark = _MARKS.get(each["label"], "·")
            piece = each.get("text") or text[each["start"] : each["end"]]
            label = self.pick(
                Words("搜索引流", "doorway")
                if each["label"] == "doorway"
                else Words("保留", "kept")
            )
            screen.say(
                f"  {mark} {label} {each['start']:,}–{each['end']:,} ({each['score']:.2f}) "
                f"{shown(piece, 80)}"
            )
            self.reasons(each["reasons"])
        self.reasons(document.get("reasons", ()))
        self.limits(document.get("not_judged", ()))

    def post(self, document: Document) -> None:
        if labels := document.get("labels"):
            screen.say(f"  ✗ {', '.join(labels)}")
        elif "labels" in document:
            self.line("  ✓ 未发现问题。", "  ✓ Nothing was found.")
        self.reasons(document.get("reasons", ()))
        for name, value in document.get("fields", {}).items():
            if name in FIELDS:
                screen.say(
                    f"      {self.pick(FIELDS[name])}: {shown(self.pick(told_value(value)), 300)}"
                )
        self.pictures(document.get("pictures", {}))
        if "screenshot" in document:
            self.screenshot(document)
        self.limits(document.get("not_judged", ()))

    def pictures(self, copies: Document) -> None:
        """Print which earlier pictures one is the same as."""
        for each in copies.get("same", ()):
            screen.say(
                f"  ≡ {self.pick(SAME[each['how']])}: {shown(each['path'], 80)}{_whose(each)}"
            )
        if "note" in copies:
            screen.say(f"  • {self.pick(copies['note'])}")

    def screenshot(self, document: Document) -> None:
        screen.say(
            f"  {self.pick(Words('画面', 'It shows'))}: {self.pick(told_value(document['shows']))}"
        )
        seen = document["screenshot"]
        for name, found in seen["fields"].items():
            what = self.pick(FIELDS[name]) if name in FIELDS else name
            screen.say(f"      {what}: {self.value(found['value'])} ({found['confidence']:.2f})")
        for code in seen["codes"]:
            screen.say(f"      {code['kind']}: {shown(code['content'])}")
        for line in document["text"].split("\n")[:MOST_SEGMENTS]:
            screen.say(f"      │ {shown(line)}")
        self.limits(seen["notes"])
        self.market(document.get("market", ()))

    def market(self, matches: Sequence[Mapping[str, Any]]) -> None:
        """Print what the market says of each field."""
        if matches:
            self.title("与平台数据对照", "Beside the market")
        for each in matches:
            what = self.pick(FIELDS[each["field"]])
            verdict = self.pick(MATCHES[each["match"]])
            held = "" if each["held"] is None else f" ⇄ {shown(str(each['held']), 80)}"
            screen.say(f"  {MATCH_MARKS[each['match']]} {what}: {verdict}")
            screen.say(f"      {self.value(each['stated'])}{held} · {self.pick(each['why'])}")


def _name(review: Mapping[str, Any]) -> str:
    own = review.get("id")
    return f"#{shown(str(own), 40)}" if own is not None else f"@{review.get('line', '?')}"


def _whose(picture: Mapping[str, Any]) -> str:
    """Return where an earlier picture was named, and whose it is as far as known."""
    known = [f"@{picture['line']}"] if "line" in picture else []
    known += [f"#{shown(str(picture['id']), 40)}"] if "id" in picture else []
    for key in ("account_id", "item_id"):
        if key in picture:
            known.append(f"{key} {shown(str(picture[key]), 40)}")
    return f" ({' · '.join(known)})" if known else ""
