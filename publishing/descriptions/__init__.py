"""What machines read about a dataset: generated from its dataset file, in the words of several
vocabularies (Table Schema, JSON Schema, CSVW, Croissant, schema.org)."""
