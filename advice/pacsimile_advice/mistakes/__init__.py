"""All mistakes that are looked for."""

from pacsimile_advice.mistake import Mistake
from pacsimile_advice.mistakes import acknowledgements, polling, requests, tokens

MISTAKES: tuple[Mistake, ...] = (
    *acknowledgements.MISTAKES,
    *tokens.MISTAKES,
    *polling.MISTAKES,
    *requests.MISTAKES,
)
"""In the order in which advice is given: what loses a report comes first."""
