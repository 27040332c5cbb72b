"""Draw mutants of some modules by a seed: first a place, then one of the changes that are possible there."""

import ast
import random
from collections import defaultdict
from dataclasses import dataclass, replace
from difflib import unified_diff
from itertools import islice
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from occasions import guarded_source
from operators import operators

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Mutant:
    """One change of one module.

    Args:
        path: the module's file, from the root of the tree.
        operator: the name of the kind of change.
        occurrence: the index, from 0, among the places in the module that the operator can change.
        line: where the change begins, from 1.
        occasion: when it acts, one of `occasions.OCCASIONS`; empty for always.
    """

    path: str
    operator: str
    occurrence: int
    line: int
    occasion: str = ""

    def source(self) -> str:
        """Return the text of the module."""
        guarded = guarded_source(self._text(), self._changed(), self.line, self.occasion) if self.occasion else None
        return guarded or self._changed()

    def is_possible(self) -> bool:
        """Tell whether a module can have the change, and on its occasion.

        The star of keyword-only parameters, for example, is not a multiplication. A module's constant has no occasion.
        """
        try:
            changed = self._changed()
            ast.parse(changed)
        except (SyntaxError, AttributeError):  # cosmic-ray replaces no exception whose name has a dot
            return False
        return not self.occasion or guarded_source(self._text(), changed, self.line, self.occasion) is not None

    def _text(self) -> str:
        return (ROOT / self.path).read_text(encoding="utf-8")

    def _changed(self) -> str:
        code = mutate_code(self._text(), operators()[self.operator], self.occurrence)
        assert code is not None
        return str(code)

    def change(self) -> tuple[str, str]:
        """Return the removed lines and the added lines, without surrounding white space."""
        before, after = self._text().splitlines(), self._changed().splitlines()
        lines = list(unified_diff(before, after, n=0, lineterm=""))[3:]
        removed, added = ([line[1:].strip() for line in lines if line[0] == sign] for sign in "-+")
        return "\n".join(removed).strip(), "\n".join(added).strip()


def _unheard(tree: ast.Module) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the ranges of annotations and of dataclass options. A change there changes no behaviour."""
    parts: list[ast.expr | None] = []
    for node in ast.walk(tree):
        parts += [getattr(node, "annotation", None), getattr(node, "returns", None)]
        if isinstance(node, ast.ClassDef):
            calls = [part for part in node.decorator_list if isinstance(part, ast.Call)]
            parts += [
                option.value for call in calls if "dataclass" in ast.unparse(call.func) for option in call.keywords
            ]
    return [
        ((part.lineno, part.col_offset), (part.end_lineno or 0, part.end_col_offset or 0))
        for part in parts
        if isinstance(part, ast.expr)
    ]


def _possible(path: Path) -> dict[tuple[int, int], list[Mutant]]:
    """Return the mutants of a module by the place of their change."""
    text = path.read_text(encoding="utf-8")
    unheard, nodes = _unheard(ast.parse(text)), list(ast_nodes(get_ast(text)))
    places: dict[tuple[int, int], list[Mutant]] = defaultdict(list)
    for name, operator in operators().items():
        positions = (start for node in nodes for start, _ in operator.mutation_positions(node))
        for occurrence, start in enumerate(positions):
            if not any(begin <= start < end for begin, end in unheard):
                places[start].append(Mutant(path.relative_to(ROOT).as_posix(), name, occurrence, start[0]))
    return places


def draw(
    sources: tuple[str, ...], seed: int, count: int, occasions: tuple[str, ...] = ("",)
) -> tuple[list[Mutant], int]:
    """Draw `count` mutants of `sources`, which are modules or folders of them. Return them, and the number of places.

    Each place has the same probability, each change at a place too, and each of `occasions` for a change. A larger
    count with the same seed begins with the same mutants.
    """
    places = [
        mutants
        for source in sources
        for path in _modules(ROOT / source)
        for _, mutants in sorted(_possible(path).items())
    ]
    generator = random.Random(seed)
    generator.shuffle(places)
    drawn = (generator.choice(mutants) for mutants in places)
    if occasions != ("",):
        drawn = (replace(mutant, occasion=generator.choice(occasions)) for mutant in drawn)
    return list(islice((mutant for mutant in drawn if mutant.is_possible()), count)), len(places)


def _modules(source: Path) -> list[Path]:
    """Return a module, or the modules of a folder."""
    return [source] if source.is_file() else sorted(source.rglob("*.py"))
