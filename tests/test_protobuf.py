import pytest
from google.protobuf import descriptor_pb2, wrappers_pb2

from ferkeras.protobuf_wire import field, fields, varint


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 2**40, 2**63 - 1, -1, -300, -(2**63)])
def test_numbers_are_the_library_s(value):
    assert field(1, value) == wrappers_pb2.Int64Value(value=value).SerializeToString() or not value
    assert wrappers_pb2.Int64Value.FromString(field(1, value)).value == value
    assert field(1, value) == b"\x08" + varint(value)


def test_texts_messages_and_repeated_fields_are_the_library_s():
    wanted = descriptor_pb2.FileDescriptorProto(
        name="é" * 100,
        dependency=["a", "", "b"],
        message_type=[descriptor_pb2.DescriptorProto(name="one")],
        public_dependency=[3, 200],
    )
    written = (
        field(1, "é" * 100)
        + fields(3, ["a", "", "b"])
        + fields(4, [field(1, "one")])
        + fields(10, [3, 200])
    )
    assert written == wanted.SerializeToString(deterministic=True)
