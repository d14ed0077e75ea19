"""How many small faults the tests catch: ``python -m scripts.mutants --seed 0 --count 400 FILES``.

Each mutant is one changed comparison, operator, number, condition or return. One process imports
what the tests need and forks a child for each mutant; the child runs the tests of the mutated
module first, then ``--tests``, and stops at the first failure. A folder stands for its own files.
Prints the share caught and the survivors, and exits with 1 when less than ``--least`` is caught.
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.util
import os
import random
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from typing import Any

TESTS = (
    "tests/definition",
    "tests/masks",
    "tests/log/test_scores.py",
    "tests/test_golden.py",
    "tests/test_traps.py",
)
WARM = (
    "numpy",
    "pytest",
    "hypothesis.extra.numpy",
    "keras",
    "PIL.Image",
    "tensorboard.plugin_util",
)
LIMIT_S = 180  # CPU seconds for the tests of one mutant
QUIET = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore:Module already")
SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


@dataclass(frozen=True)
class Mutant:
    """One changed place of a module."""

    file: Path
    number: int
    line: int
    said: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.said}"


def main() -> int:
    """Runs the sample and prints what survived."""
    options = _options()
    sample = [mutant for file in _files(options.files) for mutant in _mutants(file)]
    if options.at:
        sample = [m for m in sample if f"{m.file}:{m.line}" in options.at]
    elif options.count < len(sample):
        sample = random.Random(options.seed).sample(sample, options.count)
    sys.path.insert(0, os.getcwd())
    for name in WARM:
        importlib.import_module(name)
    _say(f"{len(sample)} mutants, seed {options.seed}")
    if os.waitpid(_child(None, _stages(options), LIMIT_S), 0)[1] != 0:
        _say("The tests fail without a mutant.")
        return 1
    survivors = list(_survivors(sample, options))
    caught = 1 - len(survivors) / max(len(sample), 1)
    _say(f"\ncaught {len(sample) - len(survivors)} of {len(sample)}: {caught:.1%}. Survivors:")
    for mutant in sorted(survivors, key=str):
        _say(f"  {mutant}")
    return int(caught < options.least)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="modules, or folders of them")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=400, help="how many, drawn by the seed")
    parser.add_argument("--at", nargs="*", default=[], help="FILE:LINE: only those, all of them")
    parser.add_argument("--tests", nargs="*", default=TESTS, help="run after a module's own tests")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--least", type=float, default=0.9, help="the share that must be caught")
    return parser.parse_args()


def _files(given: list[Path]) -> list[Path]:
    found = [sorted(path.glob("*.py")) if path.is_dir() else [path] for path in given]
    return [file for files in found for file in files if file.name != "__init__.py"]


def _mutants(file: Path) -> list[Mutant]:
    return [
        Mutant(file, number, line, said)
        for number, (line, (said, _)) in enumerate(_faults(ast.parse(file.read_text())))
    ]


# ---- places ----------------------------------------------------------------------------------

Fault = tuple[str, Callable[[], object]]  # in words, and the function that puts it into the tree


def _faults(tree: ast.Module) -> Iterator[tuple[int, Fault]]:
    """Every fault of a module and its line, in the order of the source."""
    line = 0
    for node in _code(tree):
        line = getattr(node, "lineno", line)
        for fault in _of(node):
            yield line, fault


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that are computed with, unlike annotations, decorators and types."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_type(child):
                yield from _code(child)


def _is_type(node: ast.AST) -> bool:
    names = [n for n in getattr(node, "targets", []) if isinstance(n, ast.Name)]
    alias = isinstance(node, ast.Assign) and any(n.id[:1].isupper() for n in names)
    return alias and any(n.id != n.id.upper() for n in names)


def _of(node: ast.AST) -> Iterator[Fault]:
    yield from _operators(node)
    match node:
        case ast.UnaryOp(op=ast.Not()):
            yield _becomes(node, "op", None)
        case ast.UnaryOp(op=ast.USub()):
            yield _becomes(node, "op", ast.UAdd())
        case ast.Constant(value=bool() | int() | float() as value):
            yield _becomes(node, "value", not value if isinstance(value, bool) else value + 1)
        case ast.Return(value=ast.expr()) if not _is_none(node.value):
            yield _becomes(node, "value", ast.Constant(None))
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            if not isinstance(test, ast.Compare | ast.UnaryOp) and not _is_for_types(test):
                yield _becomes(node, "test", ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=[_, *_]):
            yield f"{ast.unparse(node)}  [no filter]", node.ifs.clear


def _operators(node: ast.AST) -> Iterator[Fault]:
    match node:
        case ast.Compare():
            for i, operator in enumerate(node.ops):
                yield from _swapped(node, operator, partial(node.ops.__setitem__, i))
        case ast.BinOp() | ast.BoolOp() | ast.AugAssign() if not _is_text(node):
            yield from _swapped(node, node.op, partial(setattr, node, "op"))


def _swapped(node: ast.AST, operator: ast.AST, put: Callable[[ast.AST], None]) -> Iterator[Fault]:
    swap = SWAPS.get(type(operator))
    if swap is not None:
        said = f"{ast.unparse(node)}  [{type(operator).__name__} to {swap.__name__}]"
        yield said, lambda: put(swap())


def _becomes(node: Any, name: str, value: Any) -> Fault:
    before = ast.unparse(node).partition("\n")[0]
    if value is None:
        return f"{before}  [no not]", lambda: setattr(node, "operand", _not(node.operand))
    shown = ast.unparse(value) if isinstance(value, ast.AST) else repr(value)
    return f"{before}  [{name} to {shown}]", lambda: setattr(node, name, value)


def _not(node: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), node)


def _is_text(node: ast.AST) -> bool:
    parts = [getattr(node, name, None) for name in ("left", "right", "value")]
    return any(
        isinstance(part, ast.JoinedStr)
        or (isinstance(part, ast.Constant) and isinstance(part.value, str))
        for part in parts
    )


def _is_none(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_for_types(test: ast.expr) -> bool:
    return ast.unparse(test).endswith("TYPE_CHECKING")


# ---- children --------------------------------------------------------------------------------


def _stages(options: argparse.Namespace, file: Path | None = None) -> list[list[str]]:
    own = sorted(map(str, Path("tests").glob(f"**/test_{file.stem}.py"))) if file else []
    return [own, list(options.tests)] if own else [list(options.tests)]


def _survivors(sample: list[Mutant], options: argparse.Namespace) -> Iterator[Mutant]:
    running: dict[int, Mutant] = {}
    left = list(reversed(sample))
    while left or running:
        while left and len(running) < options.jobs:
            mutant = left.pop()
            running[_child(mutant, _stages(options, mutant.file), LIMIT_S)] = mutant
        child, status = os.waitpid(-1, 0)
        mutant = running.pop(child)
        _say(f"{'survived' if status == 0 else 'caught'} {mutant}")
        if status == 0:
            yield mutant


def _child(mutant: Mutant | None, stages: list[list[str]], seconds: int) -> int:
    """Forks; the child ends with 0 if all tests pass, and is ended after so much CPU time."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    status = 70
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        if mutant:
            sys.meta_path.insert(0, _Finder(mutant))
        import pytest

        status = next((bad for s in stages if (bad := int(pytest.main([*QUIET, *s])))), 0)
    finally:
        os._exit(status)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the mutated module, and nothing else."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant
        self._name = ".".join(mutant.file.with_suffix("").parts)

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if name != self._name:
            return None
        file = str(self._mutant.file.resolve())
        return importlib.util.spec_from_file_location(
            name, file, loader=_Loader(name, file, self._mutant.number)
        )


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, number: int) -> None:
        super().__init__(name, path)
        self._number = number

    def get_code(self, fullname: str) -> Any:
        tree = ast.parse(Path(self.path).read_text())
        _, (_, put) = list(_faults(tree))[self._number]
        put()
        return compile(ast.fix_missing_locations(tree), self.path, "exec")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
