"""What rivals lost, four ways: places, differences, shares, and the court's conservative way.

They are alternatives for one loss: all of them cover the same money, so that no two can be added.
Subsidies that a platform lost are not among it.
"""

import numpy as np

from unbrush.base.words import Words
from unbrush.respond.losses.amounts import Estimate, Loss, Measure, Placebo, Range, Unknown
from unbrush.respond.losses.by_places import lost_by_places
from unbrush.respond.losses.counterfactual import LEAST_DONORS, Days, Way, nearest, predict
from unbrush.respond.losses.court import court_value
from unbrush.respond.losses.diversion import UNSTATED_EXPANSION, diverted, prices_lost
from unbrush.respond.losses.draws import N_DRAWS, Array, significant
from unbrush.respond.losses.ground import (
    LEAST_A_DAY,
    TOO_LITTLE,
    Ground,
    before_of,
    in_time,
    range_of,
    too_few_days,
)
from unbrush.respond.losses.merchants import earlier_words, fakes_of


def losses_of_rivals(ground: Ground) -> list[Estimate | Unknown]:
    """Return what the rest of each category lost; or one rival alone, if it was named."""
    found: list[Estimate | Unknown] = []
    rows = ground.rows()
    for category in sorted({ground.panel.category[row] for row in rows.values()}):
        brushed = {
            shop: row for shop, row in rows.items() if ground.panel.category[row] == category
        }
        found += _Category(ground, category, brushed).losses()
    return found


class _Category:
    """One category with brushed shops: the days, who is asked for, and who is compared with."""

    def __init__(self, ground: Ground, category: str, brushed: dict[str, int]) -> None:
        self.ground, self.category, self.brushed = ground, category, brushed
        panel = ground.panel
        windows = [each for row in brushed.values() if (each := panel.window_of(row))]
        self.window = (min(a for a, _ in windows), max(b for _, b in windows)) if windows else None
        if ground.given.window:
            first, last = ((each - panel.date_of(0)).days for each in ground.given.window)
            self.window = max(0, first), min(panel.n_days, last + 1)
            if self.window[0] >= self.window[1]:
                self.window = None
        self.scope = {panel.category[row] for row in ground.rows().values()}
        self.members = [row for row in range(len(panel.shops)) if panel.category[row] == category]
        rivals = [row for row in self.members if not panel.is_touched[row]
                  and panel.shops[row] not in ground.shops]  # fmt: skip
        if ground.given.rival:
            rivals = [row for row in self.members if panel.shops[row] == ground.given.rival]
        self.rivals = rivals
        self.name = ground.named(ground.given.rival) if ground.given.rival else category
        one = Words("被点名的店铺", "the shop that was named")
        rest = Words("同类其他店铺合计", "the other shops of the category together")
        self.who = one if ground.given.rival else rest

    def losses(self) -> list[Estimate | Unknown]:
        """Return every way's estimate, or what it lacks."""
        panel = self.ground.panel
        if self.window is None or not self.rivals:
            return []
        before = before_of(panel, self.window[0])
        if before is None:
            return self._lacking(too_few_days(self.window[0]))
        self.before, self.days = before, panel.days(*self.window)
        self.unit = panel.turnover[self.rivals].sum(axis=0)
        if panel.orders[self.rivals][:, before].sum() < LEAST_A_DAY * before.sum():
            return self._lacking(TOO_LITTLE)
        self.donors, self.alike = self._donors()
        if len(self.donors) < LEAST_DONORS:
            n = len(self.donors)
            what = ("店铺", "shops") if self.ground.given.rival else ("类目", "categories")
            return self._lacking(
                Words(
                    f"未受影响的其他{what[0]}只有 {n} 个，至少需要 {LEAST_DONORS} 个",
                    f"other {what[1]} without fakes: {n}, at least {LEAST_DONORS} are needed",
                )
            )
        return [
            self._places(), self._followed("differences"), self._followed("synthetic"),
            self._shares(), self._court(),
        ]  # fmt: skip

    def _lacking(self, missing: Words) -> list[Estimate | Unknown]:
        return [
            Unknown(method=method, who=self.who, about=self.name, missing=(missing,))
            for method in (
                "rivals-places", "rivals-differences", "rivals-synthetic", "rivals-shares", "court"
            )
        ]  # fmt: skip

    def _quiet(self) -> list[int]:
        panel = self.ground.panel
        return [row for row in panel.untouched(self.scope) if panel.category[row]]

    def _donors(self) -> tuple[Array, list[int]]:
        """Return who is compared with, and if they are single shops, their rows."""
        panel, rows = self.ground.panel, self._quiet()
        if self.ground.given.rival:
            rows = [row for row in rows if panel.turnover[row].sum() > 0]
            alike = (
                [rows[each] for each in nearest(self.unit, panel.turnover[rows], self.before)]
                if rows
                else []
            )
            return panel.turnover[alike], alike
        # A category without its brushed shops is set beside others without those of their places,
        # so that all of them are what is left beside shops of such places.
        left_out = self._places_of_brushed()
        sums = []
        for name in sorted({panel.category[row] for row in rows}):
            theirs = [row for row in rows if panel.category[row] == name]
            ranked = sorted(theirs, key=lambda row: -panel.orders[row][self.before].sum())
            kept = [row for place, row in enumerate(ranked) if place not in left_out]
            sums.append(panel.turnover[kept].sum(axis=0))
        return np.array([each for each in sums if (each > 0).mean() > 0.5]), []

    def _places_of_brushed(self) -> set[int]:
        panel = self.ground.panel
        ranked = sorted(self.members, key=lambda row: -panel.orders[row][self.before].sum())
        asked = set(self.rivals)
        return {place for place, row in enumerate(ranked) if row not in asked}

    def _loss(
        self, method: str, point: float, draws: Array, placebo: Placebo, *notes: Words
    ) -> Loss:
        expected = range_of(point, draws)
        is_proved = method != "rivals-places" and self.ground.confirmed >= set(self.brushed)
        return self._made(
            method, expected,
            # That of places has no room to spare: too high in about one of twenty markets.
            Range.counted(max(0, expected.low_minor)) if is_proved else None,
            placebo, notes,
        )  # fmt: skip

    def _made(
        self, method: str, expected: Range, proved: Range | None, placebo: Placebo,
        notes: tuple[Words, ...],
    ) -> Loss:  # fmt: skip
        assert self.window is not None
        panel = self.ground.panel
        return Loss(
            method=method, who=self.who, about=self.name, currency=self.ground.currency,
            measure=Measure.TURNOVER, proved=proved, expected=expected,
            upper_minor=max(0, expected.high_minor),
            covers=frozenset({f"sales of rivals in {self.category}"}), placebo=placebo,
            first_day=panel.date_of(self.window[0]), last_day=panel.date_of(self.window[1] - 1),
            notes=(_NO_PROFIT, *notes),
        )  # fmt: skip

    def _followed(self, way: Way) -> Loss:
        seed = self.ground.seed(f"rivals {way} {self.category}")
        unit, donors = self.unit, self.donors

        def reckon(old: Days, new: Days) -> tuple[float, Array]:
            predicted = predict(unit, donors, old, new, way=way, seed=seed)
            normal, actual = max(predicted.total, 1e-9), float(unit[new].sum())
            return (predicted.total - actual) / normal, (predicted.draws - actual) / normal

        predicted = predict(unit, donors, self.before, self.days, way=way, seed=seed)
        actual = float(unit[self.days].sum())
        placebo = in_time(self.before, self.days, reckon, earlier_words)
        n = len(donors)
        return self._loss(
            f"rivals-{way}", predicted.total - actual, predicted.draws - actual, placebo,
            Words(f"对照 {n} 个。", f"Compared with {n}."),
        )  # fmt: skip

    def _shares(self) -> Estimate | Unknown:
        panel, ground = self.ground.panel, self.ground
        before, sold = self.before, panel.orders[self.members][:, self.before].sum()
        expansion = ground.given.stated.get("expansion")
        range_ = (expansion.low, expansion.high) if expansion else UNSTATED_EXPANSION
        mine = panel.orders[self.rivals][:, before].sum()
        each = panel.orders[self.rivals][:, before].sum(axis=1)
        prices = panel.turnover[self.rivals][:, before].sum(axis=1) / np.maximum(each, 1e-9)
        price = float(prices @ each) / max(mine, 1e-9)
        draws_of_price = prices_lost(
            prices, each, seed=ground.seed(f"prices in {self.category}"), n=N_DRAWS
        )
        point, draws = 0.0, np.zeros(1)
        shops = panel.untouched(self.scope)
        placebo: Placebo | None = None
        for shop, row in self.brushed.items():
            if not (window := panel.window_of(row)):
                continue
            seed, days = ground.seed(f"shares {shop}"), panel.days(*window)
            others = panel.orders[[each for each in shops if panel.orders[each].sum() > 0]]
            if len(others) < LEAST_DONORS:
                missing = Words("足够的对照店铺", "enough shops to compare with")
                return Unknown(method="rivals-shares", who=self.who, about=self.name,
                               missing=(missing,))  # fmt: skip
            near = others[nearest(panel.orders[row], others, before)]
            predicted = predict(panel.orders[row], near, before, days, way="differences", seed=seed)
            fakes = fakes_of(ground, shop, *window, what="1")
            uplift = float(panel.raw_orders[row, days].sum()) - fakes - predicted.draws
            share = float(mine / sold)
            of_shop = float(panel.orders[row][before].sum() / sold)
            draws = draws + draws_of_price * diverted(
                uplift, share=share, share_of_shop=of_shop, expansion=range_, seed=seed
            )
            middle = float(panel.orders[row, days].sum()) - predicted.total
            point += middle * share / max(1 - of_shop, 1e-9) * (1 - sum(range_) / 2) * price
            placebo = placebo or self._uplift_placebo(panel.orders[row], near, days, seed)
        assert placebo is not None
        source = expansion.source if expansion else ""
        note = Words(
            f"φ 取 {range_[0]:g}–{range_[1]:g}（{source or '未陈述'}）。",
            f"φ {range_[0]:g}-{range_[1]:g} ({source or 'not stated'}).",
        )
        return self._loss("rivals-shares", point, draws, placebo, note)

    def _uplift_placebo(self, unit: Array, donors: Array, days: Days, seed: int) -> Placebo:
        def reckon(old: Days, new: Days) -> tuple[float, Array]:
            predicted = predict(unit, donors, old, new, way="differences", seed=seed)
            normal, actual = max(predicted.total, 1e-9), float(unit[new].sum())
            return (actual - predicted.total) / normal, (actual - predicted.draws) / normal

        return in_time(self.before, days, reckon, earlier_words)

    def _places(self) -> Estimate | Unknown:
        panel = self.ground.panel
        found = lost_by_places(
            panel, self.members, self._quiet(), asked=self.rivals,
            fakers=[row for row in self.brushed.values() if row not in self.rivals],
            alike=self.alike, before=self.before, window=self.days,
            seed=self.ground.seed(f"places {self.category}"),
        )  # fmt: skip
        if isinstance(found, Words):
            return Unknown(method="rivals-places", who=self.who, about=self.name, missing=(found,))
        lost, placebo, followed = found
        return self._loss("rivals-places", lost.point, lost.draws, placebo, followed)

    def _court(self) -> Loss:
        value = court_value(self.unit, self.donors, self.before, self.days)
        away = value.placebo
        mean = 100 * float(away.mean())
        is_passed = mean <= 5
        result = (
            Words("不偏向受害者", "not in favour of the victim")
            if is_passed
            else Words(
                "未通过：偏高，已从提交值中扣除", "not passed: too high, taken off the lower end"
            )
        )
        placebo = Placebo(
            is_passed=is_passed,
            words=Words(
                f"对 {len(away)} 个未受影响的对照作同样计算，平均 {mean:+.1f}%，{result.zh}。",
                f"The same for {len(away)} that nothing was done to: {mean:+.1f} % on "
                f"average, {result.en}.",
            ),
        )
        low, high = significant(value.conservative), significant(value.high)
        middle = min(max(significant(max(0.0, value.formula)), low), high)
        expected = Range(low_minor=low, point_minor=middle, high_minor=max(high, middle))
        is_confirmed = self.ground.confirmed >= set(self.brushed)
        note = Words(
            "提交法院的是下界；公式值列于中间。",
            "The lower end is what a court is given; the formula's value stands in the middle.",
        )
        proved = Range.counted(low) if is_confirmed else None
        return self._made("court", expected, proved, placebo, (note,))


_NO_PROFIT = Words("营业额，不是利润。", "Turnover, no profit.")
