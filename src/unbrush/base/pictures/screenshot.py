"""What a screenshot says: its lines of text, its codes, what kind it is and its fields.

`collect` reads pictures into these words and `respond` compares them with a market. All text is
data from a stranger's picture: it is never run, followed or taken as an instruction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from unbrush.base.manifest import Note

FORMAT = "unbrush-screenshot/1"
"""Names the shape of `Screenshot.to_json`; grows when the shape changes."""


class Box(NamedTuple):
    """An upright rectangle in pixels of the picture as it was read, right and bottom excluded."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top

    def moved(self, right: int, down: int) -> "Box":
        """Return the same rectangle elsewhere."""
        return Box(self.left + right, self.top + down, self.right + right, self.bottom + down)


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text found in a picture.

    Attributes:
        text: What was read, on one line, without control characters.
        box: Where it stands.
        confidence: How sure the recogniser is, 0-1 (not calibrated).
    """

    text: str
    box: Box
    confidence: float


class CodeKind(StrEnum):
    """What a QR code or barcode leads to."""

    WECHAT = "wechat"  # adds a contact, joins a group, opens a page in WeChat
    WECHAT_PAY = "wechat-pay"
    ALIPAY = "alipay"
    QQ = "qq"
    LINK = "link"
    WAYBILL = "waybill"
    GOODS = "goods"  # EAN, UPC, ISBN: what is sold
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Code:
    """One QR code or barcode.

    Attributes:
        kind: What it leads to.
        content: What it says; never opened.
        symbology: How it is drawn, such as ``QRCode`` or ``Code128``.
        box: Where it stands.
        shown: What it says as it may be shown, personal details masked; empty if all of it may be.
    """

    kind: CodeKind
    content: str
    symbology: str
    box: Box
    shown: str = ""


class ScreenKind(StrEnum):
    """What a picture shows. The order decides ties."""

    PARCEL = "parcel"  # waybill label or tracking page
    PAYMENT = "payment"  # transfer, bill or red packet
    ORDER = "order"
    REWARD_CARD = "reward-card"  # 好评返现卡
    REVIEW = "review"
    CHAT = "chat"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a screenshot states.

    Attributes:
        value: Text, whole minor units, epoch ms UTC or a number, as the field's name says.
        confidence: That of the least certain line it was read from, 0-1.
        lines: Indices of those lines; empty if it comes from a code.
    """

    value: str | int | float
    confidence: float
    lines: tuple[int, ...] = ()


FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "order_id": "number of the order, as printed",
        "payment_id": "number of the payment (交易单号, 商户单号)",
        "waybill_id": "number of the parcel",
        "carrier": "who carries it, as a short word",
        "shop": "name of the shop or payee",
        "item": "title of what was bought",
        "amount_minor": "sum of money, minor units",
        "currency": "its currency",
        "reward_minor": "sum promised for a review, minor units",
        "at": "the moment stated, epoch ms UTC",
        "at_precision_s": "how exact that moment is: 1, 60 or 86,400 s",
        "rating": "stars, 1-5",
        "account": "name of a person, masked",
        "account_token": "keyed hash of that name, where a key was given",
        "review_text": "the words of the review shown",
    }
)
"""Every field that a screenshot may have, and what it holds."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of a chat.

    Attributes:
        side: ``left`` for what was received, ``right`` for what the phone's owner sent.
        text: Its lines joined.
        lines: Their indices.
    """

    side: str
    text: str
    lines: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Screenshot:
    """Everything read from one picture, in reading order.

    Attributes:
        kind: What it shows.
        kind_cues: The words and shapes that say so.
        width: Pixels across, upright.
        height: Pixels down, upright.
        turned: Degrees by which it was turned clockwise to stand upright: 0, 90, 180 or 270.
        lines: Its text as read, personal details included: for comparing, not for showing.
        shown: The same lines as they may be shown, personal details masked.
        codes: QR codes and barcodes.
        fields: What it states, by name; the names are those of `FIELDS`.
        bubbles: Messages, if it is a chat.
        notes: What could not be read, and why; empty if all was.
    """

    kind: ScreenKind
    kind_cues: tuple[str, ...]
    width: int
    height: int
    turned: int
    lines: tuple[TextLine, ...]
    shown: tuple[str, ...]
    codes: tuple[Code, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    bubbles: tuple[Bubble, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def text(self) -> str:
        """All lines as read, one below the other."""
        return "\n".join(line.text for line in self.lines)

    def value(self, name: str) -> str | int | float | None:
        """Return what a field states, None if the picture does not state it."""
        found = self.fields.get(name)
        return found.value if found else None

    def to_json(self) -> dict[str, Any]:
        """Return what may be shown: personal details masked, numbers rounded, no raw picture."""
        return {
            "format": FORMAT,
            "kind": str(self.kind),
            "kind_cues": list(self.kind_cues),
            "size": [self.width, self.height],
            "turned": self.turned,
            "fields": {name: _field(found) for name, found in self.fields.items()},
            "bubbles": [
                {"side": each.side, "text": "".join(self.shown[i] for i in each.lines)}
                for each in self.bubbles
            ],
            "codes": [
                {
                    "kind": str(code.kind),
                    "content": code.shown or code.content,
                    "symbology": code.symbology,
                    "box": list(code.box),
                }
                for code in self.codes
            ],
            "lines": [
                {"text": shown, "box": list(line.box), "confidence": round(line.confidence, 3)}
                for shown, line in zip(self.shown, self.lines, strict=True)
            ],
            "notes": [{"code": note.code, "zh": note.zh, "en": note.en} for note in self.notes],
        }


def _field(found: Field) -> dict[str, Any]:
    return {
        "value": found.value,
        "confidence": round(found.confidence, 3),
        "lines": list(found.lines),
    }
