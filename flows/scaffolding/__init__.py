"""Proposals: what a source file or a dataset file for a department's file may look like."""
