"""Small markets for what is learned: a shop or two, buyers with devices, some in waves."""

import random

from tests.worlds import DAY, HOUR, MINUTE, T0


def orders(n: int = 60, seed: int = 5) -> list[dict]:
    """Return ``n`` orders of many accounts over forty days; every fifth is one of a wave."""
    rng = random.Random(seed)
    rows = []
    for number in range(n):
        is_wave = number % 5 == 0
        day = number * 40 // n
        at = T0 + day * DAY + (20 * HOUR + number * MINUTE if is_wave else rng.randrange(DAY))
        rows.append(
            {
                "order_id": 1_000 + number,
                "account_id": 500 + number if is_wave else rng.randrange(40),
                "shop_id": 1 if is_wave else rng.randrange(1, 6),
                "item_id": 11,
                "placed_at": at,
                "paid_minor": 900 if is_wave else rng.randrange(500, 9_000),
                "device_token": "farm" if is_wave else f"own-{rng.randrange(40)}",
                "ip_token": None if number % 7 == 0 else f"net-{rng.randrange(30)}",
                "address_token": f"home-{rng.randrange(40)}",
                "payer_token": f"purse-{rng.randrange(40)}",
                "status": "confirmed",
                "paid_at": at + MINUTE,
                "confirmed_at": at + 5 * DAY,
            }
        )
    return rows


def reviews(n: int = 60, seed: int = 6) -> list[dict]:
    """Return ``n`` reviews, some of them for orders of `orders`, several on one day."""
    rng = random.Random(seed)
    return [
        {
            "review_id": 7_000 + number,
            "account_id": rng.randrange(25),
            "item_id": rng.randrange(11, 15),
            "shop_id": 1,
            "order_id": 1_000 + number if number % 3 == 0 else None,
            "posted_at": T0 + (number * 40 // n) * DAY,  # to the day, with ties
            "rating": float(rng.choice((1, 3, 4, 5, 5, 5))),
            "text": rng.choice(("很好很好很好，值得购买", f"第 {number} 次买了，味道还行吧")),
        }
        for number in range(n)
    ]


def accounts() -> list[dict]:
    """Return the accounts of both, registered before."""
    ids = sorted({*range(40), *(row["account_id"] for row in orders())})
    return [{"account_id": each, "registered_at": T0 - (each + 1) * DAY} for each in ids]
