"""The keys' arithmetic: make an RSA key, sign, verify by any algorithm in use. Pure.

`rsa-v1_5-sha256` is what the whole fediverse signs with; the others are of RFC 9421, 3.3. A
signature never says by itself what kind of key it needs: the algorithm must fit the key we hold.
"""

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

RSA_SHA256 = "rsa-v1_5-sha256"
BITS = 2048
# Strangers choose the keys we compute with: huge ones would cost us, small ones prove nothing.
FEWEST_BITS, MOST_BITS = 1024, 8192


def make_key() -> tuple[str, str]:
    """A new RSA key: the private half as PKCS 8 PEM, the public one as SPKI PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


def sign(private_pem: str, text: bytes) -> bytes:
    """By `rsa-v1_5-sha256`."""
    # It is our own: proving its primes anew at each signature took forty times as long as signing.
    key = serialization.load_pem_private_key(
        private_pem.encode(), password=None, unsafe_skip_rsa_key_validation=True
    )
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("our keys are RSA")
    return key.sign(text, padding.PKCS1v15(), hashes.SHA256())


def is_signed(public_pem: str, algorithm: str, text: bytes, signature: bytes) -> bool:
    """Whether the holder of the key has signed the text. `algorithm` '' is what the key is for."""
    try:
        key = serialization.load_pem_public_key(public_pem.encode())
        match key:
            case rsa.RSAPublicKey() if FEWEST_BITS <= key.key_size <= MOST_BITS:
                return _by_rsa(key, algorithm, text, signature)
            case ed25519.Ed25519PublicKey() if algorithm in {"", "ed25519"}:
                key.verify(signature, text)
                return True
            case ec.EllipticCurvePublicKey() if algorithm in {"", "ecdsa-p256-sha256"}:
                if key.curve.name != "secp256r1" or len(signature) != 64:
                    return False
                r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
                key.verify(encode_dss_signature(r, s), text, ec.ECDSA(hashes.SHA256()))
                return True
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return False


def _by_rsa(key: rsa.RSAPublicKey, algorithm: str, text: bytes, signature: bytes) -> bool:
    if algorithm in {"", RSA_SHA256}:
        key.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
        return True
    if algorithm == "rsa-pss-sha512":
        pss = padding.PSS(padding.MGF1(hashes.SHA512()), salt_length=64)
        key.verify(signature, text, pss, hashes.SHA512())
        return True
    return False


def is_key(public_pem: str) -> bool:
    """Whether we could verify with it."""
    try:
        key = serialization.load_pem_public_key(public_pem.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    if isinstance(key, rsa.RSAPublicKey):
        return FEWEST_BITS <= key.key_size <= MOST_BITS
    return isinstance(key, (ed25519.Ed25519PublicKey, ec.EllipticCurvePublicKey))
