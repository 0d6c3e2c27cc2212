"""Opening documents (PDF, workbooks laid out as documents): their pages, lines and grids."""
