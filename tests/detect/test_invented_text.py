"""Invented text: its example and its edges."""

import pytest

from tests.worlds import HOUR, T0, Example, Market, build
from unbrush.base.errors import BadParameter
from unbrush.base.params import with_values
from unbrush.detect import detect
from unbrush.detect.invented_text import DETECTOR

MACHINE = [
    "酒店位置优越，交通便利，周边有许多餐饮和购物选择。客房宽敞明亮，装修风格典雅，给人一种宾至如归的感觉。"
    "服务人员热情周到，早餐种类丰富，整体体验非常愉快，强烈推荐给前来旅行的朋友。",
    "这家酒店的服务非常出色，员工始终面带微笑，热情友好。房间干净整洁，设施齐全，床铺舒适，让人能够得到充分的休息。"
    "此外，酒店的地理位置十分便利，靠近各大景点，出行非常方便。",
    "The hotel is conveniently located in the heart of the city, within walking distance of major "
    "attractions. The staff were incredibly welcoming and attentive, making our stay truly "
    "memorable. The room was spacious, clean and well-appointed, with a comfortable bed and "
    "stunning views. The breakfast offered a wide variety of delicious options.",
]
PEOPLE = [
    "买了两个月了才来评价。一开始觉得声音有点大，后来发现是没放平，垫了块纸板就好了。就是说明书字太小，我妈看不清，"
    "还得我打电话一步一步教她。客服倒是挺有耐心的，给换了个新的滤芯。",
    "上周三到的，快递小哥直接给放门口了也没打电话……好在没丢。鞋码偏大半码，我平时穿42这次41刚好，"
    "走了一天后跟有点磨，贴了创可贴。颜色比图上暗点，能接受。",
    "Got there around 11pm after a delayed flight and the guy at the desk (his name was Tom?) "
    "still had our room. AC rattled all night so we turned it off. Walked to the pier in about 15 "
    "min. $48 for parking though, which nobody told us!! Would I go back... maybe, if it's under "
    "$150.",
]
FOREIGN = [
    "L'hôtel est idéalement situé au cœur de la ville, à quelques pas des principales attractions. "
    "Le personnel était très accueillant et attentif, et la chambre était spacieuse et propre.",
    "Das Hotel liegt sehr zentral und ist gut zu erreichen. Das Personal war ausgesprochen "
    "freundlich und hilfsbereit, das Zimmer war sauber, geräumig und modern eingerichtet.",
    "El hotel está muy bien ubicado en el centro de la ciudad. El personal fue muy amable, "
    "atento, y la habitación era amplia, limpia y cómoda, con unas vistas maravillosas.",
    "ホテルは市内中心部に位置し、主要な観光地へのアクセスも非常に便利です。スタッフは親切で、"
    "客室は清潔で広々としており、朝食も種類が豊富で大変満足しました。",
    "호텔은 시내 중심에 위치해 주요 관광지와 가깝고 교통이 매우 편리합니다. "
    "직원들은 친절했으며 객실은 넓고 깨끗했습니다.",
    "Отель расположен в самом центре города, недалеко от главных достопримечательностей. Персонал "
    "был очень приветлив, номер просторный и чистый.",
]


def review(number: int, text: str | None, **more) -> dict:
    return {
        "review_id": number,
        "account_id": number,
        "item_id": number % 3,
        "posted_at": T0 + number * HOUR,
        "text": text,
        **more,
    }


def reviews(texts: list[str], start: int = 0, **more) -> Market:
    return {"reviews": [review(start + n, text, **more) for n, text in enumerate(texts)]}


EXAMPLE = Example(
    fake={"reviews": [*reviews(PEOPLE, 10)["reviews"], *reviews(MACHINE)["reviews"]]},
    finds={0, 1, 2},
    without_fakes=reviews(PEOPLE, 10),
    look_alikes={
        "short-text": reviews(
            [
                "酒店位置优越，服务周到，宾至如归。",
                "Conveniently located, with attentive staff.",
                "好",
            ]
        ),
        "default-praise": {
            "reviews": [
                review(n, text, text_source=("default", "tag")[n % 2])
                for n, text in enumerate(MACHINE)
            ]
        },
        "assisted-writing": reviews(MACHINE, text_source="assisted"),
        "fluent-people": reviews(PEOPLE),
        "other-language": reviews(FOREIGN),
    },
)


def found(engine, rows: Market) -> list[dict]:
    detect(engine, build(engine, rows), chosen=[DETECTOR])
    return engine.query("SELECT * FROM signals ORDER BY subject_id").to_pylist()


def test_a_text_alone_is_never_more_than_weak(engine):
    signals = found(engine, EXAMPLE.fake)
    assert len(signals) == 3
    for signal in signals:
        assert 0.45 <= signal["score"] <= 0.5
        assert signal["strength"] == "E1"


def test_other_forms_of_the_same_characters_change_nothing(engine):
    """Traditional characters and half-width marks are folded."""
    other = MACHINE[0].replace("优越，交通便利", "優越,交通便利").replace("购物选择", "購物選擇")
    assert other != MACHINE[0]
    before, after = found(engine, reviews([MACHINE[0], other]))
    assert before["score"] == after["score"]


def test_nothing_is_told_of_shorter_texts_than_the_model_was_measured_for():
    with pytest.raises(BadParameter):
        with_values(DETECTOR.params, {"min_letters": 30}, owner=DETECTOR.name)


@pytest.mark.parametrize("text", [None, "", " \n", "\u0000" * 50, "😀" * 500, "1" * 5000])
def test_texts_without_letters_are_no_trouble(engine, text):
    rows = [review(0, text), review(1, PEOPLE[0])]
    assert found(engine, {"reviews": rows}) == []
