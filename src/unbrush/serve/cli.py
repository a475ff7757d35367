"""The command line. Verbs are the five stages in order; `run` is all of them.

Exit codes: 0 done, 1 the input cannot be used, 2 the command was called wrongly, 70 our fault, 130
interrupted.
"""

import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from unbrush import __version__
from unbrush.base.errors import CannotWrite, DoesNotFit, UnbrushError
from unbrush.base.memory import ADVICE
from unbrush.serve import screen
from unbrush.serve.checking import check_
from unbrush.serve.desk import audit_app, serve
from unbrush.serve.desk_import import desk_app
from unbrush.serve.dossier import dossier_app
from unbrush.serve.explaining import explain
from unbrush.serve.learning import learn, learn_text
from unbrush.serve.listing import detectors, tables
from unbrush.serve.losses import losses
from unbrush.serve.policies import backtest, policy_app, shadow
from unbrush.serve.restoring import restore
from unbrush.serve.sharing import sharing_app
from unbrush.serve.simulating import score, simulate
from unbrush.serve.stages import collect, demo, detect, group, judge, respond, run_

app = App(
    name="unbrush",
    version=__version__,
    help="""Find fake orders and fake reviews, show who organised them, and count without them.

    Start with `unbrush demo`, or with your own export: `unbrush run DATA --out OUT`, where DATA is
    a folder of CSV, Parquet or JSONL files named after unbrush's tables (orders.csv, reviews.csv,
    ...), and open OUT/report.html.""",
    help_format="markdown",
    suppress_keyboard_interrupt=False,  # run_command turns it into an exit code
)

app.command(run_, name="run", sort_key=0)
app.command(demo, sort_key=1)
app.command(check_, name="check", sort_key=1)
app.command(collect, sort_key=2)
app.command(detect, sort_key=3)
app.command(group, sort_key=4)
app.command(judge, sort_key=5)
app.command(respond, sort_key=6)
app.command(restore, sort_key=7)
app.command(simulate, sort_key=7)
app.command(score, sort_key=8)
app.command(tables, sort_key=9)
app.command(detectors, sort_key=10)
app.command(explain, sort_key=9)
app.command(policy_app)
app.command(backtest, sort_key=12)
app.command(shadow, sort_key=13)
app.command(learn, sort_key=14)
app.command(learn_text, sort_key=20)
app.command(serve, sort_key=30)
app.command(audit_app)
app.command(desk_app)
app.command(dossier_app)
app.command(sharing_app)
app.command(losses, sort_key=15)

INTERRUPTED = 130


def main(words: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code; a user never sees a trace back."""
    sys.exit(run_command(sys.argv[1:] if words is None else words))


def run_command(words: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    try:
        app(list(words), exit_on_error=False, print_error=True, result_action="return_value")
    except CycloptsError:
        return 2
    except UnbrushError as error:
        screen.complain(error)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read the output has seen enough; nothing may be written to it at the end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError as error:
        # What is read is guarded where it is read; what is left is the place to write to.
        what = f"{error.filename or 'The output'} cannot be written: {error.strerror or error}."
        screen.complain(CannotWrite(what, hint="Choose another --out, or make room."))
        return CannotWrite.exit_code
    except MemoryError:
        # The engine speaks for itself; this is an array of ours that the machine did not give.
        screen.complain(DoesNotFit("The machine has no memory left for this work.", hint=ADVICE))
        return DoesNotFit.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("UNBRUSH_DEBUG"):
            raise
        screen.say_fault(error)
        return 70
    return 0
