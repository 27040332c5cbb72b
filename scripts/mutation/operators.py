"""The changes that make a mutant: cosmic-ray's operators, and two for the words that decide in this code."""

from collections.abc import Iterator
from typing import Any, ClassVar

from cosmic_ray.operators import binary_operator_replacement as binary
from cosmic_ray.operators import boolean_replacer as boolean
from cosmic_ray.operators import break_continue, exception_replacer, number_replacer, remove_decorator
from cosmic_ray.operators import comparison_operator_replacement as comparison
from cosmic_ray.operators import unary_operator_replacement as unary
from cosmic_ray.operators import zero_iteration_for_loop as loops
from cosmic_ray.operators.operator import Example, Operator
from parso.python.tree import Keyword, Name, PythonNode

COMPARISONS = ("Eq_NotEq", "NotEq_Eq", "Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt",
               "Is_IsNot", "IsNot_Is")  # fmt: skip
ARITHMETIC = ("Add_Sub", "Sub_Add", "Mul_FloorDiv", "Div_Mul", "FloorDiv_Mul", "Mod_FloorDiv", "BitOr_BitAnd",
              "BitAnd_BitOr", "RShift_LShift", "LShift_RShift")  # fmt: skip
UNARY = ("Delete_Not", "Delete_USub")


class MembershipReplacer(Operator):  # type: ignore[misc]
    """Replace `in` by `not in` in a comparison, and the other way round."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        """Yield start and end of the comparison's operator."""
        if isinstance(node, PythonNode) and node.type == "comparison":
            for word in node.children[1::2]:
                if word.get_code().split() in (["in"], ["not", "in"]):
                    yield word.start_pos, word.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Replace the operator at that index."""
        places = [n for n, word in enumerate(node.children) if word.get_code().split() in (["in"], ["not", "in"])]
        word = node.children[places[index]]
        swapped = " in" if len(word.get_code().split()) == 2 else " not in"
        node.children[places[index]] = Keyword(swapped, word.start_pos)
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Return examples, for cosmic-ray."""
        return (Example("x in y", "x not in y"), Example("x not in y", "x in y"))


class QuantifierReplacer(Operator):  # type: ignore[misc]
    """Replace `all(` by `any(` and `min(` by `max(`, and the other way round."""

    SWAPPED: ClassVar = {"all": "any", "any": "all", "min": "max", "max": "min"}

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        """Yield start and end of the function's name."""
        if isinstance(node, Name) and node.value in self.SWAPPED:
            before, after = node.get_previous_leaf(), node.get_next_leaf()
            if after is not None and after.value == "(" and (before is None or before.value != "."):
                yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Replace the name."""
        node.value = self.SWAPPED[node.value]
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Return examples, for cosmic-ray."""
        return (Example("all(x)", "any(x)"), Example("min(x)", "max(x)"))


def operators() -> dict[str, Operator]:
    """Return the operators by name, without those that change nothing or always end in a TypeError."""
    kinds = [
        *(getattr(comparison, f"ReplaceComparisonOperator_{name}") for name in COMPARISONS),
        *(getattr(binary, f"ReplaceBinaryOperator_{name}") for name in ARITHMETIC),
        *(getattr(unary, f"ReplaceUnaryOperator_{name}") for name in UNARY),
        boolean.AddNot, boolean.ReplaceAndWithOr, boolean.ReplaceOrWithAnd,
        boolean.ReplaceFalseWithTrue, boolean.ReplaceTrueWithFalse,
        break_continue.ReplaceBreakWithContinue, break_continue.ReplaceContinueWithBreak,
        exception_replacer.ExceptionReplacer, number_replacer.NumberReplacer, remove_decorator.RemoveDecorator,
        loops.ZeroIterationForLoop, MembershipReplacer, QuantifierReplacer,
    ]  # fmt: skip
    return {kind.__name__: kind() for kind in kinds}
