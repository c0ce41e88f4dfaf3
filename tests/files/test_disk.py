"""On disk: a file is written whole or not at all, and the same value gives the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procure_ai.files.disk import canonical_json, read_bytes, sha256, write_atomic
from procure_ai.findings import Refused


def code(refused: pytest.ExceptionInfo[Refused]) -> tuple[str, str]:
    (finding,) = refused.value.findings
    return finding.code, finding.place.file


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "map met spaties" / "één.json"
    write_atomic(path, b"inhoud")
    assert read_bytes(path) == b"inhoud"
    assert [item.name for item in path.parent.iterdir()] == ["één.json"]


def test_writing_replaces_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_atomic(path, b"lang en oud")
    write_atomic(path, b"nieuw")
    assert path.read_bytes() == b"nieuw"


def test_the_old_content_stays_when_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"oud")
    (tmp_path / ".a.txt.tmp").mkdir()  # in the way of the temporary file
    with pytest.raises(Refused) as refused:
        write_atomic(path, b"nieuw")
    assert code(refused) == ("F042", "a.txt")
    assert path.read_bytes() == b"oud"


def test_no_temporary_file_is_left_when_the_last_step_fails(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()  # a folder cannot be replaced by a file
    with pytest.raises(Refused) as refused:
        write_atomic(tmp_path / "a.txt", b"nieuw", shown="sent/a.txt")
    assert code(refused) == ("F042", "sent/a.txt")
    assert [item.name for item in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_where_a_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "package").write_bytes(b"geen map")
    with pytest.raises(Refused) as refused:
        write_atomic(tmp_path / "package" / "a.txt", b"nieuw")
    assert code(refused) == ("F042", "a.txt")
    assert (tmp_path / "package").read_bytes() == b"geen map"


def test_reading_what_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "nergens.yaml", tmp_path):
        with pytest.raises(Refused) as refused:
            read_bytes(path, shown="x")
        assert code(refused) == ("F040", "x")


def test_reading_is_capped(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"12345")
    assert read_bytes(path, limit=5) == b"12345"
    with pytest.raises(Refused) as refused:
        read_bytes(path, limit=4)
    assert code(refused) == ("F001", "a.txt")


def test_the_hash_is_sha256_in_hexadecimal() -> None:
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@settings(deadline=None)
@given(st.dictionaries(st.text(), _json, max_size=5), st.randoms())
def test_the_order_of_keys_does_not_change_the_bytes(value: dict[str, object], random: object) -> None:
    keys = list(value)
    random.shuffle(keys)  # type: ignore[attr-defined]
    data = canonical_json({key: value[key] for key in keys})
    assert data == canonical_json(value)
    assert json.loads(data) == value
    assert data.endswith(b"\n")


def test_dutch_text_is_written_as_it_is() -> None:
    assert canonical_json({"b": "één €", "a": [1]}).decode() == '{\n  "a": [\n    1\n  ],\n  "b": "één €"\n}\n'
