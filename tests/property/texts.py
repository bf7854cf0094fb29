"""Pages of all sorts, for the properties that must hold of any."""

from hypothesis import strategies as st

PROSE = [
    "The council met on Monday and agreed to repair the old bridge before the winter comes to Osterby.",
    "Nobody objected.",
    "“Yes,” she said … and left. He stayed with LY Corp. the operator of a long line of buses.",
    "Costs: The bridge has cost two million so far and nobody knows who will pay for it.",
    "The delay. Engineers noticed the cracks in May, when the deck was lifted for the first time.",
    "Economy The two leaders concluded agreements to strengthen cooperation in trade and culture.",
    "Economy, Both sides positively assessed their cooperation in the matter of bridges.",
    "In conclusion, the bridge will stand, and the town will pay for it in the end, as ever.",
    "Le coût : Le conseil a voté la somme dans la nuit de mardi à mercredi, après une longue séance.",
    "市议会星期一开会，同意在冬天之前修复旧桥。没有人反对。",
]
LINES = [
    *[
        "EN|FR|RU",
        "Follow us on:",
        "More on this topic",
        "Read more",
        "Read more: a bridge",
        "Photo: Ben Stone",
    ],
    *["A Bridge Too Far", "Who pays", "By Ada Quill, 4 May", "4 May", "Ada Quill", "Ada Quill and Ben Stone"],
    *[
        "Ada Quill is a writer and lives in the town of Osterby.",
        "Comments (14)",
        "東京は日本の首都です。",
        "« Oui »",
    ],
]
BREAKS = st.sampled_from(["\n", "\n\n", "\r\n", " ", "\n \n", "\u2028", "\x0c", "\x85", ""])

_pieces = st.one_of(
    st.sampled_from([*PROSE, *LINES]),
    st.text(max_size=15),
    st.text("ab .!?\u00a0é“”…", max_size=30),
    st.text("北京。「」🎉", max_size=8),
)
_endless = st.tuples(
    st.sampled_from(["a", "word ", "A sentence of five words. ", "北京", "é. ", "x\u2028"]),
    st.integers(100, 1500),
).map(lambda drawn: drawn[0] * drawn[1])

PAGES = st.lists(st.tuples(_pieces, BREAKS), max_size=14).map(
    lambda parts: "".join(piece + end for piece, end in parts)
)
"""Texts of a few lines: prose, furniture, and whatever else there is."""

LONG_PAGES = st.lists(PAGES | _endless, max_size=3).map("\n\n".join)
"""Texts with paragraphs too long for one passage among them."""
