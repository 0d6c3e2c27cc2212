"""Release objects that no version links to any more."""

from __future__ import annotations

from publishing.release_site import ReleaseSite


def sweep_objects(site: ReleaseSite) -> list[str]:
    """Remove release objects that no version links to: a killed build, a withdrawal or a version
    that somebody took away left them. Returns what was done. A build at work links what it uses,
    and gives again what is taken from under its hand."""
    done = []
    for path in sorted((site.objects / "sha256").glob("*/*")):
        if path.stat().st_nlink == 1:
            path.unlink()
            done.append(f"removed the object {path.name} that no version has")
    return done
