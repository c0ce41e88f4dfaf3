"""From text to strict types: the few own scalar types, and a model read from a YAML tree.

Every scalar arrives as text and is converted here, once. A value that is not exactly of its type is
a finding with file and line; nothing is guessed.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from procure_ai.files.strict_yaml import Node, has_key, line_of, raw
from procure_ai.findings import Finding, Place, Refused, nearest


class Strict(BaseModel):
    """Base of every model: frozen, no unknown keys, no silent conversion."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def wrong(message: str, remedy: str) -> PydanticCustomError:
    """A validation error that `read_model` turns into a finding with this sentence and remedy."""
    return PydanticCustomError("own", "{message}", {"message": message, "remedy": remedy})


_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
_MONEY = re.compile(r"-?(0|[1-9]\d*)(\.\d\d)?", re.ASCII)
_UNIT_PRICE = re.compile(r"-?(0|[1-9]\d*)(\.\d\d|\.\d{4,6})?", re.ASCII)
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


_MOST_DIGITS = 30


def number(value: object) -> Decimal:
    """Text such as `12`, `-3.50`, or a finite `Decimal`, as a plain Decimal; all else is refused.

    An int is refused like a float: a number that went through a spreadsheet or a loose reader has lost
    what was written. At most 30 digits before and after the point.
    """
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        result = Decimal(value)
    elif isinstance(value, Decimal) and value.is_finite():
        result = value
    else:
        raise wrong(f"`{value}` is geen getal.", "Schrijf cijfers met hooguit een punt, zoals 0.5 of 1250.")
    if result.adjusted() >= _MOST_DIGITS or -int(result.as_tuple().exponent) > _MOST_DIGITS:
        raise wrong("Dit getal is te lang.", f"Gebruik hooguit {_MOST_DIGITS} cijfers voor en na de punt.")
    return Decimal(f"{result:f}")


def _plain(value: Decimal) -> str:
    return f"{value:f}"


def _plain_money(value: Decimal) -> str:
    """With the decimals that `Money` reads back: an amount of 0.5 euro is written 0.50."""
    return f"{value:.2f}" if value.as_tuple().exponent == -1 else f"{value:f}"


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _whole(value: object) -> object:
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value) or "." in value or len(value) > 15:
            raise wrong(f"`{value}` is geen heel getal.", "Schrijf alleen cijfers, zoals 30.")
        return int(value)
    return value


def _money(value: object) -> object:
    if isinstance(value, str):
        if not _MONEY.fullmatch(value) or len(value) > 20:
            raise wrong(
                f"`{value}` is geen bedrag.",
                "Schrijf euro's zonder punten tussen duizendtallen en met twee of geen decimalen: 250000 of 250000.00.",
            )
        return Decimal(value)
    return value


def _unit_price(value: object) -> object:
    if isinstance(value, str):
        if not _UNIT_PRICE.fullmatch(value) or len(value) > 20:
            raise wrong(
                f"`{value}` is geen prijs per eenheid.",
                "Schrijf euro's met geen, twee of vier decimalen: 175, 175.00 of 0.0125. Drie lijkt op een duizendtal.",
            )
        return Decimal(value)
    return number(value)


def _percent(value: object) -> object:
    percentage = number(value)
    if not 0 <= percentage <= 100:
        raise wrong(f"`{value}` is geen percentage tussen 0 en 100.", "Schrijf bijvoorbeeld 60, zonder %.")
    return percentage


def _date(value: object) -> object:
    if isinstance(value, str):
        try:
            if _DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise wrong(f"`{value}` is geen bestaande datum.", "Schrijf jaar-maand-dag, bijvoorbeeld 2026-12-01.")
    return value


def _clock(value: object) -> object:
    if isinstance(value, str) and not _CLOCK.fullmatch(value):
        raise wrong(
            f"`{value}` is geen tijd.", "Schrijf uren en minuten tussen aanhalingstekens, bijvoorbeeld '12:00'."
        )
    return value


def _yes_no(value: object) -> object:
    if isinstance(value, str):
        if value not in ("yes", "no"):
            raise wrong(f"`{value}` is geen yes of no.", "Schrijf yes of no.")
        return value == "yes"
    return value


def _id(value: object) -> object:
    if isinstance(value, str) and (not _ID.fullmatch(value) or len(value) > 60):
        raise wrong(
            f"`{value}` kan geen kenmerk zijn.",
            "Gebruik hooguit 60 kleine letters, cijfers en streepjes, zoals chatbot-gemeente.",
        )
    return value


def _sha256(value: object) -> object:
    if isinstance(value, str) and not _SHA256.fullmatch(value):
        raise wrong("dit is geen controlewaarde (SHA-256).", "Neem de 64 kleine letters en cijfers over, op één regel.")
    return value


def _text_or_list(value: object) -> object:
    if isinstance(value, str) or (isinstance(value, tuple) and all(isinstance(item, str) for item in value)):
        return value
    raise wrong("hier hoort tekst, of een lijst met streepjes.", "Vergelijk met het voorbeeld in examples/.")


T = TypeVar("T")
_InJson = PlainSerializer(_plain, when_used="json")
_MoneyInJson = PlainSerializer(_plain_money, when_used="json")

Number = Annotated[Decimal, BeforeValidator(number), _InJson]
Whole = Annotated[int, BeforeValidator(_whole)]
Money = Annotated[Decimal, BeforeValidator(_money), _MoneyInJson]
UnitPrice = Annotated[Decimal, BeforeValidator(_unit_price), _MoneyInJson]
Percent = Annotated[Decimal, BeforeValidator(_percent), _InJson]
Day = Annotated[date, BeforeValidator(_date)]
Clock = Annotated[str, BeforeValidator(_clock)]
"""A time of the day in the Netherlands: `12:00`."""
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Id = Annotated[str, BeforeValidator(_id)]
Sha256 = Annotated[str, BeforeValidator(_sha256)]
Many = Annotated[tuple[T, ...], BeforeValidator(_as_tuple)]
"""A tuple that may also be written as a list."""
TextOrList = Annotated[str | tuple[str, ...], BeforeValidator(_text_or_list)]

M = TypeVar("M", bound=BaseModel)


def read_model(model: type[M], node: Node, file: str) -> M:
    """The YAML tree as this model. Raises `Refused` with a finding per fault (F030 to F034)."""
    try:
        return model.model_validate(raw(node))
    except ValidationError as error:
        raise Refused(_finding(model, node, file, detail) for detail in error.errors()) from None


_BOUNDS = {
    "greater_than_equal": ("minstens", "ge"),
    "greater_than": ("meer dan", "gt"),
    "less_than_equal": ("hoogstens", "le"),
    "less_than": ("minder dan", "lt"),
}


def _finding(model: type[BaseModel], node: Node, file: str, detail: ErrorDetails) -> Finding:
    path = tuple(step for step in detail["loc"] if step != "[key]")
    place = Place(file, line_of(node, path), key="/".join(str(step) for step in path))
    name = str(path[-1]) if path else ""
    kind = detail["type"]
    if kind == "own":
        context: dict[str, Any] = detail.get("ctx", {})
        return Finding(place, "F030", f"{_label(path)}: {context['message']}", context["remedy"])
    if kind == "missing":
        parent = "".join(f"Bij `{step}`: " for step in path[-2:-1])
        if has_key(node, path):
            return Finding(place, "F031", f"{parent}`{name}` is nog leeg.", "Vul een waarde in achter de dubbele punt.")
        return Finding(place, "F031", f"{parent}de sleutel `{name}` ontbreekt.", f"Voeg `{name}:` toe en vul hem in.")
    if kind == "extra_forbidden":
        near = nearest(name, _known_keys(model, path[:-1]))
        remedy = f"Bedoelde u `{near}`?" if near else "Haal de sleutel weg of kijk in docs/ welke sleutels er zijn."
        return Finding(place, "F032", f"De sleutel `{name}` bestaat hier niet.", remedy)
    if kind == "literal_error":
        expected = str(detail.get("ctx", {}).get("expected", "")).replace("'", "`").replace(" or ", " of ")
        message = f"{_label(path)}: `{detail['input']}` is niet toegestaan."
        near = nearest(str(detail["input"]), expected.replace("`", "").replace(" of ", ", ").split(", "))
        hint = f" Bedoelde u `{near}`?" if near else ""
        return Finding(place, "F033", message, f"Kies uit {expected}.{hint}")
    if kind in _BOUNDS:
        words, name = _BOUNDS[kind]
        limit = detail.get("ctx", {}).get(name)
        return Finding(place, "F034", f"{_label(path)}: `{detail['input']}` kan niet.", f"Kies {words} {limit}.")
    what = {
        "string_type": "tekst",
        "tuple_type": "een lijst met streepjes",
        "dict_type": "een groep van sleutels",
        "model_type": "een groep van sleutels",
    }.get(kind, "een andere waarde")
    return Finding(place, "F034", f"{_label(path)}: hier hoort {what}.", "Vergelijk met het voorbeeld in examples/.")


def _label(path: tuple[str | int, ...]) -> str:
    names = [str(step) for step in path if isinstance(step, str)]
    return f"Bij `{names[-1]}`" if names else "In dit bestand"


def _known_keys(model: Any, path: tuple[str | int, ...]) -> list[str]:
    """The field names of the model at this path, as far as annotations tell."""
    current: Any = model
    for step in path:
        if isinstance(current, type) and issubclass(current, BaseModel) and isinstance(step, str):
            field = current.model_fields.get(step)
            current = field.annotation if field else None
        current = _inner_model(current)
    return list(current.model_fields) if isinstance(current, type) and issubclass(current, BaseModel) else []


def _inner_model(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _inner_model(argument)
        if found is not None:
            return found
    return None
