"""What is kept: engine, tables, repositories, unit of work, migrations."""
