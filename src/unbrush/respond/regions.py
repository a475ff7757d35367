"""Regions: where an organiser's shops and accounts are."""

import json
from collections.abc import Mapping
from typing import Any

from unbrush.base.words import Words
from unbrush.respond import figures

Row = dict[str, Any]

REGIONS: Mapping[str, Words] = {
    zh: Words(zh, en)
    for zh, en in (
        ("北京", "Beijing"),
        ("天津", "Tianjin"),
        ("河北", "Hebei"),
        ("山西", "Shanxi"),
        ("内蒙古", "Inner Mongolia"),
        ("辽宁", "Liaoning"),
        ("吉林", "Jilin"),
        ("黑龙江", "Heilongjiang"),
        ("上海", "Shanghai"),
        ("江苏", "Jiangsu"),
        ("浙江", "Zhejiang"),
        ("安徽", "Anhui"),
        ("福建", "Fujian"),
        ("江西", "Jiangxi"),
        ("山东", "Shandong"),
        ("河南", "Henan"),
        ("湖北", "Hubei"),
        ("湖南", "Hunan"),
        ("广东", "Guangdong"),
        ("广西", "Guangxi"),
        ("海南", "Hainan"),
        ("重庆", "Chongqing"),
        ("四川", "Sichuan"),
        ("贵州", "Guizhou"),
        ("云南", "Yunnan"),
        ("西藏", "Tibet"),
        ("陕西", "Shaanxi"),
        ("甘肃", "Gansu"),
        ("青海", "Qinghai"),
        ("宁夏", "Ningxia"),
        ("新疆", "Xinjiang"),
        ("香港", "Hong Kong"),
        ("澳门", "Macau"),
        ("台湾", "Taiwan"),
    )
}
"""Names of provinces; any other region is called what the data calls it."""

_ENDINGS = ("壮族自治区", "回族自治区", "维吾尔自治区", "特别行政区", "自治区", "省", "市")


def region_words(region: str | None) -> Words:
    """Return a region's name in both languages."""
    if not region:
        return Words("地区不详", "region unknown")
    for ending in ("", *_ENDINGS):
        if region.endswith(ending) and region.removesuffix(ending) in REGIONS:
            return REGIONS[region.removesuffix(ending)]
    plain = figures.outside(region)
    return Words(plain, plain)


def regions_of(text: str | None) -> list[Row]:
    """Return an organiser's regions, the one with most orders first, each with numbers and words.

    Args:
        text: JSON list of region, n_shops, n_accounts and n_orders.
    """
    found = [
        {
            "words": region_words(row.get("region")),
            "region": row.get("region"),
            **{key: int(row.get(key) or 0) for key in ("n_shops", "n_accounts", "n_orders")},
        }
        for row in json.loads(text or "[]")
    ]
    found.sort(
        key=lambda row: (
            -row["n_orders"], -row["n_shops"], -row["n_accounts"], str(row["region"] or "")
        )
    )  # fmt: skip
    return found


def listed_regions(regions: list[Row], most: int) -> list[Row]:
    """Return the first ``most`` regions as a table shows them, with bars (0-100) by orders."""
    largest = max((row["n_orders"] for row in regions), default=0) or 1
    return [
        {
            "words": row["words"],
            "n_shops": figures.count(row["n_shops"]),
            "n_accounts": figures.count(row["n_accounts"]),
            "n_orders": figures.count(row["n_orders"]),
            "bar": round(100 * row["n_orders"] / largest, 1),
        }
        for row in regions[:most]
    ]
