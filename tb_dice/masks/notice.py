"""What to say about arrays or their recording: a fact, and the sentence that states it."""

from collections.abc import Mapping
from typing import Any


class Notice(str):
    """A sentence that carries the fact it states, so no code has to search its words.

    It is a ``str``, usable wherever a sentence is; equal sentences are equal notices.

    Attributes:
        kind: What is stated, such as ``"range"``; ``""`` in logs that hold only the sentence.
        facts: The parameters of the statement, JSON values by name.
    """

    __slots__ = ("facts", "kind")

    kind: str
    facts: Mapping[str, Any]

    def __new__(cls, sentence: str, kind: str = "", **facts: Any) -> "Notice":
        """Makes a notice from its sentence, kind and parameters."""
        notice = super().__new__(cls, sentence)
        notice.kind = kind
        notice.facts = facts
        return notice

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (str(self), self.kind, dict(self.facts))


def _remake(sentence: str, kind: str, facts: Mapping[str, Any]) -> Notice:
    return Notice(sentence, kind, **facts)
