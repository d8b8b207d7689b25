"""What a start keeps."""

from __future__ import annotations

import gc

from backend.memory import all_kept


def test_garbage_is_looked_for_again_after_a_start() -> None:
    """But not among what was there by then."""
    try:
        with all_kept():
            assert not gc.isenabled()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
