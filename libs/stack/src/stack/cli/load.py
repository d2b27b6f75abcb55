"""`parcours load`: a synthetic territory into the running stack."""

from stack.cli.app import app
from stack.cli.loading import load_showing
from stack.cli.options import Data, Seed, Size
from stack.cli.running import run
from stack.cli.voice import console
from stack.state import StackState
from stack.territory import DEFAULT_SEED, Territory


@app.command()
def load(
    data: Data,
    size: Size = "small",
    seed: Seed = DEFAULT_SEED,
) -> None:
    """Load a synthetic territory on real places; what is there already is left as it is."""
    report = run(load_showing(Territory.of(size, seed), StackState.find(data)))
    for phase in report.phases:
        console.print(f"  {phase.name:<14} {phase.rows:>9,} in {phase.seconds:.1f} s ({phase.rows_per_second:,.0f}/s)")
    if not report.anything_new:
        console.print(f"The {report.territory.label} was loaded already.")
