"""What OSCAL asks of assessment files beyond its JSON schemas: the constraints of its metaschema, release 1.2, by their ids.

Only those that our files could break. A rule yields what breaks it. Names are looked for in a file and in those that it
builds on, which stand beside it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from tests.standards.oscal_reading import faults, members, objects

PLAN = "assessment-plan.json"
RESULTS = "assessment-results.json"
ACTIONS = "plan-of-action-and-milestones.json"
METHODS = {"EXAMINE", "INTERVIEW", "TEST"}


@dataclass(frozen=True)
class Set:
    """The files of one export."""

    data: Mapping[str, bytes]

    @cached_property
    def documents(self) -> dict[str, dict[str, Any]]:
        return {name: json.loads(data) for name, data in self.data.items()}

    def body(self, name: str) -> dict[str, Any]:
        (body,) = self.documents[name].values()
        assert isinstance(body, dict)
        return body

    @property
    def catalogue(self) -> str:
        (name,) = (name for name in self.data if name.endswith("-catalog.json"))
        return name

    @cached_property
    def own(self) -> dict[str, dict[str, Any]]:
        """The three kinds of file that are made here, without the catalogue."""
        return {name: self.body(name) for name in self.data if name != self.catalogue}

    @property
    def result(self) -> dict[str, Any]:
        (result,) = self.body(RESULTS)["results"]
        assert isinstance(result, dict)
        return result

    def list(self, file: str, *path: str) -> list[dict[str, Any]]:
        value: Any = self.body(file)
        for step in path:
            value = value.get(step, {} if step != path[-1] else [])
        assert isinstance(value, list)
        return value


def value(holder: Mapping[str, Any], name: str) -> str:
    (found,) = values(holder, name)
    return found


def values(holder: Mapping[str, Any], name: str) -> list[str]:
    return [prop["value"] for prop in holder.get("props", ()) if prop["name"] == name]


def uuids(holders: list[dict[str, Any]]) -> list[str]:
    return [holder["uuid"] for holder in holders]


Rule = Callable[[Set], Iterator[object]]


def schemas(files: Set) -> Iterator[object]:
    for name in files.own:
        yield from ((name, place) for place in faults(files.documents[name]))


def one_uuid_one_thing(files: Set) -> Iterator[object]:
    for name, body in files.own.items():
        counted = Counter(item["uuid"] for item in objects(body) if "uuid" in item)
        yield from ((name, uuid) for uuid, count in counted.items() if count > 1)


def metadata_is_unique(files: Set) -> Iterator[object]:
    """oscal-unique-metadata-property, -link, -responsible-party; oscal-index-metadata-role-id, -party-uuid."""
    for body in files.own.values():
        metadata = body["metadata"]
        props = [(p["name"], p["ns"], p.get("class"), p.get("group"), p["value"]) for p in metadata["props"]]
        links = [(link["href"], link["rel"]) for link in metadata["links"]]
        responsible = [item["role-id"] for item in metadata["responsible-parties"]]
        counted = Counter(chain(props, links, responsible))
        yield from (key for key, count in counted.items() if count > 1)
        roles = {role["id"] for role in metadata["roles"]}
        parties = {party["uuid"] for party in metadata["parties"]}
        yield from (role for role in responsible if role not in roles)
        for item in metadata["responsible-parties"]:
            yield from (uuid for uuid in item["party-uuids"] if uuid not in parties)


def names_without_our_namespace(files: Set) -> Iterator[object]:
    """oscal-activity-values, oscal-back-matter-resource-prop-name-values; elsewhere OSCAL has no name that we use."""
    for name, body in files.own.items():
        allowed = {id(a): {"method"} for a in members(body, "activities")}
        allowed |= {id(r): {"type"} for r in members(body, "resources")}
        for holder in objects(body):
            names = {p["name"] for p in holder.get("props", ()) if "ns" not in p}
            yield from ((name, other) for other in names - allowed.get(id(holder), set()))
        parts = members(body, "parts")
        yield from (
            part for part in parts if part["name"] != "methodology"
        )  # oscal-terms-and-conditions-part-name


def closed_lists(files: Set) -> Iterator[object]:
    """What stands where OSCAL has a list: of a list that it closes, and of our own where it leaves one open."""
    for name, body in files.own.items():
        for holders, what, allowed in LISTS:
            for holder in members(body, holders):
                yield from ((name, holders, found) for found in what(holder) if found not in allowed)
    for activity in members(files.body(PLAN), "activities"):
        if not values(activity, "method"):  # oscal-activity-type-cardinality
            yield activity["uuid"]


LISTS: tuple[tuple[str, Callable[[dict[str, Any]], Iterable[object]], set[str]], ...] = (
    ("activities", lambda it: values(it, "method"), METHODS),  # oscal-activity-type-values
    ("observations", lambda it: it["methods"], METHODS | {"NOT-PERFORMED"}),
    ("observations", lambda it: it["types"], {"control-objective", "adverse-record"}),
    ("findings", lambda it: [it["target"]["type"]], {"statement-id"}),  # oscal-finding-target-values
    ("findings", lambda it: [it["target"]["status"]["state"]], {"satisfied", "not-satisfied"}),
    ("findings", lambda it: [it["target"]["status"]["reason"]], {"pass", "fail", "other"}),
    (
        "findings",
        lambda it: it["target"].get("implementation-status", {}).values(),
        {"implemented", "partial"},
    ),
    ("risks", lambda it: [it["status"]], {"open"}),  # oscal-risk-status-values
    ("remediations", lambda it: [it["lifecycle"]], {"recommendation"}),  # oscal-response-lifecycle-values
    ("tasks", lambda it: [it["type"]], {"milestone"}),  # oscal-task-values
    ("components", lambda it: [it["type"]], {"software"}),  # oscal-component-type-values
    ("components", lambda it: [it["status"]["state"]], {"operational"}),
    ("parties", lambda it: [it["type"]], {"organization"}),  # oscal-metadata-party-type-values
    ("actors", lambda it: [it["type"]], {"tool"}),  # oscal-origin-actor-type-values
    ("resources", lambda it: values(it, "type"), {"evidence"}),  # oscal-back-matter-resource-prop-type-values
)


REFERENCES = {
    "observation-uuid": "observations",
    "finding-uuid": "findings",
    "risk-uuid": "risks",
    "component-uuid": "components",
}


def references_within(files: Set) -> Iterator[object]:
    for name, body in files.own.items():
        for key, holders in REFERENCES.items():
            known = set(uuids(members(body, holders)))
            yield from ((name, o[key]) for o in objects(body) if key in o and o[key] not in known)


def references_beyond(files: Set) -> Iterator[object]:
    """Tools and steps of the plan; controls and statements of the catalogue; the system's own records."""
    plan = files.body(PLAN)
    steps = set(uuids(members(plan, "steps")))
    controls = {control["id"] for control in members(files.body(files.catalogue), "controls")}
    statements = {p["id"] for p in members(files.body(files.catalogue), "parts") if p["name"] == "statement"}
    for name, body in files.own.items():
        holder = body if name == ACTIONS else plan
        tools = set(uuids(members(holder, "components")))
        yield from (actor for actor in members(body, "actors") if actor["actor-uuid"] not in tools)
        resources = {f"#{uuid}" for uuid in uuids(members(body, "resources"))}
        for item in (o for o in objects(body) if str(o.get("href", "")).startswith("#")):
            known = {f"#{uuid}" for uuid in steps} if item.get("rel") == "step" else resources
            if (
                item["href"] not in known or "media-type" in item
            ):  # oscal-metadata-link-uri-reference-no-media-type
                yield name, item
        reached = {o["href"] for o in objects(body) if "href" in o}
        yield from resources - reached
        for item in objects(body):
            yield from {item["control-id"]} - controls if "control-id" in item else ()
            yield from {item["target-id"]} - statements if "target-id" in item else ()


def excluded_is_included_before(files: Set) -> Iterator[object]:
    for body in files.own.values():
        for selection in members(body, "control-selections"):
            included = [control["control-id"] for control in selection["include-controls"]]
            excluded = [control["control-id"] for control in selection.get("exclude-controls", ())]
            yield from set(excluded) - set(included)
            yield from (name for name, count in Counter(included).items() if count > 1)


def files_are_those_beside(files: Set) -> Iterator[object]:
    """oscal-check-hash-length-SHA2-3-256, and that the hash is the file's."""
    for body in files.own.values():
        for link in members(body, "rlinks"):
            (digest,) = link["hashes"]
            found = hashlib.sha256(files.data[link["href"]]).hexdigest()
            if (digest["algorithm"], digest["value"]) != ("SHA-256", found):
                yield link
    if files.body(RESULTS)["import-ap"] != {"href": PLAN}:
        yield "import-ap"


RULES: tuple[Rule, ...] = (
    schemas,
    one_uuid_one_thing,
    metadata_is_unique,
    names_without_our_namespace,
    closed_lists,
    references_within,
    references_beyond,
    excluded_is_included_before,
    files_are_those_beside,
)


def broken(files: Set) -> list[tuple[str, object]]:
    return [(rule.__name__, offender) for rule in RULES for offender in rule(files)]
