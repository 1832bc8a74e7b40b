//! xAPI over HTTP: the resources of the standard, keys and scopes, ingest.
