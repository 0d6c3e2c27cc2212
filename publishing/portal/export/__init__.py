"""The portal as a copy of files that a web server serves alone."""

from publishing.portal.export.exporting import Exported, ExportOptions, export_site

__all__ = ["ExportOptions", "Exported", "export_site"]
