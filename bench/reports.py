"""Case A13: reports of consumers through the API, of which not all are true.

60 % true, 20 % mistaken, 15 % from rivals in floods, 5 % forged, filed over ten working days at a
desk of two people who answer a bounded number a day. Asked: answers inside the clock, floods set
apart, forgeries doubted, honest reports left alone, and no step on reports alone.

What is filed is drawn here, with no code, words or bounds of the desk: devices per wave, wordings
and edits are this file's own.
"""

import argparse
import io
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from fastapi.testclient import TestClient
from PIL import Image, ImageDraw

from unbrush.base.records import add
from unbrush.respond.desk.callers import give_ticket
from unbrush.respond.desk.people import add_person
from unbrush.respond.desk.permissions import Role
from unbrush.respond.desk.signing import Signer
from unbrush.serve.api.app import make_api
from unbrush.serve.api.state import Desk
from unbrush.store.records import SqlRecords

HOUR = 3_600_000
DAY = 24 * HOUR
MONDAY = int(datetime(2026, 8, 31, 1, tzinfo=UTC).timestamp()) * 1_000  # nine in the morning, China
N_DAYS = 12  # calendar days of filing, two weekends' days among them
N_SHOPS = 40
A_DAY = 70  # answers of one person on a working day
TWO = {"zh": "已阅，正在核实。", "en": "Read; being checked."}

WHO = ("我", "我妈", "我爱人", "同事", "室友", "邻居")
WHEN = ("昨天", "上周三", "周末", "今天早上", "前天晚上", "月初")
WHAT = ("一双球鞋", "两箱牛奶", "一件羽绒服", "手机壳", "儿童水杯", "一袋大米", "台灯", "洗发水")
SAW = (
    "盒子里塞着一张小卡片，写着五星加图退{n}元", "客服发消息让我改好评，说给{n}块",
    "包裹里什么也没有，快递单上的重量只有{n}克", "页面上{n}条评价一字不差，都像抄的",
    "收到了没买过的包裹，里面是{n}根头绳", "店员说打卡写好评送{n}元代金券",
)  # fmt: skip
FEEL = (
    "觉得不对劲",
    "想让你们看看",
    "以前也遇到过",
    "照片附上",
    "希望核实",
    "单号写在下面",
    "有聊天记录",
)
MISTOOK = (
    "发货慢了{n}天，肯定是假的", "赠品少了{n}个，是不是刷单", "平台活动返了{n}元券，店家在返现吧",
    "别人家便宜{n}块，评价一定是刷的", "颜色和图片差了一点，好评都是编的吧",
)  # fmt: skip
SLANDER = (
    "该店铺雇佣水军大量刷好评，虚构交易，严重扰乱市场秩序，请立即查封",
    "本人亲眼所见该商家空包发货虚假销量，欺骗消费者，要求从严处罚下架",
    "此店所有评价都是假的，长期花钱买好评，坑害顾客，恳请平台封店",
)
PADS = ("", "！", "，谢谢", "，拜托了", "。望处理", "，急", "，在线等")


@dataclass
class One:
    """A report to be filed."""

    truth: str
    at: int
    shop: str
    told: dict[str, Any]
    picture: bytes = b""
    how: str = ""
    id: str = ""
    replied: bool = field(default=False)


def photo(rng: np.random.Generator) -> Image.Image:
    """Draw a scene: a ground, things on it, a card with strokes."""
    ground = Image.fromarray(rng.integers(40, 215, (5, 4, 3), np.uint8))
    image = ground.resize((480, 640), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y, w, h = (int(v) for v in rng.integers(20, 430, 4))
        colour = tuple(int(v) for v in rng.integers(0, 255, 3))
        shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        shape((x, y, x + w // 3 + 8, y + h // 3 + 8), fill=colour)
    noise = rng.normal(0, 5, (640, 480, 3))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def jpeg(image: Image.Image, quality: int = 88) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def stolen(data: bytes, rng: np.random.Generator) -> bytes:
    """Take somebody's picture: saved worse, smaller, cut, at times something written on."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    cut = int(rng.integers(0, 14))
    image = image.crop((cut, cut, image.width - cut, image.height - cut))
    scale = float(rng.uniform(0.6, 1.0))
    image = image.resize((int(image.width * scale), int(image.height * scale)))
    if rng.random() < 0.5:
        ImageDraw.Draw(image).rectangle((20, 20, 150, 46), fill=(250, 250, 250))
    return jpeg(image, int(rng.integers(55, 85)))


def touched(rng: np.random.Generator) -> bytes:
    """Change one's own picture: nothing outside it can tell."""
    image = photo(rng)
    ImageDraw.Draw(image).rectangle((180, 300, 320, 340), fill=(240, 238, 230))
    return jpeg(image)


def words(rng: np.random.Generator, of: tuple[str, ...]) -> str:
    pick = [str(rng.choice(part)) for part in (WHEN, WHO, WHAT, of, FEEL, FEEL)]
    said = pick[3].format(n=int(rng.integers(2, 60)))
    return f"{pick[0]}{pick[1]}买了{pick[2]}，{said}，{pick[4]}，{pick[5]}。"


def market(folder: Path, n: int) -> None:
    """Write a market of one order per reporter, and a few more."""
    events = folder / "events"
    events.mkdir(parents=True)
    count = 2 * n
    shops = [f"shop{i % N_SHOPS}" for i in range(count)]
    tables: dict[str, dict[str, list[Any]]] = {
        "shops": {"shop_id": [f"shop{i}" for i in range(N_SHOPS)]},
        "orders": {
            "order_id": [f"O{100_000 + i}" for i in range(count)],
            "account_id": [f"acc{i}" for i in range(count)], "shop_id": shops,
            "placed_at": [MONDAY - DAY] * count,
        },
        "shipments": {
            "waybill_id": [f"SF{700_000 + i}" for i in range(count)],
            "order_id": [f"O{100_000 + i}" for i in range(count)],
        },
    }  # fmt: skip
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), events / f"{name}.parquet")


def drawn(n: int, rng: np.random.Generator) -> list[One]:
    """Draw n reports; those that steal a picture come after those they steal it from."""
    n_mistaken, n_rival, n_forged = n * 20 // 100, n * 15 // 100, n * 5 // 100
    n_true = n - n_mistaken - n_rival - n_forged
    made: list[One] = []

    def when() -> int:
        return MONDAY + int(rng.integers(0, N_DAYS)) * DAY + int(rng.integers(0, 12)) * HOUR

    def buyer(i: int) -> dict[str, Any]:
        # A few have one phone at home.
        return {"account_id": f"acc{i}", "device": f"home{i // 3}" if i % 10 < 3 else f"phone{i}"}

    for i in range(n_true + n_mistaken):
        is_true = i < n_true
        told = {
            "kind": "cashback-card" if i % 2 else "empty-parcel", "shop_id": f"shop{i % N_SHOPS}",
            "statement": words(rng, SAW if is_true else MISTOOK), **buyer(i),
        }  # fmt: skip
        if rng.random() < 0.8:
            told["order_id"] = f"O{100_000 + i}"
            if not is_true and rng.random() < 0.2:
                told["order_id"] = f"O{900_000 + i}"  # mistyped
        picture = jpeg(photo(rng)) if rng.random() < 0.5 else b""
        truth = "true" if is_true else "mistaken"
        made.append(One(truth, when(), told["shop_id"], told, picture))
    waves = max(1, n_rival // 50)
    for i in range(n_rival):
        wave = i % waves
        told = {
            "kind": "template-praise", "shop_id": f"shop{wave}",
            "statement": SLANDER[wave % len(SLANDER)] + str(rng.choice(PADS)),
            "account_id": f"rival{i}", "device": f"farm{wave}-{int(rng.integers(0, 9))}",
        }  # fmt: skip
        at = MONDAY + (2 + 3 * wave) * DAY + int(rng.integers(0, 9 * HOUR))
        made.append(One("rival", at, told["shop_id"], told))
    victims = [one for one in made if one.truth == "true" and one.picture]
    for i in range(n_forged):
        own = n_true + n_mistaken + i
        shop = f"shop{own % N_SHOPS}"
        told = {
            "kind": "cashback-card", "shop_id": shop, "statement": words(rng, SAW),
            "account_id": f"forger{i}", "device": f"f{i}",
        }  # fmt: skip
        how = ("picture", "order", "waybill", "picture", "order", "own-picture")[i % 6]
        one = One("forged", when(), shop, told, how=how)
        if how == "picture":
            victim = next(v for v in victims[i * 7 % len(victims) :] + victims if v.shop != shop)
            one.picture = stolen(victim.picture, rng)
            one.at = victim.at + int(rng.integers(1, 48)) * HOUR
        elif how == "order":
            told["order_id"] = f"O{100_000 + own + 1}"  # of the next shop
        elif how == "waybill":
            told |= {"order_id": f"O{100_000 + own}", "waybill_id": f"SF{700_000 + own + 1}"}
        else:
            told["order_id"] = f"O{100_000 + own}"
            one.picture = touched(rng)
        made.append(one)
    return sorted(made, key=lambda one: one.at)


class Office:
    """A desk whose clock is moved by hand."""

    def __init__(self, folder: Path, n: int) -> None:
        self.now = MONDAY
        market(folder / "run", n)
        self.records = SqlRecords(f"sqlite:///{folder / 'records.sqlite'}")
        self.tokens = {}
        with self.records.writing() as tx:
            for name, role in (
                ("ann", Role.ANALYST), ("rita", Role.REVIEWER), ("sys", Role.SERVICE),
            ):  # fmt: skip
                person = add_person(tx, MONDAY, login=name, name=name, roles=[role], by="system")
                self.tokens[name] = give_ticket(tx, MONDAY, person, "key", by="system")[1]
            add(
                tx, "runs", run_id="r", imported_at=MONDAY, policy_version="p", n_decisions=0,
                folder=str(folder / "run"), summary="{}",
            )  # fmt: skip
        desk = Desk(
            records=self.records, clock=lambda: self.now, folder=folder, signer=Signer(b"k" * 32),
            requests_a_minute=10_000_000,
        )  # fmt: skip
        self.client = TestClient(make_api(desk))

    def ask(self, who: str, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} | more.pop("headers", {})
        return self.client.request(method, path, headers=headers, **more)

    def file(self, one: One) -> None:
        self.now = one.at
        filed = self.ask("sys", "POST", "/platform/reports", json=one.told).json()
        receipt = {"X-Receipt": filed["receipt"]}
        one.id = filed["report_id"]
        if one.picture:
            sent = self.client.post(
                "/receipt/evidence", headers=receipt, files={"file": ("p", one.picture)}
            )
            assert sent.status_code == 201, sent.text
        done = self.client.post("/receipt/submit", headers=receipt, json={"affirms_truth": True})
        assert done.status_code == 200, done.text

    def work(self, at: int, capacity: int) -> None:
        """Answer what is due first; a flood takes one answer."""
        self.now = at
        left = capacity
        while left > 0:
            rows = [
                row
                for state in ("verified", "in-case")
                for row in self.ask("ann", "GET", f"/reports?state={state}&n=200").json()["rows"]
                if row["replied_at"] is None
            ]
            if not rows:
                return
            row = rows[0]
            path = f"/reports/{row['report_id']}"
            if row["flood_id"]:
                self.ask("ann", "POST", f"/floods/{row['flood_id']}/reply", json=TWO)
            else:
                self.ask("ann", "POST", f"{path}/reply", json=TWO)
            move = {"state": "investigating", "reason": "read"}
            self.ask("ann", "POST", f"{path}/move", json=move)
            left -= 1


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=13)
    options = parser.parse_args()
    began = time.monotonic()
    made = drawn(options.n, np.random.default_rng(options.seed))
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder), options.n)
        todo = list(made)
        for day in range(N_DAYS + 6):
            evening = MONDAY + day * DAY + 9 * HOUR
            while todo and todo[0].at <= evening:
                office.file(todo.pop(0))
            if day % 7 < 5:
                office.work(evening, 2 * A_DAY * options.n // 1_000)
        tell(office, made)
    print(f"\n{time.monotonic() - began:.0f} s, {options.n} reports, seed {options.seed}")


def tell(office: Office, made: list[One]) -> None:
    with office.records.reading() as tx:
        kept = {row["report_id"]: row for row in tx.all("SELECT * FROM reports")}
        cases = tx.all("SELECT case_id FROM cases")
        shops = {row["case_id"]: row["subject_id"] for row in tx.all("SELECT * FROM case_subjects")}
        steps = tx.all("SELECT * FROM steps")
    n: Counter[str] = Counter()
    for one in made:
        row, n_of = kept[one.id], one.truth
        n[n_of] += 1
        n[f"{n_of} in time"] += bool(row["replied_at"] and row["replied_at"] <= row["reply_due_at"])
        n[f"{n_of} flood"] += bool(row["flood_id"])
        shown = office.ask("ann", "GET", f"/reports/{one.id}").json()
        doubted = any(doubt["is_strong"] for doubt in shown["doubts"])
        n[f"{n_of} doubted"] += doubted
        if one.how:
            n[f"how {one.how}"] += 1
            n[f"how {one.how} doubted"] += doubted
    print("| reports | n | answered in time | set apart as flood | strongly doubted |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for truth in ("true", "mistaken", "rival", "forged"):
        shares = [n[f"{truth} {what}"] for what in ("in time", "flood", "doubted")]
        print(f"| {truth} | {n[truth]} | " + " | ".join(map(str, shares)) + " |")
    in_time = sum(n[f"{truth} in time"] for truth in ("true", "mistaken", "rival", "forged"))
    print(f"\nanswered inside the clock: {in_time / len(made):.1%}")
    for how in ("picture", "order", "waybill", "own-picture"):
        print(f"forged by {how}: {n[f'how {how} doubted']} of {n[f'how {how}']} doubted")
    refused = 0
    for case in cases:
        asked = {
            "shop_id": shops[case["case_id"]], "rung": "L2", "facts_zh": "举报", "facts_en": "Told",
            "basis": "x", "proportionality": "x",
        }  # fmt: skip
        path = f"/cases/{case['case_id']}/steps"
        refused += office.ask("rita", "POST", path, json=asked).status_code == 409
    print(f"steps there: {len(steps)}; proposed on reports alone and refused: {refused} of "
          f"{len(cases)} cases")  # fmt: skip


if __name__ == "__main__":
    main()
