"""Invented files of the departments of 清水县, in the forms in which departments publish."""
