"""Where the releases of a site lie on disk, and the control database beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from schemas.site import Site
from warehouse.control import Warehouse


@dataclass(frozen=True, slots=True)
class ReleaseSite:
    """A site as publishing sees it: its file, its folder, its control database."""

    site: Site
    folder: Path
    warehouse: Warehouse

    @property
    def archive(self) -> Path:
        """Folder of snapshots, accepted batches and release objects."""
        return self.folder / self.site.archive

    @property
    def public(self) -> Path:
        """The folder that is served to the public."""
        return self.folder / self.site.public

    @property
    def staging(self) -> Path:
        """Where versions are built: beside ``public``, so that a rename is atomic."""
        return self.public.with_name(f".{self.public.name}.staging")

    @property
    def objects(self) -> Path:
        """Content-addressed release files, hard-linked into the versions."""
        return self.public.with_name(f".{self.public.name}.objects")

    def dataset_folder(self, dataset_id: str) -> Path:
        """``public/datasets/<id>``."""
        return self.public / "datasets" / dataset_id
