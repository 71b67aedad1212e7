"""What the command line says to a person, in French and English: prompts, errors by code, words of tables.

The language is `$COFFRE_LANG`, else the locale's (`LC_ALL`, `LC_MESSAGES`, `LANG`), else English. Machine
output (`--json`) is never translated.
"""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

Language: TypeAlias = Literal["fr", "en"]

# Each key with its English and its French.
_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "prompt.password": ("Password", "Mot de passe"),
    "prompt.new_password": (
        "New password (15 characters or more)",
        "Nouveau mot de passe (15 caractères au moins)",
    ),
    "prompt.repeat": ("Once more", "Encore une fois"),
    "prompt.passcode": ("Passcode", "Code d’accès"),
    "prompt.code": ("Code from the message", "Code reçu par message"),
    "code.wrong": ("this is not the code: once more", "ce n’est pas le bon code : encore une fois"),
    "code.sent": (
        "a message is on its way to the address; it may take a minute or two. Whoever has an account already"
        " is told so there",
        "un message part à cette adresse ; il peut mettre une minute ou deux. À qui a déjà un compte,"
        " il le dit",
    ),
    "prompt.passphrase": ("Passphrase", "Phrase de passe"),
    "error": ("error:", "erreur :"),
    "error.usage": ("the command makes no sense as given", "la commande n’est pas utilisable telle quelle"),
    "error.malformed": ("the input does not follow its format", "l’entrée ne suit pas son format"),
    "error.unsupported_version": ("a version this program does not know", "version inconnue de ce programme"),
    "error.limit_exceeded": ("over a limit", "une limite est dépassée"),
    "error.weak_password": (
        "the password is too short or too easy to guess (15 characters or more, not a common one)",
        "mot de passe trop court ou trop facile à deviner (15 caractères au moins, pas un mot courant)",
    ),
    "error.code_needed": (
        "a code was mailed to the address: run the command again with --code",
        "un code a été envoyé à cette adresse : relancez la commande avec --code",
    ),
    "error.code": (
        "this is not the code, or it is over: without --code another one is mailed",
        "ce n’est pas le bon code, ou il n’est plus valable : sans --code, un autre est envoyé",
    ),
    "error.exists": ("a file stands there already", "un fichier existe déjà à cet endroit"),
    "error.file": (
        "a file or disk on this device cannot be used",
        "un fichier ou un disque de cet appareil est inutilisable",
    ),
    "error.not_found": ("not found", "introuvable"),
    "error.wrong_key": ("no key at hand opens this", "aucune clé disponible n’ouvre ceci"),
    "error.not_signed_in": ("not signed in: run coffre login", "non connecté : lancez coffre login"),
    "error.unauthenticated": (
        "the session has ended: run coffre login",
        "la session est terminée : lancez coffre login",
    ),
    "error.credentials": ("address or password is wrong", "adresse ou mot de passe incorrect"),
    "error.forbidden": ("not permitted", "non autorisé"),
    "error.unverified": (
        "the directory does not vouch for this professional",
        "l’annuaire ne garantit pas ce professionnel",
    ),
    "error.blocked": (
        "the patient has blocked this professional",
        "le patient a bloqué ce professionnel",
    ),
    "error.suspended": (
        "the host has suspended this account: ask the host",
        "l’hébergeur a suspendu ce compte : adressez-vous à lui",
    ),
    "error.leaving": (
        "this account is to be deleted: coffre account keep, before anything is added",
        "ce compte va être supprimé : coffre account keep, avant tout ajout",
    ),
    "vaults.gone": (
        "the server has no vault {vault} for you any more: its owner left, or is leaving",
        "le serveur n’a plus de coffre {vault} pour vous : son propriétaire est parti, ou s’en va",
    ),
    "leaving.asked": (
        "the account will be deleted on {until}; until then: coffre account keep. Keep what `verify` says:"
        " it fetches the signed receipt afterwards",
        "le compte sera supprimé le {until} ; d’ici là : coffre account keep. Gardez ce que dit « verify » :"
        " le reçu signé s’obtient ainsi ensuite",
    ),
    "leaving.pending": (
        "this account will be deleted on {until}: coffre account keep keeps it, coffre export takes it along",
        "ce compte sera supprimé le {until} : coffre account keep le garde, coffre export emporte tout",
    ),
    "error.read_only": (
        "the host is being maintained: records can be read, not changed",
        "l’hébergeur est en maintenance : on peut lire les dossiers, pas les modifier",
    ),
    "error.key_changed": (
        "another key than the one pinned before: confirm it in person first",
        "autre clé que celle épinglée auparavant : confirmez-la d’abord en personne",
    ),
    "error.ended": ("it has ended", "c’est terminé"),
    "error.used": ("the invitation was used already", "l’invitation a déjà été utilisée"),
    "error.changed": (
        "another device changed this meanwhile: read it again, and make your change again",
        "un autre appareil a modifié ceci entre-temps : relisez-le, et refaites votre modification",
    ),
    "card.open": (
        "whoever holds this card can read everything on it; it needs no key",
        "qui tient cette carte peut lire tout ce qu’elle porte ; elle ne demande aucune clé",
    ),
    "error.conflict": ("this is taken already", "déjà pris"),
    "error.passcode": ("wrong passcode", "code d’accès incorrect"),
    "error.tampered": (
        "what the server or the file gave was changed: nothing of it was used",
        "ce que le serveur ou le fichier a donné a été modifié : rien n’en a été utilisé",
    ),
    "error.stale": (
        "the server shows an older or another state than was seen before: nothing of it was taken over;"
        " ask the host whether a backup was restored",
        "le serveur montre un état plus ancien ou autre que celui déjà vu : rien n’en a été repris ;"
        " demandez à l’hébergeur si une sauvegarde a été restaurée",
    ),
    "error.busy": ("the server asks to wait", "le serveur demande de patienter"),
    "error.store_unavailable": ("the server's store is away", "le stockage du serveur est indisponible"),
    "error.internal": ("the server failed", "le serveur a échoué"),
    "error.unreachable": ("the server does not answer", "le serveur ne répond pas"),
    "done": ("done", "fait"),
    "nothing": ("nothing", "rien"),
    "kit.keep": ("keep the recovery kit in a safe place", "conservez le kit de secours en lieu sûr"),
    "kit.missing": (
        "no recovery kit was written (--kit FILE.pdf): without it a lost password loses everything",
        "aucun kit de secours n’a été écrit (--kit FICHIER.pdf) : mot de passe perdu, tout est perdu",
    ),
    "scope": ("{who} will be able to {verb}: {sections}", "{who} pourra {verb} : {sections}"),
    "scope.read": ("read", "lire"),
    "scope.add": ("deposit in", "déposer dans"),
    "scope.both": ("read and deposit in", "lire et déposer dans"),
    "scope.someone": ("whoever redeems it", "qui accepte l’invitation"),
    "confirm.scope": ("Give this access?", "Donner cette autorisation ?"),
    "scope.documents": (
        "{who} will be able to read these documents only, as they are now: {titles}",
        "{who} pourra lire ces documents seulement, tels qu’ils sont : {titles}",
    ),
    "taken_in": (
        "new deposits are in the inbox: coffre list --section inbox",
        "de nouveaux dépôts sont à classer : coffre list --section inbox",
    ),
    "waiting": (
        "the server asks to wait a moment: trying again",
        "le serveur demande de patienter : nouvel essai",
    ),
    "deposited": (
        "deposited in the inbox: the patient alone reads it until it is filed",
        "déposé : seul le patient le lit jusqu’à ce qu’il l’ait classé",
    ),
    "host.differs": (
        "this host does not serve the web app of this version: open no vault there before you know why",
        "cet hôte ne donne pas l’application web de cette version : n’y ouvrez rien sans savoir pourquoi",
    ),
    "rotated": (
        "keys of sections were renewed for those who may read",
        "les clés de rubriques ont été renouvelées pour qui peut lire",
    ),
    "checkpoint.none": (
        "the server has made no checkpoint yet",
        "le serveur n’a pas encore fait de point de contrôle",
    ),
    "checkpoint.since": ("in no checkpoint yet: entries since", "dans aucun point de contrôle : depuis"),
    "checkpoint.late": (
        "the server has made no checkpoint for more than a day: entries since",
        "le serveur n’a pas fait de point de contrôle depuis plus d’un jour : depuis",
    ),
    "bundle.saved": ("saved", "enregistré"),
    "bundle.old": (
        "this file ends before what this device has seen: it is older",
        "ce fichier s’arrête avant ce que cet appareil a vu : il est plus ancien",
    ),
    "bundle.owner": (
        "signed by a key that this device does not know; compare its fingerprint:",
        "signé par une clé que cet appareil ne connaît pas ; comparez son empreinte :",
    ),
    "verified": ("both chains and the pins hold", "les deux chaînes et les repères sont intacts"),
    "server_key": (
        "the server's key was replaced in order; the new one signs from",
        "la clé du serveur a été remplacée en règle ; la nouvelle signe à partir du",
    ),
    "bundle.keys": (
        "saved before the server's key was replaced",
        "enregistré avant que la clé du serveur soit remplacée",
    ),
    "confirm.fingerprint": (
        "Is this the fingerprint that the professional shows?",
        "Est-ce l’empreinte que montre le professionnel ?",
    ),
    "export.heading": ("Health record from Coffre", "Dossier de santé de Coffre"),
    "export.date": ("Date", "Date"),
    "export.title": ("Title", "Titre"),
    "export.section": ("Section", "Rubrique"),
    "export.author": ("Author", "Auteur"),
    "export.size": ("Bytes", "Octets"),
    "export.path": ("File", "Fichier"),
    "export.identity": (
        "identity.txt opens these files: keep it apart from them",
        "identity.txt ouvre ces fichiers : gardez-le à part",
    ),
    "link.secret": (
        "whoever has this link can use it: hand it over in person",
        "qui possède ce lien peut s’en servir : remettez-le en mains propres",
    ),
}


def language(environ: Mapping[str, str]) -> Language:
    """`fr` or `en` from the environment."""
    for name in ("COFFRE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


def say(lang: Language, key: str) -> str:
    """The text for a key; an unknown error code is shown as it is."""
    english, french = _TEXTS.get(key, (key.removeprefix("error."),) * 2)
    return french if lang == "fr" else english
