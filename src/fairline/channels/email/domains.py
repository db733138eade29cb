"""The domain somebody registered, by the public suffix list. DMARC compares those."""

from functools import lru_cache

from publicsuffixlist import PublicSuffixList


def org_domain(domain: str) -> str:
    """`mail.acme.co.uk` is `acme.co.uk`'s. A public suffix itself belongs to nobody else.

    *Source*: the algorithm on publicsuffix.org; the last label of an unknown ending counts as a
    suffix, so that strangers under it never vouch for each other.
    """
    domain = domain.lower().strip(".")
    return _suffixes().privatesuffix(domain) or domain


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
