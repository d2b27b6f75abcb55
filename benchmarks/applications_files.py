"""Files of applications of any length, drawn with a seed: an export of one line each, and the national system's XML."""

import datetime as dt
import random
from pathlib import Path

_COMMUNES = ("37261", "37050", "37214", "37233", "37122", "75118", "93066")
_MODELS = ("HLM", "HLM", "LP", "CPE", "HOT", "SD")
_LAST_DAY = dt.date(2026, 10, 1)
_HEAD = (
    "Numéro unique;Date de dépôt;Prénom;Nom;Date de naissance;Courriel;Portable;Accepte courriel;Accepte SMS;"
    "Logement actuel;SIREN bailleur;Type actuel;Loyer actuel;Personnes à loger;Mineurs;RFR N-2;Ressources mensuelles;"
    "Communes souhaitées;Communes voisines;Types souhaités;Loyer maximal\n"
)


def write_export(path: Path, *, applications: int, seed: int = 1) -> None:
    """The layout of the profile `example`."""
    draw = random.Random(seed)
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for number in range(applications):
            persons, model = draw.randint(1, 6), draw.choice(_MODELS)
            home = (
                ("999000001", f"T{draw.randint(1, 5)}", f"{draw.randint(250, 700)},50") if model == "HLM" else [""] * 3
            )
            cells = (
                *(f"0{number:017}", f"{_day(draw, 6):%d/%m/%Y}", "Camille", f"Martin {number}"),
                *(
                    f"{_born(draw):%d/%m/%Y}",
                    f"c{number}@exemple.fr",
                    f"06{number % 10**8:08}",
                    "oui",
                    "non",
                    model,
                    *home,
                ),
                *(
                    str(persons),
                    str(max(0, persons - 2)),
                    str(draw.randint(5_000, 45_000)),
                    str(draw.randint(600, 3_500)),
                ),
                *("|".join(draw.sample(_COMMUNES, 3)), "oui", f"T{min(persons, 5)}", "750"),
            )
            file.write(";".join(cells) + "\n")


def write_sne(path: Path, *, applications: int, seed: int = 1) -> None:
    draw = random.Random(seed)
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<i:interfaceNuu xmlns:i="http://nuu.application.i2/">\n')
        file.writelines(_application(number, draw) for number in range(applications))
        file.write("</i:interfaceNuu>\n")


def _application(number: int, draw: random.Random) -> str:
    children = "".join(
        f'<i:personneACharge><i:lienParente code="E"/><i:nom>Martin</i:nom><i:prenom>Enfant</i:prenom>'
        f"<i:dateNaissance>{_day(draw, 17)}</i:dateNaissance></i:personneACharge>\n"
        for _ in range(draw.randint(0, 4))
    )
    return f"""<i:demandeLogement>
<i:numUnique>0{number:017}</i:numUnique><i:dateCreationDemande>{_day(draw, 6)}</i:dateCreationDemande>
<i:personnePhysique><i:demandeur>
<i:civilite code="2"/><i:nom>Martin {number}</i:nom><i:prenom>Camille</i:prenom>
<i:dateNaissance>{_born(draw)}</i:dateNaissance><i:situationFamiliale code="C"/>
<i:telPortable>06{number % 10**8:08}</i:telPortable><i:mel>c{number}@exemple.fr</i:mel>
<i:situationProfessionnelle><i:typeContratTravail code="CDI"/></i:situationProfessionnelle>
<i:revenuFiscal><i:anneeMoins1>2025</i:anneeMoins1><i:montantMoins1>{draw.randint(5_000, 45_000)}</i:montantMoins1>
<i:anneeMoins2>2024</i:anneeMoins2><i:montantMoins2>{draw.randint(5_000, 45_000)}</i:montantMoins2></i:revenuFiscal>
<i:listeRessourceRecue><i:ressourceRecue><i:ressource code="SAL"/><i:montant>{draw.randint(600, 3_500)}</i:montant>
</i:ressourceRecue></i:listeRessourceRecue>
<i:listePersonneACharge>{children}</i:listePersonneACharge>
<i:logementActuel><i:modeleLogement code="{draw.choice(_MODELS)}"/>
<i:montantMensuelLoyer>{draw.randint(250, 700)}.50</i:montantMensuelLoyer><i:nombreHabitant>3</i:nombreHabitant>
<i:typeLogementActuel code="T{draw.randint(1, 5)}"/><i:surface>{draw.randint(20, 90)}</i:surface></i:logementActuel>
</i:demandeur></i:personnePhysique>
</i:demandeLogement>
"""


def _day(draw: random.Random, years: int) -> dt.date:
    return _LAST_DAY - dt.timedelta(days=draw.randrange(1, 365 * years))


def _born(draw: random.Random) -> dt.date:
    return _day(draw, 50) - dt.timedelta(days=365 * 20)
