"""``standfirst keys``: keys of one's own, for a body, a log or a log witness."""

import argparse
import json
from pathlib import Path


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("keys", help="make keys of your own, or show what others may know of them")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    new = verbs.add_parser("new", help="fresh keys: Ed25519 and ML-DSA-65; of a root ML-DSA-87")
    new.add_argument("file", type=Path, help="where the secret goes; nobody else may read it")
    new.add_argument("--owner", required=True, metavar="ID", help="such as cb.example.org")
    new.add_argument("--root", action="store_true", help="for a body whose keys stand in policies")
    new.set_defaults(run=_new)
    show = verbs.add_parser("show", help="the public keys, as policies and accreditations name them")
    show.add_argument("file", type=Path)
    show.set_defaults(run=_show)


def _new(arguments: argparse.Namespace) -> int:
    from standfirst.certification.keyring import MODE, Keyring
    from standfirst.cli.saving import save_new
    from standfirst.trust.keys import Algorithm

    lasting = Algorithm.ML_DSA_87 if arguments.root else Algorithm.ML_DSA_65
    keyring = Keyring.generate(arguments.owner, (Algorithm.ED25519, lasting))
    save_new(arguments.file, keyring.to_bytes(), mode=MODE)
    return _show(arguments)


def _show(arguments: argparse.Namespace) -> int:
    from standfirst.certification.keyring import Keyring
    from standfirst.evidence.source import open_source
    from standfirst.trust.spelling import base64_text

    keyring = Keyring.from_bytes(open_source(arguments.file, max_bytes=10_000).data)
    keys = [{"algorithm": key.algorithm.value, "public": base64_text(key.public.raw)} for key in keyring.keys]
    print(json.dumps({"id": keyring.owner, "keys": keys}, indent=1))
    return 0
