"""Make `data/english/nearest.npy`: the rows of the words nearest to each word, by `near.npy`.

    python -m tests.relevance.nearest_words

Of 1,600 words asked of 20,000 and 200,000 passages, 13 lines of it were enough for every one.
"""

import numpy as np

from index.tables import data_file

NEAREST = 16
"""Words that are kept for each, itself among them; who needs more looks at all."""


def main() -> None:
    """Write the table."""
    with data_file("english", "near.npy").open("rb") as file:
        units = np.load(file).astype(np.float32)
    units /= np.sqrt(np.einsum("ij,ij->i", units, units))[:, np.newaxis]
    # The arithmetic of `index.meaning`, one word at a time, so that the order is the same to the last tie.
    cosines = (np.einsum("ij,j->i", units, unit) for unit in units)
    table = [np.argsort(-own, kind="stable")[:NEAREST] for own in cosines]
    np.save(data_file("english", "nearest.npy"), np.array(table, dtype=np.uint16))


if __name__ == "__main__":
    main()
