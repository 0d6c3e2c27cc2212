"""All made booklets."""

from __future__ import annotations

from collections.abc import Callable

from made_booklets import more_styles, styles
from made_booklets.model import MadeBooklet

BOOKLETS: tuple[Callable[[], MadeBooklet], ...] = (
    styles.one_code_column,
    styles.three_code_columns,
    styles.without_vertical_lines,
    styles.three_line_tables,
    styles.open_sides,
    styles.title_in_the_grid,
    styles.compared_with_last_year,
    styles.national_final_accounts,
    styles.project_tables,
    styles.spread_words,
    styles.without_lines,
    more_styles.overall_situation_tables,
    more_styles.three_kinds_of_lines,
    more_styles.final_accounts_by_appropriation,
)
