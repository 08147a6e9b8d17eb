"""The measures of a ranking by hand-worked examples, and collections that are read whatever they hold."""

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.ranking import main, measure
from benchmarks.ranking_collection import Collection
from benchmarks.ranking_measures import Quality, average_precision, mean, ndcg, quality, recall
from benchmarks.ranking_smart import main as convert
from index import engine as engines

SHARED = Path(__file__).parents[2] / "shared" / "data" / "retrieval"


def test_ndcg_by_hand() -> None:
    """Gains 3, 0, 2 at places 1 to 3: 3/log2(2) + 2/log2(4) = 4; best 3, 2, 1: 3 + 2/log2(3) + 1/2 = 4.7619."""
    judged = {"a": 3, "b": 2, "c": 1, "x": 0}
    assert ndcg(["a", "x", "b"], judged) == pytest.approx(4 / (3.5 + 2 / math.log2(3)))
    assert ndcg(["a", "b", "c"], judged) == 1.0
    assert ndcg(["x", "y"], judged) == 0.0
    assert ndcg([], judged) == 0.0


def test_ndcg_looks_no_deeper_than_asked() -> None:
    judged = {str(i): 1 for i in range(20)}
    assert ndcg([str(i) for i in range(20)], judged) == pytest.approx(1.0)
    assert ndcg([*"abcdefghij", "0"], judged) == 0.0
    assert ndcg(["a", "0"], judged, depth=1) == 0.0


def test_average_precision_by_hand() -> None:
    """Relevant at places 1 and 3, a third one not found: (1/1 + 2/3 + 0) / 3."""
    assert average_precision(["a", "x", "b"], {"a": 1, "b": 2, "c": 1}) == pytest.approx((1 + 2 / 3) / 3)
    assert average_precision(["a"], {"a": 1}) == 1.0
    assert average_precision(["a"], {"a": 0}) == 0.0


def test_recall_by_hand() -> None:
    assert recall(["a", "x", "b"], {"a": 1, "b": 1, "c": 1, "d": 1}) == 0.5
    assert recall([*(f"x{i}" for i in range(100)), "a"], {"a": 1}) == 0.0


def test_grades_below_one_are_not_relevant() -> None:
    judged = {"a": -1, "b": 0, "c": 2}
    assert quality(["a", "b", "c"], judged) == Quality(
        pytest.approx(1 / math.log2(4)), pytest.approx(1 / 3), 1.0
    )  # fmt: skip


def test_mean() -> None:
    assert mean([Quality(1, 0.5, 0), Quality(0, 0.5, 1)]) == Quality(0.5, 0.5, 0.5)
    with pytest.raises(ValueError, match="no query"):
        mean([])


def _files(folder: Path, docs: list[object], queries: str, qrels: str) -> tuple[Path, Path, Path]:
    paths = folder / "docs.jsonl", folder / "queries.tsv", folder / "qrels.txt"
    lines = [d if isinstance(d, str) else json.dumps(d) for d in docs]
    for path, text in zip(paths, ("\n".join(lines), queries, qrels), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


DOCS: list[object] = [
    {"_id": "1", "title": "Sleep", "text": "Sleep and pain in cells."},
    {"_id": 2, "title": None, "text": "Lactate after exercise\u0000 rose."},
    {"_id": "3", "text": "Fatigue and lactate."},
    {"_id": "4", "title": "T" * 1_500, "text": "word " * 6_000},
    {"_id": "5"},
    {"_id": "1", "title": "Again", "text": ""},
    "no json",
    '["a list"]',
    '{"title": "no id"}',
]
QUERIES = "q1\twhat of lactate?\nq2\tsleep\nq3\tunjudged\nq4\tall are irrelevant\n\nno tab\nq1\ttwice\n"
QRELS = "q1 0 2 2\nq1 0 3 1\nq1 0 1 -1\nq2\t1\t1\nq4 0 1 0\nq9 0 1 1\nq1 0 gone 1\nbroken\nq1 0 2 many\n"


def test_a_collection_is_read_and_says_what_it_left_out(tmp_path: Path) -> None:
    found = Collection.read(*_files(tmp_path, DOCS, QUERIES, QRELS))
    assert list(found.documents) == ["1", "2", "3", "4", "5"]
    assert found.documents["1"] == ("Sleep", "Sleep and pain in cells.")
    assert found.documents["2"] == ("", "Lactate after exercise rose.")
    assert found.queries == {"q1": "what of lactate?", "q2": "sleep"}
    assert found.judgements["q1"] == {"2": 2, "3": 1, "1": -1, "gone": 1}
    assert dict(found.skipped) == {
        "lines of documents that are no JSON object with an _id": 3,
        "documents that came twice (the first was kept)": 1,
        "documents cut after 20,000 characters": 1,
        "documents without any text": 1,
        "lines of judgements that could not be read": 2,
        "lines of queries without a tab and a text": 1,
        "queries that came twice (the first was kept)": 1,
        "queries without a relevant document in the judgements": 2,
        "judgements of queries that there are not": 2,
        "judged documents that the collection does not hold": 1,
    }


def test_documents_become_studies_without_words_of_their_own(tmp_path: Path) -> None:
    atlas, ids = Collection.read(*_files(tmp_path, DOCS, QUERIES, QRELS)).atlas()
    assert [ids[study] for study in atlas.studies] == ["1", "2", "3", "4", "5"]
    assert all(study.isalpha() for study in ids)


@pytest.mark.parametrize("engine", ["tantivy", "whoosh"])
def test_the_command_prints_the_measures(engine: str, tmp_path: Path) -> None:
    docs, queries, qrels = map(str, _files(tmp_path, DOCS, QUERIES, QRELS))
    done = CliRunner().invoke(main, ["--docs", docs, "--queries", queries, "--qrels", qrels, "--engine", engine])
    assert done.exit_code == 0, done.output
    assert "Note: documents without any text: 1" in done.output
    row = [cell.strip() for cell in done.output.strip().splitlines()[-1].strip("|").split("|")]
    assert row[0] == "2"
    gone = 1 / math.log2(4)  # the third relevant document of q1 is not in the collection
    shorter_first = 1 + 2 / math.log2(3)
    expected = (shorter_first / (2 + 1 / math.log2(3) + gone) + 1) / 2
    assert float(row[1]) == pytest.approx(expected, abs=1e-4)
    assert float(row[2]) == pytest.approx((2 / 3 + 1) / 2, abs=1e-4)


def test_nothing_to_measure_is_told(tmp_path: Path) -> None:
    docs, queries, qrels = map(str, _files(tmp_path, DOCS, "q1\tlactate\n", "q1 0 1 0\n"))
    done = CliRunner().invoke(main, ["--docs", docs, "--queries", queries, "--qrels", qrels])
    assert done.exit_code == 1
    assert "nothing to measure" in done.output


def test_smart_collections_are_converted(tmp_path: Path) -> None:
    docs, queries, qrels = tmp_path / "d", tmp_path / "q", tmp_path / "r"
    docs.write_text(".I 1\n.T\nsleep\nand rest\n.A\nnobody\n.W\nsleep  helps .\n.I 2\n.W\nlactate\n")
    queries.write_text(".I 004\n.W\n what of\nsleep ?\n.I 009\n.W\nlactate\n")
    qrels.write_text("1 1 2\n1 2 -1\n2 0 2 1\n\n")
    options = ["--docs", docs, "--queries", queries, "--qrels", qrels, "--output", tmp_path / "out"]
    done = CliRunner().invoke(convert, list(map(str, options)))
    assert done.exit_code == 0, done.output
    found = Collection.read(*(tmp_path / "out" / name for name in ("docs.jsonl", "queries.tsv", "qrels.txt")))
    assert found.documents == {"1": ("sleep and rest", "sleep helps ."), "2": ("", "lactate")}
    assert found.queries == {"1": "what of sleep ?", "2": "lactate"}
    assert found.judgements == {"1": {"1": 1, "2": 0}, "2": {"2": 1}}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the test collections are not beside this project")
@pytest.mark.parametrize(
    ("files", "least"),
    [
        (("med/MED.ALL", "med/MED.QRY", "med/MED.REL"), 0.70),
        (("cran/cran.all.1400", "cran/cran.qry", "cran/cranqrel"), 0.40),
    ],
    ids=["MED", "Cranfield"],
)
def test_the_ranking_is_as_good_as_it_was(files: tuple[str, str, str], least: float, tmp_path: Path) -> None:
    names = [str(SHARED / name) for name in files]
    options = [part for pair in zip(("--docs", "--queries", "--qrels"), names, strict=True) for part in pair]
    assert CliRunner().invoke(convert, [*options, "--output", str(tmp_path)]).exit_code == 0
    collection = Collection.read(*(tmp_path / name for name in ("docs.jsonl", "queries.tsv", "qrels.txt")))
    atlas, ids = collection.atlas()
    engines.build(atlas, tmp_path / "index")
    qualities, _ = measure(engines.open_index(tmp_path / "index", atlas), collection, ids)
    assert mean(qualities).ndcg_10 >= least
