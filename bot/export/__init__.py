"""What is written to files: tables, and the record of a circulation."""
