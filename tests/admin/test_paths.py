from pathlib import Path

from admin.cli.paths import expand


def test_files_folders_and_globs_become_files_each_once_in_order(tmp_path: Path) -> None:
    for name in ("b.pdf", "a.pdf", "in/c.pdf", "in/.hidden", ".git/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")

    files, missing = expand([str(tmp_path), str(tmp_path / "*.pdf")])

    assert [str(file.relative_to(tmp_path)) for file in files] == ["a.pdf", "b.pdf", "in/c.pdf"]
    assert missing == []


def test_what_names_nothing_is_reported(tmp_path: Path) -> None:
    assert expand([str(tmp_path / "no*")]) == ([], [str(tmp_path / "no*")])


def test_a_name_with_glob_signs_is_the_file_itself(tmp_path: Path) -> None:
    odd = tmp_path / "scan[1].pdf"
    odd.write_text("")

    assert expand([str(odd)]) == ([odd], [])


def test_a_link_that_leads_back_does_not_loop(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path)

    assert [file.name for file in expand([str(tmp_path)])[0]] == ["a.pdf"]
