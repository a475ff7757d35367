"""Labels and a market → a model, if it judges better than what is in force.

The market is judged again as it was known at several moments, so that no event is seen with more
hindsight than the run that first judged it had. What comes in: a run folder with collected events,
and labels. What goes out: a `Lesson`; nothing is written here. Read `seeing` (what was known when),
`slices` (which rows learn, which measure), `lesson` (training) and `comparing` (what is worse).
"""

from unbrush.learn.lesson import Lesson, learn

__all__ = ["Lesson", "learn"]
