"""Every error, as one tree.

HalfHourError
├── BadInputError          change the value                (also a ValueError)
│   ├── BadCoordinateError
│   ├── BadFieldError      one field of a row, a form or a command, with the remedy
│   ├── BadFileError       a file as a whole
│   ├── BadCommandError    a command line that cannot be understood
│   ├── BadAreaCodeError   digits that are no area code
│   ├── MissingCrsError
│   ├── WrongCrsError      coordinates other than the ones asked for
│   ├── ShiftedOutsideChinaError  GCJ-02 or BD-09 where neither exists
│   └── BadSettingError
├── NotFoundError          fair question, no answer        (also a LookupError)
│   ├── NoSuchError        no request, person, … of that number or name
│   ├── NoPlaceGivenError
│   └── OutsideTownshipError
├── RuleError              the rules refuse
│   ├── AmbiguousPlaceError
│   ├── WrongStageError
│   ├── AlreadyDispatchedError  somebody else was quicker: the request is on its way
│   ├── VolunteerBusyError   the volunteer has as much as they may carry, or has to answer first
│   ├── ChangedMeanwhileError  somebody else changed it since it was read
│   ├── AlreadyThereError    a name or code that must be unique is taken
│   ├── NeverChangesError    history and published boundaries are final
│   ├── OutOfStepError       a request and its history would no longer agree
│   ├── NobodyInReachError
│   ├── UnfitVolunteerError  the one person chosen may not be sent now
│   ├── NotEntitledError
│   ├── SignInError
│   └── BlockedByFindingsError
└── UnavailableError       try later, or have it mended
    ├── DatabaseUnavailableError
    ├── ProgramFaultError      a mistake in the program itself
    └── NothingImportedError   boundaries, roads or people are not there yet

Branches say who can act. Leaves take facts and build their own sentence; the Chinese sentence
for each leaf stands in `halfhour/sentences.py`.
"""

from __future__ import annotations

from collections.abc import Sequence


class HalfHourError(Exception):
    """Whatever HalfHour itself refuses or fails to do."""


class BadInputError(HalfHourError, ValueError):
    """The value is wrong; change it."""


class NotFoundError(HalfHourError, LookupError):
    """A fair question without an answer."""


class RuleError(HalfHourError):
    """The rules refuse this."""


class UnavailableError(HalfHourError):
    """Something needed is away; try later or have it mended."""


class BadCoordinateError(BadInputError):
    """Numbers that are no longitude and latitude."""

    def __init__(self, lon: float, lat: float) -> None:
        swapped = abs(lat) > 90 and abs(lon) <= 90
        hint = "; the axes look swapped: longitude comes first" if swapped else ""
        super().__init__(f"({lon}, {lat}) is no longitude and latitude in degrees{hint}")
        self.lon, self.lat, self.swapped = lon, lat, swapped


class BadFieldError(BadInputError):
    """One field of one row of a file, or of a form or command, whose row is `-`."""

    def __init__(self, row: int | str, field: str, problem: str, remedy: str) -> None:
        super().__init__(f"row {row}, field {field}: {problem}; {remedy}")
        self.row, self.field, self.problem, self.remedy = row, field, problem, remedy


class BadFileError(BadInputError):
    """A file that cannot be used as a whole."""

    def __init__(self, path: object, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {problem}; {remedy}")
        self.path, self.problem, self.remedy = str(path), problem, remedy


class BadCommandError(BadInputError):
    """A command line that cannot be understood."""

    def __init__(self, problem: str, remedy: str, said: str = "") -> None:
        super().__init__(said or f"{problem}; {remedy}")
        self.problem, self.remedy = problem, remedy


class MissingCrsError(BadInputError):
    """A frame or file that does not say what its coordinates are."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} has no coordinate reference system; state one, such as EPSG:4490")
        self.what = what


class WrongCrsError(BadInputError):
    """A frame whose coordinates are not the ones a function works in."""

    def __init__(self, what: str, found: str, expected: str) -> None:
        super().__init__(f"{what} is in {found}, not in {expected}; convert it first")
        self.what, self.found, self.expected = what, found, expected


class BadAreaCodeError(BadInputError):
    """Characters that are no code of the hierarchy."""

    def __init__(self, code: str, problem: str) -> None:
        super().__init__(f"{code!r} is no area code: {problem}")
        self.code, self.problem = code, problem


class ShiftedOutsideChinaError(BadInputError):
    """A position said to be GCJ-02 or BD-09 in a country where nobody shifts positions."""

    def __init__(self, lon: float, lat: float, datum: str) -> None:
        super().__init__(f"({lon}, {lat}) is not in China, so it cannot be {datum}; use wgs84")
        self.lon, self.lat, self.datum = lon, lat, datum


class BadSettingError(BadInputError):
    """A HALFHOUR_* setting that cannot be used."""

    def __init__(self, name: str, value: str, remedy: str) -> None:
        super().__init__(f"{name}={value!r}: {remedy}")
        self.name, self.value, self.remedy = name, value, remedy


class NoSuchError(NotFoundError):
    """Nothing of that kind has that number or name, or it is not yours to see."""

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"no {kind} {key}")
        self.kind, self.key = kind, key


class NoPlaceGivenError(NotFoundError):
    """The sentence names no place."""

    def __init__(self, text: str) -> None:
        super().__init__(f"no place is named in {text!r}")
        self.text = text


class OutsideTownshipError(NotFoundError):
    """A point or name that lies in no grid of the township."""

    def __init__(self, where: object) -> None:
        super().__init__(f"{where} lies outside the township")
        self.where = where


class AmbiguousPlaceError(RuleError):
    """Several places fit the words; a person must choose."""

    def __init__(self, question: str, names: Sequence[str]) -> None:
        super().__init__(f"several places fit: {', '.join(names)}")
        self.question, self.names = question, tuple(names)


class WrongStageError(RuleError):
    """A step that may not follow the stage a request is at."""

    def __init__(self, step: str, stage: str) -> None:
        super().__init__(f"{step} cannot follow stage {stage}")
        self.step, self.stage = step, stage


class AlreadyDispatchedError(RuleError):
    """Somebody else dispatched this request a moment earlier."""

    def __init__(self) -> None:
        super().__init__("the request is already with somebody")


class VolunteerBusyError(RuleError):
    """A volunteer has an offer to answer first, or carries as much as they may."""

    def __init__(self) -> None:
        super().__init__("the volunteer cannot be offered another request now")


class ChangedMeanwhileError(RuleError):
    """What was read has been changed by somebody else since."""

    def __init__(self) -> None:
        super().__init__("somebody else changed this meanwhile; read it again")


class AlreadyThereError(RuleError):
    """A name or code that must be unique is taken."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"there is already such a {kind}")
        self.kind = kind


class NeverChangesError(RuleError):
    """History, numbers and published boundaries are final."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class OutOfStepError(RuleError):
    """A change that would part a request from its history; a mistake in the program."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class NobodyInReachError(RuleError):
    """No available volunteer arrives within the limit."""

    def __init__(self, limit_s: float, available: int = 0) -> None:
        minutes = limit_s / 60
        super().__init__(f"none of {available} volunteers on hand arrives in {minutes:g} minutes")
        self.limit_s, self.available = limit_s, available


class UnfitVolunteerError(RuleError):
    """The person somebody chose may not be sent, for these reasons."""

    def __init__(self, name: str, reasons: Sequence[str]) -> None:
        super().__init__(f"{name} may not be sent: {', '.join(reasons)}")
        self.name, self.reasons = name, tuple(reasons)


class NotEntitledError(RuleError):
    """The person's role or polygon does not entitle them to this."""

    def __init__(self, action: str) -> None:
        super().__init__(f"you may not {action} here")
        self.action = action


class SignInError(RuleError):
    """Name and password do not belong together, or the account is locked."""

    def __init__(self, locked_minutes: int = 0) -> None:
        super().__init__(
            f"the account is locked for {locked_minutes} minutes"
            if locked_minutes
            else "name and password do not belong together"
        )
        self.locked_minutes = locked_minutes


class BlockedByFindingsError(RuleError):
    """Checks found errors, so nothing was written."""

    def __init__(self, errors: int) -> None:
        super().__init__(f"{errors} errors stand in the way; nothing was written")
        self.errors = errors


class DatabaseUnavailableError(UnavailableError):
    """PostGIS cannot be started, reached or used."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem, self.remedy = problem, remedy


class ProgramFaultError(UnavailableError):
    """A mistake in the program itself; its story was written to a file."""

    def __init__(self, fault: str, record: object) -> None:
        super().__init__(f"{fault}; see {record}")
        self.fault, self.record = fault, str(record)


class NothingImportedError(UnavailableError):
    """Something must be imported first."""

    def __init__(self, what: str, command: str) -> None:
        super().__init__(f"no {what} yet; run `{command}`")
        self.what, self.command = what, command
