"""What a plain script would do with the same files, in polars and in pandas.

Each reads, types, checks the same conditions as the governed run, and writes csv.gz, Parquet and
JSON lines; none keeps lineage, archives, masks or hashes.
"""
