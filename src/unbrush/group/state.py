"""State: what one run of `group` leaves for the next, by real ids, since numbers change."""

from unbrush.base.engine import Engine


def keep_state(engine: Engine) -> None:
    """Leave `state_blocks`, `state_block_accounts`, `state_block_columns` and `state_companies`.

    Args:
        engine: Holds `_blocks`, `_block_accounts`, `_block_columns`, `_companies`, `_accounts` and
            `_deeds`. Companies by money are left out: they are found anew from the signals.
    """
    engine.create("state_blocks", "SELECT block, channel, window_ms FROM _blocks ORDER BY block")
    engine.create(
        "state_block_accounts",
        """SELECT block, account_id FROM _block_accounts JOIN _accounts USING (account)
           ORDER BY block, account_id""",
    )
    engine.create(
        "state_block_columns",
        f"""SELECT block, shop_id, slot FROM _block_columns JOIN ({_SHOPS}) USING (shop)
            ORDER BY block, shop_id, slot""",
    )
    engine.create(
        "state_companies",
        """SELECT kind, token, shop_id, account_id, n_seen, n_expected, n_tested
           FROM _companies JOIN _accounts USING (account) WHERE kind <> 'money'
           ORDER BY kind, token, shop_id, account_id""",
    )


def recall_state(engine: Engine) -> None:
    """Leave `_old_blocks`, `_old_accounts`, `_old_columns`, `_old_companies` by today's numbers.

    Args:
        engine: Holds ``was_…`` of each table of `keep_state`, `_accounts` and `_deeds`.
    """
    account = f"CAST(account_id AS {engine.columns('_accounts')['account_id']}) AS account_id"
    shop = f"CAST(shop_id AS {engine.columns('_deeds')['shop_id']}) AS shop_id"
    engine.create("_old_blocks", "SELECT block, channel, window_ms FROM was_blocks")
    engine.create(
        "_old_accounts",
        f"""SELECT block, account FROM (SELECT block, {account} FROM was_block_accounts)
            JOIN _accounts USING (account_id)""",
    )
    engine.create(
        "_old_columns",
        f"""SELECT block, shop, slot FROM (SELECT block, slot, {shop} FROM was_block_columns)
            JOIN ({_SHOPS}) USING (shop_id)""",
    )
    engine.create(
        "_old_companies",
        f"""SELECT kind, token, shop_id, account, n_seen, n_expected, n_tested
            FROM (SELECT * REPLACE ({account}, {shop}) FROM was_companies)
            JOIN _accounts USING (account_id)""",
    )


def forget_state(engine: Engine) -> None:
    """Drop what `recall_state` left."""
    for name in ("_old_blocks", "_old_accounts", "_old_columns", "_old_companies"):
        engine.drop(name)


_SHOPS = "SELECT DISTINCT shop, shop_id FROM _deeds"
