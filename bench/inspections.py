"""Case A16: third parties inspect 500 shops with tests that err; credit must not move by it.

Asked: the quality axis moves the right way and its interval holds the truth as often as it says;
integrity moves by not one point; results expire to nothing; a repair halves what it mends, and
what was overturned is given back; expired accreditations and ties are refused.

What is true is drawn here, with no code or number of the desk: shops of many kinds, products that
differ within a shop, laboratories whose errors are known only from the goods they were tried on.
All of it goes through the API, as analysts, bodies' programs, merchants and reviewers would send.
"""

import argparse
import csv
import io
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from fastapi.testclient import TestClient
from measured import table

from unbrush.base.records import add
from unbrush.respond.desk.callers import give_ticket
from unbrush.respond.desk.people import add_person
from unbrush.respond.desk.permissions import Role
from unbrush.respond.desk.signing import Signer
from unbrush.serve.api.app import make_api
from unbrush.serve.api.state import Desk
from unbrush.store.records import SqlRecords

DAY = 86_400_000
START = int(datetime(2026, 9, 1, 2, tzinfo=UTC).timestamp()) * 1_000
TRADES = ("鞋", "奶粉", "童装", "小家电", "茶叶", "床品", "文具", "化妆品", "玩具", "手机壳")
STANDARD = "Q/2026-1"
ASSORTMENT = 60
RUNGS = ("L2", "L3", "L4", "L5")


@dataclass
class Lab:
    """A laboratory: what it is, and what it believes of itself."""

    name: str
    sensitivity: float
    specificity: float
    told: dict[str, Any]
    id: str = ""


@dataclass
class Shop:
    """A shop: how likely each of its products conforms."""

    id: str
    trade: str
    products: np.ndarray[Any, Any]

    @property
    def truth(self) -> float:
        return float(self.products.mean())


def drawn_labs(rng: np.random.Generator, n: int) -> list[Lab]:
    labs = []
    for i in range(n):
        catches, spares = float(rng.uniform(0.78, 0.99)), float(rng.uniform(0.90, 0.998))
        n_bad, n_good = int(rng.integers(40, 220)), int(rng.integers(80, 600))
        told = {
            "standard": STANDARD, "n_bad": n_bad, "n_good": n_good,
            "sensitivity": max(0.51, rng.binomial(n_bad, catches) / n_bad),
            "specificity": max(0.51, rng.binomial(n_good, spares) / n_good),
        }  # fmt: skip
        labs.append(Lab(f"检测所{i}", catches, spares, told))
    return labs


def assortment(rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """Draw a shop's products: many shops are good, some middling, some bad; some are uneven."""
    kind = rng.random()
    low, high = (0.9, 1.0) if kind < 0.55 else (0.6, 0.9) if kind < 0.85 else (0.1, 0.6)
    mean, evenness = rng.uniform(low, high), rng.uniform(1.5, 60)
    a, b = max(mean * evenness, 0.02), max((1 - mean) * evenness, 0.02)
    return rng.beta(a, b, ASSORTMENT)


def found(rng: np.random.Generator, lab: Lab, share: float, n: int) -> tuple[int, int]:
    """Test n units of a product; return how many fail, and how many do not conform."""
    bad = rng.random(n) >= share
    fails = rng.random(n) < np.where(bad, lab.sensitivity, 1 - lab.specificity)
    return int(fails.sum()), int(bad.sum())


class Office:
    """A desk whose clock is moved by hand, with its people and five hundred merchants."""

    def __init__(self, folder: Path, shops: list[Shop], labs: list[Lab]) -> None:
        self.now = START
        self.n_asked: Counter[int] = Counter()
        self.records = SqlRecords(f"sqlite:///{folder / 'records.sqlite'}")
        self.tokens: dict[str, str] = {}
        staff = (
            ("ann", Role.ANALYST), ("rita", Role.REVIEWER), ("rob", Role.REVIEWER),
            ("pia", Role.APPROVER), ("pat", Role.APPROVER), ("pol", Role.APPROVER),
            *((lab.name, Role.SERVICE) for lab in labs),
        )  # fmt: skip
        people = {}
        with self.records.writing() as tx:
            for name, role in staff:
                people[name] = self._person(tx, name, role)
            for shop in shops:
                self._person(tx, shop.id, Role.MERCHANT, member_of=[shop.id])
            add(
                tx, "runs", run_id="r", imported_at=START, policy_version="p", n_decisions=0,
                folder=str(folder), summary="{}",
            )  # fmt: skip
        desk = Desk(
            records=self.records, clock=lambda: self.now, folder=folder, signer=Signer(b"k" * 32),
            requests_a_minute=10_000_000,
        )  # fmt: skip
        self.client = TestClient(make_api(desk))
        for lab in labs:
            lab.id = self.accept(lab, people[lab.name])

    def _person(self, tx: Any, name: str, role: Role, **more: Any) -> str:
        person = add_person(tx, START, login=name, name=name, roles=[role], by="system", **more)
        self.tokens[name] = give_ticket(tx, START, person, "key", by="system")[1]
        return person

    def ask(self, who: str, method: str, path: str, status: int = 200, **json: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        answer = self.client.request(method, path, headers=headers, json=json or None)
        self.n_asked[answer.status_code] += 1
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer.json()

    def accept(self, lab: Lab, person_id: str, days: int = 900) -> str:
        body = self.ask(
            "ann", "POST", "/inspections/bodies", 201, name=lab.name, methods=[lab.told],
            accreditation_no=f"CMA {lab.name}", valid_from=START - 400 * DAY,
            valid_until=START + days * DAY, person_id=person_id,
        )  # fmt: skip
        path = f"/inspections/bodies/{body['body_id']}/decide"
        self.ask("rita", "POST", path, expected_version=1, is_approved=True, reason="证书已核")
        return str(body["body_id"])

    def case(self, shop: Shop, rung: str, fake: int, genuine: int, strength: str) -> str:
        """Put what a run would have said of a shop into the records, and a case about it."""
        case_id = f"C-{shop.id}"
        with self.records.writing() as tx:
            add(
                tx, "decisions", subject_kind="shop", subject_id=shop.id, run_id="r", rung="L5",
                probability=0.9, elements="a,b,c", families="money", strength=strength, rule="x",
            )  # fmt: skip
            add(tx, "shop_counts", shop_id=shop.id, run_id="r", n_fake=fake, n_genuine=genuine)
            add(
                tx, "cases", case_id=case_id, kind="merchant", title=case_id, state="investigating",
                harm_minor=1, queue_key=1.0, rung=rung, opened_at=START, changed_at=START,
                due_at=START, run_id="r", version=1,
            )  # fmt: skip
            add(tx, "case_subjects", case_id=case_id, subject_kind="shop", subject_id=shop.id)
        return case_id

    def step(self, shop: Shop, rung: str, case_id: str) -> str:
        step = self.ask(
            "ann", "POST", f"/cases/{case_id}/steps", 201, shop_id=shop.id, rung=rung,
            facts_zh="返现", facts_en="Payments back", basis="规则", proportionality="已提醒",
        )  # fmt: skip
        who = {"L2": ["rita"], "L3": ["rita"], "L4": ["rita", "pia"], "L5": ["pia", "pat", "pol"]}
        for version, name in enumerate(who[rung], start=1):
            self.ask(
                name, "POST", f"/steps/{step['step_id']}/decide", expected_version=version,
                is_approved=True, reason="看过证据",
            )  # fmt: skip
        return str(step["step_id"])

    def credit(self, shop: Shop) -> dict[str, Any]:
        [row] = self.ask(shop.id, "GET", "/me/credit")["rows"]
        return dict(row)

    def quality(self, shop: Shop) -> dict[str, Any]:
        [row] = self.ask(shop.id, "GET", "/me/quality")["rows"]
        return dict(row)


def sample(office: Office, lab: Lab, shop: Shop, item: str, n: int, **more: Any) -> dict[str, Any]:
    bought, had = office.now - 12 * DAY, office.now - 9 * DAY
    hands = ("采购员", "快递", lab.name)
    return {
        "body_id": lab.id, "shop_id": shop.id, "item_id": item, "category": shop.trade,
        "chosen_by": "random", "bought_by": "采购员", "bought_at": bought, "n_units": n + 2,
        "n_reserve": 2, "seal_no": f"F-{shop.id}-{item}",
        "custody": [
            {"at_ms": bought + i * DAY, "from_whom": a, "to_whom": b, "place": "仓",
             "seal": "intact"}
            for i, (a, b) in enumerate(pairwise(hands), start=1)
        ],
        "tested_at": had + 3 * DAY,
    } | more  # fmt: skip


def result(n: int, failed: int, certificate: str, tested_at: int) -> dict[str, Any]:
    return {
        "standard": STANDARD, "n_tested": n, "n_failed": failed, "certificate": certificate,
        "sha256": "", "tested_at": tested_at, "expires_at": tested_at + 365 * DAY,
    }  # fmt: skip


def inspect(
    office: Office, rng: np.random.Generator, shops: list[Shop], labs: list[Lab], turn: str
) -> tuple[dict[str, list[int]], list[tuple[Shop, Lab, str, float]]]:
    """Buy and test goods of each shop; half by sample and custody, half as rows of a table."""
    raw: dict[str, list[int]] = {}
    false_alarms = []
    rows: dict[str, list[list[Any]]] = {lab.name: [] for lab in labs}
    for place, shop in enumerate(shops):
        lab = labs[int(rng.integers(len(labs)))]
        n_tested = n_failed = 0
        for product in rng.choice(ASSORTMENT, int(rng.integers(3, 13)), replace=False):
            n = int(rng.integers(1, 9))
            failed, n_bad = found(rng, lab, float(shop.products[product]), n)
            n_tested, n_failed = n_tested + n, n_failed + failed
            certificate = f"{turn}-{shop.id}-{product}"
            if place % 2:
                tested = datetime.fromtimestamp((office.now - 6 * DAY) / 1_000, UTC).isoformat()
                word = "不合格" if failed else "合格"
                rows[lab.name].append(
                    [certificate, shop.id, word, tested, lab.name, STANDARD, certificate,
                     f"i{product}", shop.trade, n, failed]
                )  # fmt: skip
                continue
            asked = sample(office, lab, shop, f"i{product}", n)
            tested_at = asked.pop("tested_at")
            entered = office.ask(lab.name, "POST", "/inspections/samples", 201, **asked)
            path = f"/inspections/samples/{entered['sample_id']}/results"
            said = result(n, failed, certificate, tested_at)
            kept = office.ask(lab.name, "POST", path, 201, **said)
            if failed and not n_bad:
                false_alarms.append((shop, lab, kept["result_id"], float(shop.products[product])))
        raw[shop.id] = [n_tested, n_failed]
    head = ["inspection_id", "shop_id", "result", "at", "laboratory", "standard", "certificate",
            "item_id", "category", "n_tested", "n_failed"]  # fmt: skip
    for name, lines in rows.items():
        text = io.StringIO()
        csv.writer(text).writerows([head, *lines])
        done = office.ask(
            name, "POST", "/inspections/import", form="csv", chosen_by="random",
            text=text.getvalue(),
        )  # fmt: skip
        assert done["rejects"] == [], done["rejects"][:3]
        assert done["n_entered"] == len(lines)
    return raw, false_alarms


def wilson(n: int, failed: int) -> tuple[float, float]:
    """Return the usual interval of a share, which knows neither errors nor batches."""
    p, z2 = 1 - failed / n, 1.96**2
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = 1.96 * ((p * (1 - p) / n + z2 / (4 * n * n)) ** 0.5) / (1 + z2 / n)
    return middle - half, middle + half


def share(hits: list[bool]) -> str:
    return f"{sum(hits)} of {len(hits)} ({sum(hits) / max(len(hits), 1):.1%})"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--shops", type=int, default=500)
    parser.add_argument("--seed", type=int, default=16)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    began = time.monotonic()
    shops = [
        Shop(f"shop{i}", TRADES[i % len(TRADES)], assortment(rng)) for i in range(options.shops)
    ]
    labs = drawn_labs(rng, 8)
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder), shops, labs)
        rows = measured(office, rng, shops, labs)
        office.records.close()
    table(rows)
    asked = sum(office.n_asked.values())
    print(f"{time.monotonic() - began:.0f} s, {asked:,} requests, seed {options.seed}")


def measured(
    office: Office, rng: np.random.Generator, shops: list[Shop], labs: list[Lab]
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []

    def told(what: str, value: object, is_met: bool | None = None) -> None:
        met = "" if is_met is None else "yes" if is_met else "NO"
        rows.append({"asked": what, "seen": value, "met": met})

    punished = shops[:: max(len(shops) // 100, 1)][:100]
    steps = {}
    for shop in punished:
        rung = RUNGS[int(rng.integers(len(RUNGS)))]
        fake, genuine = int(rng.integers(3, 400)), int(rng.integers(20, 2_000))
        case_id = office.case(shop, rung, fake, genuine, str(rng.choice(["E2", "E3"])))
        steps[shop.id] = (rung, office.step(shop, rung, case_id))

    office.now = START + 10 * DAY
    before = {shop.id: office.credit(shop) for shop in shops}
    raw, alarms = inspect(office, rng, shops, labs, "A")
    after = {shop.id: office.credit(shop) for shop in shops}
    seen = {shop.id: office.quality(shop) for shop in shops}
    still = [before[shop.id] == after[shop.id] for shop in shops]
    told("integrity unchanged by inspections, every figure of it", share(still), all(still))
    closer = [abs(seen[s.id]["mean"] - s.truth) < abs(0.5 - s.truth) for s in shops]
    far = [hit for hit, s in zip(closer, shops, strict=True) if abs(0.5 - s.truth) > 0.2]
    told("quality nearer the truth than the prior, shops beyond 0.2 of it", share(far),
         sum(far) >= 0.95 * len(far))  # fmt: skip
    held = [seen[s.id]["low"] <= s.truth <= seen[s.id]["high"] for s in shops]
    told("95 % interval holds the truth", share(held), sum(held) >= 0.93 * len(held))
    for name, low, high in (("0.9-1", 0.9, 1.01), ("0.6-0.9", 0.6, 0.9), ("0-0.6", 0.0, 0.6)):
        part = [hit for hit, s in zip(held, shops, strict=True) if low <= s.truth < high]
        told(f"- of shops whose truth is {name}", share(part))
    naive = [wilson(*raw[s.id])[0] <= s.truth <= wilson(*raw[s.id])[1] for s in shops]
    told("- an interval that knows neither errors nor batches", share(naive))
    widths = [seen[s.id]["high"] - seen[s.id]["low"] for s in shops]
    told("mean width of the interval", round(float(np.mean(widths)), 3))
    means, truths = (
        np.array([seen[s.id]["mean"] for s in shops]),
        np.array([s.truth for s in shops]),
    )
    order = float(np.corrcoef(means.argsort().argsort(), truths.argsort().argsort())[0, 1])
    told("rank correlation with the truth", round(order, 3))
    told("mean error, signed", f"{float(np.mean(means - truths)):+.3f}")

    second(office, rng, alarms[:40], labs, told)
    refused(office, shops, labs, told)
    changed(office, rng, shops, labs, told)
    mended(office, punished, steps, told)

    office.now = START + 700 * DAY
    gone = [office.quality(shop)["mean"] is None for shop in shops]
    told("after every result's end nothing is known again", share(gone), all(gone))
    forgotten = [office.credit(shop)["score"] == 100 for shop in shops]
    told("after every entry's end the score is 100", share(forgotten), all(forgotten))
    whole = office.records
    with whole.reading() as tx:
        from unbrush.respond.desk.audit_check import audit_faults

        faults = audit_faults(tx, [Signer(b"k" * 32).public])
    told("faults in the audit", len(faults), not faults)
    return rows


def second(
    office: Office, rng: np.random.Generator, alarms: list[Any], labs: list[Lab], told: Any
) -> None:
    """Merchants ask for a second analysis where good goods failed; another body does it."""
    still, cleared = [], []
    for shop, lab, result_id, product in alarms:
        was, quality = office.credit(shop), office.quality(shop)
        office.ask(
            shop.id, "POST", f"/inspections/results/{result_id}/dispute", expected_version=1,
            text="样品合格",
        )  # fmt: skip
        other = labs[(labs.index(lab) + 1) % len(labs)]
        [row] = [each for each in quality["results"] if each["result_id"] == result_id]
        path = f"/inspections/samples/{row['sample_id']}"
        office.ask(
            lab.name, "POST", f"{path}/custody", 201, at_ms=office.now - DAY, from_whom=lab.name,
            to_whom=other.name, place="仓", seal="intact",
        )  # fmt: skip
        failed, _ = found(rng, other, product, 2)
        said = result(2, failed, f"R-{result_id}", office.now - DAY)
        office.ask(
            "ann", "POST", f"{path}/results", 201, **said, body_id=other.id, second_of=result_id
        )
        states = {each["result_id"]: each["state"]["name"]
                  for each in office.quality(shop)["results"]}  # fmt: skip
        still.append(states[result_id] == "replaced" and office.credit(shop) == was)
        cleared.append(failed == 0)
    told("a second analysis takes the place of the first, integrity unchanged", share(still),
         all(still))  # fmt: skip
    told("- and passes the goods that had failed wrongly", share(cleared))


def refused(office: Office, shops: list[Shop], labs: list[Lab], told: Any) -> None:
    """An accreditation that has ended, and ties to a shop or a rival, are refused by name."""
    with office.records.writing() as tx:
        person = office._person(tx, "旧所", Role.SERVICE)
    old = Lab("旧所", 0.9, 0.9, labs[0].told)
    old.id = office.accept(old, person, days=5)
    expired = []
    for shop in shops[:50]:
        asked = sample(office, old, shop, "i0", 2)
        asked.pop("tested_at")
        answer = office.ask("旧所", "POST", "/inspections/samples", 409, **asked)
        expired.append("was not valid" in answer["detail"])
    told("samples of a body whose accreditation has ended, refused", share(expired), all(expired))
    tied = labs[-1]
    office.ask(
        "ann", "POST", f"/inspections/bodies/{tied.id}/ties", 201, shop_id=shops[0].id,
        nature="客户", category=shops[0].trade,
    )  # fmt: skip
    same = []
    for shop in shops[:50]:
        asked = sample(office, tied, shop, "i0", 2)
        asked.pop("tested_at")
        is_rival = shop.trade == shops[0].trade
        answer = office.ask(
            tied.name, "POST", "/inspections/samples", 409 if is_rival else 201, **asked
        )
        same.append(not is_rival or "has a tie to" in answer["detail"])
    told("a body tied to a shop: it and its rivals refused, other trades taken", share(same),
         all(same))  # fmt: skip
    labs.pop()


def changed(
    office: Office, rng: np.random.Generator, shops: list[Shop], labs: list[Lab], told: Any
) -> None:
    """Seven months later some shops have become worse, some better: the axis follows."""
    office.now = START + 220 * DAY
    some = shops[: len(shops) * 3 // 5]
    was = {shop.id: shop.truth for shop in some}
    for place, shop in enumerate(some):
        if place % 3 == 0:
            shop.products = shop.products * rng.uniform(0.2, 0.7)
        elif place % 3 == 1:
            shop.products = 1 - (1 - shop.products) * rng.uniform(0.05, 0.5)
    old = {shop.id: (office.credit(shop), office.quality(shop)["mean"] or 0.5) for shop in some}
    inspect(office, rng, some, labs, "B")
    new = {shop.id: (office.credit(shop), office.quality(shop)["mean"]) for shop in some}
    still = [old[shop.id][0] == new[shop.id][0] for shop in some]
    told("integrity unchanged by the second round", share(still), all(still))
    right = [
        (new[s.id][1] - old[s.id][1]) * (s.truth - was[s.id]) > 0
        for s in some
        if abs(s.truth - was[s.id]) > 0.15
    ]
    told("shops that changed by more than 0.15: the axis moved that way", share(right),
         sum(right) >= 0.9 * len(right))  # fmt: skip


def mended(
    office: Office, punished: list[Shop], steps: dict[str, tuple[str, str]], told: Any
) -> None:
    """Merchants ask for repair, or appeal and are right; each as the model says, by the score."""
    needs = {"light": ["training", "undertaking"], "general": ["restitution", "training"]}
    office.now = START + 40 * DAY
    halved = []
    for shop in punished[:60]:
        credit = office.credit(shop)
        [item] = credit["items"]
        asked = office.ask(
            shop.id, "POST", f"/credit/items/{item['item_id']}/requests", 201, kind="repair",
            text="凭证附后", measures=needs[item["class"]["name"]],
        )  # fmt: skip
        path = f"/credit/requests/{asked['request_id']}/decide"
        said = {"expected_version": 1, "is_approved": True, "reason": "已核"}
        office.ask("ann", "POST", path, 403, **said)
        office.ask("rob", "POST", path, **said)
        now = office.credit(shop)["score"]
        halved.append(abs((100 - now) - (100 - credit["score"]) / 2) <= 0.011)
    told("a granted repair halves what is taken off; its proposer may not grant it",
         share(halved), all(halved))  # fmt: skip
    restored = []
    for shop in punished[60:]:
        filed = office.ask(
            shop.id,
            "POST",
            "/appeals",
            201,
            shop_id=shop.id,
            step_id=steps[shop.id][1],
            text="直播",
        )
        free = office.credit(shop)["score"]
        office.ask(
            "rob", "POST", f"/appeals/{filed['appeal_id']}/decide", expected_version=1,
            outcome="overturned", reason="有直播记录",
        )  # fmt: skip
        [history] = office.ask(shop.id, "GET", "/me/credit/history?days=60")["rows"]
        restored.append(free == 100 and {day["score"] for day in history["days"]} == {100})
    told("an overturned step gives all back, on every day of the history", share(restored),
         all(restored))  # fmt: skip


if __name__ == "__main__":
    main()
