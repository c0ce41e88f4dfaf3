"""What is wrong with a draft, by code."""

from __future__ import annotations

from procure_ai.findings.messages import Messages

_TEXTS = {
    "D101": ("De bepaling `{name}` bestaat niet.", "{hint}"),
    "D102": ("De bepaling `{name}` heeft geen positie `{position}`.", "Kies uit {positions}."),
    "D103": ("De bepaling `{name}` is gekozen en weggelaten.", "Haal hem uit een van beide lijsten."),
    "D104": ("De reden om `{clause}` weg te laten is te kort.", "Schrijf in een zin waarom de bepaling niet nodig is."),
    "D110": ("Bij `{key}`: {message}", "{hint}"),
    "D111": ("De waarde `{key}` hoort bij een bepaling die niet in dit contract staat.", "{hint}"),
    "D112": ("De waarde `{key}` bestaat niet.", "{hint}"),
    "D113": ("Het vak `{key}` bestaat niet in de bijlagen van dit contract.",
             "Schrijf de bijlage, de rij en de kolom, zoals `annex-test-set.1.2`."),
    "D120": ("Deze tekst verwijst naar `{target}`, maar dat staat niet in het contract.", "{hint}"),
    "D121": ("De waarde `{{{{{name}}}}}` bestaat niet in dit contract.",
             "Neem de bepaling op waar zij bij hoort, of noem een bestaande waarde."),
    "D122": ("Van dit lid vallen alle onderdelen weg.",
             "Geef het lid zelf een voorwaarde, of laat één onderdeel altijd staan."),
    "D124": ("De bepaling `{name}` kan niet weg: zij draagt {count} leden van dit contract.",
             "Haal `{name}` uit leave_out."),
    "D150": ("Het antwoord op `contract-status` past niet bij het soort contract: {kind}.",
             "Pas het feit aan, of kies onder contract een andere `kind`."),
    "D151": ("`{name}` ontbreekt bij het soort contract: {kind}.", "Vul het in, zoals in addendum-zaaksysteem."),
    "D152": ("De toets op een wezenlijke wijziging mist een antwoord op `{name}`: {ask}", "Antwoord met yes of no."),
    "D153": ("De vraag `{name}` hoort niet bij de toets op een wezenlijke wijziging.", "{hint}"),
    "D154": ("De grond `{name}` bestaat niet.", "{hint}"),
    "D155": ("De antwoorden op {names} wijzen op een wezenlijke wijziging; de gekozen grond is: {ground}.",
             "Laat een jurist nagaan of deze grond de wijziging draagt, of besteed opnieuw aan."),
    "D130": ("`{id}` ({title}) is open: {reason}.", "Beantwoord de vraag in procedure.yaml; zie `procure-ai plan`."),
}  # fmt: skip

_MESSAGES = Messages(_TEXTS, warnings={"D130", "D155"})
found_as = _MESSAGES.finding
