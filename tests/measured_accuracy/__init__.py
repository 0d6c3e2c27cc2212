"""How right the readers of budget booklets and notices are, counted cell by cell."""
