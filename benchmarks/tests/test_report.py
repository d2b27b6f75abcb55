from benchmarks import report
from benchmarks.figures import Crowd, Spread, Throughput
from benchmarks.latency import AtRate, Side, parts
from benchmarks.run import Part, estimate_s
from benchmarks.throughput import InBulk


def spread(p50: float, p99: float) -> Spread:
    return Spread(n=600, p50=p50, p95=(p50 + p99) / 2, p99=p99, largest=p99)


def side(first: float, told: float) -> Side:
    return Side(first=spread(first, 3 * first), told=spread(told, 3 * told), last=spread(told, 4 * told))


def at_rate(system: Side, *, size: str = "idf", rate: float = 20.0) -> AtRate:
    return AtRate(
        size=size,
        rate=rate,
        vacancies=600,
        floor=side(10, 20),
        system=system,
        calls=12_000,
        alerts=24_000,
        crowd=Crowd(households=4000, calls=12_000, median=2, most=17),
        hops=[("matching looks at the vacancy", spread(6, 20))],
        cpu_ms={"matching": 12.0, "valkey-server": 0.01},
        load=(0.4, 2.1),
    )


def test_targets_are_judged_where_they_are_set_and_nowhere_else():
    met = report._targets([at_rate(side(20, 40))])
    assert len([line for line in met if line.endswith("met")]) == 8
    assert report._targets([at_rate(side(20, 40), size="small"), at_rate(side(20, 40), rate=5.0)]) == []


def test_a_missed_target_says_by_how_much():
    lines = report._targets([at_rate(side(50, 40))])
    assert "- first alert p50 50.0 ms, wanted 25: missed, 2.0 times as much" in lines
    assert "- first alert p50 5.0 × the floor, wanted 2.5: missed, 2.0 times as much" in lines
    assert "- all households told p50 40.0 ms, wanted 50: met" in lines


def test_the_ratio_stands_beside_the_system():
    floor, system = report._rates(at_rate(side(25, 30)))
    assert floor[2] == "floor"
    assert system[2] == "system"
    assert system[6:8] == ("2.5 / 2.5 / 2.5", "1.5 / 1.5 / 1.5")
    assert system[-1] == "0.4 to 2.1"


def test_a_share_of_the_bound_is_told():
    measured = InBulk(
        filled=Throughput(rows=10, seconds=(1.0,)),
        relayed=Throughput(rows=10, seconds=(2.0,)),
        sent=Throughput(rows=10, seconds=(1.0,)),
        polls={20: (Throughput(rows=20, seconds=(4.0,)), Throughput(rows=20, seconds=(1.0,)))},
        load=(0.0, 1.0),
    )
    text = report.in_bulk(measured)
    assert "| relay | 5 | 10 | 0.50 |" in text
    assert "| edge, 20 a poll | 5 | 20 | 0.25 |" in text


def test_older_results_are_kept(tmp_path):
    file = tmp_path / "RESULTS.md"
    report.append(file, "## first")
    report.append(file, "## second\n")
    text = file.read_text()
    assert text.startswith(report.TITLE)
    assert text.index("## first") < text.index("## second")


def test_blocks_add_up():
    assert [parts(number) for number in (600, 5, 1)] == [[300, 300], [3, 2], [1]]


def test_the_estimate_grows_with_what_is_asked():
    whole = estimate_s(["small", "idf"], list(Part), [1, 5, 20], 600)
    assert whole > estimate_s(["small"], list(Part), [1, 5, 20], 600) > estimate_s(["small"], list(Part), [20], 60)
    assert estimate_s(["small"], [Part.THROUGHPUT], [1], 600) < 600
