"""What findings of money, fittings, under-occupation, schemes and holders' turns say, in French and English."""

__all__ = ["SENTENCES_AROUND"]

SENTENCES_AROUND: dict[str, tuple[str, str]] = {
    "offered_rent.relet": (
        "Loyer à la relocation : {base_rent_euros} € et {service_charges_euros} € de charges.",
        "Rent at re-letting: {base_rent_euros} euros and {service_charges_euros} euros of charges.",
    ),
    "offered_rent.same_per_m2": (
        "Le bailleur garde votre loyer au mètre carré : {base_rent_euros} € et {service_charges_euros} € de charges.",
        "The landlord keeps your rent a square metre: {base_rent_euros} euros and {service_charges_euros} of charges.",
    ),
    "offered_rent.freeze": (
        "Le bailleur garde votre loyer principal : {base_rent_euros} € et {service_charges_euros} € de charges.",
        "The landlord keeps your principal rent: {base_rent_euros} euros and {service_charges_euros} of charges.",
    ),
    "offered_rent.to_work_out": (
        "Le bailleur garde le loyer de ses locataires ; loyer ou surface manquent : {base_rent_euros} € au plus.",
        "The landlord keeps its tenants' rent; without the present rent and area, {base_rent_euros} euros at most.",
    ),
    "effort.affordable": (
        "Loyer et charges prennent {gross_percent} % des ressources, au plus {most_percent} %.",
        "Rent and charges take {gross_percent} % of resources, {most_percent} % at most.",
    ),
    "effort.affordable_with_aid": (
        "Loyer et charges, aide actuelle déduite : {effort_percent} % des ressources ({gross_percent} % sans elle).",
        "Rent and charges net of the present aid: {effort_percent} % of resources ({gross_percent} % without it).",
    ),
    "effort.aid_not_stated": (
        "Loyer et charges prennent {gross_percent} % des ressources avant toute aide : l'aide est à vérifier.",
        "Rent and charges take {gross_percent} % of resources before any housing aid: the aid is to be verified.",
    ),
    "effort.not_affordable": (
        "Loyer et charges, aide actuelle déduite : {effort_percent} % des ressources, au-delà de {most_percent} %.",
        "Rent and charges take {effort_percent} % of resources net of the present aid: above {most_percent} %.",
    ),
    "effort.resources_not_stated": (
        "Les ressources du mois sont à justifier pour le taux d'effort.",
        "The month's resources are to be proven for the rent burden.",
    ),
    "residual.no_limit": (
        "Aucun reste à vivre minimal n'est fixé.",
        "No least residual income is set.",
    ),
    "residual.affordable": (
        "Il reste plus de {least_euros} € par jour et unité de consommation.",
        "More than {least_euros} euros a day and consumption unit are left.",
    ),
    "residual.affordable_with_aid": (
        "Il reste {residual_euros} € par jour et unité de consommation avec l'aide actuelle, au moins {least_euros} €.",
        "{residual_euros} euros a day and consumption unit are left with the present aid, {least_euros} at least.",
    ),
    "residual.aid_not_stated": (
        "Le reste à vivre est sous {least_euros} € par jour avant toute aide : l'aide est à vérifier.",
        "Residual income is below {least_euros} euros a day before any housing aid: the aid is to be verified.",
    ),
    "residual.not_affordable": (
        "Il reste {residual_euros} € par jour et unité de consommation, aide comprise : moins de {least_euros} €.",
        "{residual_euros} euros a day and consumption unit are left with the present aid: less than {least_euros}.",
    ),
    "residual.not_stated": (
        "Les ressources ou la composition du ménage sont à justifier pour le reste à vivre.",
        "Resources or the household's members are to be proven for the residual income.",
    ),
    "equipment.not_needed": ("Aucun équipement n'est nécessaire.", "No fitting is needed."),
    "equipment.given": ("Les équipements nécessaires sont là.", "The fittings needed are there."),
    "equipment.missing": (
        "Il manque des équipements nécessaires (codes {missing}).",
        "Fittings needed are missing (codes {missing}).",
    ),
    "equipment.not_known": ("Les équipements sont à vérifier.", "The fittings are to be verified."),
    "adapted.ordinary_home": ("Le logement n'est pas adapté.", "The home is not an adapted one."),
    "adapted.disabled_first": (
        "Le logement est adapté : il va d'abord aux personnes handicapées, dont ce ménage (CCH R441-4).",
        "The home is adapted: it goes first to disabled persons, and this household is among them (CCH R441-4).",
    ),
    "adapted.elderly": (
        "Le logement est adapté : il va ensuite aux personnes âgées dont l'état le justifie (CCH R441-4).",
        "The home is adapted: it goes next to the elderly whose state justifies it (CCH R441-4).",
    ),
    "adapted.nobody_before": (
        "Le logement est adapté et la recherche enregistrée n'a trouvé personne avant ce ménage (CCH R441-4).",
        "The home is adapted and the recorded search found nobody before this household (CCH R441-4).",
    ),
    "adapted.to_verify": (
        "Le logement est adapté : le handicap ou la perte d'autonomie est à vérifier (CCH R441-4).",
        "The home is adapted: disability or loss of autonomy is to be verified (CCH R441-4).",
    ),
    "adapted.others_wait": (
        "Le logement est adapté : une recherche de personnes handicapées ou âgées vient d'abord (CCH R441-4).",
        "The home is adapted: first a search for disabled or elderly persons is to be recorded (CCH R441-4).",
    ),
    "under_occupation.none": (
        "Le logement ne serait pas sous-occupé.",
        "The home would not be under-occupied.",
    ),
    "under_occupation.tolerated": (
        "Le logement compterait {rooms} pièces pour {persons} personne(s), ce que la grille du territoire tolère.",
        "The home would have {rooms} rooms for {persons} person(s), which the territory's grid tolerates.",
    ),
    "under_occupation.created": (
        "Le logement serait sous-occupé : {rooms} pièces pour {persons} personne(s) (CCH L621-2).",
        "The home would be under-occupied: {rooms} rooms for {persons} person(s) (CCH L621-2).",
    ),
    "under_occupation.rooms_not_known": (
        "Le nombre de pièces est à vérifier.",
        "The number of rooms is to be verified.",
    ),
    "scope.not_concerned": (
        "Aucun logement du parc n'est quitté : les accords entre bailleurs ne comptent pas.",
        "No home of the stock is left: agreements between landlords do not matter.",
    ),
    "scope.own_stock": ("Le logement est du même bailleur.", "The home is of the same landlord."),
    "scope.holder_to_inform": (
        "Même bailleur, logement réservé : le réservataire est à informer (Protocole Mutations).",
        "Same landlord, a reserved home: its holder is to be informed (Protocole Mutations).",
    ),
    "scope.holder_asked": (
        "Même bailleur, logement réservé : le réservataire informé peut encore répondre (Protocole Mutations).",
        "Same landlord, a reserved home: the holder was informed and may still answer (Protocole Mutations).",
    ),
    "scope.holder_agreed": (
        "Même bailleur, et le réservataire informé ne s'y oppose pas (Protocole Mutations).",
        "Same landlord, and the holder that was informed does not object (Protocole Mutations).",
    ),
    "scope.holder_refused": (
        "Le réservataire du logement a refusé la mutation (Protocole Mutations).",
        "The home's holder refused the transfer (Protocole Mutations).",
    ),
    "scope.inter_landlord": (
        "Les deux bailleurs prennent part aux mutations entre bailleurs.",
        "Both landlords take part in transfers between landlords.",
    ),
    "scope.as_anybody": (
        "D'un bailleur à l'autre sans accord : une demande comme une autre (CCH L441).",
        "From one landlord to another without an agreement: an application like any other (CCH L441).",
    ),
    "scope.landlord_not_known": (
        "Le bailleur actuel est à vérifier : le territoire demande un accord entre bailleurs.",
        "The present landlord is to be verified: the territory asks for an agreement between landlords.",
    ),
    "scope.no_agreement": (
        "Le territoire demande un accord entre les deux bailleurs, et il n'y en a pas.",
        "The territory asks for an agreement between the two landlords, and there is none.",
    ),
    "holder.nobodys_turn": ("Le logement n'attend aucun réservataire.", "The home waits for no reservation holder."),
    "holder.delegated": (
        "Le réservataire a délégué la désignation au bailleur.",
        "The reservation holder left the naming to the landlord.",
    ),
    "holder.lapsed": (
        "Le délai du réservataire est passé : le logement est ouvert à tous.",
        "The reservation holder's time is over: the home is open to all.",
    ),
    "holder.named": ("Le réservataire a désigné ce ménage.", "The reservation holder named this household."),
    "holder.by_protocole": (
        "Le logement est réservé, et la mutation passe par la lettre au réservataire.",
        "The home is reserved, and the transfer goes by the letter to its holder.",
    ),
    "holder.out_of_the_flow": (
        "Une mutation dans le parc du bailleur sort du flux réservé (CCH R441-5).",
        "A transfer inside the landlord's stock leaves the reserved flow (CCH R441-5).",
    ),
    "holder.eligible": (
        "C'est le tour d'un réservataire, et le ménage est de son public.",
        "It is a reservation holder's turn, and the household is of its public.",
    ),
    "holder.to_verify": (
        "C'est le tour d'un réservataire : l'appartenance du ménage à son public est à vérifier.",
        "It is a reservation holder's turn: whether the household is of its public is to be verified.",
    ),
    "holder.employees_to_verify": (
        "C'est le tour d'Action Logement ou d'un employeur : pour qui le ménage travaille est à vérifier avec lui.",
        "It is the turn of Action Logement or an employer: whom the household works for is to be verified with it.",
    ),
    "holder.not_of_its_public": (
        "C'est le tour d'un réservataire, sans date de fin, et le ménage n'est pas de son public.",
        "It is a reservation holder's turn, without a last day, and the household is not of its public.",
    ),
    "holder.not_eligible": (
        "C'est le tour d'un réservataire jusqu'au {until}, et le ménage n'est pas de son public.",
        "It is a reservation holder's turn until {until}, and the household is not of its public.",
    ),
}
