"""Doubts: what in a report does not fit, for the people who read it. None of them decides."""

from dataclasses import dataclass

from unbrush.base.records import Transaction
from unbrush.base.words import Words

# A public call for fake orders is passed on by many, each with the same screenshot.
_PASSED_ON = ("recruitment-post",)


@dataclass(frozen=True)
class Doubt:
    """Something that does not fit.

    Attributes:
        name: reused-picture, contradicted, edited-picture.
        is_strong: Whether an honest report rarely has it: the reporter is asked for the original.
        words: What it is, and what may explain it.
    """

    name: str
    is_strong: bool
    words: Words


def doubts_of(transaction: Transaction, report_id: str) -> list[Doubt]:
    """Return what in a report does not fit, strong doubts first."""
    found: list[Doubt] = []
    for row in transaction.all(
        """SELECT r.report_id, r.kind, r.shop_id, e.same_as, o.report_id AS other_id,
                  o.shop_id AS other_shop, o.kind AS other_kind
           FROM report_evidence e JOIN reports r ON r.report_id = e.report_id
           JOIN report_evidence f ON f.evidence_id = e.same_as
           JOIN reports o ON o.report_id = f.report_id
           WHERE r.report_id = :id ORDER BY e.evidence_id""",
        id=report_id,
    ):
        if row["kind"] in _PASSED_ON and row["other_kind"] in _PASSED_ON:
            continue
        elsewhere = (
            row["shop_id"] is not None
            and row["other_shop"] is not None
            and row["shop_id"] != row["other_shop"]
        )
        found.append(Doubt("reused-picture", elsewhere, _reused(str(row["other_id"]), elsewhere)))
    contradicting = transaction.all(
        """SELECT zh, en FROM report_checks WHERE report_id = :id AND verdict = 'contradicts'
           ORDER BY name""",
        id=report_id,
    )
    found += [Doubt("contradicted", True, Words(row["zh"], row["en"])) for row in contradicting]
    for row in transaction.all(
        """SELECT traces FROM report_evidence WHERE report_id = :id AND traces <> ''
           ORDER BY evidence_id""",
        id=report_id,
    ):
        found += [_edited(name) for name in str(row["traces"]).split()]
    return sorted(found, key=lambda doubt: (not doubt.is_strong, doubt.name))


def _reused(other_id: str, elsewhere: bool) -> Words:
    if elsewhere:
        return Words(
            f"同一图片曾在举报 {other_id} 中用于另一家店铺；请举报人提供原图。",
            f"The same picture was shown in {other_id} for another shop: ask for the original.",
        )
    return Words(
        f"与举报 {other_id} 的图片相同；可能是家人、同伴或转发。",
        f"The same picture as in {other_id}: family, companions, or passed on.",
    )


def _edited(name: str) -> Doubt:
    if name == "patch":
        return Doubt("edited-picture", True, Words(
            "图片局部的压缩痕迹与其余部分不同，该处可能改过；打码也会如此。请举报人提供原图。",
            "Part of the picture was compressed otherwise than the rest and may have been changed; "
            "so it is where something was covered. Ask for the original.",
        ))  # fmt: skip
    return Doubt("edited-picture", False, Words(
        "图片经过图片编辑软件保存；裁剪、打码也会如此。",
        "The picture was saved by an editor; so is one that was cropped or covered in part.",
    ))  # fmt: skip
