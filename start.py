"""Assay's one door. Needs Python 3.11 or later and nothing else; see README.md.

This file alone keeps to syntax that an older Python can read, so that it can say so in a sentence.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Assay needs Python 3.11 or later; this is Python %d.%d.\n"
        "Install a later Python, then run it by its full name, for example: python3.12 start.py"
        % sys.version_info[:2]
    )

from startup.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
