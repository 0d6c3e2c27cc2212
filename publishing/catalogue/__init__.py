"""The catalogue: the index of all current releases, in the forms that others read."""

from publishing.catalogue.writing import CATALOGUE, write_catalogue

__all__ = ["CATALOGUE", "write_catalogue"]
