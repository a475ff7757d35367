"""Listing photos passed off as buyers' own.

What it finds: Reviews of which every photo shows, edited or not, a picture that stands in a
    listing, where at least ``min_accounts`` accounts did so in one shop.
Why it is fake: Who has the goods can photograph them. Who was told to add photos and never had
    them takes what is at hand, the shop's own pictures.
Look-alikes: One customer who shows the listing's photo (few accounts), or shows it beside an own
    photo for comparison (not every photo is the listing's). A buyer's photo that the shop took
    into its listing later (the listing's is dated later; without a date, one account's alone or
    the earliest). A sample picture of the platform (in listings of many owners). Blank pictures
    and screens of an app (they have no hash). Shops of one owner that share their pictures (what
    listings share is not looked at).
Score: n / (n + min_accounts) for n accounts that did so in the shop. Always E1: some customers are
    too lazy to take a photo where one earns points.
Check by hand: 1. Look at the photo beside the listing's. 2. See whether the shop shows photos of
    its customers. 3. Ask whether photos earn points: then honest customers do this too.
Cost: Reads photos and reviews; see docs/benchmarks.md, Photos, for matching.
References: `unbrush.base.pictures.photo_hash`, `unbrush.base.pictures.photo_matching`.
"""

from dataclasses import dataclass

from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.pictures.photo_matching import PICTURES
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When too many show the shop's pictures."""

    min_accounts: int = bounded(
        4, at_least=2, doc="Accounts in one shop whose photos are all of listings."
    )
    common_share: float = bounded(
        0.1, at_least=0.0, at_most=1.0, doc="Share of owners from which a picture is everybody's."
    )
    min_common: int = bounded(5, at_least=2, doc="Owners at least for that.")
    max_common: int = bounded(50, at_least=2, doc="Owners that suffice, however many there are.")


def sql(params: Params) -> str:
    """Return the SELECT of reviews that show nothing but listing photos."""
    return f"""
    WITH listed AS (
      SELECT p.picture, photos.posted_at,
        coalesce('o' || s.owner_id, 's' || coalesce(photos.shop_id, i.shop_id),
          'i' || photos.item_id) AS owner
      FROM photos JOIN _pictures AS p USING (photo_id)
      LEFT JOIN items AS i ON i.item_id = photos.item_id
      LEFT JOIN shops AS s ON s.shop_id = coalesce(photos.shop_id, i.shop_id)
      WHERE photos.kind = 'listing'
    ), common AS (
      SELECT least({params.max_common},
        greatest({params.min_common}, {params.common_share} * count(DISTINCT owner))) AS n
      FROM listed
    ), listings AS (
      SELECT picture, min(posted_at) AS listed_at FROM listed
      GROUP BY picture HAVING count(DISTINCT owner) < (SELECT n FROM common)
    ), shown AS (
      SELECT photos.photo_id, photos.review_id, r.account_id, r.posted_at, p.picture,
        coalesce(r.shop_id, i.shop_id) AS shop
      FROM photos JOIN reviews AS r ON r.review_id = photos.review_id
      LEFT JOIN items AS i ON i.item_id = r.item_id
      LEFT JOIN _pictures AS p USING (photo_id)
      WHERE photos.kind = 'review'
    ), pictures AS (
      SELECT picture, count(DISTINCT account_id) AS n_accounts, min(posted_at) AS first_at
      FROM shown GROUP BY picture
    ), told AS (  -- without a date, the first to show it may be whose photo the shop took
      SELECT shown.*, coalesce(
          CASE WHEN listings.picture IS NULL THEN false
               WHEN listed_at IS NOT NULL THEN listed_at < posted_at
               ELSE n_accounts > 1 AND posted_at > first_at END, false) AS is_listings
      FROM shown LEFT JOIN listings USING (picture) LEFT JOIN pictures USING (picture)
    ), posed AS (
      SELECT review_id, account_id, shop, count(*) AS n_photos FROM told
      WHERE shop IS NOT NULL
      GROUP BY review_id, account_id, shop HAVING bool_and(is_listings)
    ), shops_with AS (
      SELECT shop, count(DISTINCT account_id) AS n_accounts, count(*) AS n_reviews
      FROM posed GROUP BY shop HAVING count(DISTINCT account_id) >= {params.min_accounts}
    ), photographed AS (
      SELECT shop, count(DISTINCT review_id) AS n_with_photos FROM shown GROUP BY shop
    )
    SELECT review_id AS subject_id, [review_id] AS evidence_ids,
      round(n_accounts / (n_accounts + {params.min_accounts}), 6) AS score,
      n_photos, n_accounts, n_reviews, n_with_photos
    FROM posed JOIN shops_with USING (shop) JOIN photographed USING (shop)
    """


def explain(facts: Facts) -> Words:
    """Say how many did so in the shop, among how many with photos."""
    accounts, photos = facts["n_accounts"], facts["n_photos"]
    reviews, among = facts["n_reviews"], facts["n_with_photos"]
    return Words(
        zh=f"这条评价的 {photos} 张照片全部取自商品页面；本店共有 {accounts} 个账号如此，"
        f"涉及 {among} 条带图评价中的 {reviews} 条。",
        en=f"All photos of this review ({photos:,}) are pictures of a listing;"
        f" {counted(accounts, 'account')} did so in this shop, in {reviews:,} of"
        f" {counted(among, 'review')} with photos.",
    )


DETECTOR = Detector(
    name="listing-photo",
    title=Words("用商品图冒充买家照片", "listing photos passed off as buyers' own"),
    subject="review",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "photos": ("photo_id", "kind", "review_id", "item_id", "hashes"),
        "reviews": ("review_id", "account_id", "item_id", "posted_at"),
    },
    uses={
        "photos": ("shop_id", "posted_at"),
        "reviews": ("shop_id",),
        "items": ("item_id", "shop_id"),
        "shops": ("shop_id", "owner_id"),
    },
    evidence="reviews",
    look_alikes={
        "one-customer": Words("个别顾客用商品图", "one customer who shows the listing's photo"),
        "compared": Words("与自己的照片对比", "the listing's photo beside an own one"),
        "taken-into-listing": Words("店铺选用买家照片", "buyers' photos that the shop shows later"),
        "sample-picture": Words("平台示例图", "a sample picture of the platform"),
        "blank": Words("空白图片", "blank pictures"),
        "screen": Words("应用界面截图", "screens of an app"),
        "shops-of-one-owner": Words(
            "同一经营者的各店共用商品图", "shops of one owner that share their pictures"
        ),
    },
    params=Params(),
    sql=sql,
    prepared=PICTURES,
    explain=explain,
)
