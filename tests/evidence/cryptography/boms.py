"""Bills of materials for tests: the real examples, and small ones made as needed."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from standfirst.evidence.crypto_posture import Examination, examine
from standfirst.evidence.cryptography.inventory import Judged
from standfirst.evidence.result import MeasurementResult, Statement

DATA = Path(__file__).parents[2] / "data" / "cbom"
REAL = sorted(DATA.glob("*.json"))
AT = datetime(2026, 11, 22, tzinfo=UTC)


def bom(*components: object, spec: object = "1.6", **more: object) -> bytes:
    """A document with these components."""
    return json.dumps(
        {"bomFormat": "CycloneDX", "specVersion": spec, "version": 1, "components": list(components), **more}
    ).encode()


def asset(name: str, kind: str = "algorithm", ref: str | None = None, **properties: object) -> dict[str, Any]:
    """A cryptographic asset; ``oid`` stands beside its properties, all else in them."""
    inside = {
        "algorithm": "algorithmProperties",
        "certificate": "certificateProperties",
        "protocol": "protocolProperties",
        "related-crypto-material": "relatedCryptoMaterialProperties",
    }[kind]
    body: dict[str, Any] = {"assetType": kind}
    if "oid" in properties:
        body["oid"] = properties.pop("oid")
    body[inside] = properties
    found: dict[str, Any] = {"type": "cryptographic-asset", "name": name, "cryptoProperties": body}
    return found if ref is None else {**found, "bom-ref": ref}


def examined(source: bytes | Path, jurisdiction: str = "us-nist", **choices: object) -> Examination:
    at = choices.pop("at", AT)
    assert at is None or isinstance(at, datetime)
    return examine(source, name="Our product", at=at, parameters={"jurisdiction": jurisdiction, **choices})


def measured(source: bytes | Path, jurisdiction: str = "us-nist", **choices: object) -> MeasurementResult:
    return examined(source, jurisdiction, **choices).result


def judged(source: bytes | Path, jurisdiction: str = "us-nist", **choices: object) -> dict[str, Judged]:
    """Every asset by its name."""
    return {one.asset.name: one for one in examined(source, jurisdiction, **choices).inventory.assets}


def alone(
    jurisdiction: str = "us-nist", *, on: str = "2026-11-22", name: str = "x", **properties: Any
) -> Judged:
    """The only asset of an inventory with one algorithm."""
    at = datetime.fromisoformat(f"{on}T00:00:00+00:00")
    (one,) = examined(bom(asset(name, **properties)), jurisdiction, at=at).inventory.assets
    return one


def standing(name: str, jurisdiction: str, on: str, **properties: Any) -> str:
    return alone(jurisdiction, on=on, name=name, **properties).judgement.standing.value


def figures(result: MeasurementResult, check: str) -> dict[str, Any]:
    return {figure.name: figure.value for figure in result.check(check).figures}


def told(statements: tuple[Statement, ...]) -> Mapping[str, Any]:
    return {statement.name: statement.value for statement in statements}
