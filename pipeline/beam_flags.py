"""The flags after `--`, which go to Beam: Beam passes over what it does not know, so they are looked at before."""

import argparse
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions

from schemas.errors import UserError

OURS = {
    "--direct_num_workers": "--workers sets it; give that, before the --",
    "--direct_running_mode": "--workers sets it; one worker runs in this process, more in processes of their own",
    "--save_main_session": "it is never needed here; leave it out",
}
"""Flags of Beam's that the command decides itself."""
JOB_SERVERS = ("PortableRunner", "FlinkRunner", "SparkRunner", "KafkaStreamsRunner")
"""Runners whose job servers have flags of their own, which only the server knows."""
_OWN_FLAG = re.compile(r"--[a-z]+(-[a-z]+)*")


def check_beam_flags(flags: Sequence[str], own_flags: Sequence[str] = ()) -> None:
    """Refuse flags that Beam would pass over in silence or that the command would overrule.

    Args:
        flags: as given after `--`.
        own_flags: of the command itself, for who gives them behind the `--`.

    Raises:
        UserError: a flag that is unknown, misspelt, of the wrong kind, or decided by the command.
    """
    parser = _parser()
    try:
        _, unknown = parser.parse_known_args([*flags])
    except argparse.ArgumentError as error:
        raise UserError(f"{error.argument_name or 'flags after --'}: {error.message}") from None
    except ValueError as error:
        raise UserError(f"flags after --: {error}") from None
    given = [flag.partition("=")[0] for flag in flags]
    for name in given:
        if name in OURS:
            raise UserError(f"{name}: {OURS[name]}")
    names = [name for action in parser._actions for name in action.option_strings]
    has_server = StandardOptions([*flags]).runner in JOB_SERVERS
    for flag in _leading(unknown):
        problem = _problem(flag, names, own_flags, has_server)
        if problem is not None:
            raise UserError(problem)


class _Parser(argparse.ArgumentParser):
    """Beam's parser, but with its errors as exceptions."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise ValueError(message)


def _parser() -> argparse.ArgumentParser:
    base = type("_FlagParser", (_Parser, _beam_parser()), {})
    parser: argparse.ArgumentParser = base(allow_abbrev=False, add_help=False, exit_on_error=False)
    for options in _all_options(PipelineOptions):
        if "_add_argparse_args" in options.__dict__:
            options._add_argparse_args(parser)
    return parser


def _beam_parser() -> type[argparse.ArgumentParser]:
    from apache_beam.options import pipeline_options

    found: type[argparse.ArgumentParser] = pipeline_options._BeamArgumentParser
    return found


def _all_options(kind: Any) -> Iterator[Any]:
    for one in kind.__subclasses__():
        if one.__module__.startswith("apache_beam.") and not one.__module__.endswith("_test"):
            yield one
        yield from _all_options(one)


def _leading(unknown: Sequence[str]) -> Iterator[str]:
    """Yield unknown flags, and words that belong to no flag: the word behind an unknown flag may be its value."""
    before = ""
    for word in unknown:
        if word.startswith("-") or not before.startswith("--") or "=" in before:
            yield word
        before = word


def _problem(flag: str, names: Sequence[str], own_flags: Sequence[str], has_server: bool) -> str | None:
    name = flag.partition("=")[0]
    if not name.startswith("-"):
        return f"{name}: belongs to no flag; --sources takes paths, and flags of Beam's look like --name=value"
    if name in own_flags:
        return f"{name}: is a flag of this command; give it before the --"
    near = get_close_matches(name, [*names, *(own for own in own_flags if _OWN_FLAG.fullmatch(own))], 1, 0.8)
    if near:
        where = " before the --" if near[0] in own_flags else ""
        if near[0] in OURS:
            return f"{name}: did you mean {near[0]}? {OURS[near[0]]}"
        return f"{name}: is no flag of Apache Beam's; did you mean {near[0]}{where}?"
    if has_server:
        return None
    return f"{name}: is no flag of Apache Beam's nor of this command; look it up, or leave it out"
