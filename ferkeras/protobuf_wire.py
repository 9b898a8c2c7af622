"""Protocol Buffers' bytes, for small messages that are written without their library.

protobuf.dev/programming-guides/encoding
"""

from __future__ import annotations

_NUMBER, _WITH_LENGTH = 0, 2  # wire types


def varint(value: int) -> bytes:
    """A whole number in base 128, the lowest digit first; a negative one plus 2**64."""
    value &= 2**64 - 1
    digits = bytearray()
    while value > 127:
        digits.append(value & 127 | 128)
        value >>= 7
    digits.append(value)
    return bytes(digits)


def field(number: int, value: int | str | bytes) -> bytes:
    """One field of a message.

    Args:
        number: of the field, 1 or more.
        value: a whole number, a text, bytes, or the bytes of a message.
    """
    if isinstance(value, int):
        return varint(number << 3 | _NUMBER) + varint(value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | _WITH_LENGTH) + varint(len(content)) + content


def fields(number: int, values: list[int] | list[str] | list[bytes]) -> bytes:
    """A repeated field, one entry after the other."""
    return b"".join(field(number, value) for value in values)
