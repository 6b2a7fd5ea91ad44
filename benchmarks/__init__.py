"""What is measured, and against what: ratios within one run, the same on any machine."""
