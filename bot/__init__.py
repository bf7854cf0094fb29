"""The conversation over `index`, and its front ends."""

__version__ = "0.1.0"
