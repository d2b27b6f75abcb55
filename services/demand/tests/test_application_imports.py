"""Files of applications into the database: registered, changed, left alone, refused."""

import csv
import hashlib
import json

import pytest

from chassis.clock import ManualClock
from chassis.testing import NOON
from contracts.demand import ApplicationOpened, ApplicationRecorded, ClosureReason, ContactRecorded
from demand import store
from demand.domain import life
from demand.handling import keep
from demand.imports import blocks, import_applications, import_edge, import_sne, load, prepare, profile_of
from demand.imports.told import told_by
from intake import FileRefused, ProfileRefused, Report, Source

HEADS = (
    "Numéro unique;Date de dépôt;Prénom;Nom;Date de naissance;Courriel;Portable;Accepte courriel;Accepte SMS;"
    "Logement actuel;SIREN bailleur;Type actuel;Loyer actuel;Personnes à loger;Mineurs;RFR N-2;Ressources mensuelles;"
    "Communes souhaitées;Communes voisines;Types souhaités;Loyer maximal\n"
)
LINE = (
    "1110318016982G1104;01/03/2024;Awa;Diallo;14/07/1980;awa@exemple.fr;06 39 98 00 01;oui;non;HLM;552032708;T2;410,00;"
    "4;2;21000;1850,50;37261|37050;oui;T4;650\n"
)
NUMBER, OTHER = "1110318016982G1104", "1110318016982G1105"
SNE = """<?xml version="1.0" encoding="UTF-8"?>
<nuu:interfaceNuu xmlns:nuu="http://nuu.application.i2/" version="02.00">
{}</nuu:interfaceNuu>
"""
DEMAND = """ <nuu:demandeLogement>
  <nuu:numUnique>{number}</nuu:numUnique>
  <nuu:dateCreationDemande>2024-03-01T09:12:00</nuu:dateCreationDemande>
  <nuu:personnePhysique><nuu:demandeur>
   <nuu:civilite code="2"/><nuu:nom>Diallo</nuu:nom><nuu:prenom>Awa</nuu:prenom>
   <nuu:dateNaissance>{born}</nuu:dateNaissance>
   <nuu:situationFamiliale code="M"/>
   <nuu:telPortable>0639980001</nuu:telPortable><nuu:mel>awa@exemple.fr</nuu:mel>
   <nuu:situationProfessionnelle><nuu:typeContratTravail code="CDI"/></nuu:situationProfessionnelle>
   <nuu:revenuFiscal><nuu:anneeMoins1>2025</nuu:anneeMoins1><nuu:montantMoins1>19000</nuu:montantMoins1>
    <nuu:anneeMoins2>2024</nuu:anneeMoins2><nuu:montantMoins2>21000</nuu:montantMoins2></nuu:revenuFiscal>
   <nuu:listeRessourceRecue>
    <nuu:ressourceRecue><nuu:ressource code="SAL"/><nuu:montant>1850.50</nuu:montant></nuu:ressourceRecue>
    <nuu:ressourceRecue><nuu:ressource code="AF"/><nuu:montant>140</nuu:montant></nuu:ressourceRecue>
   </nuu:listeRessourceRecue>
   <nuu:listePersonneACharge>
    <nuu:personneACharge><nuu:lienParente code="E"/><nuu:nom>Diallo</nuu:nom><nuu:prenom>Issa</nuu:prenom>
     <nuu:dateNaissance>2015-02-03</nuu:dateNaissance></nuu:personneACharge>
   </nuu:listePersonneACharge>
   <nuu:personneANaitre><nuu:nombre>1</nuu:nombre>
    <nuu:dateNaissancePrevue>2027-01-15</nuu:dateNaissancePrevue></nuu:personneANaitre>
   <nuu:listePersonneEnGarde>
    <nuu:personneEnGarde><nuu:coParentalite code="G"/>
     <nuu:dateNaissance>2012-05-05</nuu:dateNaissance></nuu:personneEnGarde>
   </nuu:listePersonneEnGarde>
   <nuu:listeCotitulaire>
    <nuu:cotitulaire><nuu:lienDemandeur code="C"/><nuu:nom>Diallo</nuu:nom><nuu:prenom>Omar</nuu:prenom>
     <nuu:dateNaissance>1979-01-01</nuu:dateNaissance></nuu:cotitulaire>
   </nuu:listeCotitulaire>
   <nuu:logementActuel><nuu:modeleLogement code="{model}"/><nuu:montantMensuelLoyer>410.00</nuu:montantMensuelLoyer>
    <nuu:nombreHabitant>4</nuu:nombreHabitant><nuu:typeLogementActuel code="T2"/><nuu:surface>45</nuu:surface>
   </nuu:logementActuel>
  </nuu:demandeur></nuu:personnePhysique>
 </nuu:demandeLogement>
"""


def sne(*numbers, born="1980-07-14", model="HLM"):
    return SNE.format("".join(DEMAND.format(number=number, born=born, model=model) for number in numbers)).encode()


class Importer:
    def __init__(self, edge, folder):
        self.edge, self.folder = edge, folder

    async def __call__(self, content, **options):
        path = self.folder / "file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with Report(self.folder / "report.csv") as report:
            if path.read_bytes().lstrip().startswith(b"<"):
                tally = await import_sne(self.edge, path, report=report, **options)
            else:
                tally = await import_applications(self.edge, path, profile_of("example"), report=report, **options)
        assert tally.read == tally.loaded + tally.changed + tally.unchanged + tally.rejected
        return tally.loaded, tally.changed, tally.unchanged, tally.rejected

    def report(self):
        with (self.folder / "report.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, delimiter=";")
            return [(int(row["line"]), row["field"], row["reason"]) for row in rows if row["what"] == "rejected"]


@pytest.fixture
async def importer(harness, database, tmp_path):
    async with import_edge(database, clock=ManualClock(NOON)) as edge:
        yield Importer(edge, tmp_path)


async def application(harness, number=NUMBER):
    async with harness.work() as work:
        return await store.application_numbered(work.session, number)


async def test_a_line_registers_an_application_that_is_matched(harness, importer):
    assert await importer(HEADS + LINE) == (1, 0, 0, 0)
    found = await application(harness)
    assert (found.kind, found.status, str(found.registered_on)) == ("transfer", "active", "2024-03-01")
    assert found.file.housing.home.base_rent_cents == 410_00
    assert [wanted.commune for wanted in found.file.wishes.places] == ["37261", "37050"]
    (recorded,) = await harness.outbox(ApplicationRecorded.TYPE)
    assert ApplicationRecorded.model_validate(recorded.payload) == found.recorded()
    (contact,) = await harness.outbox(ContactRecorded.TYPE)
    assert contact.payload["phone"] == "+262639980001"
    assert [(one["channel"], one["granted"]) for one in contact.payload["consents"]] == [
        ("email", True),
        ("sms", False),
    ]
    assert len(await harness.outbox(ApplicationOpened.TYPE)) == 1
    async with harness.work() as work:
        steps = [(entry.step, entry.who) for entry in await store.record(work.session, found.id)]
        stated = {one.stated_by for one in await store.statements(work.session, found.id)}
    assert steps == [("registered", "import"), ("completed", "import")]
    assert stated == {"import"}


async def test_a_second_time_changes_nothing_and_a_change_changes_that(harness, importer):
    other = LINE.replace(NUMBER, OTHER)
    await importer(HEADS + LINE + other)
    told = len(await harness.outbox())
    assert await importer(HEADS + LINE + other) == (0, 0, 2, 0)
    assert len(await harness.outbox()) == told
    assert await importer(HEADS + LINE.replace(";4;2;", ";5;3;") + other) == (0, 1, 1, 0)
    found = await application(harness)
    assert (found.version, found.file.household.persons_for_occupancy) == (2, 5)
    assert str(found.registered_on) == "2024-03-01"
    assert await importer(HEADS + LINE.replace(";4;2;", ";5;3;").replace("awa@", "a.diallo@") + other) == (0, 1, 1, 0)
    assert (await harness.outbox(ContactRecorded.TYPE))[-1].payload["email"] == "a.diallo@exemple.fr"
    assert (await application(harness)).version == 2


async def test_the_national_file_tells_the_household_in_full_and_no_wishes(harness, importer):
    assert await importer(sne(NUMBER)) == (1, 0, 0, 0)
    found = await application(harness)
    assert (found.kind, found.status, found.file.wishes) == ("transfer", "registered", None)
    declared = found.file.declaration
    assert [(one.relation, one.birth_date.year, one.custody) for one in declared.members] == [
        ("applicant", 1980, None),
        ("spouse", 1979, None),
        ("child", 2015, None),
        ("child", 2012, "G"),
    ]
    assert [(one.code, one.monthly_cents) for one in declared.resources] == [("SAL", 185_050), ("AF", 14_000)]
    assert {one.year: one.euros for one in declared.tax_incomes} == {2024: 21_000, 2025: 19_000}
    assert (declared.dwelling.living_area_m2, declared.members[0].contract) == (45, "CDI")
    assert len(declared.expected_births) == 1
    assert len(await harness.outbox(ContactRecorded.TYPE)) == 2
    assert await harness.outbox(ApplicationRecorded.TYPE) == []
    assert await importer(sne(NUMBER)) == (0, 0, 1, 0)


async def test_the_desks_export_completes_what_the_national_file_told(harness, importer):
    await importer(sne(NUMBER))
    assert await importer(HEADS + LINE) == (0, 1, 0, 0)
    found = await application(harness)
    assert found.status == "active"
    assert found.file.declaration is not None
    assert await importer(sne(NUMBER)) == (0, 0, 1, 0)
    assert (await application(harness)).file.wishes is not None


async def test_what_is_wrong_is_listed_and_the_rest_is_kept(harness, importer, monkeypatch):
    monkeypatch.setattr(load, "CHUNK", 2)
    lines = [
        LINE,
        LINE.replace(NUMBER, "12"),
        LINE.replace(NUMBER, OTHER).replace("37050", "99999").replace("14/07/1980", "31/02/1980"),
        LINE.replace(NUMBER, OTHER).replace("01/03/2024", "01/03/2030"),
        LINE.replace("Awa", "Eve"),
        LINE.replace(NUMBER, OTHER).replace("awa@exemple.fr", "awa"),
    ]
    assert await importer(HEADS + "".join(lines)) == (1, 0, 0, 5)
    report = importer.report()
    assert {at: field for at, field, _ in reversed(report)} == {
        3: "number",
        4: "birth_date",
        5: "applicant.consents[0].given_on",
        6: "number",
        7: "applicant.email",
    }
    assert (5, "registered_on", "2030-03-01 is in the future") in report
    assert (6, "number", "the number stands already on line 2; that line was taken") in report
    assert len(await harness.outbox(ApplicationOpened.TYPE)) == 1


async def test_a_wrong_application_of_the_national_file_is_named_by_its_line(importer):
    content = sne(NUMBER, born="1780-01-01") + b""
    assert await importer(content) == (0, 0, 0, 1)
    assert {field for _, field, _ in importer.report()} == {"declaration.members[0].birth_date", "applicant.birth_date"}
    assert {line for line, _, _ in importer.report()} == {3}
    good, cut = sne(NUMBER), sne(OTHER).decode().partition("<nuu:demandeLogement>")[2][:400]
    broken = good.decode().replace("</nuu:interfaceNuu>", f"<nuu:demandeLogement>{cut}")
    assert await importer(broken) == (1, 0, 0, 1)
    assert "the file ends too early" in importer.report()[0][2]


async def test_a_closed_application_is_not_opened_by_a_file(harness, importer):
    await importer(HEADS + LINE)
    async with harness.work() as work:
        before = await store.application_numbered(work.session, NUMBER)
        await keep(work, before, life.close(before, ClosureReason.WITHDRAWN, work.now.date()))
    assert await importer(HEADS + LINE.replace(";4;2;", ";5;3;")) == (0, 0, 0, 1)
    ((line, field, reason),) = importer.report()
    assert (line, field, "The application was closed (withdrawn)" in reason) == (2, "number", True)
    assert (await application(harness)).status == "closed"


async def test_other_files_and_profiles_are_refused(importer):
    with pytest.raises(FileRefused, match="no column 'Numéro unique'"):
        await importer("a;b\n1;2\n")
    with pytest.raises(FileRefused, match="document type"):
        await importer('<!DOCTYPE a [<!ENTITY b "c">]><a/>')
    with pytest.raises(ProfileRefused, match="one of example"):
        profile_of("pelehas")


async def test_a_line_read_otherwise_than_last_time_is_looked_at_again(harness, importer, monkeypatch):
    """Lines are known again by their text: a change of what is read from it has to raise `blocks.READING`."""
    await importer(HEADS + LINE)
    looked = []
    monkeypatch.setattr(prepare, "told_by", lambda form, *rest: looked.append(form) or told_by(form, *rest))
    assert (await importer(HEADS + LINE), looked) == ((0, 0, 1, 0), [])
    monkeypatch.setattr(blocks, "READING", blocks.READING + 1)
    assert (await importer(HEADS + LINE), len(looked)) == ((0, 0, 1, 0), 1)
    columns = "".join(reversed(HEADS.rstrip().partition(";")))
    line = "".join(reversed(LINE.rstrip().partition(";")))
    assert (await importer(f"{columns}\n{line}\n"), len(looked)) == ((0, 0, 1, 0), 2)


def test_what_is_read_from_a_line_is_what_its_version_says(tmp_path):
    export, national = tmp_path / "export.csv", tmp_path / "national.xml"
    export.write_text(HEADS + LINE)
    national.write_bytes(sne(NUMBER))
    profile = profile_of("example")
    with Source(export, profile) as source:
        (lines,) = blocks.lines_of(source, profile, 10)
        forms = [*lines.forms([0])]
    (pieces,) = blocks.pieces_of(national, 10)
    forms += pieces.forms([0])
    read = hashlib.sha256(json.dumps(forms, sort_keys=True).encode()).hexdigest()
    assert (blocks.READING, read[:16]) == (1, "31f52b308a4f6ad6"), (
        "another form than before: raise blocks.READING, then this"
    )
