"""From text to strict types: the few own scalar types, and a model read from a YAML tree.

Every scalar arrives as text and is converted here, once. A value that is not exactly of its type is
a finding with file and line; nothing is guessed.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from procure_ai.files.strict_yaml import Node, line_of, raw
from procure_ai.findings import Finding, Place, Refused, nearest


class Strict(BaseModel):
    """Base of every model: frozen, no unknown keys, no silent conversion."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def _wrong(message: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError("own", "{message}", {"message": message, "remedy": remedy})


_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
_MONEY = re.compile(r"-?(0|[1-9]\d*)(\.\d\d)?", re.ASCII)
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _number(value: object) -> object:
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value) or len(value) > 40:
            raise _wrong(f"`{value}` is geen getal.", "Schrijf cijfers met hooguit een punt, zoals 0.5 of 1250.")
        return Decimal(value)
    return value


def _whole(value: object) -> object:
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value) or "." in value or len(value) > 15:
            raise _wrong(f"`{value}` is geen heel getal.", "Schrijf alleen cijfers, zoals 30.")
        return int(value)
    return value


def _money(value: object) -> object:
    if isinstance(value, str):
        if not _MONEY.fullmatch(value) or len(value) > 20:
            raise _wrong(
                f"`{value}` is geen bedrag.",
                "Schrijf euro's zonder punten tussen duizendtallen en met twee of geen decimalen: 250000 of 250000.00.",
            )
        return Decimal(value)
    return value


def _percent(value: object) -> object:
    number = _number(value)
    if isinstance(number, Decimal) and not 0 <= number <= 100:
        raise _wrong(f"`{value}` is geen percentage tussen 0 en 100.", "Schrijf bijvoorbeeld 60, zonder %.")
    return number


def _date(value: object) -> object:
    if isinstance(value, str):
        try:
            if _DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise _wrong(f"`{value}` is geen bestaande datum.", "Schrijf jaar-maand-dag, bijvoorbeeld 2026-12-01.")
    return value


def _yes_no(value: object) -> object:
    if isinstance(value, str):
        if value not in ("yes", "no"):
            raise _wrong(f"`{value}` is geen yes of no.", "Schrijf yes of no.")
        return value == "yes"
    return value


def _id(value: object) -> object:
    if isinstance(value, str) and (not _ID.fullmatch(value) or len(value) > 60):
        raise _wrong(
            f"`{value}` kan geen kenmerk zijn.",
            "Gebruik hooguit 60 kleine letters, cijfers en streepjes, zoals chatbot-gemeente.",
        )
    return value


def _text_or_list(value: object) -> object:
    if isinstance(value, str) or (isinstance(value, tuple) and all(isinstance(item, str) for item in value)):
        return value
    raise _wrong("hier hoort tekst, of een lijst met streepjes.", "Vergelijk met het voorbeeld in examples/.")


Number = Annotated[Decimal, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_whole)]
Money = Annotated[Decimal, BeforeValidator(_money)]
Percent = Annotated[Decimal, BeforeValidator(_percent)]
Day = Annotated[date, BeforeValidator(_date)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Id = Annotated[str, BeforeValidator(_id)]
TextOrList = Annotated[str | tuple[str, ...], BeforeValidator(_text_or_list)]

M = TypeVar("M", bound=BaseModel)


def read_model(model: type[M], node: Node, file: str) -> M:
    """The YAML tree as this model. Raises `Refused` with a finding per fault (F030 to F034)."""
    try:
        return model.model_validate(raw(node))
    except ValidationError as error:
        raise Refused(_finding(model, node, file, detail) for detail in error.errors()) from None


def _finding(model: type[BaseModel], node: Node, file: str, detail: ErrorDetails) -> Finding:
    path = tuple(step for step in detail["loc"] if step != "[key]")
    place = Place(file, line_of(node, path), key="/".join(str(step) for step in path))
    name = str(path[-1]) if path else ""
    kind = detail["type"]
    if kind == "own":
        context: dict[str, Any] = detail.get("ctx", {})
        return Finding(place, "F030", f"{_label(path)}: {context['message']}", context["remedy"])
    if kind == "missing":
        return Finding(place, "F031", f"De sleutel `{name}` ontbreekt.", f"Voeg `{name}:` toe en vul hem in.")
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
