"""What pytest must not import."""

collect_ignore = ["distil_vectors.py", "teach_vectors.py"]  # its packages are needed for nothing else
