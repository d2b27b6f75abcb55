"""An application in the national system's XML (SNE, `interfaceNuu` 02.00) as the registration form it fills in.

It tells the household in full, and no wishes: those come with the desk's own file, and complete the application. Codes
that the public structure does not explain are read for the least they can mean: a relation other than child is `other`.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET

from demand.domain.declaration import Custody
from demand.imports.codes import SITUATIONS, TYPES

APPLICATION = "demandeLogement"
_COUPLES = frozenset("MPUV")
"""Married, PACS, living together, vie maritale: a joint tenant is then the spouse."""
_CHILD = "E"
_PAID = "listeRessourceVersee"
_Named: TypeAlias = "defaultdict[str, list[ET.Element]]"
"""An application's elements by their local names."""
_SITUATIONS = {model.value: situation.value for model, situation in SITUATIONS.items()}


def _text(part: ET.Element, name: str) -> str | None:
    """What the direct part of this name says, by its code where it has one."""
    found = part.find(name)
    if found is None:
        return None
    code = found.get("code")
    said = code if code is not None else (found.text or "")
    return said.strip() or None


def registration_of(element: ET.Element) -> dict[str, Any]:
    """The form; what is not told is left out, and the form says what it needs."""
    told: _Named = defaultdict(list)
    for part in element.iter():  # one look at all of them costs as much as three for a name
        told[part.tag].append(part)
    who = next((told[name][0] for name in ("demandeur", "personnePhysique") if name in told), element)
    home = told["logementActuel"][0] if "logementActuel" in told else None
    couple = _text(who, "situationFamiliale") in _COUPLES
    joint = list(_entries(told, "listeCotitulaire"))
    form = _known(
        number=_text(element, "numUnique"),
        registered_on=(_text(element, "dateCreationDemande") or "")[:10] or None,
        applicant=_person(who),
        co_applicant=_person(joint[0]) if joint and _text(joint[0], "nom") else None,
    )
    form["declaration"] = _known(
        members=[
            _member(who, 0, "applicant", contract=_work(told)),
            *(
                _member(one, 100 + place, "spouse" if couple and place == 0 else "co_applicant")
                for place, one in enumerate(joint)
            ),
            *(
                _member(one, 200 + place, "child" if _text(one, "lienParente") in {None, _CHILD} else "other")
                for place, one in enumerate(_entries(told, "listePersonneACharge"))
            ),
            *(
                _member(one, 300 + place, "child", custody=_custody(one))
                for place, one in enumerate(_entries(told, "listePersonneEnGarde"))
            ),
        ],
        expected_births=[
            _known(due_on=_text(one, "dateNaissancePrevue"), children=_text(one, "nombre") or 1)
            for one in told["personneANaitre"]
        ],
        tax_incomes=list(_incomes(told)),
        resources=list(_resources(told)) or None,
        dwelling=_dwelling(home),
    )
    form["current_housing"] = _housing(home)
    return form


def _entries(told: _Named, name: str) -> Iterator[ET.Element]:
    """What a list holds: its parts, or itself where it is the only one."""
    for one in told[name]:
        nested = [part for part in one if len(part)]
        yield from nested or ([one] if len(one) else [])


def _person(who: ET.Element) -> dict[str, Any]:
    return _known(
        given_name=_text(who, "prenom"),
        family_name=_text(who, "nom"),
        birth_date=_text(who, "dateNaissance"),
        email=_text(who, "mel"),
        phone=_text(who, "telPortable"),
    )


def _member(who: ET.Element, number: int, relation: str, **more: Any) -> dict[str, Any]:
    return _known(
        ref=f"m{number}",
        relation=relation,
        birth_date=_text(who, "dateNaissance"),
        given_name=_text(who, "prenom"),
        family_name=_text(who, "nom"),
        **more,
    )


def _work(told: _Named) -> str | None:
    work = told["situationProfessionnelle"]
    return _text(work[0], "typeContratTravail") if work else None


def _custody(one: ET.Element) -> str:
    return _text(one, "coParentalite") or Custody.SHARED.value


def _incomes(told: _Named) -> Iterator[dict[str, Any]]:
    for one in told["revenuFiscal"]:
        for year in ("Moins2", "Moins1"):
            if euros := _text(one, f"montant{year}"):
                yield _known(year=_text(one, f"annee{year}"), euros=euros)


def _resources(told: _Named) -> Iterator[dict[str, Any]]:
    for name in ("listeRessourceRecue", _PAID):
        for one in _entries(told, name):
            if amount := _text(one, "montant"):
                code = _text(one, "ressource") or ("PAV" if name == _PAID else "AUT")
                yield {"code": code, "monthly_cents": _cents(amount)}


def _dwelling(home: ET.Element | None) -> dict[str, Any]:
    if home is None:
        return {}
    rent = _text(home, "montantMensuelLoyer")
    return _known(
        model=_text(home, "modeleLogement"),
        dwelling_type=_type(home),
        living_area_m2=_text(home, "surface"),
        occupants=_text(home, "nombreHabitant"),
        rent_cents=_cents(rent) if rent else None,
    )


def _housing(home: ET.Element | None) -> dict[str, Any]:
    model = None if home is None else _text(home, "modeleLogement")
    situation = _SITUATIONS.get(model or "", "other")
    housing: dict[str, Any] = {"situation": situation}
    if situation == "hosted":
        housing["hosted_by"] = "other"
    if situation == "social_tenant" and home is not None:
        rent = _text(home, "montantMensuelLoyer")
        housing["home"] = _known(
            dwelling_type=_type(home),
            living_area_m2=_text(home, "surface"),
            base_rent_cents=_cents(rent) if rent else None,
        )
    return housing


def _type(home: ET.Element) -> str | None:
    written = _text(home, "typeLogementActuel")
    return TYPES.get(written, written) if written else None


def _cents(euros: str) -> int | str:
    """Cents; the text itself where it is no number, for the form to refuse by name."""
    try:
        return round(float(euros.replace(",", ".")) * 100)
    except (ValueError, OverflowError):
        return euros


def _known(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
