"""Procurement as an OCDS 1.1.5 release package (https://standard.open-contracting.org/1.1/).

Made from the rows of a release and nothing else, so that it says no more than the tables.
"""

from publishing.ocds.release_package import OcdsPackage, ocds_package

__all__ = ["OcdsPackage", "ocds_package"]
