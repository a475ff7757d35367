"""QR codes and barcodes in a picture → what they say and what that leads to. Nothing is opened."""

import re
from typing import Any

import numpy as np
import numpy.typing as npt

from unbrush.base.errors import missing_extra
from unbrush.base.pictures.carriers import carriers_of, mended, names_its_carrier
from unbrush.base.pictures.screenshot import Box, Code, CodeKind

MOST_CODES = 32
WEIGHTS = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green and blue in grey
MOST_CHARACTERS = 2_000  # the largest QR code holds 4,296 letters, an honest link a few dozen

_KINDS = (
    (CodeKind.WECHAT_PAY, r"(wxp://|(https?://)?(payapp|wx\.tenpay)\.weixin\.qq\.com/|weixin://wxpay)"),
    (CodeKind.WECHAT, r"((https?://)?((u|a)\.wechat\.com|(work\.|mp\.)?weixin\.qq\.com)/|weixin://)"),
    (CodeKind.ALIPAY, r"((https?://)?(qr|render|m)\.alipay\.com/|alipays?://)"),
    (CodeKind.QQ, r"((https?://)?(qm|qun|jq|i)\.qq\.com/|mqqapi://)"),
    (CodeKind.LINK, r"(https?://|www\.)\S+\."),
)  # fmt: skip
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)
_GOODS = {"EAN13", "EAN8", "UPCA", "UPCE", "ISBN"}
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


def read_codes(rgb: npt.NDArray[np.uint8]) -> tuple[Code, ...]:
    """Return the codes of a picture, from top to bottom.

    Args:
        rgb: The picture, (height, width, 3), as `opening` returns it.

    Raises:
        MissingExtra: The extra ``pictures`` is not installed.
    """
    try:
        import zxingcpp
    except ImportError:
        raise missing_extra("pictures", "Reading QR codes and barcodes") from None
    grey = np.ascontiguousarray((rgb @ WEIGHTS).astype(np.uint8))
    plain = zxingcpp.TextMode.Plain
    found = zxingcpp.read_barcodes(grey, text_mode=plain)
    # Light bars on dark are not tried by the library; light QR codes are.
    found = found or zxingcpp.read_barcodes(255 - grey, text_mode=plain)
    codes = [_code(each) for each in found[:MOST_CODES]]
    return tuple(sorted(codes, key=lambda code: (code.box.top, code.box.left, code.content)))


def kind_of(content: str, symbology: str) -> CodeKind:
    """Return what a code leads to.

    Args:
        content: What it says.
        symbology: How it is drawn, in the words of ZXing without spaces.
    """
    for kind, pattern in _PATTERNS:
        if pattern.match(content):
            return kind
    if symbology in _GOODS:
        return CodeKind.GOODS
    is_waybill = names_its_carrier(mended(content)) or (
        symbology.startswith(("Code128", "Code39")) and bool(carriers_of(content))
    )
    return CodeKind.WAYBILL if is_waybill else CodeKind.TEXT


def _code(barcode: Any) -> Code:
    content = _UNSEEN.sub(" ", barcode.text[:MOST_CHARACTERS]).strip()
    symbology = re.sub(r"[^A-Za-z0-9]", "", str(barcode.format))
    at = barcode.position
    corners = (at.top_left, at.top_right, at.bottom_left, at.bottom_right)
    columns, rows = [c.x for c in corners], [c.y for c in corners]
    box = Box(min(columns), min(rows), max(columns), max(rows))
    return Code(kind_of(content, symbology), content, symbology, box)
