"""Documents (PDF booklets, workbooks laid out as documents, notices): what stands on their pages,
and what it means."""
