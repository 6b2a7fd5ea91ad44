"""The repositories of coordination/ports.py, one a file, on one open transaction."""
