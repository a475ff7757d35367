"""Put the API together."""

from importlib import import_module
from pkgutil import iter_modules

from fastapi import FastAPI
from fastapi.routing import APIRoute

from unbrush import __version__
from unbrush.serve.api import routes
from unbrush.serve.api.callers import may_of
from unbrush.serve.api.handbook import add_handbook
from unbrush.serve.api.idempotency import take_keys
from unbrush.serve.api.limits import Buckets, Limits
from unbrush.serve.api.metrics import Meter
from unbrush.serve.api.problems import ANSWERS, Problem, tell_problems
from unbrush.serve.api.state import Desk
from unbrush.serve.api.tracing import Tracing


def make_api(desk: Desk) -> FastAPI:
    """Return the API over a desk; every file of `routes` is a part of it."""
    api = FastAPI(
        title="unbrush",
        version=__version__,
        summary="Cases, steps, appeals and the audit of fake orders and fake reviews.",
        responses=ANSWERS,
        generate_unique_id_function=_name_of,
        docs_url=None,
        redoc_url=None,
    )
    api.state.desk = desk
    tell_problems(api)
    acts: dict[str, tuple[str, ...]] = {}
    for module in sorted(iter_modules(routes.__path__), key=lambda each: each.name):
        router = import_module(f"{routes.__name__}.{module.name}").router
        take_keys(router)
        acts |= {each.name: may_of(each) for each in router.routes if isinstance(each, APIRoute)}
        api.include_router(router)
    api.add_middleware(
        Limits, largest=desk.largest_request, buckets=Buckets(desk.requests_a_minute)
    )
    api.state.meter = Meter()
    api.add_middleware(Tracing, meter=api.state.meter)  # the outermost: what is refused counts, too
    _describe_problem(api)
    add_handbook(api, acts)
    return api


def _name_of(route: APIRoute) -> str:
    return route.name


def _describe_problem(api: FastAPI) -> None:
    """Put the shape of a problem among the schemas, to which every route refers."""
    describe = api.openapi

    def described() -> dict[str, object]:
        if api.openapi_schema is None:
            schema = describe()
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = Problem.model_json_schema()
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            api.openapi_schema = schema
        return api.openapi_schema

    api.openapi = described  # type: ignore[method-assign]
