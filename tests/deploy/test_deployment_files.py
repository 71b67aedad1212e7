"""The files that hosts start from pass their own tools, and say what the program says."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import trustme
import yaml
from prometheus_client import generate_latest

from vault.config import load
from web.metrics import Metrics

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "web/deploy"
BIN = ROOT / ".venv/bin"
UNITS = ("coffre.service", "coffre-worker.service", "coffre-check.service", "coffre-check.timer")
# What is read from the database when somebody asks.
LATE = {
    "coffre_checkpoint_late_seconds",
    "coffre_database_up",
    "coffre_kept_late_seconds",
    "coffre_messages_late_seconds",
}


def run(*command: str | Path, folder: Path = DEPLOY) -> str:
    """What a tool printed; it must have been content."""
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def resources() -> list[dict[str, object]]:
    """Everything that kustomization.yaml lists."""
    listed = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text())["resources"]
    return [
        one
        for name in listed
        for one in yaml.safe_load_all((DEPLOY / "kubernetes" / name).read_text())
        if one is not None
    ]


@pytest.mark.servers
def test_nginx_takes_its_file(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("coffre.example.org")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "both.pem"))
    text = (DEPLOY / "nginx/coffre.conf").read_text()
    text = re.sub(r"/etc/ssl/coffre/\w+\.pem", str(tmp_path / "both.pem"), text)
    text = text.replace("/var/log/nginx/", f"{tmp_path}/")
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{text}\n}}\n")
    assert "test is successful" in run("nginx", "-t", "-p", tmp_path, "-c", whole)


def test_nginx_has_no_known_weakness() -> None:
    assert "No issues found" in run(BIN / "gixy", "nginx/coffre.conf")


def test_systemd_takes_its_units(tmp_path: Path) -> None:
    for name in UNITS:
        text = (DEPLOY / "systemd" / name).read_text()
        (tmp_path / name).write_text(text.replace("/opt/coffre/.venv/bin/coffre", "/bin/true"))
    assert run("systemd-analyze", "verify", "--man=no", *sorted(tmp_path.iterdir())) == ""
    threshold = "--threshold=15"
    run("systemd-analyze", "security", "--offline=true", threshold, tmp_path / "coffre.service")


def test_the_worker_may_do_no_more_than_a_node() -> None:
    node, worker = (
        {line for line in (DEPLOY / "systemd" / name).read_text().splitlines() if "=" in line}
        for name in ("coffre.service", "coffre-worker.service")
    )
    own = {line.partition("=")[0].lstrip("# ") for line in node ^ worker}
    assert own == {"Description", "Type", "TimeoutStartSec", "ExecStart"}


@pytest.mark.slow
def test_the_image_and_its_composition_pass_their_linters() -> None:
    run(BIN / "hadolint", "--failure-threshold", "style", "container/Containerfile")
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "container/compose.yaml")


def test_the_image_is_made_of_what_is_there() -> None:
    for line in (DEPLOY / "container/Containerfile").read_text().splitlines():
        if not line.startswith("COPY ") or "--from" in line:
            continue
        for source in line.split()[1:-1]:
            assert list(ROOT.glob(source)), source


@pytest.mark.slow
def test_kubernetes_takes_its_resources() -> None:
    files = sorted(set(DEPLOY.glob("kubernetes/*.yaml")) - {DEPLOY / "kubernetes/kustomization.yaml"})
    assert "passed" in run(BIN / "kubernetes-validate", "--strict", *files)
    assert {str(one["kind"]) for one in resources()} >= {
        "Deployment",
        "Ingress",
        "Job",
        "NetworkPolicy",
        "PodDisruptionBudget",
        "Service",
    }


@pytest.mark.parametrize("kind", ["kubernetes", "compose"])
def test_the_settings_start_a_server(kind: str, tmp_path: Path) -> None:
    if kind == "kubernetes":
        settings = next(one["data"] for one in resources() if one["kind"] == "ConfigMap")
    else:
        settings = yaml.safe_load((DEPLOY / "container/compose.yaml").read_text())["x-node"]["environment"]
    assert isinstance(settings, dict)
    environ = {"COFFRE_DATA": str(tmp_path)}
    for name, value in settings.items():
        if name.endswith("_FILE"):
            secret = tmp_path / name
            secret.write_text("postgresql://coffre@db/coffre?sslmode=require" if "URL" in name else "s")
            secret.chmod(0o440)
            value = str(secret)
        environ[name] = str(value)
    config = load(None, environ)
    assert config.server.public_url == "https://coffre.example.org"
    assert config.metrics.address == ("0.0.0.0", 9750)  # noqa: S104 - in a pod's own network


def test_versions_agree() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    image = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text())["images"][0]
    assert image["newTag"] == version
    assert f"image: coffre:{version}" in (DEPLOY / "container/compose.yaml").read_text()


@pytest.mark.servers
def test_prometheus_takes_the_alerts_and_each_rises_on_its_cause() -> None:
    monitoring = DEPLOY / "monitoring"
    run("promtool", "check", "rules", "alerts.yaml", folder=monitoring)
    assert "SUCCESS" in run("promtool", "test", "rules", "alerts_test.yaml", folder=monitoring)


def test_every_alert_has_a_case_in_which_it_rises() -> None:
    rules = yaml.safe_load((DEPLOY / "monitoring/alerts.yaml").read_text())["groups"]
    cases = yaml.safe_load((DEPLOY / "monitoring/alerts_test.yaml").read_text())["tests"]
    risen = {case["alertname"] for test in cases for case in test["alert_rule_test"] if case["exp_alerts"]}
    assert risen == {rule["alert"] for group in rules for rule in group["rules"]}


def test_all_that_a_node_tells_is_looked_at() -> None:
    shown = generate_latest(Metrics().registry).decode()
    told = set(re.findall(r"^# TYPE (\w+) (?:counter|gauge|histogram)", shown, flags=re.MULTILINE)) | LATE
    asked = " ".join([(DEPLOY / "monitoring/alerts.yaml").read_text(), *dashboard_queries()])
    assert {name for name in told if not name.endswith("_created") and name not in asked} == set()


@pytest.mark.servers
def test_prometheus_understands_what_the_dashboard_asks(tmp_path: Path) -> None:
    rules = [
        {"record": f"query:{number}", "expr": query.replace("$__rate_interval", "5m")}
        for number, query in enumerate(dashboard_queries())
    ]
    groups = {"groups": [{"name": "dashboard", "rules": rules}]}
    (tmp_path / "queries.yaml").write_text(yaml.safe_dump(groups))
    assert f"{len(rules)} rules found" in run("promtool", "check", "rules", "queries.yaml", folder=tmp_path)


def test_alerts_and_the_dashboard_ask_for_counters_that_exist() -> None:
    shown = generate_latest(Metrics().registry).decode()
    known = LATE | set(re.findall(r"^# TYPE (\w+)", shown, flags=re.MULTILINE))
    asked = [(DEPLOY / "monitoring/alerts.yaml").read_text(), *dashboard_queries()]
    for name in set(re.findall(r"\bcoffre_\w+", " ".join(asked))):
        assert name in known or name.removesuffix("_bucket") in known, name


def dashboard_queries() -> list[str]:
    """Everything that the dashboard asks Prometheus for."""
    dashboard = json.loads((DEPLOY / "monitoring/dashboard.json").read_text())
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
