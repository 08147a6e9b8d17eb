"""``python -m explorer`` is the ``evidence`` command."""

from explorer.cli import main

main()
