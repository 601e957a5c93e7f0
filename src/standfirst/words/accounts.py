"""The English of accounts: why somebody is not let in, invited or joined. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "actor.not-a-member": "There is nothing at this address, or it is not yours to see.",
    "account.address": "“{email}” is not an e-mail address.",
    "account.password": "The password will not do: {faults}",
    "account.there-already": "There is an account with the address {email} already.",
    "account.member-already": "{email} is a member of this organisation already, or that person has another account.",
    "invitation.role": "Only {roles:name or} invites people.",
    "invitation.no-such-person": "There is no active person with this id in this organisation's records.",
    "invitation.person-taken": "This person has an account already.",
    "invitation.member-already": "{email} is the address of a member already.",
    "invitation.not-sent": "The invitation to {email} could not be sent; it is revoked.",
    "invitation.missing": "There is no such invitation.",
    "invitation.used": "This invitation has been accepted; each is used once.",
    "invitation.revoked": "This invitation was revoked.",
    "invitation.expired": "This invitation was good until {day}.",
    "invitation.other-address": "This invitation was sent to {email}, which is not a verified address of your account.",
    "token.no-scope": "A token is for something: choose at least one scope.",
    "token.lifetime": "A token lives between one day and {days} days.",
    "token.unknown": "This token is not known here.",
    "token.revoked": "The token “{name}” was revoked.",
    "token.expired": "The token “{name}” was good until {day}.",
    "token.scope": "The token “{name}” is for {granted}, not for {scope}.",
    "token.missing": "You have no such token.",
    "session.missing": "You have no such session.",
}

HINTS: Final[Mapping[str, str]] = {
    "account.there-already": "Add that account to the organisation instead of making a second one.",
    "invitation.no-such-person": "Record the person first, then invite them.",
    "invitation.not-sent": "Check the address. If it is right, ask whoever runs this installation whether mail goes out.",
    "invitation.used": "If it was not you, tell who invited you.",
    "invitation.revoked": "Ask who invited you for a new one.",
    "invitation.expired": "Ask who invited you for a new one.",
    "invitation.other-address": "Sign in with the account of that address, or add the address to yours and verify it.",
    "token.unknown": "Check that it was copied whole: it begins with sfp_ and has 53 characters.",
    "token.revoked": "Make a new one.",
    "token.expired": "Make a new one.",
    "token.scope": "Make one with that scope.",
}
