"""What a tenant reads when an answer cannot be taken: kind, and never a refusal held against anybody."""

from contracts.matching import CallWithdrawalReason
from contracts.told import Told
from contracts.values import Language
from matching.domain.call import Refusal
from matching.domain.offer import Why
from matching.words.languages import spoken
from policy.model import WishStep

__all__ = [
    "BUSY",
    "DECIDED",
    "LINK_EXPIRED",
    "NOT_OURS",
    "NO_APPLICATION",
    "NO_RATIONALE",
    "UNKNOWN_LINK",
    "decides",
    "need",
    "too_late",
    "unanswerable",
    "widened",
    "withdrawn",
]

_LATE = {
    Refusal.AFTER_THE_DEADLINE: (
        (
            "Le délai pour répondre est passé et la place a été proposée à un autre ménage. "
            "Cela ne compte pas comme un refus : votre demande reste active et vous serez prévenu du prochain logement."
        ),
        (
            "The time to answer is over and the place has gone to another household. "
            "This does not count as a refusal: your application stays active and you will hear of the next home."
        ),
    ),
    Refusal.ALREADY_DECLINED: (
        (
            "Vous aviez répondu que ce logement ne vous intéressait pas, et la place a été proposée à un autre ménage. "
            "Votre demande reste active ; votre bailleur peut vous renseigner."
        ),
        (
            "You had answered that this home did not interest you, and the place has gone to another household. "
            "Your application stays active; your landlord can tell you more."
        ),
    ),
}
_GONE = {
    CallWithdrawalReason.VACANCY_LET: (
        "Ce logement vient d'être loué : il n'est plus nécessaire de répondre. Votre demande reste active.",
        "This home has just been let: no answer is needed any more. Your application stays active.",
    ),
    CallWithdrawalReason.VACANCY_WITHDRAWN: (
        (
            "Ce logement n'est plus proposé à la location : il n'est plus nécessaire de répondre. "
            "Votre demande reste active."
        ),
        "This home is no longer to let: no answer is needed any more. Your application stays active.",
    ),
    CallWithdrawalReason.APPLICATION_CLOSED: (
        "Votre demande de logement est close : il n'est plus nécessaire de répondre.",
        "Your housing application is closed: no answer is needed any more.",
    ),
    CallWithdrawalReason.HOME_CHANGED: (
        (
            "Ce logement a changé et ne correspond plus à ce que vous avez demandé : il n'est plus nécessaire de "
            "répondre. Votre demande reste active."
        ),
        (
            "This home has changed and no longer fits what you asked for: no answer is needed any more. "
            "Your application stays active."
        ),
    ),
    CallWithdrawalReason.RULE_BROKEN: (
        (
            "Votre situation a changé et, selon les règles d'attribution, ce logement ne peut plus vous être "
            "attribué : il n'est plus nécessaire de répondre. Cela ne compte pas comme un refus et votre demande reste "
            "active. Si c'est une erreur, le service qui suit votre demande peut la corriger."
        ),
        (
            "Your situation has changed and, by the rules of allocation, this home can no longer go to you: no answer "
            "is needed any more. This does not count as a refusal and your application stays active. If it is a "
            "mistake, the service in charge of your application can correct it."
        ),
    ),
}
_UNANSWERABLE = {
    Why.LAST_DAY_OVER: (
        (
            "Le dernier jour pour répondre est passé : l'absence de réponse vaut refus, et le logement est proposé au "
            "ménage suivant. Votre demande reste active ; votre bailleur peut vous renseigner."
        ),
        (
            "The last day to answer is over: no answer counts as a refusal, and the home is offered to the next "
            "household. Your application stays active; your landlord can tell you more."
        ),
    ),
    Why.REFUSED: (
        "Vous avez refusé ce logement, et il est proposé au ménage suivant. Votre demande reste active.",
        "You refused this home, and it is offered to the next household. Your application stays active.",
    ),
    Why.WITHDRAWN: (
        "Cette proposition n'est plus possible : aucune réponse n'est attendue, et cela ne compte pas comme un refus.",
        "This offer is no longer possible: no answer is needed, and this does not count as a refusal.",
    ),
    Why.SIGNED: (
        "Le bail de ce logement est signé : adressez-vous à votre bailleur.",
        "The lease of this home is signed: please ask your landlord.",
    ),
}
_WIDENED = {
    WishStep.NEIGHBOURS: (
        "Ce logement est dans une commune voisine d'un lieu que vous avez demandé.",
        "This home is in a commune next to a place that you asked for.",
    ),
    WishStep.TYPE: (
        "Ce logement a une pièce de plus ou de moins que ceux que vous avez demandés.",
        "This home has one room more or less than those that you asked for.",
    ),
    WishStep.RENT: (
        "Ce logement a un loyer un peu au-dessus du maximum que vous avez indiqué.",
        "This home has a rent a little above the limit that you gave.",
    ),
}
_WHY_ASKED = (
    "Il ne trouve pas preneur, alors nous vous demandons votre avis, et un non ne vous coûte rien.",
    "Nobody has taken it so far, so we ask you too, and a no costs you nothing.",
)
UNKNOWN_LINK = Told(
    "Ce lien ne correspond à aucun logement proposé. Ouvrez-le de nouveau depuis le message reçu.",
    "This link belongs to no home that was offered. Open it again from the message you received.",
)
DECIDED = Told(
    "La commission a décidé sur votre dossier pour ce logement : répondez à la proposition que vous avez reçue.",
    "The committee has decided on your file for this home: answer the offer that you received.",
)
_DECIDES = (
    (
        "Ces points aident à classer les demandes ; ils ne décident de rien. "
        "La commission d'attribution (CALEOL) décide, au vu de tous les dossiers (CCH L441-2)."
    ),
    (
        "These points help to order applications; they decide nothing. The allocation committee (CALEOL) decides, "
        "with all files before it (CCH L441-2)."
    ),
)
_NEED = (
    "Un besoin indiqué dans votre demande n'est pas assuré dans ce logement, ou reste à vérifier.",
    "A need that your application names is not met in this home, or is still to be verified.",
)
LINK_EXPIRED = Told(
    "Ce lien n'est plus valable. Votre bailleur ou un guichet peut vous en donner un autre.",
    "This link is not valid any more. Your landlord or a registration desk can give you another one.",
)
BUSY = Told(
    "Trop de demandes à la fois : réessayez dans un instant.",
    "Too many ask at once: try again in a moment.",
)
NOT_OURS = Told(
    "Ce lien est incomplet ou n'ouvre pas de demande. Ouvrez-le de nouveau depuis le message reçu.",
    "This link is not complete or opens no application. Open it again from the message you received.",
)
NO_APPLICATION = Told(
    "La demande de ce lien n'est plus là : elle a été effacée, un an après sa clôture.",
    "The application of this link is not there any more: it was erased, a year after it was closed.",
)
NO_RATIONALE = Told(
    "Ce qui a compté pour cet appel n'est plus conservé : la demande a été effacée, ou l'appel est antérieur.",
    "What counted for this call is not kept any more: the application was erased, or the call is older than that.",
)


def decides(language: Language) -> str:
    """Who decides: a score only aids (GDPR art. 22, loi 78-17 art. 47, CRPA L311-3-1)."""
    return spoken(_DECIDES, language)


def need(language: Language) -> str:
    """Instead of a sentence that would tell of health."""
    return spoken(_NEED, language)


def too_late(refusal: Refusal) -> Told:
    return Told(*_LATE[refusal])


def withdrawn(reason: CallWithdrawalReason) -> Told:
    return Told(*_GONE.get(reason, _GONE[CallWithdrawalReason.VACANCY_WITHDRAWN]))


def widened(step: WishStep, language: Language) -> str:
    """Why a household is asked about a home that is not quite what it wished."""
    return f"{spoken(_WIDENED[step], language)} {spoken(_WHY_ASKED, language)}"


def unanswerable(why: Why) -> Told:
    """Why an answer to an offer cannot be taken."""
    return Told(*_UNANSWERABLE[why])
