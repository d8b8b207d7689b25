"""Districts as people write them in tables: by code, or by name in any language."""

from __future__ import annotations

from uuid import UUID

from backend.accounts.service import list_districts
from backend.web.principal import Principal


class DistrictWords:
    """The caller's districts, by code and by name."""

    def __init__(self, by: Principal, default: UUID | None) -> None:
        mine = list_districts(by)
        self.by_word = {
            word.casefold(): district.id
            for district in mine
            for word in (district.code, district.name_ru, district.name_kk, district.name_en)
        }
        self.codes = [district.code for district in mine]
        self.default = default or (mine[0].id if len(mine) == 1 else None)

    def find(self, word: str | None) -> UUID | None:
        """The district that a row names, or the default where it names none; None when it is none of the caller's."""
        if word is None:
            return self.default
        return self.by_word.get(word.strip().casefold())
