"""``docs/wording.md`` lists the rules; this keeps the list as ``policy/wording.yaml`` has it.

python -m intake.scan_table data docs/wording.md
"""

import sys
from pathlib import Path

from entries.errors import EvidenceError
from entries.store import write_atomic
from intake.scan_rules import Example, Rule, When, WordingRules, load

BEGIN, END = "<!-- rules: made by python -m intake.scan_table -->", "<!-- end of rules -->"


def table(rules: WordingRules) -> str:
    """A section for each rule: what it is about, why, the mend, a text that it flags and one that it lets pass."""
    return "\n".join(_section(rule, rules) for rule in rules.rules)


def renewed(page: str, rules: WordingRules) -> str:
    """The page with the rules between its two marks as they are now. Raises EvidenceError without the marks."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise EvidenceError(f"the page has no lines '{BEGIN}' and '{END}'; put them where the rules belong")
    return f"{head}{begin}\n\n{table(rules)}\n{end}{tail}"


def _section(rule: Rule, rules: WordingRules) -> str:
    says = {context.id: context.says for context in rules.contexts} | {"quoted": "it stands between quotation marks"}
    lines = [
        f"### {rule.id} ({rule.severity})",
        "",
        f"{_sentence(rule.reason)} **Mend:** {rule.mend}.",
        "",
        f"- fields: {', '.join(f'`{part}`' for part in rule.fields) if rule.check == 'patterns' else 'all'}",
    ]
    if rule.when:
        lines.append(f"- studies: {'; or '.join(map(_when, rule.when))}")
    if rule.unless:
        lines.append(f"- passes where {'; '.join(says[name] for name in rule.unless)}")
    lines += [f"- flagged: {_example(rule.flagged[0])}", f"- passes: {_example(rule.passed[0])}", ""]
    return "\n".join(lines)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _when(when: When) -> str:
    parts = [f"design {_codes(when.designs)}"] if when.designs else []
    parts += [f"not {_codes(when.not_designs)}"] if when.not_designs else []
    parts += [f"with the flag {_codes(when.flags)}"] if when.flags else []
    parts += [f"badge {_codes(map(str, when.pem))}"] if when.pem else []
    parts += [f"fewer than {when.fewer_than} participants"] if when.fewer_than else []
    return ", ".join(parts)


def _codes(names: object) -> str:
    return " or ".join(f"`{name}`" for name in names)  # type: ignore[attr-defined]


def _example(example: Example) -> str:
    shown = f"“{example.text}”"
    about = [f"quote “{example.quote}”"] if example.quote else []
    about += [f"record: “{example.source}”"] if example.source else []
    about += [f"{example.people} participants"] if example.people and not example.source else []
    about += [f"`{example.definition}`"] if example.definition else []
    return f"{shown} ({'; '.join(about)})" if about else shown


def main(arguments: list[str]) -> int:
    """Renew the list in a page; exit status 2 for a wrong call, 1 where it cannot be done."""
    if len(arguments) != 2:
        print("usage: python -m intake.scan_table DATA_FOLDER PAGE", file=sys.stderr)
        return 2
    try:
        data, page = map(Path, arguments)
        rules = load(data)
        if rules is None:
            raise EvidenceError(f"{data}: there are no wording rules; add policy/wording.yaml")
        write_atomic(page, renewed(page.read_text("utf-8"), rules).encode())
    except (EvidenceError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
