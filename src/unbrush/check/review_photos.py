"""Photos of reviews: which reviews show the same file or picture, edited or not.

A fact to look at and no finding: one's own photo on several orders, a family's, a sample picture of
the platform and a picture of the listing are shown by several, too. Who holds a marketplace's
tables has the detectors `photo-reuse`, `listing-photo` and `photo-mismatch`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unbrush.base.errors import InputError, MissingExtra
from unbrush.check.documents import Document, words_of
from unbrush.check.gathering import Gathered, Given, masked
from unbrush.check.looks import SAME_FILE, SAME_PICTURE, Look, look_of
from unbrush.check.pictures import within
from unbrush.check.terms import LIMITS

if TYPE_CHECKING:
    from unbrush.check.reviews import Checked

MOST_NAMED = 50
"""Reviews that are named of one picture."""


@dataclass(frozen=True)
class _Photo:
    """One photo of one review."""

    place: int
    file: str
    look: Look


def add_photos(found: Gathered, checked: "Checked", root: Path) -> None:
    """Add to the documents of reviews and items which photos others have, too.

    A review gets ``photos`` (how many were read), an item ``shared_photos``: for each picture that
    several reviews show how they are the same, how many reviews, authors and items, and which.

    Args:
        found: The reviews as given, with the names of their photos.
        checked: Their documents.
        root: Folder that photos are relative to; none outside it is opened.
    """
    photos, n_unread, is_missing = _opened(found.given, root)
    for place, each in enumerate(found.given):
        if each.photos and "error" not in checked.reviews[place]:
            n_read = len(photos.get(place, ()))
            checked.reviews[place]["photos"] = {"n": len(each.photos), "n_read": n_read}
    groups = list(_groups([photo for own in photos.values() for photo in own], found.given))
    for number, item in enumerate(checked.items):
        own = [each for each in groups if number in {checked.item_of[p] for p in each[0]}]
        item["shared_photos"] = [document for _, document in own]
        places = [p for p, of in enumerate(checked.item_of) if of == number]
        n = sum(len(found.given[p].photos) for p in places) if is_missing else 0
        n = n or sum(n_unread.get(p, 0) for p in places)
        if n:
            code = "photos-not-read" if is_missing else "photos-unreadable"
            item["not_judged"].append({"code": code, "n": n, **words_of(LIMITS[code])})


def _opened(
    given: Sequence[Given], root: Path
) -> tuple[dict[int, list[_Photo]], dict[int, int], bool]:
    """Return the photos of each review, how many could not be opened, whether an extra lacks."""
    photos: dict[int, list[_Photo]] = {}
    n_unread: dict[int, int] = {}
    known: dict[str, Look] = {}
    for place, each in enumerate(given):
        for file in each.photos if each.error is None else ():
            try:
                if file not in known:
                    known[file] = look_of(within(root, file), label=file)
                photos.setdefault(place, []).append(_Photo(place, file, known[file]))
            except MissingExtra:
                return {}, {}, True
            except InputError:
                n_unread[place] = n_unread.get(place, 0) + 1
    return photos, n_unread, False


def _groups(
    photos: Sequence[_Photo], given: Sequence[Given]
) -> Iterator[tuple[list[int], Document]]:
    """Yield the places of reviews that show one picture, and what to say of it."""
    by_picture: dict[Any, list[_Photo]] = {}
    for photo, picture in zip(photos, _pictures(photos), strict=True):
        by_picture.setdefault(picture, []).append(photo)
    for own in by_picture.values():
        places = list(dict.fromkeys(photo.place for photo in own))
        authors = [_author(given[place]) for place in places]
        if len(places) < 2 or (len(set(authors)) < 2 and authors[0]):
            continue  # alone, or somebody's own photo again
        is_one_file = len({photo.look.sha256 for photo in own}) == 1
        firsts = {photo.place: photo for photo in reversed(own)}
        yield (
            places,
            {
                "how": SAME_FILE if is_one_file else SAME_PICTURE,
                "n_reviews": len(places),
                "n_accounts": None if "" in authors else len(set(authors)),
                "n_items": len({given[place].item for place in places}),
                "reviews": [_named(given[p], firsts[p]) for p in places[:MOST_NAMED]],
            },
        )


def _pictures(photos: Sequence[_Photo]) -> list[Any]:
    """Return for each photo what all that show the same picture have in common."""
    if not photos:
        return []
    import numpy as np

    from unbrush.base.pictures.photo_matching import same_picture

    numbers = same_picture(np.stack([photo.look.bits for photo in photos])).tolist()
    return [
        photo.look.sha256 if number < 0 else number
        for photo, number in zip(photos, numbers, strict=True)
    ]


def _author(given: Given) -> str:
    """Return who wrote a review, empty where it is not known."""
    who = given.values.get("account_id", "")
    return "" if masked(who) else who.strip()


def _named(given: Given, photo: _Photo) -> Mapping[str, Any]:
    return {"id": given.id, "line": given.line, "item_id": given.item, "file": photo.file}
