"""The repositories of coordination/storage_ports.py, one a file, on one open transaction."""
