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
    "D160": ("Er zijn persoonsgegevens, maar `data_processing` ontbreekt.",
             "Noem de verwerkersovereenkomst en beslis per verwerking wie welke rol heeft, zoals in de voorbeelden."),
    "D160/absent": ("Deze zaak noemt geen verwerkersovereenkomst die er is.",
                    "Vul `data_processing` in, zoals in de voorbeelden."),
    "D161": ("De verwerkersovereenkomst `{name}` bestaat niet.", "{hint}"),
    "D162": ("Over de rollen is nog niets beslist.",
             "Noem onder `roles` elke verwerking, met de rol van de leverancier en de reden."),
    "D163": ("{title} is niet bedoeld voor deze inkoopvoorwaarden: {terms}.",
             "Kies een ander model, of laat een jurist nagaan of het past."),
    "D163/buyer": ("{title} is gekozen, maar voor deze soort opdrachtgever is een andere verplicht: {other}.",
                   "Kies `{name}`, of leg uit waarom dat niet kan."),
    "D164": ("{title}: {theirs} in de verwerkersovereenkomst (`terms`, `{name}`), {ours} in het contract "
             "({place}, `{key}`).",
             "Maak beide gelijk. Ligt het getal vast in de standaardtekst, pas dan het contract aan."),
    "D164/at-most": ("{title}: {theirs} in de verwerkersovereenkomst (`terms`, `{name}`), hoogstens {ours} volgens het "
                     "contract ({place}, `{key}`).",
                     "Maak het getal in de verwerkersovereenkomst kleiner, of dat in het contract groter."),
    "D165": ("De termijn `{name}` hoort niet bij deze verwerkersovereenkomst: {title}.", "{hint}"),
    "D166": ("Deze subverwerkers staan niet in de bijlage met ketenpartijen: {names}.",
             "Neem ze daar ook op, of haal ze uit sub_processors."),
    "D166/annex": ("In de bijlage met ketenpartijen staat een subverwerker die hier ontbreekt: {who}.",
                   "Neem de naam ook op onder sub_processors, of pas de rol in de bijlage aan."),
    "D167": ("De leverancier is volgens de rollen verwerker, maar `{clause}` ({title}) is weggelaten.",
             "Haal de bepaling uit leave_out, of pas de rol aan."),
    "D130": ("`{id}` ({title}) is open: {reason}.", "Beantwoord de vraag in procedure.yaml; zie `procure-ai plan`."),
}  # fmt: skip

_MESSAGES = Messages(_TEXTS, warnings={"D130", "D155", "D163"})
found_as = _MESSAGES.finding
