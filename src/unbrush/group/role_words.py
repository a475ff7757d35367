"""What a member of a cluster does, in one sentence with its numbers."""

from typing import Any

from unbrush.base.words import Words, counted

Row = dict[str, Any]


def account(row: Row) -> Words:
    """Say how much an account dealt with the cluster's shops."""
    return Words(
        f"属于 {row['n_rings']:,} 个协同圈，在 {row['n_shops']:,} 家店铺共下单/评价 "
        f"{row['n_deeds']:,} 次。",
        f"In {counted(row['n_rings'], 'ring')}; {counted(row['n_deeds'], 'deal')} with "
        f"{counted(row['n_shops'], 'shop')}.",
    )


def shop(row: Row) -> Words:
    """Say how many accounts dealt with a shop."""
    return Words(
        f"{row['n_rings']:,} 个协同圈的 {row['n_accounts']:,} 个账号在此下单/评价 "
        f"{row['n_deeds']:,} 次。",
        f"{counted(row['n_accounts'], 'account')} of {counted(row['n_rings'], 'ring')} dealt "
        f"{counted(row['n_deeds'], 'time')} with this shop.",
    )


def recruiter(row: Row) -> Words:
    """Say how many accounts somebody brought in."""
    return Words(
        f"直接或间接邀请了 {row['n_rings']:,} 个协同圈的 {row['n_deeds']:,} 个账号。",
        f"Invited {counted(row['n_deeds'], 'account')} of {counted(row['n_rings'], 'ring')}, "
        "directly or through others.",
    )


def shipper(row: Row) -> Words:
    """Say how many parcels a sender sent for it, of all that it sent."""
    return Words(
        f"为 {row['n_rings']:,} 个协同圈发出 {row['n_deeds']:,} 个包裹（该寄件人共 "
        f"{row['n_all']:,} 个）。",
        f"Sent {counted(row['n_deeds'], 'parcel')} for {counted(row['n_rings'], 'ring')}, of "
        f"{row['n_all']:,} that it sent at all.",
    )


def author(row: Row) -> Words:
    """Say how many calls name its shops."""
    return Words(
        f"发布 {row['n_deeds']:,} 条招募帖，提到其中 {row['n_shops']:,} 家店铺。",
        f"Wrote {counted(row['n_deeds'], 'call')} for people that named "
        f"{counted(row['n_shops'], 'shop')} of it.",
    )


def payer(row: Row) -> Words:
    """Say whom a wallet paid back."""
    own = Words("系店铺自有账户；", " It is a shop's own.") if row["is_shops"] else Words("", "")
    return Words(
        f"{own.zh}{_paid(row).zh}。",
        f"{_paid(row).en}.{own.en}",
    )


def organiser(row: Row) -> Words:
    """Say why a wallet is held to be the one that directs, and how little that may be."""
    paid = _paid(row)
    if row["is_only_large"]:
        return Words(
            f"{paid.zh}，占被返款账号（{row['n_paid']:,} 个）的大部分。仅凭付款集中推断其居中"
            "组织：也可能是店铺一方自己付款，须另行查证。",
            f"{paid.en}: most of the {counted(row['n_paid'], 'account')} that were paid back. "
            "Only this concentration suggests that it organises: it may be a shop's own hand, and "
            "must be confirmed otherwise.",
        )
    return Words(
        f"{paid.zh}，分属 {row['n_houses']:,} 个互不相同的店主，且不是其中任何店铺的自有账户。",
        f"{paid.en}, of {counted(row['n_houses'], 'different owner')}, and is no shop's own.",
    )


def funder(row: Row) -> Words:
    """Say how many of its wallets somebody fills, of all that it pays."""
    return Words(f"{_funded(row).zh}。", f"{_funded(row).en}.")


def directing_funder(row: Row) -> Words:
    """Say why who fills wallets is held to direct, and how little that may be."""
    if row["is_only_large"]:
        return Words(
            f"{_funded(row).zh}，而这些账号在 {row['n_houses']:,} 个店主处下单 "
            f"{row['n_orders']:,} 笔。仅凭付款集中推断其居中组织，须另行查证。",
            f"{_funded(row).en}, where they placed {counted(row['n_orders'], 'order')} with "
            f"{counted(row['n_houses'], 'owner')}. Only this concentration suggests that it "
            "organises, and must be confirmed otherwise.",
        )
    return Words(
        f"{_funded(row).zh}。这些协同圈的钱都由它供给，且它不是任何店铺的自有账户。",
        f"{_funded(row).en}. It feeds rings that are otherwise apart, and is no shop's own.",
    )


def _funded(row: Row) -> Words:
    return Words(
        f"向 {row['n_rings']:,} 个协同圈的 {row['n_wallets']:,} 个钱包付款 {row['n_deeds']:,} 次"
        f"（它总共只向 {row['n_all']:,} 个钱包付款）",
        f"Paid {counted(row['n_wallets'], 'wallet')} of {counted(row['n_rings'], 'ring')} in "
        f"{counted(row['n_deeds'], 'payment')}, of {row['n_all']:,} that it pays at all",
    )


def _paid(row: Row) -> Words:
    return Words(
        f"向 {row['n_rings']:,} 个协同圈的 {row['n_accounts']:,} 个账号返款 {row['n_deeds']:,} 次，"
        f"涉及 {row['n_shops']:,} 家店铺的订单",
        f"Paid {counted(row['n_accounts'], 'account')} of {counted(row['n_rings'], 'ring')} back "
        f"in {counted(row['n_deeds'], 'payment')}, for orders of "
        f"{counted(row['n_shops'], 'shop')}",
    )
