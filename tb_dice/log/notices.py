"""What the notices of a record state, in its header beside their sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

from tb_dice.masks.notice import Notice

# The words by which the findings knew a notice when logs held only its sentence.
_WORDS = (
    ("[0, 1]", "range"),
    ("sum to 1", "channels"),
    ("pass", "order"),
    ("Set activation= to be sure.", "activation"),
)


def stated(notices: Sequence[Notice]) -> list[tuple[str, Mapping[str, Any]]]:
    """Returns the kind and the facts of each notice, to be stored apart from the sentences."""
    return [(notice.kind, notice.facts) for notice in notices]


def restored(sentences: Sequence[str], found: Any) -> list[Notice]:
    """Returns the notices of a header, which may be forged.

    Args:
        sentences: What they say.
        found: What ``stated`` returned, None in logs of earlier releases: then those that the
            findings ask for get the kind that their words tell.

    Raises:
        ValueError, TypeError: There is not one kind with its facts per sentence.
    """
    if found is None:
        return [Notice(text, _kind(text)) for text in sentences]
    pairs = zip(sentences, found, strict=True)
    return [Notice(text, kind, **facts) for text, (kind, facts) in pairs]


def _kind(text: str) -> str:
    return next((kind for words, kind in _WORDS if words in text), "")
