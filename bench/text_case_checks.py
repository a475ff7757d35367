"""What the cases of words ask: of the run, and of `unbrush check` with what anybody could copy."""

import json
from collections import Counter
from typing import Any

from case_answers import Answer, none, orders, share
from case_run import CaseRun

PURE = 0.9
"""Share of a cluster that must be made from one skeleton for it to be cited."""


def a1(run: CaseRun) -> list[Answer]:
    [said] = run.checked("reviews", "reviews.csv")
    known = run.known("reviews.jsonl")
    of = dict(zip([str(row["id"]) for row in known], said["reviews"], strict=True))
    told = [row for row in known if of[str(row["id"])]["labels"]]

    def count(rows: list[dict[str, Any]], kind: str) -> int:
        return sum(row["kind"] == kind for row in rows)

    fakes = sum(row["is_fake"] for row in known)
    return [
        *_rating(run, said["rating"]),
        _cited(said, known),
        share("templated reviews told", sum(row["is_fake"] for row in told), fakes, least=0.9),
        share("of what is told, templated", sum(r["is_fake"] for r in told), len(told), least=0.99),
        none("default praise told", count(told, "liu-default-praise")),
        none("real buyers told", count(told, "liu-real-buyers")),
        *orders(run),
    ]


def _rating(run: CaseRun, rating: dict[str, Any]) -> list[Answer]:
    true, written = run.facts["true_rating_with_default"], run.facts["true_rating"]
    fair = rating["adjusted"]
    by_chance = f"{fair['value']:.2f} ({fair['low']:.2f} to {fair['high']:.2f})"
    return [
        Answer("(rating as the page has it)", f"{rating['raw']['value']:.2f}", True),
        Answer("(adjusted rating, with chance alone)", by_chance, True),
        _held("adjusted rating, its bounds hold the true one", rating, "adjusted", true),
        _held("the same of reviews in people's own words", rating, "own_words", written),
    ]


def _held(asked: str, rating: dict[str, Any], name: str, true: float) -> Answer:
    ends = rating["bounds"][name] or rating[name]
    shown = f"{ends['low']:.2f} to {ends['high']:.2f}, true {true:.2f}"
    if "as_many" in ends:
        shown += f"; {ends['as_many']:.2f} if as many were missed"
    return Answer(asked, shown, ends["low"] <= true <= ends["high"])


def _cited(said: dict[str, Any], known: list[dict[str, Any]]) -> Answer:
    """Count the skeletons that clusters show, each cluster nearly all from one of them."""
    members: dict[int, Counter[str]] = {}
    for row, review in zip(known, said["reviews"], strict=True):
        if review["cluster"]:
            own = members.setdefault(review["cluster"]["id"], Counter())
            own[row["skeleton"] or row["kind"]] += 1
    cited = set()
    for own in members.values():
        [(name, n)] = own.most_common(1)
        if name.startswith("liu-") and name in _names(known) and n >= PURE * own.total():
            cited.add(name)
    return Answer("skeletons cited (3 at least)", f"{len(cited)} of 12", len(cited) >= 3)


def _names(known: list[dict[str, Any]]) -> set[str]:
    return {row["skeleton"] for row in known if row["skeleton"]}


def a2(run: CaseRun) -> list[Answer]:
    rows = {row["role"]: row for row in run.said["gang_by_role"]}
    told = """SELECT DISTINCT subject_id FROM signals WHERE subject_kind = 'review'
        AND detector IN ('shared-draft', 'repeated-text', 'template-praise')"""
    own = "SELECT subject_id::BIGINT FROM truth WHERE subject_kind = 'review' AND "
    n = run.one(f"SELECT count(*) FROM ({own} is_fake)")
    seen = "SELECT token FROM gang WHERE role = 'recruiter'"
    posts = f"FROM '{run.market}/posts.parquet' WHERE author_token"
    flagged = "SELECT subject_id FROM signals WHERE detector = 'paid-praise-post'"
    calls = f"SELECT post_id {posts} IN ({seen})"
    events = f"SELECT post_id {posts} NOT IN ({seen}) AND text LIKE '%合作招募%'"
    touched = run.one(
        """SELECT count(*) FROM decisions AS d JOIN truth AS t USING (subject_kind)
        WHERE t.subject_id = d.subject_id::VARCHAR AND t.look_alike = 'disclosed-event'
        AND (d.is_neutralised OR d.rung > 'L1')"""
    )
    disclosed = run.one(
        f"""SELECT count(*) FROM reviews WHERE is_disclosed_incentive
        AND review_id IN ({own} look_alike = 'disclosed-event')"""
    )
    return [
        share("agency's wallets named", _found(rows, "found"), _found(rows, "known"), least=1.0),
        share(
            "paid reviews tied by their drafts",
            run.one(f"SELECT count(*) FROM ({own} is_fake) AS f(id) WHERE id IN ({told})"),
            n,
            least=0.9,
        ),
        share(
            "calls captured, told",
            run.one(f"SELECT count(*) FROM ({calls}) WHERE post_id IN ({flagged})"),
            run.one(f"SELECT count(*) FROM ({calls})"),
            least=1.0,
        ),
        none(
            "invitations to disclosed events told",
            run.one(f"SELECT count(*) FROM ({events}) WHERE post_id IN ({flagged})"),
        ),
        none("orders, reviews, accounts, shops of the disclosed events touched", touched),
        share("reviews of events that disclose", disclosed, run.facts["n_disclosed"], least=1.0),
        _none_disclosed(run, own),
        *orders(run),
    ]


def _found(rows: dict[str, dict[str, Any]], column: str) -> int:
    return sum(rows[role][column] for role in ("organiser", "payer") if role in rows)


def _none_disclosed(run: CaseRun, own: str) -> Answer:
    paid = f"FROM reviews WHERE review_id IN ({own} is_fake)"
    n = run.one(f"SELECT count(*) {paid} AND is_disclosed_incentive")
    return none("paid reviews that disclose", n)


def a17(run: CaseRun) -> list[Answer]:
    said, known = run.checked("page", "pages.jsonl"), run.known("pages.jsonl")
    given = (run.market / "public/pages.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(said) == len(known) == len(given)
    pairs = list(zip(known, said, strict=True))
    spam = [(k, s) for k, s in pairs if k["label"] == "doorway"]
    plain = [(k, s) for k, s in pairs if k["label"] == "plain"]
    kept, total = _kept(given, pairs, "article")
    left, n_spam = _kept(given, pairs, "doorway")
    specimen = [s for k, s in spam if k["kind"] == "specimen"]
    wrong = sum(bool(s["labels"]) for _, s in plain)
    return [
        Answer("the specimen is caught", f"{specimen[0]['labels']}", bool(specimen[0]["labels"])),
        share("doorways caught", sum(bool(s["labels"]) for _, s in spam), len(spam), least=0.99),
        Answer(
            "honest pages flagged (0.5 % at most)",
            f"{wrong} of {len(plain)}",
            wrong <= 0.005 * len(plain),
        ),
        share("of the articles, characters kept", kept, total, least=0.99),
        share("of the spam, characters cut out", n_spam - left, n_spam, least=0.95),
        _graph(spam),
    ]


def _kept(given: list[str], pairs: list[tuple[Any, Any]], label: str) -> tuple[int, int]:
    """Return how many characters of a label lie in segments that are kept, and how many there are.

    Lines are looked for one after the other in the text that the segments count in.
    """
    kept = total = 0
    for line, (known, said) in zip(given, pairs, strict=True):
        text = said.get("text") or json.loads(line)["text"]
        is_kept = bytearray(len(text))
        for segment in said["segments"]:
            if segment["label"] == "kept":
                is_kept[segment["start"] : segment["end"]] = b"\1" * (
                    segment["end"] - segment["start"]
                )
        at = 0
        for span in known["spans"]:
            for each in span["lines"]:
                for cell in each.replace("\t", "\n").splitlines():
                    found = text.find(cell, at)
                    if found < 0:
                        continue
                    at = found + len(cell)
                    if span["label"] == label:
                        total += len(cell)
                        kept += sum(is_kept[found:at])
    return kept, total


def _graph(spam: list[tuple[Any, Any]]) -> Answer:
    """Compare the names found beside each number, over all pages, with the true ones."""
    true: set[tuple[str, str]] = set()
    drawn: set[tuple[str, str]] = set()
    for known, said in spam:
        numbers = {_digits(number) for number in known["numbers"]}
        true |= {(number, brand) for number in numbers for brand in known["brands"]}
        for each in said["numbers"]:
            for number in numbers & {_digits(each["number"])}:
                drawn |= {
                    (number, brand)
                    for brand in known["brands"]
                    if any(brand in name for name in each["brands"])
                }
    return share("pairs of number and name drawn", len(drawn), len(true), least=0.9)


def _digits(number: str) -> str:
    return "".join(letter for letter in number if letter.isdigit())
