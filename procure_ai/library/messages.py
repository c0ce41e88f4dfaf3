"""What is wrong with a library, by code."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from procure_ai.findings import Finding, Place
from procure_ai.findings.messages import Messages, meant

_TEXTS = {
    "C113": ("De id `{id}` is anders dan de bestandsnaam.", "Noem het bestand {id}.md of pas de id aan."),
    "C114": ("De bepaling `{id}` bestaat al.", "Geef elke bepaling een eigen id."),
    "C115": ("Het kopje `## {title}` ontbreekt of is leeg.", "Voeg `## {title}` toe met de tekst eronder."),
    "C116": ("{what} hoort hier niet.", "Gebruik alleen {known}."),
    "C118": ("Het kopje `## {title}` staat er twee keer.", "Voeg de teksten samen."),
    "C119": ("Het woord `{word}` ontbreekt bij deze inkoopvoorwaarden.",
             "Noem bij `words` alle woorden: {every}."),
    "C120": ("Deze voorwaarde is geen groep van feiten.", "Schrijf `feit:` met daaronder de antwoorden als lijst."),
    "C121": ("Het feit `{key}` bestaat niet.", "{hint}"),
    "C122": ("`{answer}` is geen antwoord op het feit `{key}`.", "Kies uit {allowed}.{hint}"),
    "C123": ("De id `{id}` bestaat al in de bibliotheek.", "Geef uw eigen regel een eigen id."),
    "C124": ("`{id}` vervangt een tekst die intussen is gewijzigd.",
             "Vergelijk beide teksten met `library diff` en zet daarna `replaces: {fingerprint}` in de kop."),
    "C125": ("`{id}` vervangt een bepaling die niet bestaat.", "Haal `replaces` weg, of geef haar de goede id."),
    "C126": ("De inkoopvoorwaarden `{id}` bestaan niet.", "Kies uit {known}."),
    "C201": ("Het onderwerp `{name}` staat niet in de indeling.", "{hint}"),
    "C202": ("De eis `{name}` bestaat niet.", "{hint}"),
    "C203": ("De bron `{name}` bestaat niet.", "{hint}"),
    "C205": ("De bepaling of bijlage `{name}` bestaat niet.", "{hint}"),
    "C205/label": ("De bepaling `{clause}` heeft geen lid met het label `{name}`.", "{hint}"),
    "C206": ("`{shown}` heeft geen doel als {facts}.",
             "Geef dit lid een deel met `with:` of een `when` waaruit volgt dat het doel er is."),
    "C207": ("`{shown}` heeft geen doel als bij `{name}` niet {options} is gekozen.",
             "Geef dit lid dezelfde voorwaarde bij `choice`, of verwijs naar een lid dat er altijd is."),
    "C208": ("`{shown}` wijst naar een bepaling die naar keuze is en dus kan ontbreken.",
             "Geef dit lid een label en een deel met `with: {name}`."),
    "C209": ("De waarde `{shown}` bestaat niet.", "{hint}"),
    "C210": ("`{shown}` heeft geen doel als {facts}.",
             "Geef dit lid een deel met `with:` of een `when` waaruit volgt dat het doel er is."),
    "C211": ("De lijst `{{{{{name}}}}}` mag hier niet staan.",
             "Zet haar alleen in een {kind} van de bepaling met onderwerp `{topic}`."),
    "C212": ("De parameter `{name}` wordt nergens gebruikt.",
             "Gebruik {{{{{name}}}}} in de tekst, of haal de parameter weg."),
    "C213": ("{message}", "{remedy}"),
    "C214": ("Het label `{name}` komt in de tekst niet voor.", "{hint}"),
    "C215": ("`{name}` is geen keuze van deze bepaling.", "{hint}"),
    "C215/option": ("`{name}` is geen mogelijkheid van de keuze `{choice}`.", "{hint}"),
    "C216": ("De parameter `{name}` bestaat niet.", "{hint}"),
    "C217": ("De keuze `{name}` heeft geen mogelijkheden.", "Noem bij `options` elke keuze met haar tekst."),
    "C218": ("`{name}` is geen onderwerp van de inkoopvoorwaarden.", "{hint}"),
    "C220": ("`{word}` staat met een hoofdletter, maar is geen begrip, eigennaam of woord van de voorwaarden.",
             "{hint}, of neem het op in clauses/definitions.yaml."),
    "C221": ("Geen bepaling, bijlage of begrip gebruikt het begrip `{term}`.", "Gebruik het, of haal het weg."),
    "C222": ("De vorm `{form}` hoort ook bij het begrip `{term}`.", "Laat elke vorm bij één begrip horen."),
    "C223": ("Deze omschrijving komt bij zichzelf uit, via {terms}.",
             "Omschrijf een van deze begrippen zonder het andere."),
    "C224": ("`{word}` is een woord van één soort inkoopvoorwaarden.",
             "Schrijf de waarde, zoals {{{{supplier}}}}, {{{{buyer}}}}, {{{{performance}}}} of {{{{agreement}}}}."),
    "C225": ("`{word}` is een getypte verwijzing; het nummer klopt niet meer zodra de tekst verandert.",
             "Geef het doel een label en schrijf [[#label]] of [[bepaling#label]]."),
    "C226": ("`{word}` is hier vaag.", "{advice}"),
    "C227": ("Deze leden verwijzen in een kring naar elkaar: {members}.", "Laat één lid de regel zelf noemen."),
    "C240": ("Het feit uit de wet `{name}` bestaat niet.", "{hint}"),
    "C241": ("Bij het bewijs `{proof}`: {what} `{name}` bestaat niet.", "{hint}"),
    "C242": ("{what} `{name}` bestaat niet.", "{hint}"),
    "C243": ("Geen bepaling draagt het onderwerp {number}, {title}.", "Noem bij `clauses` wie het regelt."),
    "C245": ("Twee regels van {organisation} stroken niet: {title}. De ene: {one} De andere: {other}",
             "Kies wat geldt en schrijf dat bij `choice` in organisation.yaml."),
    "C246": ("Bij `{name}`: {message}", "{remedy}"),
    "C230": ("De bepaling `{name}` bestaat niet.", "{hint}"),
    "C231": ("Bij `{name}` hoort geen bestand.", "{hint}"),
    "C232": ("Dit onderdeel staat niet in set.yaml.", "Neem `{name}` op in set.yaml, of haal het bestand weg."),
    "C233": ("De schaal begint bij {grade} in plaats van bij 0.",
             "Voeg een rij met cijfer 0 toe voor een antwoord zonder waarde."),
    "C234": ("Niets voldoet aan de wens `{name}` ({title}).", "Noem haar bij `meets` of `demands`."),
    "C250": ("Niets voldoet aan de verplichting `{name}` ({title}).",
             "Noem haar bij `meets` van een bepaling of checklistpunt, of bij `demands` van een eis of criterium."),
    "C251": ("`{name}` noemt als thuis `{home}`, maar daar voldoet niets eraan.",
             "Noem haar daar bij `meets` of `demands`, of haal dit thuis weg."),
    "C252": ("`{name}` voldoet aan geen enkele eis.", "Noem bij `meets` of `demands` waarom dit er is."),
    "C253": ("De regel `{name}` staat niet in de bronnenlijst.", "{hint}"),
    "C254": ("De regel `{name}` uit de bronnen is nergens ondergebracht.",
             "Noem haar bij `stands_for` van een eis, of geef bij `set_aside` de reden waarom niet."),
    "C255": ("De regel `{name}` hoort bij een eis en is ook terzijde gelegd.", "Haal haar uit een van beide."),
    "C301": ("Dit bestand is in een van beide versies niet te lezen ({detail}) en is regel voor regel vergeleken.",
             "Lees de wijzigingen in dit bestand extra goed na."),
    "C311": ("`{name}` is hier schrijver en goedkeurder.", "Laat iemand anders de tekst goedkeuren."),
    "C312": ("`{name}` heeft deze tekst van `{clause}` al goedgekeurd in een andere rol: {role}.",
             "Laat iemand anders de tekst in deze rol goedkeuren."),
    "C313": ("`{name}` staat bij een andere rol als schrijver van deze tekst van `{clause}`.",
             "Laat iemand goedkeuren die de tekst niet heeft geschreven."),
    "C313/author": ("`{name}` heeft deze tekst van `{clause}` eerder goedgekeurd, en kan dus niet de schrijver zijn.",
                    "Noem wie de tekst heeft geschreven, of trek die goedkeuring in."),
    "C314": ("Bij deze goedkeuring ontbreekt een naam.", "Noem de schrijver en de goedkeurder bij hun naam."),
    "C315": ("De tekst `{clause}` vraagt geen goedkeuring van deze rol: {role}.",
             "Kies uit {roles}, of noem de rol bij `approval` in de kop van de tekst."),
    "C316": ("Er is geen goedkeuring van `{clause}` in deze rol om in te trekken: {role}.",
             "Bekijk wat is goedgekeurd met `procure-ai library show {clause}`."),
    "S101": ("Een rij van de schaal is geen cijfer met oordeel en omschrijving.",
             "Gebruik de kolommen Cijfer, Oordeel, Wanneer."),
    "S102": ("De schaal heeft geen twee verschillende cijfers.", "Geef elk cijfer één rij."),
}  # fmt: skip

_MESSAGES = Messages(
    _TEXTS, warnings={"C124", "C212", "C221", "C225", "C226", "C227", "C245", "C251", "C255", "C234", "C301"}
)
found_as = _MESSAGES.finding


def unknown(
    code: str, place: Place, names: Iterable[str], known: Collection[str], otherwise: str, **words: object
) -> Iterator[Finding]:
    """A finding for each name that is not known: the one that was probably meant, or what to do otherwise."""
    for name in names:
        if name not in known:
            yield found_as(code, place, name=name, hint=meant(name, known, otherwise.format(name=name)), **words)
