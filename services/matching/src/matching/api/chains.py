"""Chains of moves, each read in one call."""

from uuid import UUID

import structlog
from fastapi import APIRouter

from chassis.auth import Agent
from chassis.http import CommandRoute, CommandWork, NotFound
from matching.acts import telling
from matching.views.chains import ChainView

__all__ = ["router"]

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute, tags=["chains"])


@router.get("/chains/{chain_id}")
async def show_chain(chain_id: UUID, agent: Agent, work: CommandWork) -> ChainView:
    """The whole chain from the vacancy that began it; any vacancy of it may be named. Households are ids alone."""
    found = await telling.chain(chain_id, work)
    if found is None:
        raise NotFound(f"chain_id: there is no vacancy {chain_id}; its announcement may still be on its way.")
    log.info("chain read", by=agent.subject, chain_id=str(found.chain_id), moves=found.moves)
    return found
