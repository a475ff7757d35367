"""One explanation as the terminal shows it, within its width, in one language or both."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from unbrush.base.words import Words
from unbrush.respond.explaining.changes import SUPPOSED
from unbrush.serve.bars import BAR, bar
from unbrush.serve.checked import shown

Row = Mapping[str, Any]

WIDTH = 80
"""Columns where the output is no terminal."""

LABEL = 31
"""Columns for what a step is called."""

MOST_BLIND = 8
"""Detectors that could not look, where something was said."""

MOST_SIGNALS = 12
SHORT = {
    "in-company": Words("同店另有", "in company"),
    "alone": Words("同店少见", "alone"),
    "its-order": Words("随所评订单", "its order"),
    "limit": Words("把握上限", "limit"),
    "same-family": Words("同类已有", "same family"),
    "same-facts": Words("同一事实", "same facts"),
    "learned": Words("学习模型", "learned model"),
}
"""Steps in few words, where both languages stand in one column; detectors go by their names."""

COLUMNS = (
    "order_id", "review_id", "account_id", "shop_id", "placed_at", "posted_at", "at",
    "registered_at", "paid_minor", "amount_minor", "rating", "text", "kind", "reason",
)  # fmt: skip
"""Columns of a row that a terminal has room for, in order; --json and --html have them all."""


def say_explanation(document: Row, lang: str) -> None:
    """Print one explanation for people.

    Args:
        document: What `respond.explaining` returned.
        lang: ``zh``, ``en`` or ``both``.
    """
    _Teller(lang).tell(document)


class _Teller:
    """Says things in the chosen language, wrapped to the screen."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        width = None if sys.stdout.isatty() else WIDTH
        self._screen = Console(highlight=False, width=width, soft_wrap=False)

    # ---- words -----------------------------------------------------------------------------------

    def pick(self, words: Words) -> str:
        """Return words in the chosen language; both side by side, or one if they are the same."""
        zh, en = shown(words.zh, 400), shown(words.en, 400)
        both = en if zh == en else f"{en} {zh}"
        return {"zh": zh, "en": en}.get(self._lang, both)

    def line(self, text: str | Text, indent: int = 0) -> None:
        """Print one line, or what it is wrapped to."""
        body = Text(text) if isinstance(text, str) else text
        if not body:
            self._screen.print()
            return
        for part in body.wrap(self._screen, self._room(indent)):
            part.rstrip()
            self._screen.print(Text.assemble(" " * indent, part), no_wrap=True)

    def sentence(self, words: Words, indent: int = 0, mark: str = "") -> None:
        """Print a sentence; in both languages, each begins a line, and a mark hangs before them."""
        texts = {"zh": [words.zh], "en": [words.en]}.get(
            self._lang, [words.en] if words.zh == words.en else [words.en, words.zh]
        )
        lead = mark
        for text in texts:
            body = Text(shown(text, 1_000))
            for part in body.wrap(self._screen, self._room(indent + cell_len(mark))):
                part.rstrip()
                self._screen.print(Text.assemble(" " * indent, lead, part), no_wrap=True)
                lead = " " * cell_len(mark)

    def title(self, zh: str, en: str) -> None:
        self.line("")
        self.line(Text(self.pick(Words(zh, en)), style="bold"))

    def _room(self, indent: int) -> int:
        return max(20, self._screen.width - indent)

    # ---- the document ----------------------------------------------------------------------------

    def tell(self, document: Row) -> None:
        """Print everything, what decides first."""
        self.head(document)
        if document["elements"]:
            self.elements(document["elements"])
        if "ring" in document:
            self.ring(document["ring"])
        if document.get("waterfall"):
            self.waterfall(document["waterfall"])
        if "sum" in document:
            self.sum(document["sum"])
            self.strongest(document["strongest"])
        self.signals(document)
        self.look_alikes(document["look_alikes"])
        self.changes(document)
        self.own(document)
        self.looked(document)
        self.made_by(document["made_by"])

    def head(self, document: Row) -> None:
        subject, decision = document["subject"], document["decision"]
        name = f"{self.pick(subject['words'])} {shown(str(subject['id']), 60)}"
        self.line(Text(f"━━ {name}", style="bold"))
        self.sentence(document["headline"])
        if restored := document["restored"]:
            who, why = shown(restored["by"], 40), shown(restored["because"], 200)
            self.sentence(
                Words(f"已由 {who} 恢复计入：{why}", f"Restored by {who}, so it counts: {why}"),
                0,
                "↺ ",
            )
        if not decision:
            return
        facts = [f"{decision['rung']} {self.pick(decision['rung_words'])}"]
        if decision["probability"] is not None:
            facts.append(f"{self.pick(_PROBABILITY)} {_chance(decision)}")
        self.line(" · ".join(facts))
        self.sentence(
            Words(
                f"规则：{decision['rule_words'].zh}。决定者：{decision['approver_words'].zh}。",
                f"Rule: {decision['rule_words'].en}. Decided by {decision['approver_words'].en}.",
            )
        )
        if decision["q_value"] is not None:
            q = f"{decision['q_value']:.2%}"
            self.sentence(
                Words(
                    f"疑点不少于它的同类之中，预计有 {q} 属正当。",
                    f"Of those at least as suspicious, {q} can be expected to be honest.",
                )
            )

    def elements(self, elements: Sequence[Row]) -> None:
        self.title("三项要件", "The three elements")
        for each in elements:
            mark = "✓" if each["is_supported"] else "–"
            self.sentence(each["words"], 1, f"{mark} ({each['name']}) ")
            if each["missing"]:
                self.sentence(each["missing"], 7)
            if each["unseen"]:
                self.sentence(each["unseen"], 7)

    def waterfall(self, steps: Sequence[Row]) -> None:
        self.title("依据如何累加（对数几率）", "How the evidence adds up (log-odds)")
        totals = [step["total"] for step in steps]
        low, high = min(0.0, *totals), max(0.0, *totals)
        before = 0.0
        for step in steps:
            piece = bar(before, step["total"], low, high)
            style = "red" if step["log_odds"] > 0 else "green"
            self.line(
                Text.assemble(
                    self.label(step),
                    (piece, "dim" if step["kind"] == "prior" else style),
                    f" {step['log_odds']:+6.2f}  p = {step['probability']:.3f}",
                ),
                1,
            )
            before = step["total"]
        total = Words("合计", "in all")
        self.line(
            f"{_cut(self.pick(total), LABEL)} {' ' * BAR} {before:+6.2f}  "
            f"p = {steps[-1]['probability']:.3f}",
            1,
        )

    def label(self, step: Row) -> str:
        strength = f" {step['strength']}" if step.get("strength") else ""
        is_named = self._lang == "both" and step["kind"] != "prior"
        words = self.pick(SHORT.get(step["name"], Words(step["name"], step["name"])))
        words = words if is_named else self.pick(step["words"])
        if self._lang == "both" and step["kind"] == "prior":
            words = self.pick(step["kind_words"])
        return _cut(words, LABEL - len(strength)) + strength + " "

    def sum(self, total: Row) -> None:
        self.title("各行依据的合计", "What its rows add up to")
        self.sentence(total["sentence"], 1)
        if total["n_examined"] < total["n_suspected"]:
            n = total["n_examined"]
            self.sentence(
                Words(f"其中最强的 {n:,} 笔/条逐一核算。", f"The strongest {n:,} are looked at."), 1
            )
        most = max((abs(row["log_odds"]) for row in total["by_name"]), default=1.0) or 1.0
        for row in total["by_name"]:
            style = "red" if row["log_odds"] > 0 else "green"
            self.line(
                Text.assemble(
                    self.label(row),
                    (bar(0.0, abs(row["log_odds"]), 0.0, most), style),
                    f" {row['log_odds']:+8.1f} × {row['n_rows']:,}",
                ),
                1,
            )

    def strongest(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        self.title("其中最强的", "The strongest of them")
        for row in rows:
            decision = row["decision"]
            self.line(
                f"{self.pick(row['subject']['words'])} {shown(str(row['subject']['id']), 60)} · "
                f"{decision['rung']} · p = {_chance(decision)}",
                1,
            )
            for step in row["waterfall"]:
                if step["kind"] != "prior":
                    self.line(f"{self.label(step)}{step['log_odds']:+6.2f}", 3)

    def ring(self, ring: Row) -> None:
        for words in (ring["chance"], ring["robustness"]):
            if words:
                self.sentence(words)
        if ring["ties"]:
            self.title("成员之间的联系", "What ties its accounts")
            for tie in ring["ties"]:
                self.line(f"{_cut(self.pick(tie['words']), 50)} {tie['n']:>6,}", 1)
        n = ring["n_members"]
        self.title(
            f"成员（{len(ring['members'])} / {n:,}）及其各自带来的意外程度",
            f"Members ({len(ring['members'])} of {n:,}), and the surprise that each adds",
        )
        for each in ring["members"]:
            name = f"{self.pick(each['kind_words'])} {shown(str(each['id']), 40)}"
            weight = "" if each["weight"] is None else f" {each['weight']:8.1f}"
            hangs = f" · {self.pick(_CARRIES)}" if each["carries_it"] else ""
            self.line(
                f"{_cut(name, 30)} {_cut(self.pick(each['role_words']), 24)}{weight}{hangs}", 1
            )

    def signals(self, document: Row) -> None:
        if not document["signals"]:
            return
        n = len(document["signals"])
        self.title(f"线索 {n:,}", f"Findings: {n:,}")
        for each in document["signals"][:MOST_SIGNALS]:
            about = f"{self.pick(each['about_words'])} {shown(str(each['about']['id']), 40)}"
            mark = "●" if each["is_heard"] else "○"
            self.line(
                Text(
                    f"{mark} {each['detector']} · {each['strength']} · "
                    f"{self.pick(each['family_words'])} · ({each['element']}) · {about} · "
                    f"{each['score']:.2f}",
                    style="bold" if each["is_heard"] else "",
                ),
                1,
            )
            self.sentence(each["sentence"], 3)
            if not each["is_heard"] and document["decision"]:
                self.sentence(_NOT_HEARD, 3)
            is_own = each["n_rows"] == 1 and each["about"]["id"] == document["subject"]["id"]
            rows = document["evidence"].get(each["signal_id"])
            if rows and not is_own:
                self.rows(rows, each["n_rows"], 3)
        if n > MOST_SIGNALS:
            rest = n - MOST_SIGNALS
            self.sentence(Words(f"另有 {rest:,} 条，见 --json。", f"{rest:,} more with --json."), 1)

    def rows(self, rows: Row, n_all: int | None, indent: int) -> None:
        """Print evidence rows in columns, as many as there is room for."""
        picked = [
            place
            for name in COLUMNS
            for place, column in enumerate(rows["columns"])
            if column["name"] == name
        ]
        cells = [[shown(row["cells"][place], 24) for place in picked] for row in rows["rows"]]
        heads = [
            shown(column.en if self._lang != "zh" else column.zh, 24)
            for column in (rows["columns"][place]["words"] for place in picked)
        ]
        widths = [max(map(cell_len, each)) for each in zip(heads, *cells, strict=True)]
        while sum(widths) + 2 * len(widths) > self._room(indent + 1) and len(widths) > 1:
            widths.pop()
        for texts, style in [(heads, "dim"), *((each, "") for each in cells)]:
            line = "  ".join(
                set_cell_size(text, width) for text, width in zip(texts, widths, strict=False)
            )
            self.line(Text(line.rstrip(), style=style), indent)
        if n_all is not None and n_all > len(cells):
            self.sentence(
                Words(f"显示 {len(cells)} / {n_all:,} 行", f"{len(cells)} of {n_all:,} rows"),
                indent,
            )

    def look_alikes(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        self.title("检验过的正当情形", "Honest explanations that were tested")
        for outcome in dict.fromkeys(row["outcome"] for row in rows):
            same = [row for row in rows if row["outcome"] == outcome]
            mark = {"spares": "✓ ", "untested": "? "}.get(outcome, "– ")
            n = ["" if row["n"] == 1 else f" × {row['n']:,}" for row in same]
            how = same[0]["outcome_words"]
            zh = "、".join(f"{row['words'].zh}{n}" for row, n in zip(same, n, strict=True))
            en = ", ".join(f"{row['words'].en}{n}" for row, n in zip(same, n, strict=True))
            self.sentence(Words(f"{how.zh}：{zh}", f"{how.en}: {en}"), 1, mark)

    def changes(self, document: Row) -> None:
        rows, after, restore = document["changes"], document["next"], document["restore"]
        if not (rows or after or restore):
            return
        self.title("什么会改变结论", "What would change it")
        for each in rows:
            if each["changes"] or "sentence" in each:
                self.sentence(_change(each), 1, "→ " if each["changes"] else "· ")
        same = [each for each in rows if not (each["changes"] or "sentence" in each)]
        if same:
            self.sentence(
                Words(
                    "以下单独一项都不会改变结论："
                    + "；".join(
                        f"{each['words'].zh}（{each['probability']:.3f}）" for each in same
                    ),
                    "None of these alone would change it: "
                    + "; ".join(f"{each['words'].en} ({each['probability']:.3f})" for each in same),
                ),
                1,
                "· ",
            )
        if rows:
            self.sentence(SUPPOSED, 1)
        if after:
            self.sentence(after["sentence"], 1, "↑ ")
        if restore:
            self.sentence(restore["words"], 1, "↺ ")
            self.line(restore["command"], 3)

    def own(self, document: Row) -> None:
        own = document["own"]
        has_more = own and len(own["columns"]) > 1
        tables = [own] * bool(has_more) + document["deeds"]
        if not tables:
            return
        self.title("对应的数据行", "Rows of the data")
        for each in tables:
            self.line(f"events/{each['table']}.parquet", 1)
            self.rows(each, None, 1)

    def looked(self, document: Row) -> None:
        looked = document["looked"]
        self.title("看过什么，看不到什么", "What was looked at, and what could not be")
        self.sentence(
            Words(
                f"{looked['n_ran']} 项检测已运行，其中 {looked['n_speaking']} 项在此市场有发现。",
                f"{looked['n_ran']} detectors ran, {looked['n_speaking']} of which found something "
                "in this market.",
            ),
            1,
        )
        blind = looked["could_not"]
        most = MOST_BLIND if document["decision"] else len(blind)
        for each in blind[:most]:
            self.line(f"? {each['detector']}: {self.pick(each['because'])}", 1)
        if len(blind) > most:
            rest = len(blind) - most
            self.sentence(
                Words(
                    f"另有 {rest} 项无法检测，见 --json。", f"{rest} more could not look: --json."
                ),
                1,
            )

    def made_by(self, made: Row) -> None:
        policy = made["policy"] or {"name": "–", "version": "–"}
        model = f"model {made['model']} · " if made["model"] else ""
        detectors = made["detectors"] or {"version": "–", "n": "–"}
        self.line("")
        self.line(
            Text(
                f"policy {policy['name']} {policy['version']} · {model}"
                f"detectors {detectors['version']} ({detectors['n']}) · "
                f"unbrush {made['software']} · {made['time_zone']}",
                style="dim",
            )
        )


_PROBABILITY = Words("概率", "probability")
_CARRIES = Words("没有它即不成圈", "without it no ring is left")
_NOT_HEARD = Words(
    "未采用：有正当情形解释，或政策未启用。",
    "Not heard: an honest explanation holds, or the policy switches it off.",
)


def _change(each: Row) -> Words:
    """Return what a supposition leads to, in a sentence."""
    if "sentence" in each:
        return Words(
            f"{each['words'].zh}：{each['sentence'].zh}。",
            f"{each['words'].en}: {each['sentence'].en}.",
        )
    counts = (
        Words("不再计入", "it would not count")
        if each["is_neutralised"]
        else Words("重新计入", "it would count again")
    )
    p = f"{each['probability']:.3f}"
    why = each["because"]
    if why and not each["is_neutralised"]:
        counts = Words(f"{counts.zh}，因为{why.zh}", f"{counts.en}, since {why.en}")
    return Words(
        f"{each['words'].zh}：{counts.zh}（概率 {p}）。",
        f"{each['words'].en}: {counts.en} (probability {p}).",
    )


def _chance(decision: Row) -> str:
    low, high = decision["probability_low"], decision["probability_high"]
    between = f" ({low:.3f}–{high:.3f})" if low is not None and high is not None else ""
    return f"{decision['probability']:.3f}{between}"


def _cut(text: str, width: int) -> str:
    """Return a text in exactly so many columns."""
    if cell_len(text) > width:
        text = set_cell_size(text, width - 1).rstrip() + "…"
    return set_cell_size(text, width)
