"""Purses: whose a token is, by how many use it."""

from tests.worlds import T0, build
from unbrush.base.money.purses import own_purses_sql, shop_tokens_sql


def order(number: int, buyer: int, payer: str) -> dict:
    return {
        "order_id": number,
        "account_id": buyer,
        "shop_id": 1,
        "placed_at": T0,
        "payer_token": payer,
    }


def test_a_token_of_few_accounts_that_moves_money_is_theirs_whatever_table_names_it(engine):
    orders = [order(n, n, "mother" if n < 3 else "bank") for n in range(8)]
    links = [
        {"account_id": 9, "kind": "card", "token": "card-9"},
        {"account_id": 9, "kind": "card", "token": "drawer"},
        {"account_id": 9, "kind": "ip", "token": "ip-9"},
    ]
    moved = ("mother", "bank", "card-9", "phone-9", "ip-9")  # nothing ever moved from the drawer
    build(
        engine,
        {
            "orders": orders,
            "account_links": links,
            "accounts": [{"account_id": 9, "phone_token": "phone-9"}],
            "transfers": [
                {
                    "transfer_id": n,
                    "from_token": token,
                    "to_token": "x",
                    "amount_minor": 1,
                    "at": T0,
                }
                for n, token in enumerate(moved)
            ],
        },
    )
    rows = engine.query(
        f"WITH {own_purses_sql(max_holders=3)} SELECT token, account_id FROM own_purses"
    ).to_pylist()
    assert {(row["token"], row["account_id"]) for row in rows} == {
        ("mother", 0),
        ("mother", 1),
        ("mother", 2),
        ("card-9", 9),
        ("phone-9", 9),
    }


def test_a_shop_answers_for_its_own_and_its_owners_tokens_but_not_an_agencys(engine):
    payouts = [
        {"payout_id": n, "shop_id": n, "amount_minor": 1, "at": T0, "bank_token": "agency"}
        for n in range(1, 6)
    ]
    own = {"payout_id": 9, "shop_id": 1, "amount_minor": 1, "at": T0, "bank_token": "till"}
    build(
        engine,
        {
            "payouts": [*payouts, own],
            "shops": [{"shop_id": n, "owner_id": n} for n in range(1, 6)],
            "owners": [{"owner_id": 1, "phone_token": "phone", "legal_rep_token": "person"}],
        },
    )
    rows = engine.query(
        f"WITH {shop_tokens_sql(max_holders=3)} SELECT shop_id, token FROM shop_tokens"
    ).to_pylist()
    assert {(row["shop_id"], row["token"]) for row in rows} == {
        (1, "till"),
        (1, "phone"),
        (1, "person"),
    }
