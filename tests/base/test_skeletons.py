"""What the texts of a cluster share."""

import pytest

from unbrush.base.text.skeletons import MAX_LETTERS, MAX_TEXTS, SLOT, sample, skeleton


@pytest.mark.parametrize(
    ("texts", "template"),
    [
        (
            [
                "宝贝很漂亮，物流很快，下次还来！",
                "宝贝质量好，物流很快，推荐购买！",
                "宝贝收到了，物流很快，五星好评！",
                "宝贝超值，物流很快，很满意",
            ],
            "宝贝{…}，物流很快，{…}",
        ),
        (["质量不错，物流快"] * 3, "质量不错，物流快"),
        (["质量不错，物流快", "質量不錯😀物流快！", "质量不错,物流快"], "质量不错，物流快"),
        (  # clauses in another order, and one word exchanged
            [
                "衣服收到了，面料特别柔软，穿上显瘦又显白",
                "面料十分柔软，衣服收到了，穿上显瘦又显白",
                "穿上顯瘦又顯白，衣服收到了 面料非常柔軟",
            ],
            "衣服收到了，面料{…}柔软，穿上显瘦又显白",
        ),
        (  # something comes in between
            ["物流快很满意", "物流真快很满意", "物流特快很满意", "物流超级快很满意"],
            "物流{…}快很满意",
        ),
        (
            [
                "It broke within a week but the seller replied kindly.",
                "It BROKE within a day, but the seller replied quickly.",
                "It broke within a month but the seller replied rudely.",
            ],
            "It broke within a {…} but the seller replied {…}.",
        ),
        ([""], ""),
        (["😀", "！"], "😀"),
    ],
)
def test_what_is_shared_stays_and_what_varies_is_a_slot(texts, template):
    found = skeleton(texts)
    assert found.template == template
    assert found.n_slots == template.count(SLOT)


def test_the_representative_is_the_most_central_and_the_earliest_of_equals():
    assert skeleton(["abcdefgh", "abcdxxxx", "abcdefgx", "abcdefgh"]).representative == 0
    assert skeleton(["zzzzdefgh", "abcdefgh", "abcdefgh"]).representative == 1


def test_letters_that_are_few_in_a_row_are_no_template():
    assert skeleton(["甲一乙二丙三", "甲四乙五丙六", "甲七乙八丙九"]).fixed_share == 0


def test_large_clusters_and_endless_texts_are_looked_at_in_part():
    assert sample(1_000)[0] == 0
    assert sample(1_000)[-1] == 999
    assert len(sample(1_000)) == MAX_TEXTS
    found = skeleton(["长" * 5 + "短句子" * 1_000_000] * 50)
    assert len(found.template) <= MAX_LETTERS + len(SLOT)
    assert found.template.endswith(SLOT)


def test_no_texts_are_refused():
    with pytest.raises(ValueError, match="at least one"):
        skeleton([])
