from collections.abc import Callable

import httpx
import pytest

from tests.vault.client.people import ORIGIN, Clock, Network, Person, changed


def test_sign_up_leaves_a_private_home(patient: Person) -> None:
    who = patient.json("whoami")
    assert (who["role"], who["email"], who["server"]) == ("patient", "patient@example.org", ORIGIN)
    assert (patient.folder / "home").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (patient.folder / "home").iterdir()} == {0o600}
    assert not any(b"brume-cactus" in data for data in patient.state().values())


def test_logout_forgets_keys_and_keeps_pins(patient: Person) -> None:
    patient.add()
    patient.json("logout")
    names = set(patient.state())
    assert "session.json" not in names
    assert not any(name.startswith(("keyring", "cache")) for name in names)
    assert any(name.startswith("pins-") for name in names)
    assert patient.fails("list") == (4, "not_signed_in")


def test_login_gives_the_same_vault_on_another_device(
    patient: Person, person: Callable[[str], Person]
) -> None:
    identifier = patient.add("a.txt", b"seen from both")
    other = person("other")
    other.email = patient.email
    other.log_in()
    assert [row["id"] for row in other.json("list")] == [identifier]


def test_wrong_password_and_unknown_account_look_alike(
    patient: Person, person: Callable[[str], Person]
) -> None:
    stranger = person("stranger")
    unknown = stranger.run("login", "--server", ORIGIN, "--email", "nobody@example.org", "--json")
    stranger.password = "another-password-entirely"
    wrong = stranger.run("login", "--server", ORIGIN, "--email", patient.email, "--json")
    assert unknown == wrong
    assert (wrong.status, wrong.json["error"]["code"]) == (4, "credentials")


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaaaaaa", "passwordpassword"])
def test_weak_password(person: Callable[[str], Person], network: Network, password: str) -> None:
    weak = person("weak")
    weak.password = password
    arguments = (
        "signup",
        "--server",
        ORIGIN,
        "--email",
        "w@example.org",
        "--name",
        "W",
        "--kit",
        str(weak.folder / "k"),
    )
    assert weak.fails(*arguments) == (2, "weak_password")
    assert {request.method for request in network.requests} == {"GET"}
    assert not (weak.folder / "k").exists()


def test_address_taken(patient: Person, person: Callable[[str], Person]) -> None:
    second = person("second")
    arguments = (
        "--server",
        ORIGIN,
        "--email",
        patient.email,
        "--name",
        "B",
        "--kit",
        str(second.folder / "kit.pdf"),
    )
    assert second.fails("signup", *arguments) == (4, "conflict")
    # A kit without an account would only mislead.
    assert not (second.folder / "kit.pdf").exists()


def test_kit_file_is_not_overwritten(person: Callable[[str], Person], network: Network) -> None:
    careful = person("careful")
    kit = careful.write("kit.pdf", b"another account's kit")
    arguments = ("--server", ORIGIN, "--email", "c@example.org", "--name", "C", "--kit", kit)
    assert careful.fails("signup", *arguments) == (2, "exists")
    assert not any(request.method == "POST" for request in network.requests)


def test_wrong_kit(patient: Person) -> None:
    words = "abandon " * 11 + "about"
    who = ("recover", "--server", ORIGIN, "--email", patient.email, "--code-file")
    assert patient.fails(*who, patient.write("code", words.encode())) == (4, "credentials")
    assert patient.fails(*who, patient.write("code", b"twelve words they are not")) == (2, "malformed")


def test_password_change(patient: Person, person: Callable[[str], Person]) -> None:
    patient.add()
    new = patient.write("new", b"tambour-glycine-82-phare\n")
    patient.json("password", "--new-password-file", new)
    assert len(patient.json("list")) == 1
    other = person("other")
    other.email = patient.email
    assert other.fails("login", "--server", ORIGIN, "--email", other.email) == (4, "credentials")
    other.password = "tambour-glycine-82-phare"
    other.log_in()
    assert len(other.json("list")) == 1


def test_professional_needs_a_valid_number(person: Callable[[str], Person]) -> None:
    pro = person("pro")
    arguments = ("signup", "--server", ORIGIN, "--email", "p@example.org", "--name", "P", "--professional")
    assert pro.fails(*arguments, "--rpps", "10003456783", "--profession", "10") == (2, "malformed")
    assert pro.fails(*arguments, "--rpps", "10003456786", "--profession", "11") == (2, "malformed")
    assert pro.fails(*arguments) == (2, "usage")


@pytest.mark.parametrize(("name", "value"), [("m", 8), ("t", 1), ("p", 4), ("m", 1 << 24)])
def test_weak_or_absurd_parameters_are_refused_before_deriving(
    patient: Person, network: Network, name: str, value: int
) -> None:
    patient.json("logout")
    network.rewrite = changed("/sessions/challenge", lambda answer: answer.update({name: value}))
    before = len(network.requests)
    assert patient.fails("login", "--server", ORIGIN, "--email", patient.email) == (5, "limit_exceeded")
    assert [request.url.path for request in network.requests[before:]] == [
        "/api/v1/server",
        "/api/v1/sessions/challenge",
    ]


def test_another_server_key_is_refused_at_login(patient: Person, network: Network) -> None:
    patient.json("logout")
    network.rewrite = changed("/server", lambda answer: answer.update(public_key="A" * 43))
    assert patient.fails("login", "--server", ORIGIN, "--email", patient.email) == (5, "tampered")


def test_older_keyring_is_stale(patient: Person, network: Network) -> None:
    old: dict[str, object] = {}

    def keep(answer: dict[str, object]) -> None:
        old.update(keyring=answer["keyring"], keyring_sequence=answer["keyring_sequence"])

    network.rewrite = changed("/sessions", keep)
    patient.log_in()
    network.rewrite = None
    patient.add()
    grant = patient.json("grant", "new", "--invite", "--sections", "imaging")["id"]
    patient.json("grant", "revoke", grant)
    network.rewrite = changed("/sessions", lambda answer: answer.update(old))
    before = patient.state()
    assert patient.fails("login", "--server", ORIGIN, "--email", patient.email) == (5, "stale")
    assert patient.state() == before


def test_http_to_another_machine_is_refused(person: Callable[[str], Person], network: Network) -> None:
    someone = person("someone")
    assert someone.fails("login", "--server", "http://coffre.example", "--email", "a@b.fr") == (2, "usage")
    assert network.requests == []


def test_server_under_another_name(person: Callable[[str], Person]) -> None:
    ran = person("someone").run("login", "--server", "http://localhost:8750", "--email", "a@b.fr", "--json")
    assert ran.status == 2
    assert ORIGIN in ran.json["error"]["message"]


def test_broken_answers(patient: Person, network: Network) -> None:
    for content in (b"", b"[]", b"{", b'{"a":1,"a":2}', b'{"a":NaN}', b"[" * 100_000):
        network.rewrite = lambda _request, _response, content=content: httpx.Response(200, content=content)
        assert patient.fails("list") == (5, "malformed")


def test_logout_without_a_server(patient: Person, network: Network) -> None:
    def away(request: httpx.Request, _response: httpx.Response) -> httpx.Response:
        raise httpx.ConnectError("away", request=request)

    network.rewrite = away
    assert patient.run("logout").status == 0
    network.rewrite = None
    assert patient.fails("list") == (4, "not_signed_in")


def test_a_session_that_the_server_forgot(patient: Person, clock: Clock) -> None:
    patient.add()
    clock.time += 31 * 24 * 3600
    assert patient.fails("list") == (4, "unauthenticated")
    patient.log_in()
    assert len(patient.json("list")) == 1
