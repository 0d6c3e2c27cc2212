"""Withdrawing what is published: finding it, planning, carrying it out, and what follows."""
