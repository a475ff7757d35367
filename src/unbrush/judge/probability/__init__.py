"""How likely an order or review is fake, learnt without labels from how signs come together.

Signs of different kinds that are each rare rarely meet by chance: where they meet, something is
behind it. From that, a mixture of two kinds of rows, fake and honest, tells what each sign is worth
in this very market (`mixture`). The written policy says what is assumed before anything is seen,
and keeps it from running away where little is to be seen.
"""

from unbrush.judge.probability.discovery import among_sql, draw_line, say_how_sure
from unbrush.judge.probability.patterns import count_patterns, find_company
from unbrush.judge.probability.worth import MOST, tell_worth, worth_sql

__all__ = [
    "MOST",
    "among_sql",
    "count_patterns",
    "draw_line",
    "find_company",
    "say_how_sure",
    "tell_worth",
    "worth_sql",
]
