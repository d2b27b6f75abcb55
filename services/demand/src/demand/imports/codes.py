"""What the SNE's words mean here (DOMAIN §5.2); those of the national form, used by local files too."""

from demand.domain.application import Situation
from demand.domain.declaration import HousingModel

SITUATIONS = {
    HousingModel.SOCIAL_TENANT: Situation.SOCIAL_TENANT,
    HousingModel.PRIVATE_TENANT: Situation.PRIVATE_TENANT,
    HousingModel.SOCIAL_RESIDENCE: Situation.SHELTER,
    HousingModel.SOCIAL_HOTEL: Situation.SHELTER,
    HousingModel.STUDENT_RESIDENCE: Situation.SHELTER,
    HousingModel.SUBLET: Situation.OTHER,
    HousingModel.SHELTER: Situation.SHELTER,
    HousingModel.CHILD_WELFARE: Situation.SHELTER,
    HousingModel.WITH_PARENTS: Situation.HOSTED,
    HousingModel.WITH_RELATIVES: Situation.HOSTED,
    HousingModel.TEMPORARY: Situation.SHELTER,
    HousingModel.JOB_LINKED: Situation.OTHER,
    HousingModel.OWNER: Situation.OWNER,
    HousingModel.CAMPING: Situation.HOMELESS,
    HousingModel.HOTEL: Situation.SHELTER,
    HousingModel.HOMELESS: Situation.HOMELESS,
    HousingModel.SQUAT: Situation.HOMELESS,
}
TYPES = {"C": "T1", "T1": "T1", "T2": "T2", "T3": "T3", "T4": "T4", "T5": "T5", "T6": "T6", "T6P": "T6"}
"""A room (chambre) is a home of one room."""
