"""What a consumer organisation needs before it sues: each item, and whether the file has it."""

from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.words import Words

Row = dict[str, Any]


def public_interest(engine: Engine, shops: list[Row], attachments: tuple[str, ...]) -> Row:
    """Return the items of art. 4, the menu of remedies and whom to tell of a judgment.

    Args:
        engine: Holds what `lay_out` left.
        shops: What is decided of each shop.
        attachments: Names of files that go with the case file.
    """
    row = engine.query(
        """SELECT count(*) AS n_orders, count(DISTINCT o.account_id) AS n_buyers,
                  CAST(coalesce(sum(o.paid_minor), 0) AS BIGINT) AS paid_minor
           FROM orders o LEFT JOIN dossier_orders d
               ON CAST(d.id AS VARCHAR) = CAST(o.order_id AS VARCHAR)
           WHERE d.id IS NULL
               AND CAST(o.shop_id AS VARCHAR) IN (SELECT CAST(id AS VARCHAR) FROM dossier_shops)"""
    ).to_pylist()[0]
    affected = {key: int(row[key]) for key in ("n_orders", "n_buyers", "paid_minor")}
    has_work = any("duty" in name or "职责" in name for name in attachments)
    has_claim = any("claim" in name or "诉状" in name for name in attachments)
    return {
        "affected": affected,
        "items": [
            _item(
                Words("被告行为侵害众多不特定消费者合法权益的初步证据",
                      "preliminary evidence of harm to many unspecified consumers"),
                has=bool(affected["n_buyers"]),
                note=Words(
                    f"同期另有 {affected['n_buyers']:,} 个买家下单 {affected['n_orders']:,} 笔，"
                    "可能受评价和销量影响；是否受到影响需另行证明。",
                    f"{affected['n_buyers']:,} other buyers placed {affected['n_orders']:,} orders"
                    " and may have been misled; whether they were has to be shown otherwise.",
                ),
            ),
            _item(
                Words("就涉案行为已履行公益性职责的证明",
                      "proof of public-interest work done before on this conduct"),
                has=has_work,
                note=Words("由起诉人提供，作为附件附入（文件名含 duty 或 职责）。",
                           "The plaintiff's: put in as an attachment (its name has duty or 职责)."),
            ),
            _item(
                Words("起诉状及副本", "the statement of claim, with copies"),
                has=has_claim,
                note=Words("由起诉人撰写；本卷宗不起草诉状，可附入（文件名含 claim 或 诉状）。",
                           "The plaintiff's own, which this file does not draft; it may be put in "
                           "(its name has claim or 诉状)."),
            ),
            _item(
                Words("资金、时间和角色的事实", "facts on money, time and roles"),
                has=True,
                note=Words("见“金额”“时间线”“角色”各节。",
                           "In the sections on amounts, time and roles."),
            ),
        ],
        "remedies": [
            Words("停止侵害", "to stop"),
            Words("排除妨碍", "to remove the obstruction"),
            Words("消除危险", "to end the danger"),
            Words("赔礼道歉", "to apologise"),
            Words("承担为预防、处置而发生的合理费用",
                  "to bear the reasonable costs of prevention and of dealing with it"),
        ],
        "notices": [
            Words(
                f"{affected['n_buyers']:,} 个其他买家（名单不在本卷宗内，凭封存对照表另行取得）",
                f"{affected['n_buyers']:,} other buyers (by the sealed list, not here)",
            ),
            Words(
                f"{len(shops):,} 家店铺", f"{len(shops):,} shop{'s' if len(shops) != 1 else ''}"
            ),
            Words("消费者协会、市场监督管理部门",
                  "consumer associations and the market authority"),
        ],
    }  # fmt: skip


def _item(words: Words, *, has: bool, note: Words) -> Row:
    return {"words": words, "has": has, "note": note}
