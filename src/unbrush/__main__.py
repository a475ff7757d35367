"""``python -m unbrush`` is the command line."""

from unbrush.serve.cli import main

main()
