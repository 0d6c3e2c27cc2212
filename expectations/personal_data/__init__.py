"""The personal-data gate and the secrecy scan. Needs no Great Expectations."""

from expectations.personal_data.detection import Hit, HitKind, detect, redact, screen_text
from expectations.personal_data.gate import Screened, screen
from expectations.personal_data.names import (
    NameKind,
    ScreenedName,
    classify_name,
    mask_name,
    screen_name,
)
from expectations.personal_data.rule_texts import PERSONAL_DATA_RULES
from expectations.personal_data.secrecy import SecrecyHit, SecrecyLevel, scan_for_secrets

__all__ = [
    "PERSONAL_DATA_RULES",
    "Hit",
    "HitKind",
    "NameKind",
    "Screened",
    "ScreenedName",
    "SecrecyHit",
    "SecrecyLevel",
    "classify_name",
    "detect",
    "mask_name",
    "redact",
    "scan_for_secrets",
    "screen",
    "screen_name",
    "screen_text",
]
