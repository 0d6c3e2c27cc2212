"""Published files over HTTP: validators, ranges, codings, names, lifetimes."""

from publishing.portal.files.routes import catalogue_files, dataset_files

__all__ = ["catalogue_files", "dataset_files"]
