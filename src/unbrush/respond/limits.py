"""How much the report shows. What is cut is said beside it; the Parquet tables hold the rest."""

SHOPS_LISTED = 200
"""Rows of the table of shops."""

SHOPS_SHOWN = 20
"""Shops with a page of their own."""

FINDINGS_SHOWN = 3
"""Findings of one detector within one shop's page."""

EVIDENCE_SHOWN = 8
"""Rows behind one finding."""

ORGANISERS_SHOWN = 3
"""Organisers with a picture of their own."""

ORGANISERS_LISTED = 50
"""Rows of the table of further organisers."""

HANDS_TOLD = 12
"""People, wallets and senders behind one organiser's rings that claims are made about."""

ORGANISER_RINGS_TOLD = 12
"""Rings of one organiser that claims are made about."""

REGIONS_LISTED = 40
"""Rows of the table of regions."""

CLAIM_ROWS_SHOWN = 8
"""Rows behind one claim."""

RINGS_SHOWN = 10
"""Rings with a drawing of their own."""

RING_ACCOUNTS_DRAWN = 48
"""Accounts in one drawing."""

RING_SHOPS_DRAWN = 12
"""Shops in one drawing."""

RING_HUBS_DRAWN = 24
"""Shared tokens in one drawing."""

MEMBERS_LISTED = 30
"""Rows of the table of a ring's members."""

CATEGORIES_DRAWN = 6
"""Categories in the chart of ranks."""

RANKS_DRAWN = 12
"""Shops in one category's chart of ranks."""

RANK_MOVES_LISTED = 30
"""Rows of the table of ranks."""

REVERSALS_LISTED = 50
"""Things that people said against decisions, the latest first."""

REJECT_REASONS_LISTED = 30
"""Reasons for unusable rows."""

LOOK_ALIKES_LISTED = 20
"""Look-alikes in one table."""

DAYS_DRAWN = 366
"""Bars of a timeline; longer spans are drawn by the week, or by more."""

TEXT_SHOWN = 90
"""Characters of an id or text that came from outside."""

TOKEN_SHOWN = 8
"""Characters of a token: enough to see that two are the same."""

ACCOUNTS_EXPLAINED = 30
"""Accounts of the rings shown that are explained in the page."""

ROWS_EXPLAINED = 60
"""Orders and reviews likewise, those that findings about shops rest on."""

EXPLAINED_ROWS = 3
"""Rows behind one finding of an explanation."""

EXPLAINED_PARTS = 500
"""Suspected rows of one shop, account or ring that are weighed again for its explanation."""

PEOPLE_LISTED = 50
"""Findings about staff, and about victims, the strongest first."""
