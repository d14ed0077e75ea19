"""The notices of a record, restored from what its header says of them."""

from collections.abc import Sequence
from typing import Any

from tb_dice.masks.notice import Notice

# The words by which findings recognised a notice when logs held only its sentence.
_WORDS = (
    ("[0, 1]", "range"),
    ("sum to 1", "channels"),
    ("pass", "order"),
    ("Set activation= to be sure.", "activation"),
)


def restored(sentences: Sequence[str], stated: Any) -> list[Notice]:
    """Returns the notices of a header, which may be forged.

    Args:
        sentences: What they say.
        stated: Their kinds and facts. None in logs of earlier releases: there, the notices that
            findings need get their kind from their words.

    Raises:
        ValueError, TypeError: There is not one kind with its facts per sentence.
    """
    if stated is None:
        return [Notice(text, _kind(text)) for text in sentences]
    pairs = zip(sentences, stated, strict=True)
    return [Notice(text, kind, **facts) for text, (kind, facts) in pairs]


def _kind(text: str) -> str:
    return next((kind for words, kind in _WORDS if words in text), "")
