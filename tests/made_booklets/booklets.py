"""All made booklets."""

from __future__ import annotations

from made_booklets.more_styles import MORE_STYLES
from made_booklets.styles import STYLES

BOOKLETS = (*STYLES, *MORE_STYLES)
