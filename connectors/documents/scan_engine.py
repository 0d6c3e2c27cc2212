"""The only place that knows the recogniser (RapidOCR with its bundled models): offline, as it is.

Everything that the recogniser does by itself and unseen is switched off: it would shrink large
pages, drop what it is unsure of, and turn lines by 180 degrees (``6`` becomes ``9``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from connectors.documents.scan_ink import Picture
from connectors.readers.refusals import refuse

_LARGEST_SIDE = 10_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What was recognised in a piece of a picture.

    Attributes:
        text: as recognised; nothing is repaired.
        confidence: of the least certain sign, 0 to 1; 0 where nothing was recognised.
    """

    text: str
    confidence: float


def detect(picture: Picture) -> NDArray[np.float64]:
    """Boxes of text in a page, in pixels, one a row: left, top, right, bottom."""
    found = _engine()(_in_colour(picture), use_det=True, use_cls=False, use_rec=False)
    if found.boxes is None or not len(found.boxes):
        return np.zeros((0, 4))
    corners = np.asarray(found.boxes, dtype=np.float64)
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)


def recognise(pieces: list[Picture]) -> list[Reading]:
    """Read pictures of one line of text each."""
    if not pieces:
        return []
    found = _engine().recognize_txt([_in_colour(piece) for piece in pieces])
    readings = []
    for text, word in zip(found.txts, found.word_results, strict=True):
        sure = min(word.confs, default=0.0) if text.strip() else 0.0
        readings.append(Reading(str(text), round(float(sure), 4)))
    return readings


def _in_colour(picture: Picture) -> Picture:
    if picture.ndim == 3:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


@lru_cache(maxsize=1)
def _engine() -> Any:
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    parameters = {
        "Global.log_level": "error",
        "Global.text_score": 0.0,
        # More threads wait for each other by spinning: half as much again of CPU time a page.
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "Global.use_cls": False,
        "Global.max_side_len": _LARGEST_SIDE,
        "Global.return_word_box": True,
        # Named files are never looked for on the network.
        "Det.model_path": str(_bundled(models, "*_det_*.onnx")),
        "Rec.model_path": str(_bundled(models, "*_rec_*.onnx")),
    }
    return rapidocr.RapidOCR(params=parameters)


def _bundled(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if not found:
        raise refuse(
            "文字识别组件 rapidocr 不完整，缺少随附的模型",
            "The recogniser rapidocr is incomplete: its bundled models are missing",
            "请重新安装：pip install --force-reinstall rapidocr。",
            "Install it again: pip install --force-reinstall rapidocr.",
        )
    return found[0]
