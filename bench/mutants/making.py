"""Makes mutants of some modules: run by the Python of the environment that has cosmic-ray.

``python making.py MOST SEED FILE ...`` prints how many places there are for a fault, then a JSON object a
line for each that was drawn: the file, the operator's name, which of its places it is, the line, and the
file's text with the fault in it. What no figure comes from is drawn again: faults in annotations, in
docstrings, in how a class of values is made (frozen, by keyword), and in the star of a signature.
"""

from __future__ import annotations

import ast
import difflib
import json
import random
import sys
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast  # type: ignore[import-not-found] # of its own environment
from cosmic_ray.mutating import MutationVisitor  # type: ignore[import-not-found] # of its own environment
from cosmic_ray.plugins import get_operator, operator_names  # type: ignore[import-not-found]


def main(most: int, seed: int, files: list[str]) -> None:
    # Operators that take arguments insert variables that somebody has to name.
    operators = {
        name: each for name in sorted(operator_names()) if not (each := get_operator(name)).arguments()
    }
    sources = {file: Path(file).read_text("utf-8") for file in files}
    nodes = {file: list(ast_nodes(get_ast(source))) for file, source in sources.items()}
    places = [
        (file, name, place)
        for file in files
        for name, operator in operators.items()
        for place in range(_places(nodes[file], operator()))
    ]
    print(json.dumps({"places": len(places)}))
    random.Random(seed).shuffle(places)
    for file, name, place in places:
        if most <= 0:
            break
        source = sources[file]
        mutated = MutationVisitor.mutate_code(source, operators[name](), place)
        if _meaning(mutated) != _meaning(source):
            said = {"file": file, "operator": name, "place": place, **_changed(source, mutated)}
            print(json.dumps({**said, "source": mutated}))
            most -= 1


def _places(nodes: list[Any], operator: Any) -> int:
    """At how many places the operator can plant a fault."""
    return sum(len(list(operator.mutation_positions(node))) for node in nodes)


def _changed(source: str, mutated: str) -> dict[str, Any]:
    """The first line that differs, as it was and as it is."""
    before, after = source.splitlines(), mutated.splitlines()
    for tag, one, two, other, last in difflib.SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            return {
                "line": one + 1,
                "was": " ".join(each.strip() for each in before[one:two]),
                "is": " ".join(each.strip() for each in after[other:last]),
            }
    return {"line": 0, "was": "", "is": ""}


def _meaning(source: str) -> str:
    """The code without annotations, docstrings and what makes a class; the text where it is no code."""
    try:
        return ast.dump(_Bare().visit(ast.parse(source)))
    except SyntaxError:
        return source


class _Bare(ast.NodeTransformer):
    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.decorator_list = []
        return self.generic_visit(node)

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        # The star of a signature is taken for a product; no figure comes of which arguments go by name alone.
        node.args = [*node.posonlyargs, *node.args, *node.kwonlyargs]
        node.defaults = [*node.defaults, *(each or ast.Constant(None) for each in node.kw_defaults)]
        node.posonlyargs, node.kwonlyargs, node.kw_defaults = [], [], []
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            node.value.value = ""
        return self.generic_visit(node)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
