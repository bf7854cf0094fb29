"""Bytes of any format to articles."""

from index.reading.plain import MAX_BYTES, read_bytes, read_text, split_paragraphs

__all__ = ["MAX_BYTES", "read_bytes", "read_text", "split_paragraphs"]
