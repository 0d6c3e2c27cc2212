"""A second reader of budget booklets, for checking the first.

It shares no code and no library with the reader of the product: PDFium instead of pdfminer, and
another idea of a table. It builds no grid; each word asks the ruled lines around it in which box it
stands, and each number asks the boxes above it and beside it what it is.
"""
