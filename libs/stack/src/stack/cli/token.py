"""`parcours token issue|revoke`."""

import datetime as dt
from typing import Annotated

import typer

from chassis import auth
from chassis.auth import PublicKeys, Role
from stack import tokens
from stack.cli.app import app
from stack.cli.options import Data
from stack.cli.running import run
from stack.cli.voice import console
from stack.service_database import unit_of
from stack.state import StackState

token = typer.Typer(help="Tokens for landlords' systems, agents and operators.", no_args_is_help=True)
app.add_typer(token, name="token")


@token.command("issue")
def issue(
    data: Data,
    role: Annotated[Role, typer.Option(help="What it allows.")],
    siren: Annotated[str | None, typer.Option(help="Whose the token of a landlord or reservation holder is.")] = None,
    subject: Annotated[str, typer.Option(help="Who will hold it.")] = "parcours-command",
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it is accepted.")] = 90,
) -> None:
    """Print a new token; nothing but the token goes to standard output."""
    issued, jti = tokens.issue(data, subject=subject, role=role, siren=siren, ttl=dt.timedelta(days=days))
    typer.echo(f"id {jti}, {days} days; take it back with: parcours token revoke TOKEN", err=True)
    typer.echo(issued)


@token.command("revoke")
def revoke(
    token: Annotated[str, typer.Argument(help="The token.")],
    data: Data,
    reason: Annotated[str, typer.Option(help="Why.")] = "revoked by command",
) -> None:
    """Take a token back: no service accepts it any more."""
    keys = PublicKeys.load(str(data / "keys" / "token.pub"))
    now = dt.datetime.now(dt.UTC)
    principal = auth.verify(token, keys, now)
    run(_revoke(StackState.find(data), principal, reason, now))
    console.print(f"The token {principal.jti} of {principal.subject} is revoked in every service.")


async def _revoke(state: StackState, principal: auth.Principal, reason: str, now: dt.datetime) -> None:
    for service in state.databases:
        async with unit_of(state, service) as work:
            await auth.revoke(work.session, principal.jti, expires_at=principal.expires_at, reason=reason, now=now)
