"""What a web server alone says of addresses whose content was taken back.

Below each such address lies ``410.html``, a page with the reason; ``deploy/nginx/static-site.conf``
answers with it, and with the status 410, whatever is asked for there.
"""

from __future__ import annotations

from collections.abc import Iterator

from publishing.portal.published import Published
from publishing.version_index import POINTER
from publishing.withdrawal.announced import notices_of

GONE_PAGE = "410.html"


def perhaps_gone(published: Published) -> Iterator[str]:
    """Addresses of versions, rows and datasets that may have been taken back, without language.

    What the portal answers decides: a row may have come back, a dataset may have a new version.
    """
    for folder in sorted(path.parent for path in published.public.glob(f"datasets/*/{POINTER}")):
        index = published.index(folder.name)
        if index is None:
            continue
        here = f"/datasets/{folder.name}/"
        if index.current is None:
            yield here
        for entry in index.entries:
            if entry.get("withdrawn"):
                yield f"{here}{entry['version']}/"
        rows = {row for notice in notices_of(folder) for row in notice["rows"]}
        yield from (f"{here}rows/{row}/" for row in sorted(rows))
