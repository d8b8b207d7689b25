"""Winter streets for other features: what a night needs, what was done, what lies to be hauled.

Planners call ``needs`` and ``volumes``; whoever proves work calls ``record_work`` (or ``record_works`` for a whole stop) and
``record_hauled``.
"""

from __future__ import annotations

from backend.winter.hauled import record_hauled as record_hauled
from backend.winter.hauled import withdraw_hauled as withdraw_hauled
from backend.winter.needs import needs as needs
from backend.winter.piles import measure_seen as measure_seen
from backend.winter.rules.needing import SnowPile as SnowPile
from backend.winter.rules.needing import StreetNeed as StreetNeed
from backend.winter.volumes import volumes as volumes
from backend.winter.works import DoneWork as DoneWork
from backend.winter.works import KnownWork as KnownWork
from backend.winter.works import is_recorded as is_recorded
from backend.winter.works import record_work as record_work
from backend.winter.works import record_works as record_works
from backend.winter.works import withdraw_work as withdraw_work
from backend.winter.works import works_of as works_of
