"""The language of predicates: comparisons, `and`, `or`, `not`, `in` over named facts (docs/adr).

    over_occupied and minors > 0
    'dalo' in priorities or effort_percent > 40
    not home.in_priority_district and home.type in ['T1', 'T2']

A text is parsed once into a typed tree; there is no `eval`, no call, no arithmetic. What is not known stays unknown
(Kleene): `unknown and no` is no, `unknown or yes` is yes, all else with it is unknown.
"""

import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

__all__ = ["ExpressionRefused", "Known", "Name", "Predicate", "Test", "Type", "parse"]

Known: TypeAlias = bool | float | str | frozenset[str] | None
"""The value of a fact; None where nobody knows it."""
Test: TypeAlias = Callable[[Mapping[str, Any]], bool | None]
"""Answers for the facts by name; None where what is known does not tell."""


class Type(StrEnum):
    FLAG = "yes or no"
    NUMBER = "number"
    TEXT = "text"
    SET = "set of texts"


class Name(NamedTuple):
    """A fact as the language sees it."""

    type: Type
    values: Collection[str] = ()
    """What a text or the texts of a set may be; anything where empty."""


class ExpressionRefused(ValueError):
    """The text is not a predicate; `offset` is the character where it goes wrong."""

    def __init__(self, what: str, offset: int) -> None:
        super().__init__(what)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Literal:
    value: float | str | tuple[float | str, ...]
    type: Type
    at: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    type: Type
    at: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str
    left: "Operand"
    right: "Operand"


@dataclass(frozen=True, slots=True)
class Membership:
    one: "Operand"
    many: "Operand"
    negated: bool


@dataclass(frozen=True, slots=True)
class Not:
    inner: "Tree"


@dataclass(frozen=True, slots=True)
class Every:
    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Some:
    parts: tuple["Tree", ...]


Operand: TypeAlias = Literal | Fact
Tree: TypeAlias = Fact | Comparison | Membership | Not | Every | Some


@dataclass(frozen=True, slots=True)
class Predicate:
    """A text, its tree, the facts it names, and the function that answers it."""

    text: str
    tree: Tree
    facts: tuple[str, ...]
    test: Test

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Predicate) and self.tree == other.tree

    def __hash__(self) -> int:
        return hash(self.tree)


def parse(text: str, names: Mapping[str, Name]) -> Predicate:
    """Read a predicate over these facts.

    Raises:
        ExpressionRefused: it is not one; the sentence says what to write instead.
    """
    tree = _Parser(text, names).whole()
    return Predicate(text=text, tree=tree, facts=tuple(dict.fromkeys(_facts(tree))), test=_compiled(tree))


_TOKEN = re.compile(
    r"\s*(?:(?P<number>-?\d+(?:\.\d+)?)|(?P<text>'[^']*'|\"[^\"]*\")|(?P<word>[A-Za-z_][A-Za-z0-9_.]*)"
    r"|(?P<sign><=|>=|==|!=|<|>|\(|\)|\[|\]|,))"
)
_ORDERINGS = ("<", "<=", ">", ">=")
_COMPARISONS = (*_ORDERINGS, "==", "!=")
_WORDS = ("and", "or", "not", "in")


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def _tokens(text: str) -> Iterator[_Token]:
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if not found or not found.lastgroup:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise ExpressionRefused(
                f"{text[start]!r} has no meaning here; a predicate has facts, numbers, 'texts', and, or, not, in, "
                "comparisons and brackets",
                start,
            )
        yield _Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup))
        at = found.end()
    yield _Token("end", "", end)


class _Parser:
    def __init__(self, text: str, names: Mapping[str, Name]) -> None:
        self._tokens = list(_tokens(text))
        self._next = 0
        self._names = names

    def whole(self) -> Tree:
        tree = self._some()
        if self._ahead.kind != "end":
            raise self._wrong(f"{self._ahead.text!r} comes where the predicate should end; join parts by and / or")
        return tree

    @property
    def _ahead(self) -> _Token:
        return self._tokens[self._next]

    def _take(self, *texts: str) -> bool:
        if self._ahead.kind in ("word", "sign") and self._ahead.text in texts:
            self._next += 1
            return True
        return False

    def _some(self) -> Tree:
        parts = [self._every()]
        while self._take("or"):
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _every(self) -> Tree:
        parts = [self._not()]
        while self._take("and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _not(self) -> Tree:
        return Not(self._not()) if self._take("not") else self._comparison()

    def _comparison(self) -> Tree:
        if self._take("("):
            inner = self._some()
            if not self._take(")"):
                raise self._wrong("a bracket is open; close it with )")
            return inner
        left = self._operand()
        sign = self._ahead
        if self._take(*_COMPARISONS):
            return self._compared(left, sign, self._operand())
        negated = self._take("not")
        if self._take("in"):
            return self._member(left, sign, self._operand(), negated=negated)
        if negated:
            raise self._wrong("after this not comes in, as in: commune not in ['75101']")
        if isinstance(left, Fact) and left.type is Type.FLAG:
            return left
        raise ExpressionRefused(f"this is a {left.type}, not a yes or no; compare it, or ask with in", left.at)

    def _operand(self) -> Operand:
        token = self._ahead
        self._next += 1
        if token.kind == "number":
            return Literal(float(token.text), Type.NUMBER, token.at)
        if token.kind == "text":
            return Literal(token.text[1:-1], Type.TEXT, token.at)
        if token.text == "[":
            return self._list(token.at)
        if token.kind == "word" and token.text not in _WORDS:
            return self._fact(token)
        self._next -= 1
        said = "the predicate ends" if token.kind == "end" else f"{token.text!r} stands"
        raise self._wrong(f"{said} where a fact, a number or a 'text' should be")

    def _fact(self, token: _Token) -> Fact:
        if name := self._names.get(token.text):
            return Fact(token.text, name.type, token.at)
        near = difflib.get_close_matches(token.text, self._names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"the facts are {', '.join(sorted(self._names))}"
        raise ExpressionRefused(f"there is no fact {token.text} here; {hint}", token.at)

    def _list(self, at: int) -> Literal:
        values: list[float | str] = []
        while not self._take("]"):
            one = self._operand()
            if not isinstance(one, Literal) or isinstance(one.value, tuple):
                raise ExpressionRefused("a list holds numbers or 'texts' only", one.at)
            values.append(one.value)
            if not self._take(",") and self._ahead.text != "]":
                raise self._wrong("a list is open; part its values by , and close it with ]")
        if len({type(value) for value in values}) != 1:
            raise ExpressionRefused("a list holds at least one value, and values of one type", at)
        return Literal(tuple(values), Type.SET if isinstance(values[0], str) else Type.NUMBER, at)

    def _compared(self, left: Operand, sign: _Token, right: Operand) -> Comparison:
        single = not any(isinstance(one, Literal) and isinstance(one.value, tuple) for one in (left, right))
        comparable = (Type.NUMBER,) if sign.text in _ORDERINGS else (Type.NUMBER, Type.TEXT)
        if not single or left.type is not right.type or left.type not in comparable:
            raise ExpressionRefused(
                f"{sign.text} cannot compare a {left.type} with a {right.type}; "
                + ("ask a yes or no by its name, or not before it" if Type.FLAG in (left.type, right.type)
                   else "numbers are compared with numbers, texts by == and !="),
                sign.at,
            )  # fmt: skip
        self._known(left, right)
        self._known(right, left)
        return Comparison(sign.text, left, right)

    def _member(self, one: Operand, sign: _Token, many: Operand, *, negated: bool) -> Membership:
        listed = isinstance(many, Literal) and isinstance(many.value, tuple)
        elements = (Type.NUMBER if many.type is Type.NUMBER else Type.TEXT) if listed else Type.TEXT
        if not (listed or many.type is Type.SET) or one.type is not elements:
            raise ExpressionRefused(
                f"in asks whether a {one.type} is in a {many.type}; write 'text' in a set of texts, "
                "or a fact in a [list] of its type",
                sign.at,
            )
        self._known(one, many)
        self._known(many, one)
        return Membership(one, many, negated)

    def _known(self, said: Operand, of: Operand) -> None:
        """A text that a fact can never be is a slip of the pen."""
        values = self._names[of.name].values if isinstance(of, Fact) else ()
        if not values or not isinstance(said, Literal):
            return
        for value in said.value if isinstance(said.value, tuple) else (said.value,):
            if value not in values:
                raise ExpressionRefused(f"{value!r} is none of {', '.join(sorted(values))}", said.at)

    def _wrong(self, what: str) -> ExpressionRefused:
        return ExpressionRefused(what, self._ahead.at)


def _facts(node: Tree | Operand) -> Iterator[str]:
    match node:
        case Fact():
            yield node.name
        case Comparison():
            yield from (*_facts(node.left), *_facts(node.right))
        case Membership():
            yield from (*_facts(node.one), *_facts(node.many))
        case Not():
            yield from _facts(node.inner)
        case Every() | Some():
            for part in node.parts:
                yield from _facts(part)


_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
}


def _compiled(node: Tree) -> Test:
    """Functions in one another: asked for every application that is posted, so nothing is looked up twice."""
    match node:
        case Fact(name=name):
            return lambda facts: facts[name]
        case Not(inner=inner):
            test = _compiled(inner)
            return lambda facts: None if (said := test(facts)) is None else not said
        case Every(parts=parts):
            return _joined(tuple(map(_compiled, parts)), settles=False)
        case Some(parts=parts):
            return _joined(tuple(map(_compiled, parts)), settles=True)
        case Comparison(operator=operator):
            return _two(_COMPARED[operator], _read(node.left), _read(node.right))
        case Membership(negated=negated):
            return _two(lambda one, many: (one in many) is not negated, _read(node.one), _read(node.many))


def _joined(tests: tuple[Test, ...], *, settles: bool) -> Test:
    def answer(facts: Mapping[str, Any]) -> bool | None:
        known = True
        for test in tests:
            said = test(facts)
            if said is settles:
                return settles
            known = known and said is not None
        return (not settles) if known else None

    return answer


def _two(compare: Callable[[Any, Any], bool], left: Callable[..., Any], right: Callable[..., Any]) -> Test:
    def answer(facts: Mapping[str, Any]) -> bool | None:
        one, other = left(facts), right(facts)
        return None if one is None or other is None else compare(one, other)

    return answer


def _read(operand: Operand) -> Callable[[Mapping[str, Any]], Any]:
    if isinstance(operand, Fact):
        name = operand.name
        return lambda facts: facts[name]
    value = operand.value
    return lambda _: value
