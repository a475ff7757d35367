"""One buyer's photo in the reviews of many accounts.

What it finds: Reviews with a photo that shows the same picture, edited or not, as photos in
    reviews of others: of at least ``min_accounts`` accounts in one shop, or of ``min_spread``
    accounts wherever they are.
Why it is fake: A photo of one's own is taken once. Whose parcel it shows can be one of them at
    most; the others were handed it with their task.
Look-alikes: One's own photo on several own orders (one account). A family that shares its photos
    (few accounts). A sample or default picture of the platform (in many shops). Blank pictures and
    screens of an app (they have no hash). The listing's photo shown for comparison (left to
    `listing-photo`). A review that the platform shows in all shops of one owner, under other ids
    (the same words at the same moment in each shop). Friends at one table (within ``table_days``:
    weak at most).
Score: n / (n + min_accounts) for n accounts beyond the first. Half of it for the earliest, whose
    photo it may be, and where the photo does not gather in a shop. E2 for ``strong_accounts`` in
    one shop over more than ``table_days``, except the earliest; else E1.
Check by hand: 1. Look at the photos side by side. 2. See whether the picture is known from a
    listing, an advertisement or an image search. 3. Compare when the reviews were posted, and who
    is linked.
Cost: Reads photos and reviews; see docs/benchmarks.md, Photos, for matching.
References: `unbrush.base.pictures.photo_hash`, `unbrush.base.pictures.photo_matching`.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.pictures.photo_matching import PICTURES
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When a photo is in too many hands."""

    min_accounts: int = bounded(4, at_least=2, doc="Accounts with the picture in one shop.")
    strong_accounts: int = bounded(6, at_least=2, doc="The same from which it is strong, E2.")
    min_spread: int = bounded(6, at_least=2, doc="Accounts with the picture wherever they are.")
    table_days: int = bounded(3, at_least=0, doc="Days within which friends post one photo.")
    common_share: float = bounded(
        0.1, at_least=0.0, at_most=1.0, doc="Share of shops from which a picture is everybody's."
    )
    min_common: int = bounded(5, at_least=2, doc="Shops at least for that.")
    max_common: int = bounded(50, at_least=2, doc="Shops that suffice for that, however many are.")


def sql(params: Params) -> str:
    """Return the SELECT of reviews whose photo many accounts have."""
    return f"""
    WITH shown AS (
      SELECT DISTINCT p.picture, r.review_id, r.account_id, r.posted_at, r.text,
        coalesce(r.shop_id, i.shop_id) AS shop,
        coalesce('o' || s.owner_id, 's' || coalesce(r.shop_id, i.shop_id)) AS owner
      FROM photos JOIN _pictures AS p USING (photo_id)
      JOIN reviews AS r ON r.review_id = photos.review_id
      LEFT JOIN items AS i ON i.item_id = r.item_id
      LEFT JOIN shops AS s ON s.shop_id = coalesce(r.shop_id, i.shop_id)
      WHERE photos.kind = 'review'
        AND p.picture NOT IN (
          SELECT q.picture FROM photos JOIN _pictures AS q USING (photo_id)
          WHERE photos.kind = 'listing')
    ), copies AS (  -- one review shown in several shops of an owner is of one author
      SELECT picture, owner, posted_at, text, count(*) = count(DISTINCT shop) AS is_copy
      FROM shown WHERE text IS NOT NULL
      GROUP BY picture, owner, posted_at, text HAVING count(*) > 1
    ), authored AS (
      SELECT shown.*, CASE WHEN coalesce(copies.is_copy, false)
          THEN 'c' || shown.owner || ' ' || shown.posted_at || shown.text
          ELSE 'a' || account_id END AS author
      FROM shown LEFT JOIN copies USING (picture, owner, posted_at, text)
    ), pictures AS (
      SELECT picture, count(DISTINCT author) AS n_accounts, count(DISTINCT shop) AS n_shops,
        count(DISTINCT review_id) AS n_reviews, min(posted_at) AS first_at
      FROM authored GROUP BY picture
    ), here AS (
      SELECT picture AS held, shop AS place, count(DISTINCT author) AS n_in_shop,
        (max(posted_at) - min(posted_at)) / {DAY_MS} AS days
      FROM authored GROUP BY held, place
    ), common AS (
      SELECT least({params.max_common},
        greatest({params.min_common}, {params.common_share} * count(DISTINCT shop))) AS n
      FROM shown
    ), judged AS (
      SELECT *, posted_at = first_at AS is_first,
        shop IS NOT NULL AND n_in_shop >= {params.min_accounts} AS gathers
      FROM authored JOIN pictures USING (picture)
      JOIN here ON held = picture AND place IS NOT DISTINCT FROM shop
      WHERE n_shops < (SELECT n FROM common)
    ), scored AS (
      SELECT *, CASE WHEN gathers THEN n_in_shop ELSE n_accounts END - 1 AS beyond
      FROM judged WHERE gathers OR n_accounts >= {params.min_spread}
    )
    SELECT review_id AS subject_id, [review_id] AS evidence_ids,
      round(beyond / (beyond + {params.min_accounts})
        * CASE WHEN gathers AND NOT is_first THEN 1 ELSE 0.5 END, 6) AS score,
      CASE WHEN NOT is_first AND n_in_shop >= {params.strong_accounts} AND gathers
          AND days > {params.table_days} THEN 'E2' ELSE 'E1' END AS strength,
      n_accounts, CASE WHEN shop IS NULL THEN 0 ELSE n_in_shop END AS n_in_shop,
      n_shops, n_reviews, is_first
    FROM scored
    QUALIFY row_number() OVER (
      PARTITION BY review_id
      ORDER BY strength DESC, score DESC, n_accounts DESC, n_shops DESC, n_reviews DESC) = 1
    """


def explain(facts: Facts) -> Words:
    """Say in how many hands the photo is, and where."""
    accounts, here, shops = facts["n_accounts"], facts["n_in_shop"], facts["n_shops"]
    where_zh = f"，其中本店 {here} 个" if here else ""
    where_en = f", {here:,} of them in this shop" if here else ""
    first_zh = "本条最早，也可能是原图的主人。" if facts["is_first"] else ""
    first_en = " This one is the earliest and may be whose photo it is." * facts["is_first"]
    return Words(
        zh=f"{accounts} 个账号在 {shops} 家店铺的评价里用了同一张照片（含裁剪、翻转等改动）"
        f"{where_zh}。{first_zh}",
        en=f"{counted(accounts, 'account')} in {counted(shops, 'shop')} posted the same photo with"
        f" their reviews, edited or not{where_en}.{first_en}",
    )


DETECTOR = Detector(
    name="photo-reuse",
    title=Words("多个账号使用同一张买家照片", "one buyer's photo in reviews of many accounts"),
    subject="review",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "photos": ("photo_id", "kind", "review_id", "hashes"),
        "reviews": ("review_id", "account_id", "item_id", "posted_at"),
    },
    uses={
        "reviews": ("shop_id", "text"),
        "items": ("item_id", "shop_id"),
        "shops": ("shop_id", "owner_id"),
    },
    evidence="reviews",
    look_alikes={
        "own-photo-again": Words("同一人在多个订单用自己的照片", "own photo on several own orders"),
        "family": Words("一家人共用照片", "a family that shares its photos"),
        "sample-picture": Words(
            "平台示例图、默认图", "a sample or default picture of the platform"
        ),
        "blank": Words("空白图片", "blank pictures"),
        "screen": Words("应用界面截图", "screens of an app"),
        "listing-compared": Words("晒出商品图作对比", "the listing's photo shown for comparison"),
        "shops-of-one-owner": Words(
            "同一评价在同一经营者的各店展示", "one review shown in all shops of one owner"
        ),
    },
    params=Params(),
    sql=sql,
    prepared=PICTURES,
    explain=explain,
)
