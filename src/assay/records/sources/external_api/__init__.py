"""Records over HTTP: the HMPPS External API, and the shapes of the services behind it.

``connection`` says where and as whom; ``client`` asks, and asks again; ``routes`` lists what is asked for;
``journal`` keeps every page taken; ``shapes`` are the answers as values; ``mapping`` makes rows of them;
``fetching`` puts it together into a folder that ``assay load`` checks like any other.
"""

from assay.records.sources.external_api.connection import Connection, connection_from_environment
from assay.records.sources.external_api.fetching import Fetched, Wanted, fetch

__all__ = ["Connection", "Fetched", "Wanted", "connection_from_environment", "fetch"]
