"""Types of containers as people write them, in three languages."""

from __future__ import annotations

from shared.vocabulary import ContainerType

TYPES: dict[str, ContainerType] = {
    "евро": ContainerType.WHEELED,
    "евроконтейнер": ContainerType.WHEELED,
    "на колёсах": ContainerType.WHEELED,
    "на колесах": ContainerType.WHEELED,
    "дөңгелекті": ContainerType.WHEELED,
    "металл": ContainerType.METAL,
    "металлический": ContainerType.METAL,
    "темір": ContainerType.METAL,
    "бункер": ContainerType.SKIP,
    "заглублённый": ContainerType.UNDERGROUND,
    "заглубленный": ContainerType.UNDERGROUND,
    "жерасты": ContainerType.UNDERGROUND,
    "сетка": ContainerType.MESH,
    "тор": ContainerType.MESH,
    **{kind.value: kind for kind in ContainerType},
}
