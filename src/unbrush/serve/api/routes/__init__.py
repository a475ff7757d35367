"""One file per resource; each has a `router`, found by `make_api`."""
