"""`python -m askfirst`."""

import sys

from askfirst.cli import main

if __name__ == "__main__":
    sys.exit(main())
