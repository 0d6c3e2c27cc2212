"""Readers: from a snapshot's bytes to raw tables, one module per format."""

from connectors.readers.reading import read

__all__ = ["read"]
