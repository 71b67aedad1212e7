"""Writes the vectors of the opening part: `python -m tests.vectors.generate_opening` from the project's root.

The output is the same on every run: randomness comes from a seed, and what HPKE encapsulated once (its
randomness cannot be given) is kept in `hybrid-encapsulations.json`. Shapes: README-opening.md.
"""

from crypto import primitives
from tests.vectors.opening_deposits import deposit_vectors
from tests.vectors.opening_documents import (
    author_metadata_vectors,
    content_vectors,
    header_vectors,
    metadata_vectors,
    object_vectors,
    section_vectors,
)
from tests.vectors.opening_grants import (
    document_grant_vectors,
    grant_vectors,
    share_bundle_vectors,
    share_file_vectors,
    share_link_vectors,
)
from tests.vectors.opening_keys import (
    age_vectors,
    keyring_vectors,
    kit_vectors,
    padding_vectors,
    passkey_vectors,
    password_vectors,
)
from tests.vectors.opening_profiles import profile_vectors
from tests.vectors.opening_shares import compressed_file_vectors, health_card_vectors, viewer_link_vectors
from tests.vectors.opening_values import Encapsulations


def main() -> None:
    """Writes every vector of the opening part."""
    encapsulations = Encapsulations()
    primitives.hybrid_seal = encapsulations
    age_vectors()
    padding_vectors()
    password_vectors()
    kit_vectors()
    keyring_vectors()
    passkey_vectors()
    section_vectors()
    header_vectors()
    metadata_vectors()
    author_metadata_vectors()
    object_vectors()
    content_vectors()
    grant_vectors()
    document_grant_vectors()
    deposit_vectors()
    share_link_vectors()
    share_bundle_vectors()
    share_file_vectors()
    viewer_link_vectors()
    compressed_file_vectors()
    health_card_vectors()
    profile_vectors()
    encapsulations.save()


if __name__ == "__main__":
    main()
