"""Reports: what consumers, merchants and insiders tell, and what becomes of it.

A report moves the queue of people and nothing else: no count, no decision and no step rests on
reports alone. Read in this order: `kinds` (what can be told), `intake` (receipt), `evidence`,
`checking` (against the market), `casing` (one case for many reports), `floods`, `work` (what people
do), `states` (what each state means to a reporter), `vault` (who the reporter is).
"""
