"""What a requirement can see is all that its result depends on."""

import pytest

from standfirst.conformity.assess import assess
from standfirst.conformity.cases import facts_of_case
from standfirst.conformity.sight import EVERYTHING, Sights
from standfirst.standards.facts import Fact, Facts
from standfirst.standards.library import assessment_method, edition
from standfirst.standards.profile import Profile

METHOD = assessment_method()
SIGHTS = Sights(METHOD, ("organisation",))
