"""What the site is measured with: clients that hear what is answered, and visitors who ask as people do."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import pytest
import waitress

from benchmarks.clients import Answers, ask
from benchmarks.generate import generated_atlas
from benchmarks.visitors import COMPLETIONS, first_times, visits
from entries.atlas import Atlas
from explorer.settings import shipped_data


def _app(environ: dict[str, str], start: Callable[..., object]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/endless":
        start("200 OK", [("Content-Type", "text/plain")])
        return iter([b"no", b"length"])
    body = path.encode() * 40_000  # more than is read at once
    start("404 Not Found" if path == "/missing" else "200 OK", [("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    server = waitress.create_server(_app, host="127.0.0.1", port=0, threads=4)

    def run() -> None:
        with suppress(OSError):
            server.run()

    threading.Thread(target=run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def test_each_address_is_asked_for_once_and_heard(base: str) -> None:
    addresses = [f"/{number}" for number in range(50)]
    addresses[7] = "/missing"
    answers = ask(base, addresses, clients=3)
    assert len(answers.seconds) == 50
    assert all(0 < seconds <= answers.elapsed for seconds in answers.seconds)
    assert [number for number, status in enumerate(answers.statuses) if status != 200] == [7]
    assert answers.errors == 1


def test_fewer_addresses_than_clients(base: str) -> None:
    assert ask(base, ["/a"], clients=8).statuses == (200,)


def test_an_answer_that_cannot_be_timed_is_said(base: str) -> None:
    with pytest.raises(RuntimeError, match="without a length"):
        ask(base, ["/endless"])


def test_nobody_there_is_said() -> None:
    with pytest.raises(RuntimeError, match="refused"):
        ask("http://127.0.0.1:9", ["/"])


def test_times_of_those_chosen() -> None:
    answers = Answers((0.001, 0.002, 0.003), (200, 0, 200), 1.0)
    assert answers.timed([True, False, True]).seconds == (0.001, 0.003)
    assert answers.timed().median == 2
    assert answers.errors == 1


def test_visitors_ask_for_popular_things_often() -> None:
    atlas = generated_atlas(Atlas.load(shipped_data()), 60)
    asked = visits(atlas, 400)
    assert asked == visits(atlas, 400)
    assert asked != visits(atlas, 400, seed=8)
    pages = [address for address in asked if not address.startswith(COMPLETIONS)]
    assert len(pages) == 400
    times = Counter(pages)
    searches = [count for address, count in times.most_common() if address.startswith("/studies?")]
    assert searches[0] >= 5
    assert searches[len(searches) // 2] <= 2  # most are asked for hardly ever again
    assert 0.3 < sum(first_times(pages)) / len(pages) < 0.8


def test_completions_come_before_the_search_they_lead_to() -> None:
    asked = visits(generated_atlas(Atlas.load(shipped_data()), 60), 100)
    typed = [number for number, address in enumerate(asked) if address.startswith(COMPLETIONS)]
    assert typed
    for number in typed:
        begun = asked[number].removeprefix(COMPLETIONS)
        assert begun in next(a for a in asked[number:] if a.startswith("/studies?"))


def test_first_times() -> None:
    assert first_times(["a", "b", "a", "c", "b"]) == [True, True, False, True, False]
