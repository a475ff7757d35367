r"""Buyers' photos that were shown before for something quite different.

What it finds: Reviews of which every photo shows, edited or not, a picture that others had shown
    before for an item with another title altogether, where at least ``min_accounts`` accounts did
    so in one shop.
Why it is fake: A photo of a cup shows no shirt. Whoever has the goods photographs them; whoever
    has to deliver a photo and never had them takes one from anywhere.
Look-alikes: A wrong upload (few accounts of a shop). The gift or the other half of a bundle (an
    item of the same owner). The carrier's packaging, a sample or default picture (of many owners).
    The same product relisted or sold elsewhere (titles that share words, or one category; words
    that both titles may have are not looked for, a shared letter is enough to doubt). A photo for
    comparison beside an own one (not every photo). Whose photo was copied (the first to show a
    picture is never found, nor is anybody before a listing shows it). Blank pictures and screens
    (they have no hash).
Score: n / (n + min_accounts) for n accounts that did so in the shop. Always E1: a title is a few
    words, and what a photo shows was not looked at, only where else it was shown.
Check by hand: 1. Look at the photo: does it show what the title says? 2. Look at the item for
    which it was shown before, and which of the two it fits. 3. See what else these accounts posted.
Cost: Reads photos, reviews and items; one row per picture and item. See docs/benchmarks.md,
    Photos, for matching.
References: `unbrush.base.pictures.photo_hash`, `unbrush.base.pictures.photo_matching`; docs/
    decisions/0014-what-a-photo-shows-is-not-looked-at.md.
"""

from dataclasses import dataclass

from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.pictures.photo_matching import PICTURES
from unbrush.base.words import Words, counted

PIECES = r"\p{Han}|[a-z]{2,}"
"""What a title is made of: ideographs one by one, and words."""


@dataclass(frozen=True, kw_only=True)
class Params:
    """When photos are of something else."""

    min_accounts: int = bounded(3, at_least=2, doc="Accounts in one shop whose photos are.")
    max_likeness: float = bounded(
        0.1,
        at_least=0.0,
        at_most=0.5,
        doc="Share of the shorter title's ideographs and words that another may have as well.",
    )
    min_pieces: int = bounded(
        6, at_least=2, doc="Ideographs and words of a title below which it says too little."
    )
    common_share: float = bounded(
        0.1, at_least=0.0, at_most=1.0, doc="Share of owners from which a picture is everybody's."
    )
    min_common: int = bounded(5, at_least=2, doc="Owners at least for that.")
    max_common: int = bounded(50, at_least=2, doc="Owners that suffice, however many there are.")


def sql(params: Params) -> str:
    """Return the SELECT of reviews whose photos were shown before for something else."""
    return f"""
    WITH titled AS (
      SELECT i.item_id, i.title, i.category, i.shop_id,
        coalesce('o' || s.owner_id, 's' || i.shop_id, 'i' || i.item_id) AS owner,
        list_distinct(regexp_extract_all(lower(i.title), '{PIECES}')) AS pieces
      FROM items AS i LEFT JOIN shops AS s ON s.shop_id = i.shop_id
      WHERE i.title IS NOT NULL
    ), shown AS (  -- a listing without a date may have been there from the beginning
      SELECT photos.photo_id, r.review_id, r.account_id, r.item_id, r.posted_at AS shown_at,
        coalesce(r.shop_id, i.shop_id) AS shop, p.picture, false AS is_listing
      FROM photos JOIN reviews AS r ON r.review_id = photos.review_id
      LEFT JOIN items AS i ON i.item_id = r.item_id
      LEFT JOIN _pictures AS p USING (photo_id)
      WHERE photos.kind = 'review'
      UNION ALL
      SELECT photos.photo_id, NULL, NULL, photos.item_id, coalesce(photos.posted_at, 0),
        NULL, p.picture, true
      FROM photos JOIN _pictures AS p USING (photo_id)
      WHERE photos.kind = 'listing'
    ), pictured AS (
      SELECT s.picture, s.item_id, t.owner, t.title, t.category, t.pieces,
        min(s.shown_at) AS first_at, bool_or(s.is_listing) AS is_listed
      FROM shown AS s JOIN titled AS t USING (item_id)
      WHERE s.picture IS NOT NULL GROUP BY ALL
    ), common AS (
      SELECT least({params.max_common},
        greatest({params.min_common}, {params.common_share} * count(DISTINCT owner))) AS n
      FROM pictured
    ), rare AS (
      SELECT picture FROM pictured GROUP BY picture
      HAVING count(DISTINCT owner) > 1 AND count(DISTINCT owner) < (SELECT n FROM common)
    ), compared AS (
      SELECT s.photo_id, s.shown_at, other.first_at, other.title,
        other.owner <> own.owner
          AND least(length(own.pieces), length(other.pieces)) >= {params.min_pieces}
          AND length(list_intersect(own.pieces, other.pieces))
            <= {params.max_likeness} * least(length(own.pieces), length(other.pieces))
          AND coalesce(own.category <> other.category, true) AS is_other,
        other.item_id = own.item_id AND NOT other.is_listed AS is_same
      FROM shown AS s SEMI JOIN rare USING (picture)
      JOIN titled AS own ON own.item_id = s.item_id
      JOIN pictured AS other ON other.picture = s.picture
      WHERE s.review_id IS NOT NULL
    ), foreign_photos AS (  -- who else shows it for this very item is no witness either way
      SELECT photo_id, min(title) FILTER (is_other AND first_at < shown_at) AS other_title
      FROM compared GROUP BY photo_id
      HAVING bool_or(is_other AND first_at < shown_at) AND bool_and(is_other OR is_same)
    ), strange AS (
      SELECT s.review_id, s.account_id, s.item_id, s.shop, count(*) AS n_photos,
        min(f.other_title) AS other_title
      FROM shown AS s LEFT JOIN foreign_photos AS f USING (photo_id)
      WHERE s.review_id IS NOT NULL AND s.shop IS NOT NULL
      GROUP BY s.review_id, s.account_id, s.item_id, s.shop
      HAVING bool_and(f.photo_id IS NOT NULL)
    ), shops_with AS (
      SELECT shop, count(DISTINCT account_id) AS n_accounts, count(*) AS n_reviews
      FROM strange GROUP BY shop HAVING count(DISTINCT account_id) >= {params.min_accounts}
    )
    SELECT s.review_id AS subject_id, [s.review_id] AS evidence_ids,
      round(w.n_accounts / (w.n_accounts + {params.min_accounts}), 6) AS score,
      s.n_photos, w.n_accounts, w.n_reviews, left(t.title, 40) AS own_title,
      left(s.other_title, 40) AS other_title
    FROM strange AS s JOIN shops_with AS w USING (shop) JOIN titled AS t ON t.item_id = s.item_id
    """


def explain(facts: Facts) -> Words:
    """Say for what the photos were shown before, and how many did so in the shop."""
    photos, accounts, reviews = facts["n_photos"], facts["n_accounts"], facts["n_reviews"]
    own, other = facts["own_title"], facts["other_title"]
    return Words(
        zh=f"商品是“{own}”，但这条评价的 {photos} 张照片此前都被他人用来展示别的商品，"
        f"例如“{other}”；"
        f"本店有 {accounts} 个账号的 {reviews} 条评价如此。",
        en=f"The item is “{own}”, but others had shown every photo of this review ({photos:,})"
        f" before for something else, such as “{other}”; {counted(accounts, 'account')} did so in"
        f" this shop, in {counted(reviews, 'review')}.",
    )


DETECTOR = Detector(
    name="photo-mismatch",
    title=Words("照片是别的商品的", "buyers' photos that were shown for something else"),
    subject="review",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "photos": ("photo_id", "kind", "review_id", "hashes"),
        "reviews": ("review_id", "account_id", "item_id", "posted_at"),
        "items": ("item_id", "title", "shop_id"),
    },
    uses={
        "photos": ("item_id", "posted_at"),
        "reviews": ("shop_id",),
        "items": ("category",),
        "shops": ("shop_id", "owner_id"),
    },
    evidence="reviews",
    look_alikes={
        "wrong-upload": Words("个别顾客传错图片", "a wrong upload"),
        "bundle-or-gift": Words("赠品或套装的另一件", "the gift, or the other half of a bundle"),
        "packaging": Words("快递包装", "the carrier's packaging"),
        "sample-picture": Words("平台示例图", "a sample picture of the platform"),
        "relisted": Words("同一商品改标题重新上架", "the same product under another title"),
        "same-category": Words("同类商品", "goods of the same category"),
        "short-title": Words("标题太短", "titles that say too little"),
        "compared": Words("与自己的照片对比", "beside a photo of one's own"),
        "copied-from": Words("照片后来被别人盗用", "whose photos others copied later"),
        "taken-into-listing": Words(
            "后来被别的店铺用作商品图", "whose photos another shop's listing shows later"
        ),
        "screen": Words("应用界面截图", "screens of an app"),
    },
    params=Params(),
    sql=sql,
    prepared=PICTURES,
    explain=explain,
)
