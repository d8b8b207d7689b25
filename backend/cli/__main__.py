"""`python -m backend.cli` is `qala`."""

from backend.cli import main

main(prog_name="qala")
