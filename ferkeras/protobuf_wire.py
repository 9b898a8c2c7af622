"""Fields of Protocol Buffers' messages as bytes (protobuf.dev/programming-guides/encoding)."""

from __future__ import annotations


def varint(value: int) -> bytes:
    """A whole number of 0 or more, seven bits a byte, the lowest first."""
    if value < 128:
        return bytes((value,))
    digits = bytearray()
    while value > 127:
        digits.append(value & 127 | 128)
        value >>= 7
    digits.append(value)
    return bytes(digits)


def field(number: int, content: bytes) -> bytes:
    """A field whose content has a length: a text, bytes, or another message.

    Example:
        >>> field(1, b"ab")
        b'\\n\\x02ab'
    """
    return varint(number << 3 | 2) + varint(len(content)) + content
