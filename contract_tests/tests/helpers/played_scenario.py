"""What one scenario asks of a service that a test stands in for."""

from contract_tests.tests.crossing.test_table import TARGET
from pacsimile_contract.client.wire import Wire
from pacsimile_contract.errors import NotApplicable, NotExercised
from pacsimile_contract.findings.registry import scenarios
from pacsimile_contract.findings.story import Story
from pacsimile_contract.run.options import Options
from pacsimile_contract.run.run import Run
from pacsimile_contract.session import Session
from pacsimile_contract.target.model import Target


def play(name: str, wire: Wire, target: Target = TARGET, options: Options | None = None) -> Story:
    """Return what a scenario asked of the service at the other end of the wire, until it could go no further."""
    run = Run(target, options or Options(), wire=wire)
    session = Session(run, name)
    try:
        next(one for one in scenarios() if one.name == name).play(session)
    except (NotExercised, NotApplicable) as error:
        session.story.stopped = str(error)
    finally:
        run.close()
    return session.story
