"""Markets without any list: shops are seen because they are liked. Do places find a loss there?

Views follow liking alone, which stands still, swings or wanders; sales follow views. Places by
sales then go with views, and move nobody. Method (a) should say that it cannot say. For each kind
of liking: how often it does not, and how much views seem to follow places.
"""

import numpy as np

from unbrush.respond.losses.following import following
from unbrush.respond.losses.listing import Listed

N_DAYS, N_MARKETS, CATEGORIES, SHOPS = 130, 100, 11, 11
LIKING = {  # memory from day to day, spread, trend a day
    "still": (0.5, 0.0, 0.0),
    "swings for a week": (0.8, 0.2, 0.0),
    "swings for a month": (0.95, 0.3, 0.0),
    "swings for a season": (0.99, 0.4, 0.0),
    "wanders by 3 % a day": (1.0, 0.03, 0.0),
    "wanders by 6 % a day": (1.0, 0.06, 0.0),
    "rises or falls": (0.8, 0.1, 0.005),
}


def category(rng: np.random.Generator, kind: str, views_a_day: int) -> Listed:
    memory, spread, trend = LIKING[kind]
    step = spread if memory == 1 else spread * np.sqrt(1 - memory**2)
    liked = np.zeros((SHOPS, N_DAYS))
    for day in range(1, N_DAYS):
        liked[:, day] = memory * liked[:, day - 1] + rng.normal(0, step, SHOPS)
    liked += rng.normal(0, trend, SHOPS)[:, None] * np.arange(N_DAYS)
    share = np.exp(rng.normal(0, 0.7, SHOPS)[:, None] + liked)
    views = rng.poisson(views_a_day * share / share.sum(axis=0)).astype(float)
    orders = rng.binomial(views.astype(int), 0.1).astype(float)
    return Listed(shown=orders, orders=orders, turnover=100 * orders, views=views)


def main() -> None:
    days = np.arange(N_DAYS) >= 14
    print(f"{'liking':<24}{'views a day':>12}{'says a loss':>13}{'views follow':>14}")
    for kind in LIKING:
        for views_a_day in (300, 3_000):
            found = []
            for seed in range(N_MARKETS):
                rng = np.random.default_rng([seed, 83])
                lists = [category(rng, kind, views_a_day) for _ in range(CATEGORIES)]
                found.append(following([(each, days) for each in lists], seed=seed))
            told = [each for each in found if each is not None]
            said = np.mean([each is not None and each.is_found for each in found])
            follow = np.median([each.point for each in told])
            print(f"{kind:<24}{views_a_day:>12,}{100 * said:>12.1f}%{100 * follow:>13.0f}%")


if __name__ == "__main__":
    main()
