"""An application in the national system's XML (SNE, `interfaceNuu` 02.00) as the registration form it fills in.

It tells the household in full, and no wishes: those come with the desk's own file, and complete the application. Codes
that the public structure does not explain are read for the least they can mean: a relation other than child is `other`.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from demand.domain.declaration import Custody
from demand.imports.codes import SITUATIONS, TYPES

APPLICATION = "demandeLogement"
_COUPLES = frozenset("MPUV")
"""Married, PACS, living together, vie maritale: a joint tenant is then the spouse."""
_CHILD = "E"
_PAID = "listeRessourceVersee"
_SITUATIONS = {model.value: situation.value for model, situation in SITUATIONS.items()}


class _Element:
    """Reads the parts of an element that was stripped of namespaces."""

    __slots__ = ("_element", "_named")

    def __init__(self, element: ET.Element) -> None:
        self._element = element
        self._named: dict[str, list[ET.Element]] | None = None

    def all(self, name: str) -> Iterator["_Element"]:
        """Descendants of this name."""
        if self._named is None:  # one look at all of them costs as much as three for a name
            self._named = defaultdict(list)
            for part in self._element.iter():
                self._named[part.tag].append(part)
        return map(_Element, self._named.get(name, ()))

    def first(self, name: str) -> "_Element | None":
        return next(self.all(name), None)

    def parts(self) -> list["_Element"]:
        return list(map(_Element, self._element))

    @property
    def nested(self) -> bool:
        """Whether it has parts."""
        return len(self._element) > 0

    def text(self, name: str) -> str | None:
        """What the direct part of this name says, by its code where it has one."""
        part = self._element.find(name)
        if part is None:
            return None
        code = part.get("code")
        said = code if code is not None else (part.text or "")
        return said.strip() or None


def registration_of(element: ET.Element) -> dict[str, Any]:
    """The form; what is not told is left out, and the form says what it needs."""
    told = _Element(element)
    who = told.first("demandeur") or told.first("personnePhysique") or told
    couple = who.text("situationFamiliale") in _COUPLES
    joint = list(_entries(told, "listeCotitulaire"))
    form = _known(
        number=told.text("numUnique"),
        registered_on=(told.text("dateCreationDemande") or "")[:10] or None,
        applicant=_person(who),
        co_applicant=_person(joint[0]) if joint and joint[0].text("nom") else None,
    )
    form["declaration"] = _known(
        members=[
            _member(who, 0, "applicant", contract=_work(told)),
            *(
                _member(one, 100 + place, "spouse" if couple and place == 0 else "co_applicant")
                for place, one in enumerate(joint)
            ),
            *(
                _member(one, 200 + place, "child" if one.text("lienParente") in {None, _CHILD} else "other")
                for place, one in enumerate(_entries(told, "listePersonneACharge"))
            ),
            *(
                _member(one, 300 + place, "child", custody=_custody(one))
                for place, one in enumerate(_entries(told, "listePersonneEnGarde"))
            ),
        ],
        expected_births=[
            _known(due_on=one.text("dateNaissancePrevue"), children=one.text("nombre") or 1)
            for one in told.all("personneANaitre")
        ],
        tax_incomes=list(_incomes(told)),
        resources=list(_resources(told)) or None,
        dwelling=_dwelling(told.first("logementActuel")),
    )
    form["current_housing"] = _housing(told.first("logementActuel"))
    return form


def _entries(told: _Element, name: str) -> Iterator[_Element]:
    """What a list holds: its parts, or itself where it is the only one."""
    for one in told.all(name):
        nested = [part for part in one.parts() if part.nested]
        yield from nested or ([one] if one.nested else [])


def _person(who: _Element) -> dict[str, Any]:
    return _known(
        given_name=who.text("prenom"),
        family_name=who.text("nom"),
        birth_date=who.text("dateNaissance"),
        email=who.text("mel"),
        phone=who.text("telPortable"),
    )


def _member(who: _Element, number: int, relation: str, **more: Any) -> dict[str, Any]:
    return _known(
        ref=f"m{number}",
        relation=relation,
        birth_date=who.text("dateNaissance"),
        given_name=who.text("prenom"),
        family_name=who.text("nom"),
        **more,
    )


def _work(told: _Element) -> str | None:
    work = told.first("situationProfessionnelle")
    return work.text("typeContratTravail") if work else None


def _custody(one: _Element) -> str:
    return one.text("coParentalite") or Custody.SHARED.value


def _incomes(told: _Element) -> Iterator[dict[str, Any]]:
    for one in told.all("revenuFiscal"):
        for year in ("Moins2", "Moins1"):
            if euros := one.text(f"montant{year}"):
                yield _known(year=one.text(f"annee{year}"), euros=euros)


def _resources(told: _Element) -> Iterator[dict[str, Any]]:
    for name in ("listeRessourceRecue", _PAID):
        for one in _entries(told, name):
            if amount := one.text("montant"):
                code = one.text("ressource") or ("PAV" if name == _PAID else "AUT")
                yield {"code": code, "monthly_cents": _cents(amount)}


def _dwelling(home: _Element | None) -> dict[str, Any]:
    if home is None:
        return {}
    rent = home.text("montantMensuelLoyer")
    return _known(
        model=home.text("modeleLogement"),
        dwelling_type=_type(home),
        living_area_m2=home.text("surface"),
        occupants=home.text("nombreHabitant"),
        rent_cents=_cents(rent) if rent else None,
    )


def _housing(home: _Element | None) -> dict[str, Any]:
    model = home.text("modeleLogement") if home else None
    situation = _SITUATIONS.get(model or "", "other")
    housing: dict[str, Any] = {"situation": situation}
    if situation == "hosted":
        housing["hosted_by"] = "other"
    if situation == "social_tenant" and home:
        rent = home.text("montantMensuelLoyer")
        housing["home"] = _known(
            dwelling_type=_type(home),
            living_area_m2=home.text("surface"),
            base_rent_cents=_cents(rent) if rent else None,
        )
    return housing


def _type(home: _Element) -> str | None:
    written = home.text("typeLogementActuel")
    return TYPES.get(written, written) if written else None


def _cents(euros: str) -> int | str:
    """Cents; the text itself where it is no number, for the form to refuse by name."""
    try:
        return round(float(euros.replace(",", ".")) * 100)
    except (ValueError, OverflowError):
        return euros


def _known(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
