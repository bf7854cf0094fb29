"""Articles and search: reading, splitting, analysing, ranking.

Synchronous and deterministic. Reads no environment, prints nothing, knows no chat.
"""
