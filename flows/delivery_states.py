"""What every target stands at, for ``gongkai status`` and ``gongkai deliver``."""

from __future__ import annotations

from typing import Any

from flows.opened_site import OpenedSite
from warehouse.deliveries import DONE, FAILED, PENDING


def target_states(opened: OpenedSite) -> list[dict[str, Any]]:
    """One object per target of the site file: counts of its deliveries, the first that failed."""
    states = []
    for target in opened.site.targets:
        found = opened.warehouse.deliveries.of_target(target.name)
        failed = [one for one in found if one.state == FAILED]
        ended = [one.ended_at for one in found if one.state == DONE and one.ended_at]
        times = [one.next_attempt_at for one in failed if one.next_attempt_at]
        states.append(
            {
                "target": target.name,
                "kind": target.kind,
                "done": sum(one.state == DONE for one in found),
                "pending": sum(one.state == PENDING for one in found),
                "failed": len(failed),
                "last_success_at": max(ended).isoformat() if ended else None,
                "next_attempt_at": min(times).isoformat() if times else None,
                "failed_dataset": failed[0].dataset if failed else None,
                "failed_attempts": failed[0].attempts if failed else 0,
                "message_zh": failed[0].error.zh if failed else "",
                "message_en": failed[0].error.en if failed else "",
            }
        )
    return states
