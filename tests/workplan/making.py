"""Small plans for the tests of the rules."""

from workplan.plan import Plan
from workplan.state import PlanState


def milestone(id="one", kind="task", when="30 April 2027", **more):
    found = {"id": id, "title": f"Title of {id}", "kind": kind, "when": when, **more}
    return {key: value for key, value in found.items() if value is not None}


def plan(*milestones, calendar=None, **more):
    return Plan.model_validate(
        {
            "plan": {"name": "P", "group": "G", "year": 2027, "timezone": "Europe/Paris"},
            "calendar": calendar or {},
            "agencies": [{"id": a, "short": a.upper(), "name": a} for a in ("aa", "bb", "cc")],
            "chair": [
                {"agency": "aa", "from": "2027-01-01", "until": "2027-06-30"},
                {"agency": "bb", "from": "2027-07-01", "until": "2027-12-31"},
            ],
            "outputs": [
                {
                    "id": "out",
                    "title": "Output",
                    "owners": ["bb"],
                    "milestones": list(milestones),
                }
            ],
            **more,
        }
    )


def state(**more):
    return PlanState(**more)
