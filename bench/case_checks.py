"""What each public case asks of a run, each as a question whose answer is a number and a verdict.

The numbers asked for are those of the published cases. A bound that only makes sense where
something shows (money that was seen, a post that was captured) is put to what shows, and says so.
"""

from collections.abc import Callable

from case_answers import Answer, no_innocent_accused
from case_answers import none as _none
from case_answers import orders as _orders
from case_answers import share as _share
from case_run import CaseRun, run_case
from text_case_checks import a1, a2, a17


def a3(run: CaseRun) -> list[Answer]:
    loop = "detector IN ('cashback-loop', 'payer-hub', 'payout-roundtrip', 'red-packet-channel')"
    paid = f"SELECT DISTINCT order_id FROM told WHERE {loop} AND strength >= 'E2'"
    seen = run.one("SELECT sum(seen_minor) FROM plans WHERE is_fake")
    owed = run.one("SELECT sum(returned_minor + fees_minor) FROM plans WHERE is_fake")
    value = run.one(f"SELECT sum(paid_minor) FROM fake WHERE order_id IN ({paid})")
    total = run.one("SELECT sum(paid_minor) FROM fake")
    said = run.one(f"SELECT count(*) FROM ({paid})")
    right = run.one(f"SELECT count(*) FROM fake WHERE order_id IN ({paid})")
    control = run.one(
        f"""SELECT count(*) FROM truth WHERE look_alike = 'after-sales-compensation'
        AND subject_kind = 'order' AND subject_id::BIGINT IN ({paid})"""
    )
    blind = run_case(
        "A3", tier="ci", level=run.level, seed=301, aside="blind", without=("transfers",)
    )
    silent = blind.one(
        """SELECT count(*) FROM coverage WHERE detector IN ('cashback-loop', 'red-packet-channel')
        AND status = 'not applicable' AND because_en LIKE '%transfers%'"""
    )
    blamed = blind.one("SELECT count(*) FROM decisions WHERE subject_kind = 'shop' AND rung > 'L1'")
    return [
        Answer("(loop value that the transfers show)", f"{100 * seen / owed:.0f} %", True),
        _share(
            "loop value matched, of what shows",
            round(value or 0),
            round(total * seen / owed),
            least=0.95,
        ),
        _share("matches that are right", right, said, least=0.99),
        _none("matches of after-sale compensation", control),
        Answer(
            "without transfers: says why it cannot tell", f"{silent} of 2 detectors", silent == 2
        ),
        _none("without transfers: shops above L1", blamed),
    ]


def a4(run: CaseRun) -> list[Answer]:
    tied = run.one(
        "SELECT count(*) FROM fake SEMI JOIN (FROM told WHERE detector = "
        "'instruction-match') USING (order_id)"
    )
    words = run.facts["keywords"]
    calls = run.one(f"SELECT count(*) FROM posts WHERE regexp_matches(text, '{'|'.join(words)}')")
    n = run.one("SELECT count(*) FROM fake") if calls else 0
    alone = run.one(
        "SELECT count(*) FROM decisions WHERE is_neutralised AND families = 'behaviour'"
    )
    bare = run_case("A4", tier="bare", level=run.level, seed=301, aside="bare")
    above = bare.one("SELECT count(*) FROM decisions WHERE subject_kind = 'shop' AND rung > 'L1'")
    return [
        _share("with calls captured: orders tied to them", tied, n, least=0.8),
        _none("left out by behaviour alone", alone),
        _none("without call or money: shops above L1", above),
        *_orders(run),
    ]


def a5(run: CaseRun) -> list[Answer]:
    rows = {row["what"]: row for row in run.said["gang"]}

    def found(what: str, least: float) -> Answer:
        return _share(what, rows[what]["n"], rows[what]["of"], least=least)

    clusters = rows["clusters with gang merchants"]["n"]
    touched = rows["background accounts neutralised"]
    return [
        found("gang accounts found", 0.9),
        found("gang merchants found", 0.95),
        Answer("clusters with gang merchants", f"{clusters}", clusters == 1),
        found("gang provinces in the largest cluster", 1.0),
        Answer(
            "background accounts neutralised (0.1 % at most)",
            f"{touched['n']} of {touched['of']:,}",
            touched["n"] <= 0.001 * touched["of"],
        ),
    ]


def _insider(run: CaseRun) -> list[Answer]:
    known = "SELECT subject_id FROM gang WHERE role = 'insider'"
    said = "SELECT DISTINCT subject_id FROM signals WHERE subject_kind = 'staff'"
    n = run.one(f"SELECT count(*) FROM ({known})")
    return [
        _share(
            "insiders observed",
            run.one(f"SELECT count(*) FROM ({known}) WHERE subject_id IN ({said})"),
            n,
            least=1.0,
        ),
        _none(
            "honest staff observed at E2",
            run.one(
                f"SELECT count(DISTINCT subject_id) FROM signals WHERE subject_kind = 'staff'"
                f" AND strength >= 'E2' AND subject_id NOT IN ({known})"
            ),
        ),
    ]


def _ledger(run: CaseRun) -> Answer:
    truth = run.facts["subsidy_minor"]
    found = run.one(
        """SELECT sum(g.amount_minor) FROM subsidies AS g JOIN decisions AS d
            ON d.subject_kind = 'order' AND d.subject_id = g.order_id WHERE d.is_neutralised"""
    )
    gap = (found or 0) / truth - 1
    said = f"{(found or 0) / 100:,.0f} of {truth / 100:,.0f} ({100 * gap:+.1f} %)"
    return Answer("subsidy of what no longer counts, within 2 %", said, abs(gap) <= 0.02)


def a6(run: CaseRun) -> list[Answer]:
    controls = ", ".join(map(str, run.facts["controls"]))
    chain = run.one(
        """SELECT any_value(reason_en) FROM signals WHERE detector = 'insider-override'
        AND subject_id IN (SELECT subject_id FROM gang WHERE role = 'insider')"""
    )
    managed = run.one(
        "SELECT count(*) FROM shop_of WHERE look_alike = 'key-account-manager' AND rung > 'L1'"
    )
    return [
        _ledger(run),
        *_insider(run),
        Answer(
            "the chain alert, override, payout, link is told", "yes" if chain else "no", bool(chain)
        ),
        _none(
            "key-account managers of the control said anything of at E2",
            run.one(
                f"SELECT count(*) FROM signals WHERE subject_kind = 'staff' AND strength >= "
                f"'E2' AND subject_id IN ({controls})"
            ),
        ),
        _none("their shops above L1", managed),
        *_orders(run),
    ]


def _adjudged(run: CaseRun, shop: int) -> str:
    return run.one(f"SELECT any_value(verdict) FROM adjudications WHERE shop_id = {shop}") or "none"


def _suspects(run: CaseRun) -> list[Answer]:
    """Shops that are named as having bought an attack, beside those that did."""
    bought = "SELECT subject_id FROM decisions WHERE subject_kind = 'shop' AND rule = "
    bought += "'bought-an-attack'"
    rivals = "SELECT subject_id FROM gang WHERE subject_kind = 'shop' AND role = 'organiser'"
    n = run.one(f"SELECT count(*) FROM ({rivals})")
    named = run.one(f"SELECT count(*) FROM ({bought}) WHERE subject_id IN ({rivals})")
    return [
        Answer("rivals who bought the attack, named", f"{named} of {n}" if n else "none known",
               named == n),
        _none("others named as such", run.one(
            f"SELECT count(*) FROM ({bought}) WHERE subject_id NOT IN ({rivals})")),
    ]  # fmt: skip


def b2(run: CaseRun) -> list[Answer]:
    shop = run.one("SELECT min(shop_id) FROM shop_of WHERE look_alike LIKE '%victim'")
    verdict = _adjudged(run, shop)
    victim = run.one("SELECT max(rung) FROM shop_of WHERE look_alike LIKE '%victim'")
    attackers = "SELECT subject_id FROM gang WHERE role = 'brusher'"
    found = run.one(
        f"SELECT count(*) FROM decisions WHERE subject_kind = 'account' AND "
        f"rung = 'L1' AND subject_id IN ({attackers})"
    )
    return [
        Answer("the victim's rung, L1 at most", victim or "L0", (victim or "L0") <= "L1"),
        Answer("the victim is called one", verdict, verdict in ("victim", "none")),
        *_suspects(run),
        _share(
            "attacking accounts found",
            found,
            run.one(f"SELECT count(*) FROM ({attackers})"),
            least=0.9,
        ),
        *_orders(run),
    ]


def b4(run: CaseRun) -> list[Answer]:
    brushers = "SELECT subject_id FROM gang WHERE role = 'brusher' AND subject_kind = 'account'"
    found = run.one(
        f"SELECT count(*) FROM decisions WHERE subject_kind = 'account' AND "
        f"rung = 'L1' AND subject_id IN ({brushers})"
    )
    return [
        _ledger(run),
        _share(
            "brushers' accounts found",
            found,
            run.one(f"SELECT count(*) FROM ({brushers})"),
            least=0.9,
        ),
        *_orders(run),
    ]


def b6(run: CaseRun) -> list[Answer]:
    return [_ledger(run), *_insider(run), *_orders(run)]


def a8(run: CaseRun) -> list[Answer]:
    victims = """SELECT subject_id::BIGINT AS id FROM truth WHERE subject_kind = 'account'
        AND look_alike = 'scam-branch-victim'"""
    warned = """SELECT DISTINCT subject_id FROM signals
        WHERE implicates = 'nobody' AND subject_kind = 'account'"""
    n = run.facts["n_victims_seen"]
    blamed = run.one(
        f"""SELECT count(*) FROM decisions WHERE subject_kind = 'account' AND rung > 'L0'
        AND subject_id IN ({victims})"""
    )
    others = run.one(f"SELECT count(*) FROM ({warned}) WHERE subject_id NOT IN ({victims})")
    found = run.one(f"SELECT count(*) FROM ({warned}) WHERE subject_id IN ({victims})")
    return [
        Answer("(victims of whom any payment is seen)", f"{n} of {run.facts['n_victims']}", True),
        _share("of these, warned", found, n, least=0.95),
        _none("victims scored as brushers", blamed),
        Answer("others warned, too", f"{others:,}", others <= 0.05 * max(found, 1)),
    ]


def a10(run: CaseRun) -> list[Answer]:
    families = run.one(
        """SELECT string_agg(family || ' ' || n, ', ' ORDER BY n DESC) FROM (
            SELECT family, count(DISTINCT told.order_id) AS n
            FROM told JOIN fake USING (order_id) WHERE fake.is_out GROUP BY family)"""
    )
    rows = {row["what"]: row for row in run.said["gang"]}
    row = rows["gang merchants found"]
    return [
        Answer("(what says so, fake orders left out)", families or "nothing", True),
        _share("gang merchants found", row["n"], row["of"], least=0.9),
        *_orders(run),
    ]


def a11(run: CaseRun) -> list[Answer]:
    stands = "regexp_matches(look_alike, '^(double-11|stream|news)-spike')"
    n = run.one(f"SELECT count(*) FROM shop_of WHERE {stands}")
    above = run.one(f"SELECT count(*) FROM shop_of WHERE {stands} AND rung > 'L1'")
    touched = run.one(f"SELECT count(*) FROM shop_of WHERE {stands} AND rung > 'L0'")
    spared = run.one(
        """SELECT count(DISTINCT subject_id) FROM reasons WHERE outcome = 'spares'
        AND subject_kind = 'order' AND name IN ('campaign', 'live-stream', 'group-buying')"""
    )
    return [
        _none("shops with a surge above L1", above),
        Answer("at L1 (1 % at most)", f"{touched} of {n}", touched <= 0.01 * n),
        Answer("(orders whose reasons name the campaign or stream)", f"{spared:,}", True),
    ]


def a12(run: CaseRun) -> list[Answer]:
    # Tokens are hashed in a run; the score knows them by its key.
    [payers] = [row for row in run.said["gang_by_role"] if row["role"] == "payer"]
    n, found = payers["known"], payers["found"]
    named = "SELECT count(DISTINCT token) FROM cluster_members WHERE subject_kind = 'payer'"
    wrong = run.one(named) - found
    [block, *_] = run.facts["all_payers"]["blocks"]
    hit = block["innocent_share"]
    return [
        _share("paying wallets named", found, n, least=0.95),
        _none("other wallets named as payers", wrong),
        Answer(
            "(a block of all of them stops, yuan)", f"{block['stopped_minor'] / 100:,.0f}", True
        ),
        Answer(
            "innocents hit by it, of all accounts (0.1 % at most)",
            f"{block['innocents']} ({100 * hit:.2f} %)",
            hit <= 0.001,
        ),
        *_orders(run),
    ]


def b1(run: CaseRun) -> list[Answer]:
    def of(kind: str) -> tuple[int, int]:
        where = f"""FROM fake JOIN truth AS t ON t.subject_kind = 'order'
            AND t.subject_id = order_id::VARCHAR AND t.kind LIKE '%{kind}%'"""
        return run.one(f"SELECT count(*) {where}"), run.one(f"SELECT sum(is_out::INT) {where}")

    n_gifts, gifts = of("gift")
    n, n_out = run.one("SELECT count(*) FROM fake"), run.one("SELECT sum(is_out::INT) FROM fake")
    counted = run.one(
        """SELECT sum(orders_raw - orders_clean) FROM clean_counts WHERE subject_kind = 'shop'
        AND subject_id IN (SELECT shop_id FROM fake)"""
    )
    return [
        _share("hired orders that no longer count", n_out - gifts, n - n_gifts, least=0.9),
        _share("gift orders that no longer count", gifts, n_gifts, least=0.9),
        Answer(
            "orders taken off the shop's count (926 + 127)",
            f"{counted:,} of {n:,}",
            abs(counted - n) <= 0.02 * n,
        ),
        *_orders(run),
    ]


def b3(run: CaseRun) -> list[Answer]:
    marked = "SELECT DISTINCT order_id FROM told WHERE detector = 'remark-marker'"
    mined = run.one(f"SELECT count(*) FROM ({marked})")
    right = run.one(f"SELECT count(*) FROM fake WHERE order_id IN ({marked})")
    picked = run.facts["n_picked_up"] / run.one("SELECT count(*) FROM fake")
    n = run.one("SELECT count(*) FROM fake")
    return [
        Answer("(fake orders picked up by a rider)", f"{100 * picked:.0f} %", picked < 0.5),
        _share("fake orders with a sign that was mined", right, n, least=0.5),
        _share("orders with it that are fake", right, mined, least=0.99),
        *_orders(run),
    ]


def b5(run: CaseRun) -> list[Answer]:
    said = "SELECT DISTINCT order_id FROM told WHERE detector = 'cash-out'"
    n_said = run.one(f"SELECT count(*) FROM ({said})")
    right = run.one(f"SELECT count(*) FROM fake WHERE order_id IN ({said})")
    return [
        _share("orders whose fee flows the other way", right, run.one("SELECT count(*) FROM fake"),
               least=0.9),
        _share("of these, right", right, n_said, least=0.99),
        *_orders(run),
    ]  # fmt: skip


def b7(run: CaseRun) -> list[Answer]:
    def rung(shop: int) -> str:
        where = f"subject_kind = 'shop' AND subject_id = {shop}"
        return run.one(f"SELECT max(rung) FROM decisions WHERE {where}") or "L0"

    claimed, true = rung(run.facts["claimed_victim"]), rung(run.facts["true_victim"])
    brusher = _adjudged(run, run.facts["claimed_victim"])
    victim = _adjudged(run, run.facts["true_victim"])
    mistaken = max([rung(shop) for shop in run.facts["mistaken"]], default="L0")
    return [
        Answer("who brushes and claims: above L1", claimed, claimed > "L1"),
        Answer("the true victim: L1 at most", true, true <= "L1"),
        Answer("shops that claim by mistake: L0", mistaken, mistaken == "L0"),
        Answer("adjudged: who brushes and claims", brusher, brusher == "beneficiary"),
        Answer("adjudged: the true victim", victim, victim in ("victim", "none")),
        *_suspects(run),
        *_orders(run),
    ]


CHECKS: dict[str, Callable[[CaseRun], list[Answer]]] = {
    "A1": a1,
    "A2": a2,
    "A3": a3,
    "A4": a4,
    "A5": a5,
    "A6": a6,
    "A8": a8,
    "A10": a10,
    "A11": a11,
    "A12": a12,
    "A17": a17,
    "B1": b1,
    "B2": b2,
    "B3": b3,
    "B4": b4,
    "B5": b5,
    "B6": b6,
    "B7": b7,
}


def answers(run: CaseRun) -> list[Answer]:
    """Answer what the case asks, and what every case does: that nobody innocent is accused."""
    return [*CHECKS[run.case](run), no_innocent_accused(run)]
