# SPDX-License-Identifier: MIT
"""What a phone proves itself with (RFC 7616)."""
import hashlib
import secrets


def proof(user, password, realm, nonce, method, uri, count=1, algorithm="MD5"):
    """A value of Authorization."""
    make = hashlib.sha256 if algorithm == "SHA-256" else hashlib.md5
    hashed = lambda text: make(text.encode()).hexdigest()  # noqa: E731
    nc, cnonce = f"{count:08x}", secrets.token_hex(4)
    response = hashed(":".join((hashed(f"{user}:{realm}:{password}"), nonce, nc, cnonce, "auth", hashed(f"{method}:{uri}"))))
    return (f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{response}", '
            f'algorithm={algorithm}, qop=auth, nc={nc}, cnonce="{cnonce}"')
