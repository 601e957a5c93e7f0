"""Sign-on by SAML 2.0 (extra ``saml``): allauth's provider, with what it leaves open closed."""
