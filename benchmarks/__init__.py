"""What is measured, and against what: ratios within one run, so that they mean the same anywhere."""
