"""Procurement notices: from the text and tables of a page to awards, contracts and complaints.

Forms: 财办库〔2020〕50号 (in use since 2020-07-01) and what provinces made of them.
"""
