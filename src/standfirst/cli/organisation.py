"""``standfirst organisation``: workspaces of the workplace, from the command line."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from standfirst.cli.opening import a_text
from standfirst.cli.workplace import data_option, enter

if TYPE_CHECKING:
    from standfirst.server.accounts.models import User
    from standfirst.server.organising import Wanted

TYPES = (
    "organisation",
    "certification-body",
    "accreditation-body",
    "scheme-owner",
    "standards-body",
    "authority",
    "laboratory",
    "stakeholder-organisation",
)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("organisation", help="workspaces of the workplace")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)

    new = verbs.add_parser("new", help="begin an organisation's workspace, with its first person")
    _wanted_options(new)
    new.add_argument("--by", required=True, type=a_text, metavar="NAME", help="who begins it")
    new.add_argument("--simulation", action="store_true", help="its time is simulated; every page says so")
    new.add_argument("--fictional", action="store_true", help="an invented organisation; every page says so")
    new.set_defaults(run=_new)

    adopt = verbs.add_parser("adopt", help="go on in the workplace where a package's ledger ends")
    adopt.add_argument("package", type=Path, help="the package's folder or zip")
    _wanted_options(adopt)
    adopt.set_defaults(run=_adopt)

    listing = verbs.add_parser("list", help="who has a workspace here")
    data_option(listing)
    listing.set_defaults(run=_list)

    rebuild = verbs.add_parser("rebuild", help="make lists, look-ups and counters anew from the records")
    rebuild.add_argument("slug", help="the organisation's name in addresses")
    data_option(rebuild)
    rebuild.set_defaults(run=_rebuild)


def _wanted_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--slug", required=True, help="its name in addresses, such as acme-quantum")
    parser.add_argument("--name", required=True, type=a_text, help="its name")
    parser.add_argument("--type", choices=TYPES, default="organisation")
    parser.add_argument("--handle", required=True, help="the short name of the first member's person record")
    parser.add_argument("--email", required=True, help="the first member's account; made where there is none")
    parser.add_argument(
        "--password-file", type=Path, metavar="FILE", help="the new account's password (default: asked for)"
    )
    data_option(parser)


def _wanted(arguments: argparse.Namespace) -> "Wanted":
    from standfirst.server.organisations import OrganisationType
    from standfirst.server.organising import Wanted, require_room

    wanted = Wanted(arguments.slug, arguments.name, OrganisationType(arguments.type))
    require_room(wanted)  # before an account is made for it
    return wanted


def _account(arguments: argparse.Namespace, name: str) -> "User":
    """The account of this address, made where there is none."""
    from standfirst.server.accounts.models import User
    from standfirst.server.accounts.people import create_user

    known = User.objects.filter(email=arguments.email.lower()).first()
    if known is not None:
        return known
    return create_user(email=arguments.email, name=name, password=_password(arguments.password_file))


def _password(file: Path | None) -> str:
    from standfirst.evidence.source import open_source

    if file is not None:
        return open_source(file, max_bytes=10_000).data.decode("utf-8", "replace").strip("\r\n")
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass("Password of the new account: ")


def _new(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import say

    enter(arguments.data)

    from standfirst.server.organising import found_organisation, require_founder

    wanted = _wanted(arguments)
    require_founder(arguments.by, arguments.handle)
    organisation = found_organisation(
        wanted,
        founder=arguments.by,
        handle=arguments.handle,
        user=_account(arguments, arguments.by),
        simulation=arguments.simulation,
        fictional=arguments.fictional,
    )
    say(f"{organisation.name}: /o/{organisation.slug}/. Its ledger has begun.")
    return 0


def _adopt(arguments: argparse.Namespace) -> int:
    from standfirst.cli.opening import opened
    from standfirst.cli.output import say

    enter(arguments.data)

    from standfirst.management.founding import acting
    from standfirst.server.organising import adopt_package

    package = opened(arguments.package)
    wanted = _wanted(arguments)
    acting(package.store, arguments.handle)  # before an account is made for nobody
    user = _account(arguments, arguments.handle)
    organisation = adopt_package(wanted, package, user=user, handle=arguments.handle)
    entries = package.store.head.size
    say(f"{organisation.name}: /o/{organisation.slug}/. {entries} entries go on here.")
    if left := package.unrecorded():
        say(f"{len(left)} working files are not recorded and stayed behind:", style="yellow")
        for each in left:
            say(f"    {each.file or each.number}", style="dim")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from rich.table import Table

    from standfirst.cli.output import out

    enter(arguments.data)

    from standfirst.server.store.models import LedgerHead

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("organisation", "type", "name", "entries", ""):
        table.add_column(name)
    for head in LedgerHead.objects.select_related("organisation").order_by("organisation__slug"):
        marks = [
            word for word, true in (("simulation", head.simulation), ("fictional", head.fictional)) if true
        ]
        told = head.organisation
        table.add_row(told.slug, told.type, told.name, str(head.size), ", ".join(marks))
    out().print(table)
    return 0


def _rebuild(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import say

    enter(arguments.data)

    from standfirst.server.organising import organisation_named
    from standfirst.server.readiness import keeping as readiness
    from standfirst.server.search import indexing as search
    from standfirst.server.workplace import open_store

    organisation = organisation_named(arguments.slug)
    store = open_store(organisation)
    say(f"{store.rebuild()} records, as they were written; {search.rebuild(store)} of them can be found.")
    say(f"{readiness.rebuild(organisation)} of them are held against what is asked.")
    return 0
