"""The desk: decisions become something that happens to somebody, fairly and provably.

What comes in: the decisions of runs, and what people say and do. What goes out: cases, steps of
the ladder, notices, appeals, and an audit of all of it. Everything is kept in records (`base`
names them, `store` keeps them); every function takes the transaction and the present, and writes
its line of the audit in the same transaction.
"""
