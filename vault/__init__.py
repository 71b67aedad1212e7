"""The domain: accounts, documents, grants, shares, journal. Knows neither HTTP nor a particular store."""
