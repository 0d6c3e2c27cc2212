"""What stands in the archived document behind a released row, made fit to be shown.

A snapshot is read once, in a process of its own, into a *prepared* folder: its records and, for
documents, every place with its text, headers and box. Rows are then looked up in it. All that
leaves this package has passed the personal-data gate.
"""
