"""The details of errors in French. In the code they are English, beside what they explain.

A detail that ends in something variable (a file's name, a system's reason) is found by its beginning. A test
reads the sources and finds details that are missing here.
"""

from typing import Final

from vault.client.messages import Language

FRENCH: Final[dict[str, str]] = {
    "the web app is not built here: give its list with --manifest": (
        "l’application web n’est pas construite ici : donnez sa liste avec --manifest"
    ),
    "not a list of a web app's files": "ce n’est pas une liste des fichiers d’une application web",
    "a link to an address that is not safe": "un lien vers une adresse qui n’est pas sûre",
    "a link of another version, or with flags that are not known": (
        "un lien d’une autre version, ou avec des options inconnues"
    ),
    "a link that is longer than links are": "un lien plus long que ne le sont les liens",
    "the link is not complete: scan the code again, or copy the whole link": (
        "le lien n’est pas complet : scannez le code à nouveau, ou copiez le lien en entier"
    ),
    "the documents do not open with this link: it was changed, or they were; scan the code again": (
        "les documents ne s’ouvrent pas avec ce lien : il a été modifié, ou ils l’ont été ;"
        " scannez le code à nouveau"
    ),
    "a passcode has at most 256 characters": "un code a 256 caractères au plus",
    "a passcode has 4 to 256 characters": "un code a 4 à 256 caractères",
    "a share holds at most 100 documents": "un partage contient 100 documents au plus",
    "name documents, or give --summary": "nommez des documents, ou donnez --summary",
    "no health profile yet: coffre profile set FILE.json": (
        "pas encore de profil de santé : coffre profile set FICHIER.json"
    ),
    "not JSON": "pas du JSON",
    "the file is longer than a profile is": "le fichier est plus long que ne l’est un profil",
    "choose what the card says: --fields": "choisissez ce que dit la carte : --fields",
    "that does not fit on a card: choose less": "cela ne tient pas sur une carte : choisissez moins",
    "the profile says nothing of that": "le profil n’en dit rien",
    "only the patient says this": "seul le patient le dit",
    "another length": "une autre longueur",
    "a share without documents": "un partage sans document",
    "no session": "pas de session",
    "no grant in force": "aucune autorisation en cours",
    "the invitation is over": "l’invitation est échue",
    "the share has ended or was used up": "le partage est terminé ou épuisé",
    "the share has ended": "le partage est terminé",
    "the folder is not empty": "le dossier n’est pas vide",
    "no grant to read there": "aucune autorisation de lecture ici",
    "no own vault": "pas de coffre propre",
    "no right to add there": "aucun droit d’ajout ici",
    "not confirmed": "non confirmé",
    "only a professional can do this": "réservé aux professionnels",
    "the clocks of this device and of the server are minutes apart: set this one": (
        "les horloges de cet appareil et du serveur diffèrent de plusieurs minutes : réglez celle-ci"
    ),
    "no such document in the bin": "document absent de la corbeille",
    "only the owner looks into the bin": "seul le patient consulte la corbeille",
    "only the owner files documents": "seul le patient classe les documents",
    "only the owner of a vault can do this": "réservé au propriétaire d’un coffre",
    "only the owner or who added it can remove it": "seul le patient ou l’auteur du dépôt peut le retirer",
    "only the owner or who added it can replace it": "seul le patient ou l’auteur du dépôt peut le remplacer",
    "only the patient gives grants": "seul le patient donne des autorisations",
    "only the patient reads the journal": "seul le patient lit l’historique",
    "only the patient shares": "seul le patient partage",
    "a grant that is not bound": "une autorisation sans professionnel",
    "it was never filed anywhere else": "il n’a jamais été classé ailleurs",
    "no owner": "pas de propriétaire",
    "no such document": "document inconnu",
    "no such file": "fichier inconnu",
    "no such grant": "autorisation inconnue",
    "no such professional": "professionnel inconnu",
    "no such section here": "rubrique inconnue ici",
    "no such share": "partage inconnu",
    "no such vault": "coffre inconnu",
    "no such version": "version inconnue",
    "no vault to read": "aucun coffre à lire",
    "not in the directory": "absent de l’annuaire",
    "the document changed meanwhile": "le document a changé entre-temps",
    "run coffre login first": "lancez d’abord coffre login",
    "cannot connect": "connexion impossible",
    "--title is one document's title": "--title est le titre d’un seul document",
    "--replace is one document's next version, in its section": (
        "--replace ajoute la version suivante d’un seul document, dans sa rubrique"
    ),
    "session.json in the client's home is damaged: run coffre login again": (
        "session.json est abîmé dans le dossier du client : relancez coffre login"
    ),
    "the file's first line is empty": "la première ligne du fichier est vide",
    "--json and -o - cannot share standard output": "--json et -o - ne peuvent partager la sortie standard",
    "--json needs -o FILE: standard output holds one of the two": (
        "--json demande -o FICHIER : la sortie standard ne porte que l’un des deux"
    ),
    "--professional, --rpps and --profession belong together": (
        "--professional, --rpps et --profession vont ensemble"
    ),
    "--recipient has 1 to 100 characters": "--recipient a de 1 à 100 caractères",
    "--server is the address of a server, like https://coffre.example": (
        "--server est l’adresse d’un serveur, comme https://coffre.example"
    ),
    "a date is YYYY-MM-DD, or a moment in ISO 8601": "une date s’écrit AAAA-MM-JJ, ou un instant en ISO 8601",
    "a document twice": "un document deux fois",
    "a grant needs a section": "une autorisation demande une rubrique",
    "single documents are given to read, without sections": (
        "des documents choisis se donnent à lire, sans rubrique"
    ),
    "a deposit that was not taken in cannot be granted": "un dépôt illisible ne peut pas être confié",
    "none of its documents is there any more": "aucun de ses documents n’existe plus",
    "a span is a number with s, m, h, d or w, such as 15m": (
        "une durée est un nombre suivi de s, m, h, d ou w, comme 15m"
    ),
    "an invitation that nobody redeemed cannot be renewed: make a new one": (
        "une invitation que personne n’a acceptée ne se renouvelle pas : faites-en une autre"
    ),
    "give -o FOLDER": "donnez -o DOSSIER",
    "give either --to or --invite": "donnez --to ou bien --invite",
    "http is accepted on this machine only: use https": (
        "http n’est accepté que sur cette machine : utilisez https"
    ),
    "it is not masked": "il n’est pas masqué",
    "no terminal to ask on: give the secret by a file": (
        "pas de terminal où demander : donnez le secret par un fichier"
    ),
    "not a file": "ce n’est pas un fichier",
    "rights are read, add or both": "les droits sont read, add ou les deux",
    "several vaults: say which with --vault": "plusieurs coffres : précisez avec --vault",
    "that is no Coffre server": "ce n’est pas un serveur Coffre",
    "that is no identity file": "ce n’est pas un fichier d’identité",
    "that is not an identifier": "ce n’est pas un identifiant",
    "the file is not UTF-8 text": "le fichier n’est pas du texte UTF-8",
    "the file is too long for a secret": "le fichier est trop long pour un secret",
    "this file needs --identity FILE": "ce fichier demande --identity FICHIER",
    "this invitation is for another server": "cette invitation est pour un autre serveur",
    "--for or --until, not both": "--for ou --until, pas les deux",
    "--phone or --no-phone, not both": "--phone ou --no-phone, pas les deux",
    "a file by GET is one document, without a passcode, that does not follow": (
        "un fichier par GET est un seul document, sans code, qui ne suit pas les versions"
    ),
    "a large document without an address": "un grand document sans adresse",
    "give --for or --until": "donnez --for ou --until",
    "give files with --to, or one of --link, --list, --withdraw": (
        "donnez des fichiers avec --to, ou bien --link, --list ou --withdraw"
    ),
    "no such deposit of yours": "aucun dépôt de vous sous ce nom",
    "no such professional here": "professionnel inconnu ici",
    "no such request": "demande inconnue",
    "not blocked": "pas bloqué",
    "only the owner changes the sections": "seul le patient change les rubriques",
    "only the patient blocks": "seul le patient bloque",
    "say which, or --requested": "précisez lesquelles, ou --requested",
    "the inbox is yours alone": "la boîte de réception est à vous seul",
    "the share is over: make a new one": "le partage est terminé : faites-en un autre",
    "there is a section of this name": "une rubrique porte déjà ce nom",
    "this section keeps its name": "cette rubrique garde son nom",
    "unknown document type": "type de document inconnu",
    "only the owner tags documents": "seul le patient étiquette les documents",
    "it was given other tags since": "ses étiquettes ont changé entre-temps",
    "no profile that you may read": "aucun profil que vous puissiez lire",
    "only the patient says it": "seul le patient le dit",
    "the document was removed meanwhile, or the share has ended": (
        "le document a été supprimé entre-temps, ou le partage est terminé"
    ),
    "this account is not to be deleted": "la suppression de ce compte n’est pas demandée",
    "no receipt yet": "pas encore de reçu",
    "take along what you want to keep (coffre export DIR), then give --yes": (
        "emportez ce que vous voulez garder (coffre export DOSSIER), puis donnez --yes"
    ),
    "REQUEST and KEY are what `coffre account delete` told": (
        "REQUEST et KEY sont ce que `coffre account delete` a indiqué"
    ),
}
FRENCH_BEGINNINGS: Final[dict[str, str]] = {
    "as the host says, until": "d’après l’hébergeur, jusqu’au",
    "as the host says, contact:": "d’après l’hébergeur, contact :",
    "compare this fingerprint with the professional's, then give --to": (
        "comparez cette empreinte avec celle du professionnel, puis donnez --to"
    ),
    "the client's home cannot be used:": "le dossier du client est inutilisable :",
    "this server is known as": "ce serveur se nomme",
    "cannot read the file:": "lecture du fichier impossible :",
    "cannot read the identity file:": "lecture du fichier d’identité impossible :",
    "two histories:": "deux historiques :",
    "a shorter history:": "un historique plus court :",
    "cannot use that folder:": "ce dossier est inutilisable :",
    "cannot write there:": "écriture impossible à cet endroit :",
    "cannot write": "écriture impossible de",
    "damaged file in the client's home:": "fichier abîmé dans le dossier du client :",
    "unreadable file in the client's home:": "fichier illisible dans le dossier du client :",
}


def say_detail(lang: Language, detail: str) -> str:
    """A detail in the person's language; one that is no sentence (an HTTP status) as it is."""
    if lang == "en":
        return detail
    if detail in FRENCH:
        return FRENCH[detail]
    for start, french in FRENCH_BEGINNINGS.items():
        if detail.startswith(start):
            return french + detail.removeprefix(start)
    return detail
