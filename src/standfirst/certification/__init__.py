"""Who vouches for a management system: accreditation, application, audit, decision, certificate."""
