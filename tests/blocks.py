"""What the tests of reading share."""


def texts(article, kind):
    """Return the texts of the blocks of a kind."""
    return [article.text[block.start : block.end] for block in article.blocks if block.kind == kind]
