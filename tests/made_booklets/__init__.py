"""Budget booklets made for tests, in styles of many counties, with the truth about each cell.

All organisations, codes in use and amounts are invented.
"""
