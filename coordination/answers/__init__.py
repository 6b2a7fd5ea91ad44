"""Questions and their answers, one a file, made from the in-memory picture."""
