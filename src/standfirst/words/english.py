"""The English of every reason that an assessment can give: code -> sentence, and what to do about a few of them.

How a template reads (``render`` puts the parameters in):

- ``{record}`` stands for a parameter: a list becomes "a, b and c" (``{records:or}``: "a, b or c"), anything else stays.
- ``{state:state}`` names it: by ``state``, ``field``, ``method`` or ``name`` (any other closed list), with `` or`` for
  lists. ``{kind:one}``, ``{kind:many}`` and ``{kind:a}`` are a kind of record as a noun; ``{kind:by number}`` and
  ``{kind:needed}`` look at ``have`` and ``need``.
- ``{age:days}``, ``{tier:count}`` (also zero), ``{known:all}`` (a list in full), ``{why:clause}`` (without its full stop), ``{found:value}`` and
  ``{asked:condition}`` (what a field holds and was to hold), ``{count:counts/count}`` (chosen by number).
- ``[...]`` is left out when one of its parameters says nothing (empty, or zero); ``[...|...]`` then says the second.
  Brackets without a parameter in them are only brackets.
"""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # one record
    "record.counts": "Shown by {records}.",
    "record.template": "{record} still holds template text (in: {fields:field}), so it does not count.",
    "record.evidence-gone": "A file attached to {record} is missing or was changed, so the record does not count.",
    "record.state": "{record} {record:is/are} {state:state}; asked: {asked:state or}.",
    "record.field": "[{record}, {field:field}: {found:value}|{record} {record:has/have} no {field:field}][; asked: {asked:condition}].",
    "record.not-begun": "{record} does not hold before {from}.",
    "record.ended": "{record} has not been in force since {until}.",
    "record.stale": "{record} is {age:days} old; the limit is {limit}.",
    "record.too-few": "{have} {kind:by number} {have:counts/count}[ for {requirement}]; {need} {need:is/are} asked.",
    "record.none-serving": "No {kind:one} serves {requirement}.",
    "record.none-of-kind": "No {kind:one} is on record.",
    # all records of a kind, and records for each subject
    "every.lacking": "{lacking} of {of} {kind:many} {lacking:falls/fall} short of what is asked.",
    "subject.none": "There is no {kind:one} that is {states:state or}[ ({where})] to show this on.",
    "subject.without": "[{subject} ({title})|{subject}] has no {kind:one} that counts.",
    "subject.too-few": "[{subject} ({title})|{subject}] has {have:count} {kind:by number} that {have:counts/count}; {need:count} are asked.",
    "coverage.missing": "{records} {records:does/do} not cover {missing:or} ({field:field}).",
    # measurements, signatures, judgement
    "measurement.none": "No measurement[ of {method:method}][ on {subject}] counts.",
    "measurement.verdict": (
        "{record} of {dated}, the latest measurement[ of {method:method}][ on {subject}], says: {verdict:name}."
    ),
    "measurement.passes": (
        "{record} of {dated}, the latest measurement[ of {method:method}][ on {subject}], says: {verdict:name}."
    ),
    "statement.unsigned": (
        "No {meaning:name} signature[ of {roles:name or}] stands on {records:or}; assurance asked: at least {assurance:name}."
    ),
    "judgement.auditor": "[{question:clause}|An auditor judges this].",
    # what this release cannot do, what is not asked, what speaks against
    "unbuilt.kind": "This release keeps no {kind:many} yet, so it cannot assess this.",
    "unbuilt.method": "This release does not measure {method:method} yet, so it cannot assess this.",
    "unbuilt.domain": "This release measures nothing in {domains:name or} yet, so it cannot assess this.",
    "profile.domain": "Asked in {asked_of:name}; {profile:profile} reaches none of it.",
    "profile.stage": "Asked in {asked_of:name}; {profile:profile} reaches none of it.",
    "profile.tier": "Asked from tier {from_tier:count}; {profile:profile} is tier {tier:count}.",
    "applicability.default": "No statement in force leaves it out.",
    "applicability.stated": "{record}: {why:clause}.",
    "applicability.excluded": "Left out by {record}: {why:clause}.",
    "adverse.open": "[{record} ({title})|{record}] speaks against this and is {state:state}.",
    # what would make it a yes
    "remedy.keep": (
        "Keep {kind:needed}[ of type {types:name or}] that {need:is/are} {states:state or}[ and {need:serves/serve} {requirement}], "
        "with all that is asked."
    ),
    "remedy.every": "Bring {records} up to what the criterion asks.",
    "remedy.wait": (
        "Wait until {from}: then {records} {records:counts/count} as {records:it stands/they stand}. Or bring that day forward in a "
        "new version, with the reason."
    ),
    "remedy.link": "Link to {subject} {kind:a}[ of type {types:name or}] that is {states:state or}[ and serves {requirement}], with all that is asked.",
    "remedy.subject": "Record {kind:a} that is {states:state or}[ ({where})], to show this on.",
    "remedy.cover": "Keep {kind:many} that also cover {missing:all} ({field:field}).",
    "remedy.cause": "Find out why {record} does not conform, put that right, and measure {method:method}[ on {subject}] again.",
    "remedy.measure": "[Measure {method:method}|Take a measurement][ on {subject}] and record the result.",
    "remedy.sign": (
        "Have [{roles:name or}|somebody] sign {records:or} ({meaning:name}; assurance: at least {assurance:name})."
    ),
    # the assessment as a whole
    "verdict.nothing-asked": "This profile asks for none of the requirements.",
    "verdict.all-shown": "All {asked} requirements asked are shown by records.",
    "verdict.none-shown": (
        "None of the {asked} requirements asked is shown by records yet"
        "[; {partly} {partly:is/are} partly shown][; {judged} {judged:needs/need} an auditor's judgement]"
        "[; {unassessable} cannot be assessed in this release]."
    ),
    "verdict.some-shown": (
        "{shown} of the {asked} requirements asked {shown:is/are} shown by records[, {partly} partly][, {missing} not]"
        "[; {judged} {judged:needs/need} an auditor's judgement][; {unassessable} cannot be assessed in this release]."
    ),
}

HINTS: Final[Mapping[str, str]] = {
    "record.template": "Replace every [[...]] in {record} by your own words, or delete what does not apply.",
    "record.evidence-gone": "Put the attached file of {record} back as it was, or record a new version with today's file.",
}
