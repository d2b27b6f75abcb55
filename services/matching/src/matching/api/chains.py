"""Chains of moves, each read in one call."""

from uuid import UUID

import structlog
from fastapi import APIRouter

from chassis.auth import Agent
from chassis.http import CommandRoute, CommandWork, NotFound
from contracts.told import Told
from matching.store import chains
from matching.views.chains import ChainView

__all__ = ["router"]

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute, tags=["chains"])


@router.get("/chains/{chain_id}")
async def show_chain(chain_id: UUID, agent: Agent, work: CommandWork) -> ChainView:
    """The whole chain from the vacancy that began it; any vacancy of it may be named. Households are ids alone."""
    homes = await chains.homes_of(work.session, chain_id)
    if not homes:
        raise NotFound(
            Told(
                f"chain_id : il n'y a pas de vacance {chain_id} ; son annonce est peut-être encore en chemin.",
                f"chain_id: there is no vacancy {chain_id}; its announcement may still be on its way.",
            )
        )
    found = ChainView.of(homes, await chains.all_of(work.session, [row.id for _, row in homes]))
    log.info("chain read", by=agent.subject, chain_id=str(found.chain_id), moves=found.moves)
    return found
