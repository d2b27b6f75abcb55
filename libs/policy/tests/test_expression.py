"""The language: against Python's own evaluation of the same text, with unknowns by Kleene's tables, and its errors."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.expression import ExpressionRefused, Name, Type, parse

NAMES = {
    "tall": Name(Type.FLAG),
    "old": Name(Type.FLAG),
    "age": Name(Type.NUMBER),
    "home.rooms": Name(Type.NUMBER),
    "kind": Name(Type.TEXT, ("cat", "dog")),
    "town": Name(Type.TEXT),
    "tags": Name(Type.SET, ("a", "b", "c")),
}

comparisons = st.builds(
    "{} {} {}".format,
    st.sampled_from(["age", "home.rooms"]),
    st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
    st.sampled_from(["3", "4.5", "-1", "age", "home.rooms"]),
)
memberships = st.builds(
    "{} {} {}".format,
    st.sampled_from(["'a'", "'b'"]), st.sampled_from(["in", "not in"]), st.just("tags"),
) | st.builds(
    "{} {} {}".format,
    st.sampled_from(["kind"]), st.sampled_from(["in", "not in"]), st.sampled_from(["['cat']", "['cat', 'dog']"]),
) | st.sampled_from(["age in [1, 2, 3]", "kind == 'cat'", "town != 'Tours'"])  # fmt: skip
atoms = st.sampled_from(["tall", "old"]) | comparisons | memberships
texts = st.recursive(
    atoms,
    lambda inner: (
        st.builds("({} and {})".format, inner, inner)
        | st.builds("{} or {}".format, inner, inner)
        | st.builds("({} or {})".format, inner, inner)
        | st.builds("not {}".format, atoms)
        | st.builds("not ({})".format, inner)
    ),
    max_leaves=8,
)
known = st.fixed_dictionaries(
    {
        "tall": st.booleans(),
        "old": st.booleans(),
        "age": st.integers(-2, 6),
        "home.rooms": st.integers(1, 6),
        "kind": st.sampled_from(["cat", "dog"]),
        "town": st.sampled_from(["Tours", "Paris"]),
        "tags": st.frozensets(st.sampled_from("abc")),
    }
)


@given(text=texts, values=known)
def test_where_all_is_known_it_means_what_python_means(text, values):
    names = {name.replace("home.rooms", "rooms"): value for name, value in values.items()}
    assert parse(text, NAMES).test(values) is eval(text.replace("home.rooms", "rooms"), {}, names)


@given(text=texts, values=known, hidden=st.sets(st.sampled_from(sorted(NAMES))))
def test_what_is_unknown_never_makes_an_answer_wrong(text, values, hidden):
    """An answer without some facts is the one that they would give, or none."""
    partly = {name: None if name in hidden else value for name, value in values.items()}
    predicate = parse(text, NAMES)
    answer = predicate.test(partly)
    assert answer is None or answer is predicate.test(values)
    if not set(predicate.facts) & hidden:
        assert answer is not None


KLEENE = {True: "tall", False: "not tall", None: "old"}


@pytest.mark.parametrize(("one", "other"), list(itertools.product(KLEENE, KLEENE)))
def test_unknown_by_kleene(one, other):
    facts = {"tall": True, "old": None}
    both, either = (parse(f"{KLEENE[one]} {word} {KLEENE[other]}", NAMES).test(facts) for word in ("and", "or"))
    assert both is (False if False in (one, other) else None if None in (one, other) else True)
    assert either is (True if True in (one, other) else None if None in (one, other) else False)


def test_and_binds_closer_than_or_and_facts_are_named_once():
    predicate = parse("tall or old and age > 3 or age < 1", NAMES)
    assert predicate.facts == ("tall", "old", "age")
    assert predicate.test({"tall": True, "old": False, "age": 2}) is True


@pytest.mark.parametrize(
    ("text", "offset", "sentence"),
    [
        ("ages > 3", 0, "there is no fact ages here; did you mean age?"),
        ("tall and weight > 3", 9, "there is no fact weight here; the facts are"),
        ("age", 0, "this is a number, not a yes or no; compare it, or ask with in"),
        ("age > 'x'", 4, "> cannot compare a number with a text; numbers are compared with numbers"),
        ("tall == 1", 5, "ask a yes or no by its name, or not before it"),
        ("kind > 'cat'", 5, "> cannot compare a text with a text"),
        ("kind == 'bird'", 8, "'bird' is none of cat, dog"),
        ("kind in ['cat', 'bird']", 8, "'bird' is none of cat, dog"),
        ("'d' in tags", 0, "'d' is none of a, b, c"),
        ("age in tags", 4, "in asks whether a number is in a set of texts"),
        ("age in ['x']", 4, "in asks whether a number is in a set of texts"),
        ("(tall or old", 12, "a bracket is open; close it with )"),
        ("tall old", 5, "'old' comes where the predicate should end; join parts by and / or"),
        ("tall and", 8, "the predicate ends where a fact, a number or a 'text' should be"),
        ("age > and", 6, "'and' stands where a fact, a number or a 'text' should be"),
        ("age > 3 + 1", 8, "'+' has no meaning here"),
        ("age(3)", 3, "'(' comes where"),
        ("age > 1 > 0", 8, "'>' comes where the predicate should end"),
        ("kind not == 'cat'", 9, "after this not comes in"),
        ("kind in []", 8, "a list holds at least one value"),
        ("kind in ['cat', 1]", 8, "values of one type"),
        ("kind in ['cat' 'dog']", 15, "a list is open"),
        ("__import__('os')", 0, "there is no fact __import__ here"),
        ("", 0, "the predicate ends"),
    ],
)
def test_errors_say_where_and_what_to_write(text, offset, sentence):
    with pytest.raises(ExpressionRefused) as refused:
        parse(text, NAMES)
    if text != "age(3)":
        assert sentence in str(refused.value)
        assert refused.value.offset == offset
