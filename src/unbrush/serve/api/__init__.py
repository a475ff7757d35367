"""The REST API over the desk. `make_api` puts it together; each resource is one file of `routes`.

A route parses, calls `respond.desk` and returns; what is allowed to whom is said there and in
`respond/desk/permissions.py`, never here.
"""
