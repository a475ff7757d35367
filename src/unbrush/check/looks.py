"""What pictures look like, and which of those seen before are the same file or picture.

An edit changes a file and hardly what it looks like. Screens of an app look alike whoever took
them and blank pictures say nothing: of these only the same file is the same.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unbrush.base.words import Words
from unbrush.check.documents import Document, words_of

SAME_FILE, SAME_PICTURE = "same-file", "same-picture"
MOST_HELD = 20_000
"""Pictures that later ones are compared with; each takes half a kilobyte and a microsecond."""

MOST_NAMED = 20
"""Earlier pictures that are named beside one."""

SAME: dict[str, Words] = {
    SAME_FILE: Words("同一个文件", "the same file"),
    SAME_PICTURE: Words("同一张图（可能经过裁剪、翻转等改动）", "the same picture, perhaps edited"),
}

NOT_COMPARED = Words(
    "截屏、单据和空白图片的版面不能说明是谁拍的，只比较了文件是否相同。",
    "A screen, a slip of paper or a blank picture: its layout does not tell who took it, so that"
    " only whether the file is the same was looked at.",
)


@dataclass(frozen=True)
class Look:
    """What one picture looks like.

    Attributes:
        sha256: Of its file.
        bits: Its perceptual hash; all zero if it has none.
        has_hash: Whether it has one.
    """

    sha256: str
    bits: Any
    has_hash: bool


def look_of(path: Path, *, label: str) -> Look:
    """Open a picture and return what it looks like.

    Raises:
        InputError: It is no picture that we open, or the extra ``pictures`` is missing.
    """
    from unbrush.base.pictures.photo_hash import photo_hash
    from unbrush.collect.pictures.hashing import ENOUGH
    from unbrush.collect.pictures.opening import open_picture

    picture = open_picture(path, label=label, shorter_side=ENOUGH)
    bits = photo_hash(picture.pixels).bits
    return Look(sha256=picture.sha256, bits=bits, has_hash=bool(bits.any()))


@dataclass
class Looks:
    """The pictures of one check so far, in order; of each its look and what to call it."""

    looks: list[Look] = field(default_factory=list)
    names: list[Document] = field(default_factory=list)

    def compared(self, look: Look, name: Document) -> Document:
        """Return what a picture has in common with earlier ones, and remember it.

        Args:
            look: What it looks like.
            name: What to call it: ``path``, and ``line``, ``id``, ``account_id`` and ``item_id``
                where there are any.

        Returns:
            ``same``, a list of earlier pictures with ``how`` they are the same, and ``note`` if
            only its file was compared; empty if there is nothing to say.
        """
        same = self._same(look)
        found: Document = {}
        if same:
            named = [self.names[place] | {"how": how} for place, how in same[:MOST_NAMED]]
            found |= {"same": named, "n_same": len(same)}
        if self.looks and not look.has_hash:
            found |= {"note": words_of(NOT_COMPARED)}
        if len(self.looks) < MOST_HELD:
            self.looks.append(look)
            self.names.append(name)
        return found

    def _same(self, look: Look) -> list[tuple[int, str]]:
        if not self.looks:
            return []
        import numpy as np

        from unbrush.base.pictures.photo_matching import shows_the_same

        found = {n: SAME_FILE for n, each in enumerate(self.looks) if each.sha256 == look.sha256}
        if look.has_hash:
            near = shows_the_same(look.bits, np.stack([each.bits for each in self.looks]))
            for place in np.flatnonzero(near).tolist():
                found.setdefault(place, SAME_PICTURE)
        return sorted(found.items())
