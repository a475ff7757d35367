"""On what terms something is shared: for what, with whom, how far on, how long."""

from unbrush.base.clock import DAY_MS
from unbrush.base.words import Words

PURPOSES = {
    "stop-organisers": Words("阻止组织刷单者换平台继续", "stop organisers of fakes elsewhere"),
    "warn-members": Words("提醒同业注意相同工具", "warn others of the same tools"),
    "authority-request": Words("应主管机关要求", "answer the request of an authority"),
}
"""For what; nothing else may be done with it."""

RECIPIENTS = ("platform", "industry-body", "regulator", "prosecutor", "police")

LONGEST_MS = 365 * DAY_MS
"""The longest term; then it is to be decided anew."""

TLP = {
    "white": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "green": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "amber": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    "red": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
"""How far on (Traffic Light Protocol): the four markings that STIX 2.1 §7.2.1.4 defines."""
