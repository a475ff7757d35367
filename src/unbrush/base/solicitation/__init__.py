"""Solicitation: texts that offer a reward for praise or orders, read into fields.

`read` takes the disguise off (`disguise`), finds contacts, rewards, conditions and the script of
the task, and says who speaks (`stance`). The detectors of posts and messages and the one that lays
orders beside captured calls share this one reading.
"""

from unbrush.base.solicitation.contacts import Contact, ContactKind, contacts_of
from unbrush.base.solicitation.disguise import Unmasked, unmask
from unbrush.base.solicitation.posts import INSTRUCTIONS, read_all
from unbrush.base.solicitation.reading import Solicitation, read
from unbrush.base.solicitation.rewards import Reward, RewardKind
from unbrush.base.solicitation.stance import Stance

__all__ = [
    "INSTRUCTIONS",
    "Contact",
    "ContactKind",
    "Reward",
    "RewardKind",
    "Solicitation",
    "Stance",
    "Unmasked",
    "contacts_of",
    "read",
    "read_all",
    "unmask",
]
