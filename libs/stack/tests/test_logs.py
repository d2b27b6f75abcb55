import json

from stack.logs import Follower, Level, read_lines


def levels(*lines: str) -> list[Level]:
    return [line.level for line in read_lines(lines)]


def test_json_lines_keep_their_level_and_say_the_rest():
    raw = json.dumps({"event": "dead letter", "level": "warning", "timestamp": "2026-11-22T10:11:12Z", "topic": "t"})
    [line] = read_lines([raw])
    assert line.level is Level.WARNING
    assert line.text == "dead letter topic=t"
    assert line.time == "10:11:12"


def test_an_exception_is_shown_below_its_line():
    raw = json.dumps({"event": "failed", "level": "error", "exception": "Traceback …\nValueError: x"})
    [line] = read_lines([raw])
    assert line.text == "failed\nTraceback …\nValueError: x"


def test_a_traceback_is_an_error_to_its_last_line_and_not_beyond():
    assert levels("Traceback (most recent call last):", '  File "x"', "ValueError: no", "starting") == [
        Level.ERROR,
        Level.ERROR,
        Level.ERROR,
        Level.INFO,
    ]


def test_servers_words_for_levels_are_understood():
    assert levels(
        "2026-11-22 10:00:00 UTC [7] LOG:  ready",
        "2026-11-22 10:00:00 UTC [7] FATAL:  no room",
        "2026-11-22T10:00:00,000 WARN  Controller: hm",
        "a plain line",
    ) == [Level.INFO, Level.ERROR, Level.WARNING, Level.INFO]


def test_a_follower_shows_whole_lines_added_since_from_its_level_on(tmp_path):
    log, shown = tmp_path / "demand.log", []
    log.write_text("2026 ERROR before\n")
    follower = Follower(lambda name, line: shown.append((name, line.text)), level=Level.WARNING)
    follower.add("demand", log)
    with log.open("a") as file:
        file.write("2026 WARN first\n2026 INFO quiet\n2026 ERROR sec")
        file.flush()
        follower.look()
        assert shown == [("demand", "2026 WARN first")]
        file.write("ond\n")
    follower.look()
    assert shown[1:] == [("demand", "2026 ERROR second")]


def test_a_log_that_was_turned_over_is_read_from_its_start(tmp_path):
    log, shown = tmp_path / "kafka.log", []
    log.write_text("2026 ERROR a long line of the old file\n")
    follower = Follower(lambda _name, line: shown.append(line.text), level=Level.WARNING)
    follower.add("Kafka", log)
    log.write_text("2026 ERROR new\n")
    follower.look()
    assert shown == ["2026 ERROR new"]


def test_a_chatty_servers_warnings_are_for_who_asks(tmp_path):
    log = tmp_path / "kafka.log"
    for level, expected in ((Level.WARNING, []), (Level.INFO, ["2026 WARN everyday"])):
        log.write_text("")
        shown = []
        follower = Follower(lambda _name, line: shown.append(line.text), level=level)  # noqa: B023 - looked at here
        follower.add("Kafka", log, chatty=True)
        log.write_text("2026 WARN everyday\n")
        follower.look()
        assert shown == expected


def test_what_is_said_again_and_again_is_shown_once_in_a_while(tmp_path):
    log, shown = tmp_path / "demand.log", []
    follower = Follower(lambda name, line: shown.append((name, line.text)), level=Level.WARNING)
    follower.add("demand", log)
    raw = '{{"event": "no broker", "level": "error", "timestamp": "2026-11-22T10:00:0{}Z"}}\n'
    log.write_text("".join(raw.format(second) for second in range(9)))
    follower.look()
    assert shown == [("demand", "no broker")]
